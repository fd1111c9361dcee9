import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';

export type Detail = Schemas['CaseDetail'];
export type Choice = Schemas['ChoiceView'];

export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export function useCase(id: string) {
  return useQuery({ queryKey: ['case', id], queryFn: () => take(api.GET('/v1/cases/{case}', { params: { path: { case: id } } })) });
}

/** The export carries the definition: what each field is called and holds. It changes with the case's history only. */
export function useExport(id: string, head: string | undefined) {
  return useQuery({
    queryKey: ['case-export', id, head],
    queryFn: () => take<unknown>(api.GET('/v1/cases/{case}/export', { params: { path: { case: id } } })),
    enabled: head !== undefined,
    staleTime: Infinity,
  });
}

/** After acting: show what the node answered, and have lists asked for anew. */
export function useAdopt(id: string) {
  const queries = useQueryClient();
  return async (detail: Detail): Promise<void> => {
    queries.setQueryData(['case', id], detail);
    await queries.invalidateQueries({ queryKey: ['cases'] });
  };
}
