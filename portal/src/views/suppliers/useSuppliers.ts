import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { all, api, take } from '../../api/client';
import { useMay } from '../../app/useSession';
import { countCases, rowOf } from './rows';
import type { Row } from './rows';

const PAGE = 500;

/** Open cases by organisation. */
function useOpenCases(): ReadonlyMap<string, number> {
  const may = useMay('cases:read');
  const { data } = useQuery({
    queryKey: ['cases', 'open'],
    queryFn: () => all((cursor) => take(api.GET('/v1/cases', { params: { query: { limit: PAGE, ended: false, ...(cursor && { cursor }) } } }))),
    enabled: may,
  });
  return useMemo(() => countCases(data ?? []), [data]);
}

/** All suppliers, shown as they come in, page by page. */
export function useSuppliers() {
  const query = useInfiniteQuery({
    queryKey: ['suppliers'],
    queryFn: ({ pageParam }) => take(api.GET('/v1/suppliers', { params: { query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } } })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 30_000,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isError } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, isError]);
  const cases = useOpenCases();
  const rows = useMemo<readonly Row[]>(
    () => (query.data?.pages ?? []).flatMap((page) => page.items.map((supplier) => rowOf(supplier, { cases }))),
    [query.data, cases],
  );
  return { query, rows, complete: !hasNextPage };
}
