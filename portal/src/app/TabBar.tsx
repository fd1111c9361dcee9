import { EllipsisOutlined } from '@ant-design/icons';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { iconOf } from './icons';
import { useMenu } from './useMenu';

const MoreScreens = lazy(() => import('./MoreScreens'));
const MOST = 4;

/** The menu of a phone: the first screens within the thumb's reach, the others one tap further. */
export function TabBar() {
  const { t } = useTranslation('shell');
  const [open, setOpen] = useState(false);
  const views = useMenu();
  const shown = views.length > MOST + 1 ? views.slice(0, MOST) : views;
  const rest = views.slice(shown.length);
  return (
    <nav className="shell-tabs" aria-label={t('menu')}>
      {shown.map((view) => (
        <NavLink key={view.key} to={`/${view.path}`}>
          {iconOf(view.key)}
          <span>{t(`nav.${view.key}`)}</span>
        </NavLink>
      ))}
      {rest.length > 0 && (
        <button type="button" onClick={() => setOpen(true)} aria-expanded={open}>
          <EllipsisOutlined />
          <span>{t('more')}</span>
        </button>
      )}
      <Suspense fallback={null}>{open && <MoreScreens views={rest} onClose={() => setOpen(false)} />}</Suspense>
    </nav>
  );
}
