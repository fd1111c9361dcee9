import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { Asked } from '../../ui/Asked';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Select } from '../../ui/Select';

const RULES = ['western-electric', 'nelson', 'nelson-either-side'] as const;
type Form_ = Schemas['WatchForm'];

/** What is watched, and how to watch more. */
export function Watches() {
  const { t } = useTranslation('causes');
  const queries = useQueryClient();
  const mayWrite = useMay('causes:write');
  const [adding, setAdding] = useState(false);
  const again = () => queries.invalidateQueries({ queryKey: ['causes', 'watches'] });
  const query = useQuery({ queryKey: ['causes', 'watches'], queryFn: () => take(api.GET('/v1/causes/watches')) });
  const end = useMutation({
    mutationFn: (watch: string) => take(api.DELETE('/v1/causes/watches/{watch}', { params: { path: { watch } } })),
    onSuccess: again,
  });
  const add = useMutation({
    mutationFn: (form: Form_) => take(api.POST('/v1/causes/watches', { body: form })),
    onSuccess: async () => {
      setAdding(false);
      await again();
    },
  });
  return (
    <Section title={t('watches.title')} help={t('watches.help')} extra={mayWrite && <Button size="small" onClick={() => setAdding(!adding)}>{t('watches.add')}</Button>}>
      <Asked query={query} rows={2}>
        {({ items }) => (
          <ul className="cause-list">
            {items.length === 0 && <li className="soft">{t('watches.none')}</li>}
            {items.map((one) => (
              <li key={one.name}>
                <span>
                  <strong>{one.column}</strong> <span className="soft small">{one.line}</span>
                </span>
                <span className="soft small num">{t('watches.limits', { lower: one.lower || '–', upper: one.upper || '–', rules: t(`rules.${one.rules}`) })}</span>
                {mayWrite && (
                  <Popconfirm title={t('watches.endAsk')} okText={t('watches.end')} cancelText={t('keep')} onConfirm={() => end.mutate(one.name)}>
                    <Button size="small" type="text">{t('watches.end')}</Button>
                  </Popconfirm>
                )}
              </li>
            ))}
          </ul>
        )}
      </Asked>
      {adding && (
        <Form<Form_> layout="vertical" initialValues={{ rules: 'western-electric', phase1: 100, lower: '', upper: '' }} onFinish={(form) => add.mutate(form)}>
          <Form.Item name="line" label={t('line')} rules={[{ required: true }]}><Input maxLength={200} /></Form.Item>
          <Form.Item name="column" label={t('column')} rules={[{ required: true }]}><Input maxLength={200} /></Form.Item>
          <Form.Item name="phase1" label={t('watches.phase1')}><InputNumber min={30} max={1_000_000} style={{ width: '100%' }} /></Form.Item>
          <div className="row">
            <Form.Item name="lower" label={t('lower')}><Input inputMode="decimal" /></Form.Item>
            <Form.Item name="upper" label={t('upper')}><Input inputMode="decimal" /></Form.Item>
          </div>
          <Form.Item name="rules" label={t('watches.rules')}><Select label={t('watches.rules')} options={RULES.map((value) => ({ value, label: t(`rules.${value}`) }))} /></Form.Item>
          {add.error !== null && <Failure error={add.error} />}
          <Button type="primary" htmlType="submit" loading={add.isPending}>{t('watches.save')}</Button>
        </Form>
      )}
    </Section>
  );
}
