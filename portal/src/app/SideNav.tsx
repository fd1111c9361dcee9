import { Menu } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { iconOf } from './icons';
import { Mark } from './Mark';
import { offered, VIEWS } from './routes';
import type { Group } from './routes';
import { useNode } from './useNode';
import { useWho } from './useSession';

const GROUPS: readonly Group[] = ['watch', 'own', 'verify', 'audit', 'govern', 'house'];

export function SideNav() {
  const { t } = useTranslation('shell');
  const who = useWho();
  const node = useNode().data;
  const go = useNavigate();
  const { pathname } = useLocation();
  const items = useMemo(
    () =>
      GROUPS.flatMap((group) => {
        const views = VIEWS.filter((view) => view.nav === group && offered(who, view));
        if (views.length === 0) return [];
        const children = views.map((view) => ({ key: view.path, icon: iconOf(view.key), label: t(`nav.${view.key}`) }));
        return [{ type: 'group' as const, key: group, label: t(`group.${group}`), children }];
      }),
    [t, who],
  );
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
      <Menu mode="inline" items={items} selectedKeys={[pathname.split('/')[1] ?? '']} onClick={({ key }) => void go(`/${key}`)} />
    </nav>
  );
}
