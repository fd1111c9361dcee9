import { useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { usePolicies } from '../policies/queries';
import { modelCardOf } from './modelCard';

const DAYS = [30, 90, 365] as const;

/** Where the policy in force may be trusted, where it drifts or treats groups unequally, and when it would be stopped. */
export default function GovernancePage() {
  const { t } = useTranslation('governance');
  const [days, setDays] = useState<number>(90);
  const policies = usePolicies();
  const inForce = policies.data?.items.find((one) => one.in_force)?.name ?? null;
  const review = useQuery({ queryKey: ['review', days], queryFn: () => take(api.GET('/v1/reviews/scores', { params: { query: { days } } })) });
  const card = useQuery({
    queryKey: ['model-card', inForce],
    queryFn: async () => modelCardOf(await take<unknown>(api.GET('/v1/policies/{name}/model-card', { params: { path: { name: inForce ?? '' } } }))),
    enabled: inForce !== null,
  });
  return (
    <Page
      title={t('title')}
      lead={t('lead', { policy: inForce ?? '' })}
      actions={<Segmented aria-label={t('days')} value={days} onChange={setDays} options={DAYS.map((value) => ({ value, label: t('daysBack', { count: value }) }))} />}
    >
      <div className="stack">
        <Asked query={review}>
          {(found) => (
            <div className="grid">
              <Findings kind="drift" found={found} />
              <Findings kind="bias" found={found} />
            </div>
          )}
        </Asked>
        <Asked query={card}>
          {(found) => (
            <div className="grid">
              <Section title={t('limits')} help={<p>{t('limitsHelp')}</p>}>
                <ul className="plain" lang="en">
                  {found.limits.map((limit) => (
                    <li key={limit}>{limit}</li>
                  ))}
                </ul>
              </Section>
              <div className="stack">
                <Coverage found={found} />
                <Section title={t('checks')}>
                  <ul className="reasons" lang="en">
                    {found.checks.map((one) => (
                      <li key={one.check}>
                        <Tag mood="calm">{t(`check.${one.check}`, { defaultValue: one.check })}</Tag>
                        <span>{one.rule}</span>
                      </li>
                    ))}
                  </ul>
                </Section>
              </div>
            </div>
          )}
        </Asked>
      </div>
    </Page>
  );
}

function Findings({ kind, found }: { readonly kind: 'drift' | 'bias'; readonly found: Schemas['ReviewView'] }) {
  const { t } = useTranslation('governance');
  const { t: names } = useTranslation('supplier');
  const format = useFormat();
  const findings = found[kind];
  const few = findings.filter(({ check }) => check === 'too-few');
  const real = findings.filter(({ check }) => check !== 'too-few');
  const mood = real.some(({ stop }) => stop) ? 'bad' : real.length > 0 ? 'watch' : few.length > 0 ? 'calm' : 'good';
  return (
    <Section title={t(`${kind}.title`)} help={<p>{t(`${kind}.help`, { watch: found.watch_from, stop: found.stop_from, below: format.percent(Number(found.stop_below)) })}</p>} extra={<Tag mood={mood}>{t(`mood.${mood}`)}</Tag>}>
      <p className="soft small num">{t('compared', { recent: found.recent, baseline: found.baseline, since: format.date(found.since) })}</p>
      <ul className="reasons">
        {few.map((one) => (
          <li key={one.about}>
            <Tag mood="calm">{t('tooFew')}</Tag>
            <span>{t('tooFewText', { count: Number(one.value), least: found.least })}</span>
          </li>
        ))}
        {real.map((one) => (
          <li key={one.about}>
            <Tag mood={one.stop ? 'bad' : 'watch'}>{t(one.stop ? 'stop' : 'watch')}</Tag>
            <span>{t(`${kind}.finding`, { about: names(`name.${one.about}`, { defaultValue: one.about }), value: format.fixed(one.value, 2) })}</span>
          </li>
        ))}
      </ul>
      {findings.length === 0 && <p className="soft">{t(`${kind}.none`)}</p>}
    </Section>
  );
}

function Coverage({ found }: { readonly found: ReturnType<typeof modelCardOf> }) {
  const { t } = useTranslation('governance');
  const format = useFormat();
  return (
    <Section title={t('coverage')} help={<p>{t('coverageHelp', { confidence: format.percent(found.confidence) })}</p>}>
      {found.coverage.length === 0 ? (
        <p className="soft">{t('notMeasured')}</p>
      ) : (
        <table className="plain-table">
          <tbody>
            {found.coverage.map((one) => (
              <tr key={one.evidence}>
                <th scope="row" lang="en">{one.evidence}</th>
                <td className="num">{format.percent(one.held, 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
