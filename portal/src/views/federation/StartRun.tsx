import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';

interface Wish {
  readonly rounds: number;
  readonly parties: number;
  readonly epochs: number;
  readonly rate: string;
  readonly judged: boolean;
  readonly counted: boolean;
}

/** A sum over fewer would show too much of each; votes need two buckets of it. */
const BUCKET = 3;
const BEGIN: Wish = { rounds: 10, parties: 3, epochs: 2, rate: '0.005', judged: false, counted: true };

export function bodyOf({ judged, counted, ...wish }: Wish): Schemas['StartForm'] {
  return { ...wish, hop_ms: 30_000, bucket_size: judged ? BUCKET : 0, drift_every: counted ? 1 : 0 };
}

/** Begin a run; the parties train on their own rows. */
export function StartRun() {
  const { t } = useTranslation('federation');
  const queries = useQueryClient();
  const go = useNavigate();
  const start = useMutation({
    mutationFn: (wish: Wish) => take(api.POST('/v1/training/runs', { body: bodyOf(wish) })),
    onSuccess: async (run) => {
      await queries.invalidateQueries({ queryKey: ['training'] });
      await go(`/federation/${run.name}`);
    },
  });
  return (
    <Section title={t('start.title')} help={<p>{t('start.help')}</p>}>
      <Form<Wish> layout="vertical" initialValues={BEGIN} onFinish={(wish) => start.mutate(wish)} requiredMark={false}>
        <div className="row start">
          <Form.Item name="rounds" label={t('start.rounds')} rules={[{ required: true, message: t('start.missing') }]}><InputNumber min={1} max={1000} /></Form.Item>
          <Form.Item name="parties" label={t('start.parties')} rules={[{ required: true, message: t('start.missing') }]}><InputNumber min={3} max={128} /></Form.Item>
          <Form.Item name="epochs" label={t('start.epochs')} rules={[{ required: true, message: t('start.missing') }]}><InputNumber min={1} max={100} /></Form.Item>
          <Form.Item name="rate" label={t('start.rate')} rules={[{ pattern: /^(0|[1-9]\d{0,5})(\.\d{1,8})?$/, required: true, message: t('start.missing') }]}><Input inputMode="decimal" style={{ width: 110 }} /></Form.Item>
        </div>
        <Form.Item name="counted" valuePropName="checked" noStyle><Checkbox>{t('start.counted')}</Checkbox></Form.Item>
        <p className="soft small under-box">{t('start.countedHint')}</p>
        <Form.Item name="judged" valuePropName="checked" noStyle><Checkbox>{t('start.judged')}</Checkbox></Form.Item>
        <p className="soft small under-box">{t('start.judgedHint', { count: 2 * BUCKET })}</p>
        {start.error !== null && <Failure error={start.error} />}
        <Button type="primary" htmlType="submit" loading={start.isPending}>{t('start.send')}</Button>
      </Form>
    </Section>
  );
}
