import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useMay } from '../../app/useSession';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Plant } from './Plant';
import { Run } from './Run';
import { StartRun } from './StartRun';
import '../causes/causes.css';

/** Federated training: runs round by round, what the chain holds of them, and what our own plant gives and keeps. */
export default function FederationPage() {
  const { t } = useTranslation('federation');
  const mayStart = useMay('training:write');
  const query = useQuery({
    queryKey: ['training'],
    queryFn: () => take(api.GET('/v1/training')),
    refetchInterval: ({ state }) => (state.data?.runs.some((run) => run.state === 'running') === true ? 2_000 : 20_000),
    meta: { keep: false },
  });
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className="grid two">
        <div className="stack">
          <Section title={t('runs.title')} help={t('runs.help')}>
            <Asked query={query}>
              {({ steward, runs }) =>
                steward === null ? (
                  <Empty title={t('runs.elsewhere')} hint={t('runs.elsewhereHint')} />
                ) : runs.length === 0 ? (
                  <Empty title={t('runs.none')} hint={t('runs.noneHint')} />
                ) : (
                  <div className="stack">{runs.map((run) => <Run key={run.name} run={run} />)}</div>
                )
              }
            </Asked>
          </Section>
          {mayStart && query.data?.steward !== undefined && query.data.steward !== null && <StartRun />}
        </div>
        <Plant />
      </div>
    </Page>
  );
}
