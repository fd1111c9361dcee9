import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { Loading } from '../../ui/Loading';
import { drawnOf } from '../graph/drawn';
import '../graph/graph.css';
import type { Cause } from './read';

const Canvas = lazy(() => import('../graph/Canvas'));
const NO_WORDS: Schemas['GraphView']['edges'] = [];

interface Props {
  readonly found: Schemas['CauseDetail'];
  readonly cause: Cause;
  readonly graph: Schemas['GraphView'] | null;
}

/** The likeliest path of a cause, on the columns that any path of it runs over; every edge with what people and lots say of it. */
export function PathGraph({ found, cause, graph }: Props) {
  const { t } = useTranslation('cause');
  const [chosen, choose] = useState<readonly [string, string] | null>(null);
  const tables = useQuery({ queryKey: ['causes', 'tables'], queryFn: () => take(api.GET('/v1/causes/tables', { params: { query: { limit: 500 } } })), meta: { keep: false } });
  const table = tables.data?.items.find(({ name }) => name === found.table);
  const columns = useMemo(() => {
    const stops = new Set(cause.paths.flatMap(({ steps }) => steps));
    return (table?.columns ?? []).filter(({ name }) => stops.has(name));
  }, [cause, table]);
  const edges = useMemo(() => {
    const known = new Set(columns.map(({ name }) => name));
    return drawnOf(graph?.edges ?? NO_WORDS, found.explanation, cause.paths[0]?.steps ?? []).filter(({ cause: from, effect }) => known.has(from) && known.has(effect));
  }, [columns, graph, found.explanation, cause]);
  if (columns.length === 0) return null;
  return (
    <div className="path-canvas" role="group" aria-label={t('why.drawn', { cause: cause.name, column: found.column })}>
      <Suspense fallback={<Loading />}><Canvas columns={columns} tiers={graph?.tiers ?? []} edges={edges} chosen={chosen} choose={choose} may={false} /></Suspense>
    </div>
  );
}
