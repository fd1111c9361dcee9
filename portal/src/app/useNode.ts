import { useQuery } from '@tanstack/react-query';
import { api, take } from '../api/client';
import type { Schemas } from '../api/client';

export type NodeView = Schemas['NodeView'];

/** Whose node this is and the newest block it saw; asked again every few seconds, and remembered without network. */
export function useNode() {
  return useQuery({
    queryKey: ['node'],
    queryFn: () => take(api.GET('/v1/node')),
    refetchInterval: 15_000,
    staleTime: 10_000,
  });
}
