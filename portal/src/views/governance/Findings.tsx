import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { sorted } from './findings';

type Review = Schemas['ReviewView'];
const LEAST = 30;

/** What the checks find over the scores kept here, and what follows: a policy that fails them rates nobody. */
export function Findings({ found }: { readonly found: Review }) {
  return (
    <div className="stack">
      <Stop found={found} />
      <div className="grid">
        <Checks kind="drift" found={found} />
        <Checks kind="bias" found={found} />
      </div>
    </div>
  );
}

function Checks({ kind, found }: { readonly kind: 'drift' | 'bias'; readonly found: Review }) {
  const { t } = useTranslation('governance');
  const { t: names } = useTranslation('supplier');
  const format = useFormat();
  const { real, few } = sorted(found.findings, kind);
  // Nothing found among a handful of scores is no finding.
  const scarce = few.length > 0 || found.cards < LEAST;
  const mood = real.some(({ stop }) => stop) ? 'bad' : real.length > 0 ? 'watch' : scarce ? 'calm' : 'good';
  return (
    <Section title={t(`${kind}.title`)} help={<p>{t(`${kind}.help`)}</p>} extra={<Tag mood={mood}>{t(`mood.${mood}`)}</Tag>}>
      <p className="soft small num">{t('compared', { recent: found.cards, baseline: found.baseline_cards })}</p>
      <ul className="reasons">
        {few.map((one) => (
          <li key={`${one.grouping}${one.about}`}>
            <Tag mood="calm">{t('tooFew')}</Tag>
            <span>{t('tooFewText', { about: names(`name.${one.about}`, { defaultValue: one.about }), count: one.value_ppm, least: LEAST })}</span>
          </li>
        ))}
        {real.map((one) => (
          <li key={`${one.grouping}${one.about}`}>
            <Tag mood={one.stop ? 'bad' : 'watch'}>{t(one.stop ? 'stop' : 'watch')}</Tag>
            <span>{t(`${kind}.finding`, { about: names(`name.${one.about}`, { defaultValue: one.about }), value: format.fixed(one.value_ppm / 1e6, 2) })}</span>
          </li>
        ))}
      </ul>
      {real.length === 0 && few.length === 0 && <p className="soft">{scarce ? t('scarce', { least: LEAST }) : t(`${kind}.none`)}</p>}
    </Section>
  );
}

/** Stopping follows from the checks; lifting is a person's word, with a reason. */
function Stop({ found }: { readonly found: Review }) {
  const { t } = useTranslation('governance');
  const format = useFormat();
  const queries = useQueryClient();
  const mayStop = useMay('policies:stop');
  const [why, setWhy] = useState('');
  const path = { path: { name: found.policy } };
  const done = () => queries.invalidateQueries({ queryKey: ['review'] });
  const act = useMutation({ mutationFn: () => take(api.POST('/v1/policies/{name}/review', { params: path })), onSuccess: done });
  const lift = useMutation({ mutationFn: () => take(api.POST('/v1/policies/{name}/lift', { params: path, body: { why: why.trim() } })), onSuccess: done });
  const { stopped } = found;
  return (
    <>
      {stopped !== null && (
        <Alert
          type="error"
          showIcon
          title={t('stopped', { policy: found.policy, date: format.dateTime(stopped.since), by: stopped.by })}
          description={stopped.reasons.join('; ')}
          action={
            mayStop && (
              <Popconfirm
                title={t('liftWhy')}
                description={<Input.TextArea rows={3} maxLength={2000} value={why} aria-label={t('liftWhy')} onChange={(event) => setWhy(event.target.value)} />}
                okText={t('lift')}
                cancelText={t('cancel')}
                okButtonProps={{ disabled: why.trim() === '' }}
                onConfirm={() => lift.mutate()}
              >
                <Button size="small">{t('lift')}</Button>
              </Popconfirm>
            )
          }
        />
      )}
      {stopped === null && found.stop && (
        <Alert type="warning" showIcon title={t('wouldStop')} description={found.reasons.join('; ')} action={mayStop && <Button size="small" danger loading={act.isPending} onClick={() => act.mutate()}>{t('stopNow')}</Button>} />
      )}
      {(act.isError || lift.isError) && <Failure error={act.error ?? lift.error} />}
    </>
  );
}
