import { Grid } from 'antd';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation, useNavigation } from 'react-router';
import { Loading } from '../ui/Loading';
import { Freshness } from './Freshness';
import { SideNav } from './SideNav';
import { TabBar } from './TabBar';
import { TopBar } from './TopBar';
import { Update } from './Update';
import { useToasts } from './useToasts';

const Search = lazy(() => import('./Search').then((m) => ({ default: m.Search })));

/** Menu, top bar and the screen between them; on a phone the menu is a bar below. */
export function Shell() {
  const { t } = useTranslation('shell');
  const wide = Grid.useBreakpoint().lg ?? matchMedia('(min-width: 992px)').matches;
  const [searching, setSearching] = useState(false);
  const { pathname } = useLocation();
  const waiting = useNavigation().state === 'loading';
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useToasts();

  // A new screen is read from its beginning, by eye and by screen reader.
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setSearching(true);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  return (
    <div className={wide ? 'shell wide' : 'shell'}>
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      {wide && <SideNav />}
      <div className="shell-body">
        <TopBar wide={wide} onSearch={() => setSearching(true)} />
        {waiting && <div className="shell-wait" role="progressbar" aria-label={t('loading')} />}
        <Freshness />
        <main id="main" ref={main} tabIndex={-1}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      {!wide && <TabBar />}
      <Suspense fallback={null}>{searching && <Search open onClose={() => setSearching(false)} />}</Suspense>
      <Update />
    </div>
  );
}
