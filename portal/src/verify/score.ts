/**
 * A score bundle (`credence-score/1`) checked in the page: every statement that it rests on, the policy's hash, and the
 * card's arithmetic from each indicator's theta to points, interval, band and eligibility, in integers (`scoring/`).
 *
 * Not done here: from the statements to theta (ageing, deduplication, posteriors). Whoever needs that asks a node or
 * `credence score recompute`; the report of the page says so.
 */

import { checkCard } from './card';
import { b64Decode, equal, fromText, hexDecode, hexEncode } from './bytes';
import { MalformedError, ProofError, SchemaError } from './errors';
import { sha256 } from './hash';
import { checkLei, orgId, parseSubject, subjectText } from './identity';
import { type Json, type JsonObject, canonicalBytes, canonicalText, decodeCanonical, isObject } from './json';
import { StatementPublicKey } from './keys';
import { rootSlot } from './layout';
import { digest, inclusionProof, verifyInclusion } from './merkle';
import type { Network } from './network';
import { ofRegistry, readStatementKey, statementKeySlots } from './registry';
import { integer, items, members, text } from './shape';
import { type ProvenState, type Wanted, proveState } from './state';
import { type Statement, isBaseComplete, leafOf, parseStatement, verifyStatement } from './statement';
import { type Answer, failure } from './verify';
import type { ChainSource } from './bank';

export const SCORE_PARTS = ['statements', 'policy', 'card', 'chain'] as const;
export type ScorePart = (typeof SCORE_PARTS)[number];
export const MAX_SCORE_BYTES = 64 * 1024 * 1024;

export interface Head {
  readonly org: string;
  readonly size: bigint;
  readonly root: Uint8Array;
}

export interface ScoreBundle {
  readonly subject: string;
  readonly asOf: string;
  readonly policy: JsonObject;
  readonly card: JsonObject;
  readonly statements: readonly Json[];
  readonly heads: readonly Head[];
  readonly keys: readonly StatementPublicKey[];
}

export interface ScoreReport {
  readonly answers: Readonly<Record<ScorePart, Answer>>;
  readonly bundle: ScoreBundle | null;
  readonly proved: number;
  /** SHA-256 of the card, hexadecimal: what an attestation carries. */
  readonly cardDigest: string;
}

const OPEN: Answer = { state: 'not established', detail: 'the file could not be read as a score bundle' };

export function decodeScore(data: Uint8Array): ScoreBundle {
  const top = members(
    decodeCanonical(data, MAX_SCORE_BYTES),
    'bundle',
    ['as_of', 'attesters', 'card', 'commodity', 'format', 'heads', 'keys', 'policy', 'statements', 'subject'],
    ['owners', 'stops'],
  );
  if (top.format !== 'credence-score/1') throw new SchemaError('credence-score/1 is expected', '/format');
  if (!isObject(top.policy) || !isObject(top.card)) throw new MalformedError('a score bundle whose policy or card is no object');
  return {
    subject: subjectText(parseSubject(text(top.subject, 'subject'))),
    asOf: text(top.as_of, 'as_of'),
    policy: top.policy,
    card: top.card,
    statements: items(top.statements, 'statements', 50_000),
    heads: items(top.heads, 'heads', 1000).map((head, at) => {
      const fields = members(head, `heads/${at}`, ['org', 'root', 'size']);
      return {
        org: checkLei(text(fields.org, 'org')),
        size: BigInt(integer(fields.size, 'size')),
        root: hexDecode(text(fields.root, 'root'), 32),
      };
    }),
    keys: items(top.keys, 'keys', 1000).map((key) => new StatementPublicKey(b64Decode(text(key, 'keys'), 100))),
  };
}

/** Check a bundle; `source` null leaves the chain unasked. Never rejects for what is in `data`. */
export async function checkScore(data: Uint8Array, source: ChainSource | null): Promise<ScoreReport> {
  let bundle: ScoreBundle;
  try {
    bundle = decodeScore(data);
  } catch (error) {
    return { answers: { statements: failure(error), policy: OPEN, card: OPEN, chain: OPEN }, bundle: null, proved: 0, cardDigest: '' };
  }
  let proved = 0;
  const signers = new Map<string, Set<string>>();
  const statements = checked(() => {
    proved = checkStatements(bundle, signers);
    return `${bundle.statements.length} statements, each signed by a key of the bundle; ${proved} of them under its heads`;
  });
  const policy = checked(() => checkPolicy(bundle));
  const card = checked(() => checkCard(bundle));
  const chain = await checkChain(bundle, signers, source);
  return { answers: { statements, policy, card, chain }, bundle, proved, cardDigest: hexEncode(sha256(canonicalBytes(bundle.card))) };
}

function checked(work: () => string): Answer {
  try {
    return { state: 'holds', detail: work() };
  } catch (error) {
    return failure(error);
  }
}

