/** A proof file checked in the page; only whether its block is on the chain is somebody's word, and whose is said. */
import { openChain } from '../../api/chain';
import { hexEncode } from '../../verify/bytes';
import { CredenceError } from '../../verify/errors';
import { type Network, parseNetwork } from '../../verify/network';
import { type VerificationReport, verifyBundle } from '../../verify/verify';

export type Voucher = 'reader' | 'node' | 'nobody';

export interface Proved {
  readonly name: string;
  readonly report: VerificationReport;
  /** Who says that the block is on the chain. */
  readonly voucher: Voucher;
  readonly pinnedBy: 'file' | 'node' | null;
}

/** Block hashes (0x and 64 digits) in what somebody typed, without prefix, and what is none of that. */
export function blocksIn(text: string): { readonly blocks: readonly string[]; readonly wrong: readonly string[] } {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const found = words.map((word) => /^(?:0x)?([0-9a-f]{64})$/.exec(word.toLowerCase())?.[1] ?? null);
  return {
    blocks: found.filter((block) => block !== null),
    wrong: words.filter((_, at) => found[at] === null),
  };
}

export interface Reader {
  readonly blocks: readonly string[];
  /** A network file that the reader brought; null takes the node's. */
  readonly network: Network | null;
}

export async function prove(name: string, data: Uint8Array, reader: Reader): Promise<Proved> {
  const source = await openChain().catch(() => null);
  const network = reader.network ?? source?.network ?? null;
  const pinnedBy = reader.network !== null ? 'file' : network !== null ? 'node' : null;
  const own = new Set(reader.blocks);
  const first = verifyBundle(data, { trustedBlocks: own, network });
  if (first.block === null || first.answers.header.state === 'holds' || source === null) {
    return { name, report: first, voucher: first.answers.header.state === 'holds' ? 'reader' : 'nobody', pinnedBy };
  }
  const hash = hexEncode(first.block.hash);
  const known = await source.blockKnown(hash).catch(() => null);
  if (known === null) return { name, report: first, voucher: 'nobody', pinnedBy };
  if (known) return { name, report: verifyBundle(data, { trustedBlocks: new Set([...own, hash]), network }), voucher: 'node', pinnedBy };
  const header = { state: 'fails', detail: `the chain that your node follows has no block 0x${hash}`, error: 'ProofError' } as const;
  return { name, report: { ...first, verified: false, answers: { ...first.answers, header } }, voucher: 'node', pinnedBy };
}

/** The network file, or why it is none. */
export function readNetwork(data: Uint8Array): Network | string {
  try {
    return parseNetwork(data);
  } catch (error) {
    if (error instanceof CredenceError) return error.message;
    throw error;
  }
}
