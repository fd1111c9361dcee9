import { useQuery } from '@tanstack/react-query';
import { all, api, take } from '../../api/client';
import type { Schemas } from '../../api/client';

export type MemberView = Schemas['MemberView'];

/** All members as the registry names them, in the order in which they joined. */
export function useMembers() {
  return useQuery({
    queryKey: ['members', 'all'],
    queryFn: () => all((cursor) => take(api.GET('/v1/members', { params: { query: { limit: 500, ...(cursor !== undefined && { cursor }) } } }))),
  });
}