function checkStatements(bundle: ScoreBundle, signers: Map<string, Set<string>>): number {
  const keys = new Map(bundle.keys.map((key) => [hexEncode(key.keyId), key]));
  const seen = new Set<string>();
  let proved = 0;
  bundle.statements.forEach((scored, at) => {
    try {
      if (!isObject(scored) || typeof scored.sd_jwt !== 'string') throw new MalformedError('no statement');
      const statement = parseStatement(scored.sd_jwt);
      const id = hexEncode(statement.keyId);
      const key = keys.get(id);
      if (key === undefined) throw new ProofError('signed by a key that the bundle does not hold');
      verifyStatement(statement, key);
      if (!isAbout(subjectText(statement.subject), bundle.subject)) throw new ProofError('about somebody else');
      if (scored.erased === undefined && !isBaseComplete(statement)) throw new ProofError('base-tier fields are withheld');
      if (seen.has(statement.id)) throw new ProofError('here twice');
      seen.add(statement.id);
      signers.set(id, (signers.get(id) ?? new Set()).add(statement.issuer));
      if (scored.place !== undefined) {
        checkPlace(statement, scored.place, bundle);
        proved += 1;
      }
    } catch (error) {
      if (error instanceof Error) error.message = `/statements/${at}: ${error.message}`;
      throw error;
    }
  });
  return proved;
}

function isAbout(stated: string, scored: string): boolean {
  return stated === scored || stated.startsWith(`${scored}/`);
}

/** Only its own issuer's log can hold a statement: another member could log a copy of it, at another time. */
function checkPlace(statement: Statement, json: Json, bundle: ScoreBundle): void {
  const place = members(json, 'place', ['head', 'index', 'path', 'size']);
  const head = bundle.heads[integer(place.head, 'head')];
  const size = BigInt(integer(place.size, 'size'));
  if (head === undefined || head.org !== statement.issuer || head.size !== size) {
    throw new ProofError('under a head of another log or size, or one that the bundle does not hold');
  }
  const path = items(place.path, 'path', 128).map((node) => digest(b64Decode(text(node, 'path'), 60)));
  verifyInclusion(leafOf(statement), inclusionProof(BigInt(integer(place.index, 'index')), size, path), head.root);
}

function checkPolicy(bundle: ScoreBundle): string {
  const hash = hexEncode(sha256(fromText(canonicalText(bundle.policy))));
  if (bundle.card.policy !== hash)
    throw new ProofError(`the card names the policy ${String(bundle.card.policy)}, the bundle holds ${hash}`);
  return `the policy's document has the hash that the card names: ${hash}`;
}

/** Are the heads anchored, and are the keys those of the issuers whose statements they signed? */
async function checkChain(
  bundle: ScoreBundle,
  signers: ReadonlyMap<string, ReadonlySet<string>>,
  source: ChainSource | null,
): Promise<Answer> {
  if (source === null) return { state: 'not established', detail: 'the chain could not be asked' };
  try {
    const wanted = chainSlots(bundle, source.network);
    const state = proveState(await source.prove(wanted), wanted);
    const known = await source.blockKnown(hexEncode(state.block.hash));
    compareChain(bundle, signers, source.network, state);
    const detail = `${bundle.heads.length} heads anchored and ${bundle.keys.length} keys registered to their issuers, as of block ${state.block.number}`;
    return known === true
      ? { state: 'holds', detail }
      : { state: 'not established', detail: `${detail}; nobody says that this block is on the chain` };
  } catch (error) {
    if (error instanceof Error && error.name === 'UnreachableError')
      return { state: 'not established', detail: 'the chain could not be asked' };
    return failure(error);
  }
}

function placeOf(network: Network, name: string): Uint8Array {
  const place = network.contracts.get(name);
  if (place === undefined) throw new ProofError(`the network file names no ${name}`);
  return place;
}

function chainSlots(bundle: ScoreBundle, network: Network): Wanted[] {
  return [
    { contract: placeOf(network, 'EvidenceLog'), slots: bundle.heads.map((head) => rootSlot(orgId(head.org), head.size)) },
    ofRegistry(placeOf(network, 'MemberRegistry'), ...bundle.keys.map((key) => statementKeySlots(key.keyId))),
  ];
}

function compareChain(bundle: ScoreBundle, signers: ReadonlyMap<string, ReadonlySet<string>>, network: Network, state: ProvenState): void {
  const log = placeOf(network, 'EvidenceLog');
  for (const head of bundle.heads) {
    if (!equal(state.read(log, rootSlot(orgId(head.org), head.size)), head.root)) {
      throw new ProofError(`the head of ${head.size} leaves of ${head.org} is not anchored`);
    }
  }
  for (const key of bundle.keys) {
    const { record } = readStatementKey(placeOf(network, 'MemberRegistry'), key.keyId, state);
    for (const issuer of signers.get(hexEncode(key.keyId)) ?? []) {
      if (!equal(record.org, orgId(issuer))) throw new ProofError(`a key that signed for ${issuer} is registered to somebody else`);
    }
  }
}
