/**
 * What a bank checks of a credential or an attestation, in its own page: signature, issuer, attestation and values against
 * the chain's state, which is proved slot by slot. The node only fetches; it is never asked whether something holds. That
 * the block is on the chain is the one thing that a page cannot see: `blockKnown` says who says so.
 *
 * Same questions as `node/services/verify_credential.py`.
 */

import { checkKey } from './anchor';
import { equal, hex0xEncode, hexEncode } from './bytes';
import { type Credential, parseCredential, verifyCredential } from './credential';
import { type Attestation, attestationSlots, attesterSlot, readAttestation } from './eas';
import { MalformedError, ProofError, SignatureError, UnreachableError } from './errors';
import type { Header } from './header';
import { orgId, parseSubject } from './identity';
import type { Json } from './json';
import type { Network } from './network';
import { type Member, memberSlots, ofRegistry, ownerSlots, readMember, readOwner, readStatementKey, statementKeySlots } from './registry';
import { type ProvenState, type Wanted, bytesLength, proveState } from './state';
import { type Answer, failure } from './verify';
import { slotAfter } from './trie';

export const VCT = 'urn:credence:vct:quality-credit:1';
export const BANK_PARTS = ['credential', 'issuer', 'attestation', 'values', 'block'] as const;
export type BankPart = (typeof BANK_PARTS)[number];

/** Where the chain's state comes from: a node, or what was kept of its last answers. Rejects when there is none. */
export interface ChainSource {
  readonly network: Network;
  prove(wanted: readonly Wanted[]): Promise<Json>;
  /** Whether somebody the reader trusts says that the block is on the chain; null when nobody can be asked. */
  blockKnown(hash: string): Promise<boolean | null>;
}

export interface BankReport {
  readonly answers: Readonly<Record<BankPart, Answer>>;
  /** Every part holds: also what only the chain's state can tell. */
  readonly verified: boolean;
  readonly credential: Credential | null;
  readonly attestation: Attestation | null;
  readonly issuer: Member | null;
  readonly block: Header | null;
}

interface Found {
  credential: Credential | null;
  attestation: Attestation | null;
  issuer: Member | null;
  block: Header | null;
}

const OPEN: Answer = { state: 'not established', detail: 'an earlier part did not hold, so there is nothing to compare' };
const NO_CHAIN: Answer = { state: 'not established', detail: 'the chain could not be asked, and nothing of it was kept' };

function contract(network: Network, name: string): Uint8Array {
  const place = network.contracts.get(name);
  if (place === undefined) throw new ProofError(`the network file names no ${name}`);
  return place;
}

/** Check a credential; `now` in seconds since 1970. Never rejects for what is in `text`. */
export async function checkCredential(text: string, source: ChainSource | null, now: number): Promise<BankReport> {
  const found: Found = { credential: null, attestation: null, issuer: null, block: null };
  const answers: Record<BankPart, Answer> = { credential: OPEN, issuer: OPEN, attestation: OPEN, values: OPEN, block: OPEN };
  try {
    found.credential = parseCredential(text.trim());
    requireKey(found.credential);
  } catch (error) {
    return report({ ...answers, credential: failure(error) }, found);
  }
  if (now >= found.credential.expires || found.credential.vct !== VCT) {
    // These need no chain, so they are said even when there is none.
    const why = found.credential.vct === VCT ? 'the credential has expired' : `not a credential of the type ${VCT}`;
    return report({ ...answers, credential: failure(new ProofError(why)) }, found);
  }
  let state: ProvenState;
  try {
    if (source === null) throw new UnreachableError('no chain');
    state = await stateOf(found.credential, source);
  } catch (error) {
    if (!(error instanceof UnreachableError)) return report({ ...answers, issuer: failure(error) }, found);
    return report({ credential: NO_CHAIN, issuer: NO_CHAIN, attestation: NO_CHAIN, values: NO_CHAIN, block: NO_CHAIN }, found);
  }
  found.block = state.block;
  answers.issuer = checked(() => checkIssuer(found, source.network, state, now));
  answers.credential = checked(() => checkSigned(found, source.network, state, now));
  answers.attestation = checked(() => checkAttestation(found, source.network, state, now));
  answers.values = answers.attestation.state === 'holds' ? checked(() => compare(found)) : OPEN;
  answers.block = await checkBlock(source, state);
  return report(answers, found);
}

