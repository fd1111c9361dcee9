import { useTranslation } from 'react-i18next';
import { Mark } from './Mark';
import { PasswordForm } from './PasswordForm';

/** The first thing after a temporary password. */
export function NewPassword() {
  const { t } = useTranslation('shell');
  return (
    <main className="door-main">
      <div className="door-form">
        <Mark size={40} />
        <h1 className="serif">{t('password.title')}</h1>
        <p className="soft">{t('password.lead')}</p>
        <PasswordForm />
      </div>
    </main>
  );
}
