import { App, Descriptions } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/format';
import { Page } from '../ui/Page';
import { PasswordForm } from './PasswordForm';
import { useWho } from './useSession';

export default function AccountPage() {
  const { t } = useTranslation('shell');
  const { message } = App.useApp();
  const format = useFormat();
  const who = useWho();
  return (
    <Page title={t('account.title')} lead={t('account.lead')}>
      <div className="grid">
        <section className="card">
          <Descriptions
            column={1}
            items={[
              { key: 'name', label: t('account.name'), children: who.name },
              { key: 'roles', label: t('account.roles'), children: who.roles.map((role) => t(`role.${role}`)).join(', ') },
              { key: 'ends', label: t('account.ends'), children: format.dateTime(who.ends) },
            ]}
          />
        </section>
        <section className="card">
          <header>
            <h2 className="section-title">{t('password.change')}</h2>
          </header>
          <PasswordForm onDone={() => void message.success(t('password.done'))} />
        </section>
      </div>
    </Page>
  );
}
