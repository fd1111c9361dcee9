import { useQueries } from '@tanstack/react-query';
import { api, takeOrNull } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';

type Gate = Schemas['GateView']['state'];

/** State of the qualification gate of the suppliers in view: each is computed on chain when it is read. */
export function useGates(leis: readonly string[]): ReadonlyMap<string, Gate> {
  const may = useMay('governance:read');
  return useQueries({
    queries: may
      ? leis.map((lei) => ({
          queryKey: ['gate', lei],
          queryFn: () => takeOrNull(api.GET('/v1/suppliers/{lei}/gate', { params: { path: { lei } } })),
          staleTime: 120_000,
          retry: false,
        }))
      : [],
    combine,
  });
}

function combine(results: readonly { readonly data?: Schemas['GateView'] | null | undefined }[]): ReadonlyMap<string, Gate> {
  return new Map(results.flatMap(({ data }) => (data?.subject == null || data.state === 'none' ? [] : [[data.subject.lei, data.state] as const])));
}
