import { useQuery } from '@tanstack/react-query';
import { all, api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';

export const usePlant = () => useQuery({ queryKey: ['training', 'plant'], queryFn: () => take(api.GET('/v1/training/plant')), meta: { keep: false } });

export const runQuery = (run: string) => ({
  queryKey: ['training', run],
  queryFn: () => take(api.GET('/v1/training/runs/{run}', { params: { path: { run } } })),
  meta: { keep: false },
});

export const useRun = (run: string) =>
  useQuery({ ...runQuery(run), refetchInterval: ({ state }: { state: { data: Schemas['RunDetail'] | undefined } }) => (state.data?.state === 'running' || (state.data?.leaving ?? '') !== '' ? 2_000 : 30_000) });

/** A member's name by LEI; the LEI where the registry knows none. */
export function useNames(): (lei: string) => string {
  const may = useMay('members:read');
  const query = useQuery({
    queryKey: ['members'],
    queryFn: () => all((cursor) => take(api.GET('/v1/members', { params: { query: { limit: 500, ...(cursor && { cursor }) } } }))),
    enabled: may,
    staleTime: 300_000,
  });
  const names = new Map((query.data ?? []).map((one) => [one.lei, one.name]));
  return (lei) => names.get(lei) ?? lei;
}
