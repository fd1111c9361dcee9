import { useQueries } from '@tanstack/react-query';
import { api, take } from '../../api/client';

/** Names by LEI, as far as they are known. */
export function useSupplierNames(leis: readonly string[]): ReadonlyMap<string, string> {
  const found = useQueries({
    queries: leis.map((lei) => ({
      queryKey: ['member', lei],
      queryFn: () => take(api.GET('/v1/members/{lei}', { params: { path: { lei } } })),
      staleTime: 300_000,
    })),
  });
  return new Map(found.flatMap(({ data }) => (data === undefined ? [] : [[data.lei, data.name] as const])));
}
