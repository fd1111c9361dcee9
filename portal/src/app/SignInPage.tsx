import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from './LanguageSwitch';
import { Mark } from './Mark';
import { SignInForm } from './SignInForm';

export function SignInPage() {
  const { t } = useTranslation('shell');
  useEffect(() => {
    document.title = t('signIn.title');
  }, [t]);
  return (
    <div className="door">
      <aside className="door-side" aria-hidden="true">
        <Mark size={44} />
        <p className="serif door-claim">{t('signIn.claim')}</p>
        <ol className="door-points">
          <li>{t('signIn.point1')}</li>
          <li>{t('signIn.point2')}</li>
          <li>{t('signIn.point3')}</li>
        </ol>
      </aside>
      <main className="door-main">
        <div className="door-language">
          <LanguageSwitch />
        </div>
        <div className="door-form">
          <div className="door-brand">
            <Mark size={40} />
          </div>
          <h1 className="serif">{t('signIn.title')}</h1>
          <p className="soft">{t('signIn.lead')}</p>
          <SignInForm />
          <p className="soft small">{t('signIn.forgotten')}</p>
        </div>
      </main>
    </div>
  );
}
