import { useQuery } from '@tanstack/react-query';
import { api, take } from '../../api/client';

/** Newest statements about us, to be named as evidence. */
export function useOwnEvidence(lei: string | null) {
  return useQuery({
    queryKey: ['own-evidence', lei],
    queryFn: async () => (await take(api.GET('/v1/suppliers/{lei}/evidence', { params: { path: { lei: lei ?? '' }, query: { limit: 300 } } }))).items,
    enabled: lei !== null,
    staleTime: 30_000,
  });
}
