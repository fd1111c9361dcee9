import { useQuery } from '@tanstack/react-query';
import { api, take } from '../../api/client';

const KINDS = ['nonconformance', 'complaint', 'audit'] as const;

/** Events about us that a repair can answer, newest first. */
export function useRepairable(lei: string | null) {
  return useQuery({
    queryKey: ['repairable', lei],
    queryFn: async () => {
      const pages = await Promise.all(KINDS.map((kind) => take(api.GET('/v1/suppliers/{lei}/evidence', { params: { path: { lei: lei ?? '' }, query: { kind, limit: 100 } } }))));
      return pages.flatMap(({ items }) => items).sort((a, b) => b.occurred.localeCompare(a.occurred));
    },
    enabled: lei !== null && lei !== '',
    staleTime: 60_000,
  });
}
