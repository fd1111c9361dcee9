/** Policies as the node gives them, with the hash worked out again in the page. */
import { useQuery } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { fromText, hexEncode } from '../../verify/bytes';
import { sha256 } from '../../verify/hash';
import { canonicalBytes, loads } from '../../verify/json';

export type Policy = Schemas['PolicySummary'];

/** SHA-256 over the document's canonical bytes: what cards and the chain name a policy by. */
export function policyHash(document: unknown): string {
  return hexEncode(sha256(canonicalBytes(loads(fromText(JSON.stringify(document))))));
}

export interface CheckedPolicy {
  readonly policy: Policy;
  /** Whether its document has the hash that the node says. */
  readonly holds: boolean;
}

export function usePolicies() {
  return useQuery({
    queryKey: ['policies', 'checked'],
    queryFn: async (): Promise<CheckedPolicy[]> => {
      const { items } = await take(api.GET('/v1/policies'));
      const checked = items.map(async (policy) => {
        const detail = await take(api.GET('/v1/policies/{name}', { params: { path: { name: policy.name } } }));
        return { policy, holds: policyHash(detail.document) === policy.hash };
      });
      return (await Promise.all(checked)).sort((a, b) => a.policy.valid.from.localeCompare(b.policy.valid.from));
    },
  });
}
