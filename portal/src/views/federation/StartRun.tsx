import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';

/** Begin a run; the parties train on their own rows. */
export function StartRun() {
  const { t } = useTranslation('federation');
  const queries = useQueryClient();
  const start = useMutation({
    mutationFn: (form: Schemas['StartForm']) => take(api.POST('/v1/training/runs', { body: { ...form, hop_ms: 30_000 } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['training'] }),
  });
  return (
    <Section title={t('start.title')} help={t('start.help')}>
      <Form<Schemas['StartForm']> layout="vertical" initialValues={{ rounds: 10, parties: 3, epochs: 2, rate: '0.005' }} onFinish={(form) => start.mutate(form)}>
        <div className="row">
          <Form.Item name="rounds" label={t('start.rounds')}><InputNumber min={1} max={1000} /></Form.Item>
          <Form.Item name="parties" label={t('start.parties')}><InputNumber min={3} max={128} /></Form.Item>
          <Form.Item name="epochs" label={t('start.epochs')}><InputNumber min={1} max={100} /></Form.Item>
          <Form.Item name="rate" label={t('start.rate')}><Input inputMode="decimal" style={{ width: 110 }} /></Form.Item>
        </div>
        {start.error !== null && <Failure error={start.error} />}
        <Button type="primary" htmlType="submit" loading={start.isPending}>{t('start.send')}</Button>
      </Form>
    </Section>
  );
}
