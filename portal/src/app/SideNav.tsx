import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { iconOf } from './icons';
import { Mark } from './Mark';
import type { Group } from './routes';
import { useNode } from './useNode';
import { useMenu } from './useMenu';

const GROUPS: readonly Group[] = ['watch', 'own', 'verify', 'audit', 'govern', 'house'];

export function SideNav() {
  const { t } = useTranslation('shell');
  const menu = useMenu();
  const node = useNode().data;
  return (
    <nav className="shell-side" aria-label={t('menu')}>
      <div className="shell-brand">
        <Mark size={30} />
        <div>
          <strong className="serif">{t('product')}</strong>
          <span className="soft small" title={node?.lei}>
            {node?.name}
          </span>
        </div>
      </div>
      {GROUPS.map((group) => {
        const views = menu.filter((view) => view.nav === group);
        return views.length === 0 ? null : (
          <div key={group} className="shell-group">
            <h2>{t(`group.${group}`)}</h2>
            <ul>
              {views.map((view) => (
                <li key={view.key}>
                  <NavLink to={`/${view.path}`}>
                    {iconOf(view.key)} <span>{t(`nav.${view.key}`)}</span>
                  </NavLink>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}
