import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';

const MOODS = { 'in-use': 'good', drifting: 'watch', stopped: 'bad' } as const;

/** Causal models of our lines: what each was made from, whether new lots still look like that, and the way to stop it. */
export function Models() {
  const { t } = useTranslation('causes');
  const query = useQuery({ queryKey: ['causes', 'models'], queryFn: () => take(api.GET('/v1/causes/models')), meta: { keep: false } });
  return (
    <Section title={t('models.title')} help={<><p>{t('models.help')}</p><p>{t('models.helpDrift')}</p></>}>
      <Asked query={query} rows={2}>
        {({ items }) => (
          <ul className="cause-list">
            {items.length === 0 && <li className="soft">{t('models.none')}</li>}
            {items.map((one) => <Line key={one.name} model={one} />)}
          </ul>
        )}
      </Asked>
    </Section>
  );
}

function Line({ model }: { readonly model: Schemas['LineModelView'] }) {
  const { t } = useTranslation('causes');
  const format = useFormat();
  const queries = useQueryClient();
  const mayWrite = useMay('causes:write');
  const [stopping, setStopping] = useState(false);
  const [reason, setReason] = useState('');
  const stop = useMutation({
    mutationFn: () => take(api.POST('/v1/causes/models/{model}/stop', { params: { path: { model: model.name } }, body: { reason } })),
    onSuccess: async () => {
      setStopping(false);
      await queries.invalidateQueries({ queryKey: ['causes', 'models'] });
    },
  });
  return (
    <li>
      <span>
        <strong>{model.line}</strong> <span className="soft small">{t('models.version', { version: model.version, when: format.dateTime(model.made) })}</span>
      </span>
      <Tag mood={MOODS[model.standing]}>{t(`models.standing.${model.standing}`)}</Tag>
      <span className="soft small">{t('models.from', { rows: format.number(model.rows), columns: model.columns, twins: model.twins })}</span>
      {model.drifted.length > 0 && <span className="small">{t('models.drifted', { columns: model.drifted.map(({ column }) => column).join(', ') })}</span>}
      {model.standing === 'stopped' && model.drifted.length === 0 && <q className="small">{model.reason}</q>}
      {mayWrite && model.standing !== 'stopped' && !stopping && <Button size="small" type="text" onClick={() => setStopping(true)}>{t('models.stop')}</Button>}
      {stopping && (
        <form className="row" onSubmit={(event) => { event.preventDefault(); stop.mutate(); }}>
          <Input size="small" aria-label={t('models.reason')} placeholder={t('models.reason')} maxLength={1_000} value={reason} onChange={(event) => setReason(event.target.value)} />
          <Button size="small" type="primary" htmlType="submit" disabled={reason.trim() === ''} loading={stop.isPending}>{t('models.stop')}</Button>
          <Button size="small" type="text" onClick={() => setStopping(false)}>{t('keep')}</Button>
        </form>
      )}
      {stop.error !== null && <Failure error={stop.error} />}
    </li>
  );
}
