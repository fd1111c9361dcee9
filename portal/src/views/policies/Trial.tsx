import { useMutation } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Select } from '../../ui/Select';
import { Tag } from '../../ui/Tag';
import { useSupplierNames } from '../compare/useSupplierNames';
import { Changes } from './Changes';
import { dryRunOf } from './dryRun';
import type { DryRun } from './dryRun';
import type { Policy } from './queries';

type Mode = 'diff' | 'dry-run';

/** Before a vote: what a policy changes in words, and what it would do to every supplier. Nothing is kept. */
export function Trial({ policies }: { readonly policies: readonly Policy[] }) {
  const { t } = useTranslation('policies');
  const current = policies.find((one) => one.in_force) ?? policies[0];
  const [old, setOld] = useState(current?.name ?? '');
  const [fresh, setFresh] = useState(policies.find((one) => one !== current)?.name ?? '');
  const [mode, setMode] = useState<Mode>('diff');
  const options = policies.map(({ name }) => ({ value: name, label: name }));
  return (
    <Section
      title={t('trial.title')}
      help={<p>{t('trial.help')}</p>}
      extra={<Segmented<Mode> size="small" aria-label={t('trial.title')} value={mode} onChange={setMode} options={[{ value: 'diff', label: t('trial.diff') }, { value: 'dry-run', label: t('trial.dryRun') }]} />}
    >
      <div className="stack">
        <div className="row">
          <label className="row tight">
            {t('trial.old')} <Select label={t('trial.old')} value={old} onChange={setOld} options={options} style={{ minWidth: 200 }} />
          </label>
          <label className="row tight">
            {t('trial.new')} <Select label={t('trial.new')} value={fresh} onChange={setFresh} options={options} style={{ minWidth: 200 }} />
          </label>
        </div>
        {mode === 'diff' ? <Changes key={`${old} ${fresh}`} older={old} newer={fresh} /> : <Dry key={`${old} ${fresh}`} old={old} fresh={fresh} />}
      </div>
    </Section>
  );
}

interface Pair {
  readonly old: string;
  readonly fresh: string;
}

function Dry({ old, fresh }: Pair) {
  const { t } = useTranslation('policies');
  const run = useMutation({ mutationFn: async () => dryRunOf(await take<unknown>(api.POST('/v1/policies/dry-run', { body: { old, new: fresh, sites: false } }))) });
  return (
    <div className="stack">
      <Button type="primary" loading={run.isPending} onClick={() => run.mutate()} style={{ alignSelf: 'flex-start' }}>
        {t('trial.run')}
      </Button>
      {run.isError && <Failure error={run.error} onRetry={() => run.mutate()} />}
      {run.data !== undefined && <Result found={run.data} />}
    </div>
  );
}

function Result({ found }: { readonly found: DryRun }) {
  const { t } = useTranslation('policies');
  const format = useFormat();
  const shown = found.rows.slice(0, 100);
  const names = useSupplierNames(shown.map(({ subject }) => subject.slice(0, 20)));
  return (
    <>
      <p className="num">{t('trial.eligible', { before: found.eligibleBefore, after: found.eligibleAfter, count: found.rows.length })}</p>
      <table className="plain-table stackable">
        <thead>
          <tr>
            <th scope="col">{t('trial.supplier')}</th>
            <th scope="col">{t('trial.before')}</th>
            <th scope="col">{t('trial.after')}</th>
            <th scope="col">{t('trial.change')}</th>
            <th scope="col">{t('trial.crossing')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.subject}>
              <th scope="row">{names.get(row.subject.slice(0, 20)) ?? row.subject}</th>
              <td className="num" data-label={t('trial.before')}>{format.points(row.before)}</td>
              <td className="num" data-label={t('trial.after')}>{format.points(row.after)}</td>
              <td className="num" data-label={t('trial.change')}>{format.change(row.change)}</td>
              <td data-label={t('trial.crossing')}>{row.crossing !== 'none' && <Tag mood={row.crossing === 'gains' ? 'good' : 'bad'}>{t(`trial.${row.crossing}`)}</Tag>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.refused.map((one) => (
        <p key={one.subject} className="soft small">
          {t('trial.refused', one)}
        </p>
      ))}
    </>
  );
}
