/**
 * Attestations as EAS keeps them, read from proved storage (no `getAttestation` of somebody's server), and the claim that
 * they carry. EAS 1.4.0 `Common.sol`: struct Attestation; our claim's schema: `node/chain/evm_claim.py`.
 */

import { concat, equal, fromInt, hex0xEncode, toInt } from './bytes';
import { MalformedError, ProofError } from './errors';
import { type ProvenState, type Wanted, bytesLength, bytesSlots } from './state';
import { mappingSlot, slotAfter, slotAt } from './trie';

/** Where EAS 1.4.0 keeps `_db`: behind the two fallback strings of EIP-712, the name and the nonces. */
const DB_SLOT = slotAt(4);
const MAX_HEADS = 64;
const MAX_DATA = 32 * (15 + 3 * MAX_HEADS);
const WORDS = 12;
const U64 = 2n ** 64n - 1n;

/** What an attestation says of a score; points in micro-points. */
export interface CreditClaim {
  readonly subject: Uint8Array;
  readonly policy: Uint8Array;
  readonly points: number;
  readonly low: number;
  readonly high: number;
  readonly band: number;
  /** 0 rated, 1 not rated. */
  readonly state: number;
  readonly inputs: Uint8Array;
  readonly card: Uint8Array;
  readonly heads: readonly { readonly org: Uint8Array; readonly size: bigint; readonly root: Uint8Array }[];
}

export interface Attestation {
  readonly uid: Uint8Array;
  readonly schema: Uint8Array;
  /** Seconds since 1970, UTC; 0 for never. */
  readonly made: bigint;
  readonly expires: bigint;
  readonly revoked: bigint;
  readonly recipient: Uint8Array;
  readonly attester: Uint8Array;
  readonly revocable: boolean;
  readonly claim: CreditClaim;
}

/**
 * Places in the struct that are read: UID, schema, times, recipient, attester, data. Not `refUID` at 3:
 * nothing here rests on it.
 */
const PLACES = [0, 1, 2, 4, 5, 6] as const;
const DATA = 5;

function fields(uid: Uint8Array): Uint8Array[] {
  const start = mappingSlot(uid, DB_SLOT);
  return PLACES.map((at) => slotAfter(start, at));
}

/** The slots of an attestation; those of its data only once its length is proved. */
export function attestationSlots(uid: Uint8Array, eas: Uint8Array, known?: ProvenState): Wanted {
  const slots = fields(uid);
  const last = slots[DATA] ?? DB_SLOT;
  const length = known === undefined ? 0 : bytesLength(known.read(eas, last), MAX_DATA);
  return { contract: eas, slots: [...slots, ...bytesSlots(last, length)] };
}

export function readAttestation(uid: Uint8Array, eas: Uint8Array, state: ProvenState): Attestation {
  const slots = fields(uid);
  const [kept, schema, times, recipient, attester] = slots.slice(0, DATA).map((slot) => state.read(eas, slot)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  if (!equal(kept, uid)) throw new ProofError(`there is no attestation ${hex0xEncode(uid)} on chain`);
  const number = toInt(times);
  return {
    uid,
    schema,
    made: number & U64,
    expires: (number >> 64n) & U64,
    revoked: (number >> 128n) & U64,
    recipient: recipient.slice(12),
    attester: attester.slice(12),
    revocable: attester[11] === 1,
    claim: decodeClaim(state.readBytes(eas, slots[DATA] ?? DB_SLOT, MAX_DATA)),
  };
}

/** Read the claim in an attestation's data; only its one encoding. */
export function decodeClaim(data: Uint8Array): CreditClaim {
  if (data.length % 32 !== 0 || data.length < 32 * (WORDS + 3)) throw new MalformedError('attestation data that is no credit claim');
  const word = (at: number): Uint8Array => data.slice(32 * at, 32 * at + 32);
  const small = (at: number, bits: number): number => {
    const value = toInt(word(at));
    if (value >> BigInt(bits) !== 0n) throw new MalformedError(`word ${at} of a credit claim has more than ${bits} bits`);
    return Number(value);
  };
  const count = (data.length / 32 - WORDS - 3) / 3;
  if (!Number.isInteger(count) || count > MAX_HEADS) throw new MalformedError('a credit claim whose heads do not fit together');
  const starts = [0, 1, 2].map((column) => WORDS + column * (count + 1));
  starts.forEach((start, column) => {
    // One encoding only: the three arrays stand behind each other, equally long.
    if (toInt(word(9 + column)) !== BigInt(32 * start) || toInt(word(start)) !== BigInt(count)) {
      throw new MalformedError('a credit claim whose heads do not fit together');
    }
  });
  const [orgs = 0, sizes = 0, roots = 0] = starts;
  const heads = Array.from({ length: count }, (_, at) => {
    const size = toInt(word(sizes + 1 + at));
    if (size > U64) throw new MalformedError('a credit claim with a head that is too large');
    return { org: word(orgs + 1 + at), size, root: word(roots + 1 + at) };
  });
  return {
    subject: word(0),
    policy: word(1),
    points: small(2, 32),
    low: small(3, 32),
    high: small(4, 32),
    band: small(5, 8),
    state: small(6, 8),
    inputs: word(7),
    card: word(8),
    heads,
  };
}

/** The one encoding of a claim, for tests and for whoever wants to compare. */
export function encodeClaim(claim: CreditClaim): Uint8Array {
  const number = (value: number | bigint): Uint8Array => fromInt(BigInt(value), 32);
  const count = claim.heads.length;
  const offsets = [0, 1, 2].map((column) => number(32 * (WORDS + column * (count + 1))));
  return concat(
    claim.subject,
    claim.policy,
    ...[claim.points, claim.low, claim.high, claim.band, claim.state].map(number),
    claim.inputs,
    claim.card,
    ...offsets,
    number(count),
    ...claim.heads.map((head) => head.org),
    number(count),
    ...claim.heads.map((head) => number(head.size)),
    number(count),
    ...claim.heads.map((head) => head.root),
  );
}

/** The slot that names the attester, for whoever must look its owner up first. */
export function attesterSlot(uid: Uint8Array): Uint8Array {
  return slotAfter(mappingSlot(uid, DB_SLOT), 5);
}
