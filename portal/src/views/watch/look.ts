/** Looking at every entry again: the chain is asked, the page checks. */
import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import { openChain } from '../../api/chain';
import { checkUid } from '../../verify/bank';
import { hex0xDecode } from '../../verify/bytes';
import type { Looked } from './alerts';
import type { Watched } from './list';

export interface Look {
  readonly looked: readonly Looked[];
  /** Block of the newest answer; null without any. */
  readonly block: bigint | null;
  readonly keptSince: number | null;
  readonly at: number;
}

/** UIDs of later attestations about a subject: where to look, not what to believe. */
async function laterThan(entry: Watched): Promise<readonly string[]> {
  const { items } = await take(api.GET('/v1/chain/attestations/{org}', { params: { path: { org: entry.subject } } }));
  const at = items.indexOf(entry.uid);
  return at < 0 ? items : items.slice(at + 1);
}

async function lookAt(list: readonly Watched[]): Promise<Look> {
  const now = Math.floor(Date.now() / 1000);
  const source = await openChain();
  const looked: Looked[] = [];
  let block: bigint | null = null;
  for (const entry of list) {
    const report = await checkUid(hex0xDecode(entry.uid, 32), source, now);
    const later = source === null ? [] : await laterThan(entry).catch(() => []);
    let newest = null;
    for (const uid of later.toReversed()) {
      const one = await checkUid(hex0xDecode(uid, 32), source, now);
      // Only the same member's word replaces its earlier one.
      if (one.verified && one.issuer?.name === report.issuer?.name) {
        newest = one;
        break;
      }
    }
    block = report.block?.number ?? block;
    looked.push({ entry, report, newest });
  }
  return { looked, block, keptSince: source?.keptSince() ?? null, at: now };
}

const EVERY_MS = 60_000;

/** Not kept with the other answers: what is kept of the chain is kept by `openChain`, and proved again. */
export function useLook(list: readonly Watched[]): UseQueryResult<Look> {
  return useQuery({
    queryKey: ['watch', ...list.map(({ uid }) => uid)],
    queryFn: () => lookAt(list),
    refetchInterval: EVERY_MS,
    meta: { keep: false },
  });
}
