/**
 * Verifying a proof bundle without network: four questions, answered apart, none believed on another's word (`verify.py`).
 *
 * - statement: do the bytes say what they seem to say, and did the key that the bundle names sign them?
 * - log: is the statement in the log whose signed checkpoint the bundle carries?
 * - storage: does the state of the bundle's block hold that log head and both keys, for the statement's issuer?
 * - header: does that block belong to a chain that the reader trusts?
 */

import { checkAnchor } from './anchor';
import { hex0xEncode, hexEncode } from './bytes';
import { type ProofBundle, decodeBundle } from './bundle';
import { logOrigin } from './checkpoint';
import { showSeconds } from './clock';
import { CredenceError, MalformedError } from './errors';
import { type Header, parseHeader } from './header';
import { subjectText } from './identity';
import type { LogHead } from './merkle';
import type { Network } from './network';
import { NoteKey } from './note';
import { type Statement, leafOf, parseStatement, verifyStatement } from './statement';
import { parseTlogProof, verifyTlogProof } from './tlogProof';

export type State = 'holds' | 'fails' | 'not established';

/** One question answered. `error` is the class of the refusal, so that the page can say it in the reader's language. */
export interface Answer {
  readonly state: State;
  readonly detail: string;
  readonly error?: string;
}

export type Warning = 'unpinned' | 'clock';

export interface Trust {
  /** Hashes of blocks that the reader knows to be on the chain, hexadecimal without prefix. */
  readonly trustedBlocks: ReadonlySet<string>;
  readonly network: Network | null;
}

export const PARTS = ['statement', 'log', 'storage', 'header'] as const;
export type Part = (typeof PARTS)[number];

export interface VerificationReport {
  readonly answers: Readonly<Record<Part, Answer>>;
  readonly verified: boolean;
  /** The statement as far as it could be read; believe it only when `verified`. */
  readonly about: Statement | null;
  readonly block: Header | null;
  readonly warnings: readonly Warning[];
}

const NOT_ANCHORED: Answer = {
  state: 'not established',
  detail: 'the bundle carries no anchor: the statement is logged only',
};

/** Never throws for what is in `data`: bytes that are no bundle prove nothing, and the report says so. */
export function verifyBundle(data: Uint8Array, trust: Trust): VerificationReport {
  let bundle: ProofBundle;
  try {
    bundle = decodeBundle(data);
  } catch (error) {
    const unread: Answer = { state: 'not established', detail: 'the file could not be read as a proof bundle' };
    return report({ statement: failure(error), log: unread, storage: unread, header: unread }, null, null, []);
  }
  const [statement, about] = checkStatement(bundle);
  const [log, head] = checkLog(bundle, about);
  const [header, block] = checkHeader(bundle, trust);
  const storage = checkStorage(bundle, trust, about, head, block);
  const warnings: Warning[] = [];
  if (bundle.anchor !== null && trust.network === null) warnings.push('unpinned');
  if (about !== null && block !== null && BigInt(about.issued) > block.timestamp) warnings.push('clock');
  return report({ statement, log, storage, header }, about, block, warnings);
}

function report(
  answers: Record<Part, Answer>,
  about: Statement | null,
  block: Header | null,
  warnings: readonly Warning[],
): VerificationReport {
  return { answers, verified: PARTS.every((part) => answers[part].state === 'holds'), about, block, warnings };
}

function checkStatement(bundle: ProofBundle): [Answer, Statement | null] {
  let statement: Statement;
  try {
    statement = parseStatement(bundle.statement);
  } catch (error) {
    return [failure(error), null];
  }
  try {
    verifyStatement(statement, bundle.statementKey);
  } catch (error) {
    return [failure(error), statement];
  }
  const { kind, sequence, issuer, subject, issued, disclosures, digests } = statement;
  return [
    success(
      `${kind} ${sequence} of ${issuer} about ${subjectText(subject)}, issued ${showSeconds(issued)}, ` +
        `${disclosures.length} of ${digests.length} fields disclosed`,
    ),
    statement,
  ];
}

function checkLog(bundle: ProofBundle, about: Statement | null): [Answer, LogHead | null] {
  if (about === null) return [{ state: 'not established', detail: 'there is no readable statement to look for' }, null];
  try {
    const origin = logOrigin(about.issuer);
    const proof = parseTlogProof(bundle.tlogProof);
    const found = verifyTlogProof(proof, leafOf(about), new NoteKey(origin, bundle.logKey));
    if (found.ignored.length > 0) {
      // A reader of checkpoints must ignore these, but in a bundle every byte is to be accounted for.
      throw new MalformedError(`the log proof carries what nobody checks: ${found.ignored.join(', ')}`);
    }
    return [success(`leaf ${proof.inclusion.index} of the ${found.head.size} in ${origin}`), found.head];
  } catch (error) {
    return [failure(error), null];
  }
}

function checkHeader(bundle: ProofBundle, trust: Trust): [Answer, Header | null] {
  if (bundle.anchor === null) return [NOT_ANCHORED, null];
  let block: Header;
  try {
    block = parseHeader(bundle.anchor.header);
  } catch (error) {
    return [failure(error), null];
  }
  const name = `block ${block.number} (${hex0xEncode(block.hash)})`;
  if (trust.trustedBlocks.has(hexEncode(block.hash))) return [success(`${name} is one of the trusted blocks`), block];
  return [{ state: 'not established', detail: `${name} is not among the trusted blocks; anyone can write a header` }, block];
}

function checkStorage(bundle: ProofBundle, trust: Trust, about: Statement | null, head: LogHead | null, block: Header | null): Answer {
  if (bundle.anchor === null) return NOT_ANCHORED;
  if (about === null || head === null) {
    return { state: 'not established', detail: 'there is no log head of a readable statement to look for' };
  }
  if (block === null) return { state: 'not established', detail: 'there is no readable block header to prove against' };
  try {
    checkAnchor(bundle.anchor, {
      block,
      head,
      issuer: about.issuer,
      issued: about.issued,
      statementKey: bundle.statementKey.keyId,
      logKey: bundle.logKey.keyId,
      network: trust.network,
    });
  } catch (error) {
    return failure(error);
  }
  const pinned = trust.network === null ? 'contract not pinned' : "in the network's contracts";
  return success(`the block's state holds the head of ${head.size} leaves and both keys of ${about.issuer}; ${pinned}`);
}

function success(detail: string): Answer {
  return { state: 'holds', detail };
}

/** A refusal as an answer; anything that is no refusal is a fault of ours and must surface. */
export function failure(error: unknown): Answer {
  if (!(error instanceof CredenceError)) throw error;
  return { state: 'fails', detail: error.message, error: error.name };
}
