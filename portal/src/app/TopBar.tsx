import { LogoutOutlined, SearchOutlined, UserOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { session } from '../api/session';
import { BlockBadge } from './Freshness';
import { LanguageSwitch } from './LanguageSwitch';
import { Mark } from './Mark';
import { Notices } from './Notices';
import { useWho } from './useSession';

interface Props {
  readonly wide: boolean;
  readonly onSearch: () => void;
}

export function TopBar({ wide, onSearch }: Props) {
  const { t } = useTranslation('shell');
  const go = useNavigate();
  const who = useWho();
  const items = [
    { key: 'account', icon: <UserOutlined />, label: t('account.title') },
    { key: 'out', icon: <LogoutOutlined />, label: t('signOut') },
  ];
  const choose = (key: string): void => {
    if (key === 'account') void go('/account');
    else void session.signOut().catch(() => session.leave());
  };
  return (
    <header className="shell-top">
      {!wide && <Mark size={28} />}
      {wide ? (
        <button type="button" className="shell-search" onClick={onSearch}>
          <SearchOutlined /> <span>{t('search.open')}</span> <kbd>{t('search.key')}</kbd>
        </button>
      ) : (
        <Button type="text" icon={<SearchOutlined />} aria-label={t('search.open')} onClick={onSearch} />
      )}
      <span className="shell-gap" />
      <BlockBadge />
      <LanguageSwitch />
      <Notices />
      <Dropdown menu={{ items, onClick: ({ key }) => choose(key) }} trigger={['click']} placement="bottomRight">
        <Button type="text" aria-label={t('account.menu', { name: who.name })} icon={<UserOutlined />}>
          {wide && who.name}
        </Button>
      </Dropdown>
    </header>
  );
}
