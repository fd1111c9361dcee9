import { Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { session } from '../api/session';
import { SignInForm } from './SignInForm';

interface Props {
  readonly open: boolean;
  readonly name: string;
}

/** Over the page, which stays as it was: what was typed is still there, and what was being sent goes on. */
export function SignInAgain({ open, name }: Props) {
  const { t } = useTranslation('shell');
  return (
    <Modal open={open} title={t('again.title')} footer={null} closable={false} mask={{ closable: false }} keyboard={false} destroyOnHidden width={420}>
      <p className="soft">{t('again.lead', { name })}</p>
      <SignInForm name={name} />
      <Button type="link" block onClick={() => session.leave()}>
        {t('again.leave')}
      </Button>
    </Modal>
  );
}
