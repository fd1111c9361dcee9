/** Proof bundles (`credence-proof/1`): one file with everything that shows a statement to be in an anchored log. */

import { MalformedError } from './errors';
import { decodeCanonical } from './json';
import { LogPublicKey, StatementPublicKey } from './keys';
import { type AnchorReceipt, receiptFromJson } from './receipt';
import { members, octets, text } from './shape';

export const FORMAT = 'credence-proof/1';
export const MAX_BUNDLE_BYTES = 5 * 1024 * 1024;

export interface ProofBundle {
  readonly statement: string;
  readonly tlogProof: string;
  readonly statementKey: StatementPublicKey;
  readonly logKey: LogPublicKey;
  /** Null for a statement that is logged but not anchored yet. */
  readonly anchor: AnchorReceipt | null;
}

/** Read a bundle; nothing is verified yet: see `verify.ts`. */
export function decodeBundle(data: Uint8Array): ProofBundle {
  const bundle = members(decodeCanonical(data, MAX_BUNDLE_BYTES), 'bundle', ['format', 'statement', 'tlog_proof', 'keys', 'anchor']);
  if (bundle.format !== FORMAT) throw new MalformedError(`not a proof bundle of the format ${FORMAT}`);
  const keys = members(bundle.keys, 'keys', ['statement', 'log']);
  return {
    statement: text(bundle.statement, 'statement'),
    tlogProof: text(bundle.tlog_proof, 'tlog_proof'),
    statementKey: new StatementPublicKey(octets(keys.statement, 'keys/statement', 65, 65)),
    logKey: new LogPublicKey(octets(keys.log, 'keys/log', 32, 32)),
    anchor: bundle.anchor === null ? null : receiptFromJson(bundle.anchor),
  };
}