/** Check an attestation by its UID alone: who attested, whether it stands, and what it says. */
export async function checkUid(uid: Uint8Array, source: ChainSource | null, now: number): Promise<BankReport> {
  const found: Found = { credential: null, attestation: null, issuer: null, block: null };
  const none: Answer = { state: 'holds', detail: 'no credential was given: the attestation was looked up by its UID' };
  const open = { credential: none, issuer: OPEN, attestation: OPEN, values: OPEN, block: OPEN };
  try {
    if (source === null) throw new UnreachableError('no chain');
    const state = await stateOfUid(uid, source);
    found.block = state.block;
    const eas = contract(source.network, 'EAS');
    const registry = contract(source.network, 'MemberRegistry');
    const issuer = checked(() => {
      found.attestation = readAttestation(uid, eas, state);
      found.issuer = readMember(registry, readOwner(registry, found.attestation.attester, state), state);
      return requireScorer(found.issuer);
    });
    const attestation = checked(() => requireStanding(found.attestation, found.issuer, source.network, now));
    const values: Answer = found.attestation === null ? OPEN : { state: 'holds', detail: 'the values shown are those of the attestation' };
    return report({ credential: none, issuer, attestation, values, block: await checkBlock(source, state) }, found);
  } catch (error) {
    if (error instanceof UnreachableError)
      return report({ ...open, issuer: NO_CHAIN, attestation: NO_CHAIN, values: NO_CHAIN, block: NO_CHAIN }, found);
    return report({ ...open, attestation: failure(error) }, found);
  }
}

function report(answers: Record<BankPart, Answer>, found: Found): BankReport {
  return { answers, verified: BANK_PARTS.every((part) => answers[part].state === 'holds'), ...found };
}

function checked(work: () => string): Answer {
  try {
    return { state: 'holds', detail: work() };
  } catch (error) {
    return failure(error);
  }
}

function requireKey(credential: Credential): Uint8Array {
  if (credential.jwt.keyId === null) throw new SignatureError('the credential does not name the key that signed it');
  if (credential.status === null) throw new ProofError('the credential names no attestation, so it could not be revoked');
  return credential.jwt.keyId;
}

/** Ask twice: lengths first, then everything against one block. */
async function ask(source: ChainSource, first: readonly Wanted[], then: (known: ProvenState) => Wanted[]): Promise<ProvenState> {
  const known = proveState(await source.prove(first), first);
  const wanted = then(known);
  return proveState(await source.prove(wanted), wanted);
}

function stateOf(credential: Credential, source: ChainSource): Promise<ProvenState> {
  const { network } = source;
  const [registry, eas] = [contract(network, 'MemberRegistry'), contract(network, 'EAS')];
  const org = orgId(credential.issuer);
  const key = requireKey(credential);
  const uid = credential.status?.uid ?? new Uint8Array(32);
  const first = [ofRegistry(registry, memberSlots(org, NONE)), attestationSlots(uid, eas)];
  return ask(source, first, (known) => [
    ofRegistry(registry, memberSlots(org, nameLengths(registry, org, known)), statementKeySlots(key)),
    attestationSlots(uid, eas, known),
  ]);
}

async function stateOfUid(uid: Uint8Array, source: ChainSource): Promise<ProvenState> {
  const { network } = source;
  const [registry, eas] = [contract(network, 'MemberRegistry'), contract(network, 'EAS')];
  const base = [attestationSlots(uid, eas)];
  const first = proveState(await source.prove(base), base);
  const attester = first.read(eas, attesterSlot(uid)).slice(12);
  const owner = [ofRegistry(registry, ownerSlots(attester))];
  const org = readOwner(registry, attester, proveState(await source.prove(owner), owner));
  return ask(source, [ofRegistry(registry, memberSlots(org, NONE)), attestationSlots(uid, eas)], (known) => [
    ofRegistry(registry, ownerSlots(attester), memberSlots(org, nameLengths(registry, org, known))),
    attestationSlots(uid, eas, known),
  ]);
}

const NONE = { lei: 0, name: 0 };

function nameLengths(registry: Uint8Array, org: Uint8Array, known: ProvenState): { lei: number; name: number } {
  const start = memberSlots(org, NONE)[0] ?? org;
  return {
    lei: bytesLength(known.read(registry, slotAfter(start)), 31),
    name: bytesLength(known.read(registry, slotAfter(start, 2)), 512),
  };
}

