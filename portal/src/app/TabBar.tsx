import { EllipsisOutlined } from '@ant-design/icons';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { iconOf } from './icons';
import { home } from './routes';
import type { View } from './routes';
import { useWho } from './useSession';
import { useMenu } from './useMenu';

const MoreScreens = lazy(() => import('./MoreScreens'));
const MOST = 4;

/** What belongs to somebody's first screen comes first: that is what they took the phone out for. */
function nearest(views: readonly View[], first: string): readonly View[] {
  const group = views.find(({ path }) => `/${path}` === first)?.nav;
  return [...views.filter(({ nav }) => nav === group), ...views.filter(({ nav }) => nav !== group)];
}

/** The menu of a phone: the first screens within the thumb's reach, the others one tap further. */
export function TabBar() {
  const { t } = useTranslation('shell');
  const [open, setOpen] = useState(false);
  const views = nearest(useMenu(), home(useWho()));
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
