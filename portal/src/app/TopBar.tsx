import { LogoutOutlined, SearchOutlined, UserOutlined } from '@ant-design/icons';
import { Button, Popover } from 'antd';
import { useState } from 'react';
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
  const [open, setOpen] = useState(false);
  const leave = (): void => void session.signOut().catch(() => session.leave());
  const account = (): void => {
    setOpen(false);
    void go('/account');
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
      <Popover
        trigger="click"
        placement="bottomRight"
        open={open}
        onOpenChange={setOpen}
        content={
          <div className="shell-account">
            <Button type="text" block icon={<UserOutlined />} onClick={account}>
              {t('account.title')}
            </Button>
            <Button type="text" block icon={<LogoutOutlined />} onClick={leave}>
              {t('signOut')}
            </Button>
          </div>
        }
      >
        <Button type="text" aria-label={t('account.menu', { name: who.name })} icon={<UserOutlined />}>
          {wide && who.name}
        </Button>
      </Popover>
    </header>
  );
}