function checkIssuer(found: Found, network: Network, state: ProvenState, now: number): string {
  const credential = found.credential as Credential;
  const registry = contract(network, 'MemberRegistry');
  const org = orgId(credential.issuer);
  found.issuer = readMember(registry, org, state);
  const { record } = readStatementKey(registry, requireKey(credential), state);
  if (record.compromisedAt !== 0n) throw new SignatureError('the key that signed was declared compromised by its owner');
  checkKey(record, org, 'statement', { block: state.block, issued: Math.min(credential.issued, now) });
  return requireScorer(found.issuer);
}

function requireScorer(issuer: Member): string {
  if (!issuer.active || !issuer.roles.has('scorer')) throw new SignatureError(`${issuer.name} is not an active member that may score`);
  return `${issuer.name} (${issuer.lei}) is an active member that may score`;
}

function checkSigned(found: Found, network: Network, state: ProvenState, now: number): string {
  const credential = found.credential as Credential;
  const { key } = readStatementKey(contract(network, 'MemberRegistry'), requireKey(credential), state);
  verifyCredential(credential, key, { issuer: credential.issuer, vct: VCT, now });
  return `signed by the registered key ${hexEncode(key.keyId).slice(0, 16)}…, ${credential.hidden} claims withheld`;
}

function checkAttestation(found: Found, network: Network, state: ProvenState, now: number): string {
  const status = found.credential?.status;
  const eas = contract(network, 'EAS');
  if (status === undefined || status === null || status.chainId !== network.chainId || !equal(status.contract, eas)) {
    throw new ProofError("the credential points at another network's attestations");
  }
  found.attestation = readAttestation(status.uid, eas, state);
  return requireStanding(found.attestation, found.issuer, network, now);
}

function requireStanding(attestation: Attestation | null, issuer: Member | null, network: Network, now: number): string {
  if (attestation === null || issuer === null) throw new ProofError('there is no attestation of a member to look at');
  const schemas = ['CreditClaim', 'PolicyCreditClaim'].flatMap((name) => network.schemas.get(name) ?? []);
  if (!schemas.some((one) => equal(one, attestation.schema)))
    throw new ProofError('the attestation is of another schema than credit claims');
  // That it exists says little: who attested it, is it revoked, has it expired?
  if (!equal(attestation.attester, issuer.account))
    throw new ProofError(`the attestation was not made by the account contract of ${issuer.name}`);
  if (attestation.revoked !== 0n) throw new ProofError('the attestation was revoked');
  if (attestation.expires <= BigInt(now)) throw new ProofError('the attestation has expired');
  if (equal(attestation.claim.subject, issuer.org)) throw new ProofError('the subject attested itself');
  return `attestation ${hex0xEncode(attestation.uid)} by ${issuer.name}, not revoked`;
}

function compare(found: Found): string {
  const said = found.credential?.claims;
  const claim = found.attestation?.claim;
  if (said === undefined || claim === undefined) throw new ProofError('there is nothing to compare');
  if (typeof said.sub !== 'string') throw new MalformedError('the credential names no subject');
  if (!equal(orgId(parseSubject(said.sub).lei), claim.subject)) throw new ProofError(`the attestation is not about ${said.sub}`);
  const onChain: Record<string, string | number> = {
    policy: hexEncode(claim.policy),
    card: hexEncode(claim.card),
    points: claim.points,
    low: claim.low,
    high: claim.high,
    state: claim.state === 0 ? 'rated' : 'not-rated',
  };
  for (const [name, value] of Object.entries(onChain)) {
    if (name in said && said[name] !== value)
      throw new ProofError(`the credential says ${name} ${String(said[name])}, the chain says ${value}`);
  }
  return 'the credential says what the attestation says';
}

async function checkBlock(source: ChainSource, state: ProvenState): Promise<Answer> {
  const name = `block ${state.block.number} (${hex0xEncode(state.block.hash)})`;
  const known = await source.blockKnown(hexEncode(state.block.hash));
  if (known === null) return { state: 'not established', detail: `${name}: nobody could be asked whether it is on the chain` };
  return known
    ? { state: 'holds', detail: `${name} is on the chain` }
    : { state: 'fails', detail: `${name} is not on the chain`, error: 'ProofError' };
}
