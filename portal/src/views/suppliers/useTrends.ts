import { useQueries } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';

export type Trend = readonly Schemas['TrendPointView'][];
const AT_ONCE = 25;

/** Fixed blocks of the list, so that scrolling a row further asks for nothing that was asked before. */
export function blocksOf(leis: readonly string[], first: number, last: number): string[][] {
  const blocks: string[][] = [];
  for (let start = Math.floor(Math.max(0, first) / AT_ONCE) * AT_ONCE; start <= last && start < leis.length; start += AT_ONCE) {
    blocks.push(leis.slice(start, start + AT_ONCE));
  }
  return blocks;
}

/** Trends of the suppliers in view only. */
export function useTrends(leis: readonly string[], first: number, last: number): ReadonlyMap<string, Trend> {
  const blocks = blocksOf(leis, first, last);
  return useQueries({
    queries: blocks.map((lei) => ({
      queryKey: ['trends', lei],
      queryFn: () => take(api.GET('/v1/trends', { params: { query: { lei } } })),
      staleTime: 60_000,
      gcTime: 300_000,
      meta: { keep: false },
    })),
    combine,
  });
}

// Outside the hook, so that it is the same function each time and runs only when an answer came.
function combine(results: readonly { readonly data?: Schemas['TrendLines'] | undefined }[]): ReadonlyMap<string, Trend> {
  return new Map(results.flatMap(({ data }) => (data?.items ?? []).map(({ lei, points }) => [lei, points] as const)));
}
