import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/problem';
import { session } from '../api/session';

interface Fields {
  readonly old: string;
  readonly fresh: string;
  readonly again: string;
}

export function PasswordForm({ onDone }: { readonly onDone?: () => void }) {
  const { t } = useTranslation('shell');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const submit = async ({ old, fresh }: Fields): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await session.changePassword(old, fresh);
      onDone?.();
    } catch (error) {
      setFailure(error instanceof ApiError && error.status > 0 ? error.message : t('signIn.unreachable'));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => void submit(fields)}>
      {failure !== null && <Alert type="error" showIcon title={failure} role="alert" style={{ marginBottom: 16 }} />}
      <Form.Item name="old" label={t('password.old')} rules={[{ required: true, message: t('signIn.passwordMissing') }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="fresh" label={t('password.fresh')} extra={t('password.hint')} rules={[{ required: true, min: 12, message: t('password.short') }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('password.again')}
        dependencies={['fresh']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, value) => (value === getFieldValue('fresh') ? Promise.resolve() : Promise.reject(new Error(t('password.different')))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={busy}>
        {t('password.change')}
      </Button>
    </Form>
  );
}
