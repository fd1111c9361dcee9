import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useMay } from '../../app/useSession';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Crossing } from './Crossing';
import { OwnRecord } from './OwnRecord';
import { PinnedCode } from './PinnedCode';
import { Plant } from './Plant';
import { usePlant } from './queries';
import { Run } from './Run';
import { StartRun } from './StartRun';
import './federation.css';

/** Federated training: the runs and what the chain holds of them, and what our own plant gives and keeps. */
export default function FederationPage() {
  const { t } = useTranslation('federation');
  const mayStart = useMay('training:write');
  const plant = usePlant();
  const query = useQuery({
    queryKey: ['training'],
    queryFn: () => take(api.GET('/v1/training')),
    refetchInterval: ({ state }) => (state.data?.runs.some((run) => run.state === 'running') === true ? 2_000 : 20_000),
    meta: { keep: false },
  });
  const ours = plant.data?.plant ?? null;
  const steward = query.data?.steward !== undefined && query.data.steward !== null;
  const runs = query.data?.runs ?? [];
  const own = <Plant query={plant} runs={runs} steward={steward} />;
  const crossing = ours !== null && <Crossing plant={ours} />;
  const list = (
    <Section title={t('runs.title')} help={<p>{t('runs.help')}</p>}>
      <Asked query={query}>
        {() =>
          !steward ? (
            <Empty title={t('runs.elsewhere')} hint={t('runs.elsewhereHint')} />
          ) : runs.length === 0 ? (
            <Empty title={t('runs.none')} hint={t(mayStart ? 'runs.noneHint' : 'runs.noneHintOther')} />
          ) : (
            <div className="runs">{runs.map((run) => <Run key={run.name} run={run} runs={runs} />)}</div>
          )
        }
      </Asked>
    </Section>
  );
  if (query.isSuccess && plant.isSuccess && !steward && ours === null) {
    return (
      <Page title={t('title')} lead={t('lead')}>
        <div className="card"><Empty title={t('nothing')} hint={t('nothingHint')}><p className="small">{t('nothingMore')}</p></Empty></div>
      </Page>
    );
  }
  // Our own plant leads where the federation is run elsewhere.
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className="grid two">
        <div className="stack">
          {steward ? <>{list}{mayStart && <StartRun />}</> : <>{own}{crossing}</>}
        </div>
        <div className="stack">
          {steward ? <>{own}{crossing}</> : list}
          {ours !== null && <PinnedCode pinned={ours.pinned} newest={runs.find(({ done }) => done > 0)?.name ?? null} />}
          {ours !== null && <OwnRecord given={ours.given} steward={steward} />}
        </div>
      </div>
    </Page>
  );
}
