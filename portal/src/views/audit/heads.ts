/** Heads of logs as the chain's state holds them, proved in the page. */
import { openChain } from '../../api/chain';
import { hexEncode } from '../../verify/bytes';
import { ProofError } from '../../verify/errors';
import { orgId } from '../../verify/identity';
import { decodeHead, headSlot, rootSlot } from '../../verify/layout';
import { proveState } from '../../verify/state';

export interface ProvedHead {
  readonly lei: string;
  /** Null when nothing is anchored. */
  readonly head: { readonly size: bigint; readonly root: string; readonly anchoredAt: number; readonly count: bigint } | null;
}

export interface ProvedHeads {
  readonly heads: readonly ProvedHead[];
  readonly block: bigint;
  /** Whether the node says that the block is on the chain. */
  readonly known: boolean | null;
  readonly keptSince: number | null;
}

const AT_ONCE = 100;

/** Prove the newest head of every organisation; null when the chain cannot be asked. */
export async function proveHeads(leis: readonly string[]): Promise<ProvedHeads | null> {
  const source = await openChain();
  if (source === null) return null;
  const log = source.network.contracts.get('EvidenceLog');
  if (log === undefined) throw new ProofError('the network file names no EvidenceLog');
  const heads: ProvedHead[] = [];
  let block = 0n;
  let known: boolean | null = true;
  for (let at = 0; at < leis.length; at += AT_ONCE) {
    const orgs = leis.slice(at, at + AT_ONCE).map((lei) => ({ lei, org: orgId(lei) }));
    const first = [{ contract: log, slots: orgs.map(({ org }) => headSlot(org)) }];
    const sizes = proveState(await source.prove(first), first);
    const found = orgs.map(({ lei, org }) => ({ lei, org, ...decodeHead(sizes.read(log, headSlot(org))) }));
    const anchored = found.filter(({ size }) => size > 0n);
    const second = [{ contract: log, slots: anchored.flatMap(({ org, size }) => [headSlot(org), rootSlot(org, size)]) }];
    const roots = anchored.length === 0 ? sizes : proveState(await source.prove(second), second);
    for (const { lei, org, size, anchoredAt, count } of found) {
      const head = size === 0n ? null : { size, root: hexEncode(roots.read(log, rootSlot(org, size))), anchoredAt: Number(anchoredAt), count };
      heads.push({ lei, head });
    }
    block = roots.block.number;
    known = known === true ? await source.blockKnown(hexEncode(roots.block.hash)) : known;
  }
  return { heads, block, known, keptSince: source.keptSince() };
}

/** Which of these heads of one organisation the chain's state holds, by size. */
export async function provenSizes(lei: string, heads: readonly { size: number; root: string }[]): Promise<ReadonlySet<number>> {
  const source = await openChain();
  const log = source?.network.contracts.get('EvidenceLog');
  if (source === null || log === undefined || heads.length === 0) return new Set();
  const org = orgId(lei);
  const wanted = [{ contract: log, slots: heads.map(({ size }) => rootSlot(org, BigInt(size))) }];
  const state = proveState(await source.prove(wanted), wanted);
  return new Set(heads.filter(({ size, root }) => hexEncode(state.read(log, rootSlot(org, BigInt(size)))) === root).map(({ size }) => size));
}
