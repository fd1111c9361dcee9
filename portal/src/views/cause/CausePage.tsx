import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Page } from '../../ui/Page';
import { Tag } from '../../ui/Tag';
import { STATES, moodOf, stepOf } from '../causes/states';
import '../causes/causes.css';
import { AlarmChart } from './AlarmChart';
import { Effect } from './Effect';
import { EightD } from './EightD';
import { Explain } from './Explain';
import { Explanation } from './Explanation';
import { Signatures } from './Signatures';
import { Suggestion } from './Suggestion';

type Case = Schemas['CauseDetail'];

/** The room of one causal case, from its alarm to what came of its correction. */
export default function CausePage() {
  const { t } = useTranslation(['cause', 'causes']);
  const { cause = '' } = useParams();
  const query = useQuery({
    queryKey: ['causes', 'case', cause],
    queryFn: () => take(api.GET('/v1/causes/cases/{case}', { params: { path: { case: cause } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'in-release' ? 4_000 : false),
    meta: { keep: false },
  });
  return <Asked query={query} rows={10}>{(found) => <Room found={found} title={t('title', { column: found.column })} />}</Asked>;
}

function Room({ found, title }: { readonly found: Case; readonly title: string }) {
  const { t } = useTranslation(['cause', 'causes']);
  const format = useFormat();
  return (
    <Page
      title={title}
      lead={found.since === '' ? t('lead', { line: found.line }) : t('leadSince', { line: found.line, when: format.dateTime(found.since) })}
      actions={<Tag mood={moodOf(found.state)}>{t(`causes:state.${found.state}`)}</Tag>}
    >
      <div className="stack">
        <ol className="cause-steps" aria-label={t('steps')}>
          {STATES.map((state, n) => (
            <li key={state} className={n < stepOf(found.state) ? 'done' : n === stepOf(found.state) ? 'now' : ''} {...(n === stepOf(found.state) && { 'aria-current': 'step' as const })}>
              {t(`causes:state.${state}`)}
            </li>
          ))}
        </ol>
        <AlarmChart found={found} />
        <Explain found={found} />
        {found.explanation !== null && <Explanation found={found} />}
        {found.explanation !== null && <Suggestion found={found} />}
        {found.correction !== '' && <Signatures found={found} />}
        {(found.state === 'applied' || found.effect !== null) && <Effect found={found} />}
        {found.explanation !== null && <EightD found={found} />}
        <p className="soft small">
          <Link to={`/causes/graph?line=${encodeURIComponent(found.line)}&table=${found.table}&case=${found.id}`}>{t('graph')}</Link>
          {' · '}
          <span className="mono">{t('frozen', { window: String(found.alarm['window'] ?? '').slice(7, 23) })}</span>
        </p>
      </div>
    </Page>
  );
}
