import { useQuery } from '@tanstack/react-query';
import { api, take, takeOrNull } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';

export type Policy = Schemas['PolicySummary'];
export type Ballot = Schemas['BallotView'];

export function usePolicies() {
  return useQuery({ queryKey: ['policies'], queryFn: () => take(api.GET('/v1/policies')), staleTime: 60_000 });
}

/** Documents and votes; null where the chain has no registry of policies. */
export function useGovernance() {
  const may = useMay('governance:read');
  return useQuery({ queryKey: ['governance'], queryFn: () => takeOrNull(api.GET('/v1/governance')), enabled: may, refetchInterval: 20_000 });
}

/** The difference of two policies by name, with both documents: what an entry is called stands there. */
export function useDiff(older: string, newer: string) {
  const documentOf = async (name: string): Promise<unknown> => (await take(api.GET('/v1/policies/{name}', { params: { path: { name } } }))).document;
  return useQuery({
    queryKey: ['policies', 'diff', older, newer],
    queryFn: async () => {
      const [{ changes }, old, fresh] = await Promise.all([take(api.POST('/v1/policies/diff', { body: { old: older, new: newer } })), documentOf(older), documentOf(newer)]);
      return { changes, old, fresh };
    },
    enabled: older !== '' && newer !== '' && older !== newer,
  });
}
