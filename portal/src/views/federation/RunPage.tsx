import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Digest } from '../../ui/Digest';
import { Empty } from '../../ui/Empty';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { useRuns } from '../models/queries';
import { Contributions } from './Contributions';
import { useNames, useRun } from './queries';
import { Rounds } from './Rounds';
import { Departures, MOODS, Standing } from './Run';
import { RunActs } from './RunActs';
import { RunDrift } from './RunDrift';
import { lossesOf, lossOption, newsOf } from './runs';
import './federation.css';

const Chart = lazy(() => import('../../ui/Chart'));

type Detail = Schemas['RunDetail'];

/** One run: its progress round by round, what each party adds, how far the data moved, and who left. */
export default function RunPage() {
  const { t } = useTranslation('federation');
  const { run = '' } = useParams();
  const query = useRun(run);
  const runs = useRuns().data?.runs ?? [];
  const found = query.data;
  return (
    <Page title={t('run.title', { run: run.slice(0, 12) })} lead={t('run.lead')} actions={found !== undefined && <RunActs run={found} />}>
      <Asked query={query} rows={10}>
        {(one) => (
          <div className="grid two">
            <div className="stack">
              <Progressing run={one} runs={runs} />
              <Contributions run={one} />
              <RunDrift run={one} />
            </div>
            <div className="stack">
              <Identity run={one} />
              <Rounds run={one} />
              <Log run={one} />
            </div>
          </div>
        )}
      </Asked>
    </Page>
  );
}

function Progressing({ run, runs }: { readonly run: Detail; readonly runs: readonly Schemas['RunRow'][] }) {
  const { t } = useTranslation('federation');
  const format = useFormat();
  const name = useNames();
  const losses = useMemo(() => lossesOf(run.events), [run.events]);
  const option = useMemo(
    () => lossOption(losses, { before: t('loss.before'), after: t('loss.after'), number: (value) => format.number(value, 3), round: (number) => t('run.round', { round: number }) }),
    [losses, t, format],
  );
  return (
    <Section title={t('run.progress')} help={<><p>{t('loss.help')}</p><p>{t('run.presentHelp')}</p></>} extra={<Tag mood={MOODS[run.state] ?? 'calm'}>{t(`state.${run.state}`, { defaultValue: run.state })}</Tag>}>
      <div className="stack tight">
        <div className="row"><span className="serif big num">{t('runs.rounds', { done: run.done, rounds: run.rounds })}</span><Standing run={run} /></div>
        {run.done > 0 && (
          <div className="row tight">
            <span className="soft small">{t('run.in')}</span>
            {run.parties.map((lei) => <Tag key={lei} mood="good" title={lei}>{name(lei)}</Tag>)}
            {run.out.map((lei) => <Tag key={lei} mood="watch" title={lei}>{t('run.out', { name: name(lei) })}</Tag>)}
          </div>
        )}
        <Departures run={run} runs={runs} />
        {losses.length === 0 ? (
          <Empty title={t('loss.none')} hint={t(run.done > 0 ? 'loss.untold' : 'loss.noneHint')} />
        ) : (
          <figure style={{ margin: 0 }}>
            <figcaption className="soft small row tight">{t('loss.title')}<span className="key before">{t('loss.before')}</span><span className="key after">{t('loss.after')}</span></figcaption>
            <Suspense fallback={<Loading />}><Chart option={option} label={t('loss.title')} height={220} /></Suspense>
          </figure>
        )}
      </div>
    </Section>
  );
}

function Identity({ run }: { readonly run: Detail }) {
  const { t } = useTranslation('federation');
  const last = run.records.at(-1);
  return (
    <Section title={t('run.proof')} help={<p>{t('run.proofHelp')}</p>}>
      <div className="stack tight">
        <div><span className="soft small">{t('run.name')}</span> <Digest value={run.name} length={12} /></div>
        {last !== undefined && <div><span className="soft small">{t('run.record')}</span> <Digest value={last.record} /></div>}
        {last !== undefined && <div><span className="soft small">{t('run.model')}</span> <Digest value={last.model_after} /></div>}
        {last !== undefined && <div><span className="soft small">{t('run.code')}</span> <Digest value={last.code} /></div>}
        <p className="soft small" style={{ margin: 0 }}>{t('run.audit')} <code>{t('run.auditCommand')}</code></p>
        {run.state === 'finished' && run.withdrawn.length === 0 && <Link className="open" to="/models">{t('run.take')}</Link>}
      </div>
    </Section>
  );
}

function Log({ run }: { readonly run: Detail }) {
  const { t } = useTranslation('federation');
  const format = useFormat();
  const news = newsOf(run.events);
  if (news.length === 0) return null;
  return (
    <Section title={t('news.title')} help={<p>{t('news.help')}</p>}>
      <ul className="news small">
        {news.map((one, n) => (
          <li key={n}>
            <span>{t(`news.${one.kind}`, { ...one.values })}</span>
            {one.at !== '' && <time className="soft" dateTime={one.at} title={format.dateTime(one.at)}>{format.relative(one.at)}</time>}
            {one.text !== '' && <span className="soft wide" lang="en">{one.text}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
