import { Alert, Button, Form, Input } from 'antd';
import type { InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/problem';
import { session } from '../api/session';

interface Fields {
  readonly name: string;
  readonly password: string;
}

interface Props {
  /** Who was signed in before: only the password is asked for. */
  readonly name?: string;
}

/** Why it did not work, in words that help. */
function reason(error: unknown): string {
  if (!(error instanceof ApiError)) return 'signIn.failed';
  if (error.status === 0 || error.status >= 500) return 'signIn.unreachable';
  if (error.status === 429) return 'signIn.tooOften';
  return 'signIn.wrong';
}

export function SignInForm({ name }: Props) {
  const { t } = useTranslation('shell');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const first = useRef<InputRef>(null);
  useEffect(() => first.current?.focus(), []);

  const submit = async (fields: Fields): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await session.signIn(name ?? fields.name.trim(), fields.password);
    } catch (error) {
      setFailure(reason(error));
      setBusy(false);
    }
  };

  return (
    <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => void submit(fields)} size="large">
      {failure !== null && <Alert type="error" showIcon title={t(failure)} role="alert" style={{ marginBottom: 16 }} />}
      {name === undefined && (
        <Form.Item name="name" label={t('signIn.name')} rules={[{ required: true, message: t('signIn.nameMissing') }]}>
          <Input ref={first} autoComplete="username" autoCapitalize="none" spellCheck={false} />
        </Form.Item>
      )}
      <Form.Item name="password" label={t('signIn.password')} rules={[{ required: true, message: t('signIn.passwordMissing') }]}>
        <Input.Password {...(name !== undefined && { ref: first })} autoComplete="current-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={busy}>
        {t('signIn.enter')}
      </Button>
    </Form>
  );
}
