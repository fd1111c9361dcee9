import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { iconOf } from './icons';
import type { View } from './routes';

/** The screens that found no room in the bar of a phone. */
export default function MoreScreens({ views, onClose }: { readonly views: readonly View[]; readonly onClose: () => void }) {
  const { t } = useTranslation('shell');
  return (
    <Drawer open onClose={onClose} placement="bottom" title={t('menu')} size="auto">
      <div className="shell-more">
        {views.map((view) => (
          <NavLink key={view.key} to={`/${view.path}`} onClick={onClose}>
            {iconOf(view.key)} {t(`nav.${view.key}`)}
          </NavLink>
        ))}
      </div>
    </Drawer>
  );
}
