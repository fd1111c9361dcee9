import { Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Tag } from '../../ui/Tag';
import { useNames } from './queries';
import { RunActs } from './RunActs';

export const MOODS: Readonly<Record<string, 'good' | 'watch' | 'info' | 'calm'>> = { running: 'info', paused: 'watch', finished: 'good', stopped: 'calm' };

type Row = Schemas['RunRow'];

/** One run in the list: how far, who is in, how the loss moves, and whether the chain holds the same. */
export function Run({ run, runs }: { readonly run: Row; readonly runs: readonly Row[] }) {
  const { t } = useTranslation('federation');
  return (
    <article>
      <div className="row apart">
        <h3><Link className="mono" to={`/federation/${run.name}`}>{run.name.slice(0, 12)}</Link></h3>
        <Tag mood={MOODS[run.state] ?? 'calm'}>{t(`state.${run.state}`, { defaultValue: run.state })}</Tag>
      </div>
      <Progress percent={Math.round((100 * run.done) / run.rounds)} size="small" aria-label={t('runs.rounds', { done: run.done, rounds: run.rounds })} format={() => t('runs.rounds', { done: run.done, rounds: run.rounds })} />
      <Standing run={run} />
      <Departures run={run} runs={runs} />
      <div className="row tight no-print">
        <Link className="open" to={`/federation/${run.name}`}>{t('runs.open')}</Link>
        <RunActs run={run} small />
      </div>
    </article>
  );
}

export function Standing({ run }: { readonly run: Row }) {
  const { t } = useTranslation('federation');
  const format = useFormat();
  return (
    <div className="row tight small">
      {run.done > 0 && <span>{t('runs.parties', { count: run.parties.length })}</span>}
      {run.out.length > 0 && <Tag mood="watch">{t('runs.out', { count: run.out.length })}</Tag>}
      {run.metrics.length > 1 && <span className="num">{t('runs.loss', { before: format.number(run.metrics[0], 4), after: format.number(run.metrics[1], 4) })}</span>}
      <Tag mood={run.agrees ? 'good' : 'bad'}>{run.agrees ? t('runs.chain', { count: run.on_chain }) : t('runs.differs')}</Tag>
    </div>
  );
}

/** Whom the run loses or lost, and where training goes on without them; or that this run is such a one. */
export function Departures({ run, runs }: { readonly run: Row; readonly runs: readonly Row[] }) {
  const { t } = useTranslation('federation');
  const name = useNames();
  const of = run.again.slice(0, 32);
  if (run.leaving === '' && run.withdrawn.length === 0 && of === '') return null;
  return (
    <ul className="departures small">
      {run.leaving !== '' && <li>{t('left.under', { party: name(run.leaving) })}</li>}
      {run.withdrawn.map((one) => {
        const again = runs.find((other) => other.name === one.retrained);
        return (
          <li key={`${one.party}${one.first}`}>
            {t('left.withdrawn', { party: name(one.party), first: one.first })}{' '}
            {one.retrained === '' ? t('left.noneAgain') : <Link to={`/federation/${one.retrained}`}>{t('left.goesOn', { run: one.retrained.slice(0, 12) })}</Link>}
            {again !== undefined && <> ({t(`state.${again.state}`, { defaultValue: again.state })}, {t('runs.rounds', { done: again.done, rounds: again.rounds })})</>}
          </li>
        );
      })}
      {of !== '' && <li>{t('left.again')} <Link to={`/federation/${of}`} className="mono">{of.slice(0, 12)}</Link></li>}
    </ul>
  );
}
