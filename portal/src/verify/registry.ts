/**
 * Members and keys as `MemberRegistry` keeps them, read from proved storage. Slots: docs/architecture.md and the contract's
 * storage layout (`_keys` 0, `_publicKeys` 1, `_members` 6, `_orgOfAccount` 7).
 */

import { concat, equal, toInt, toText } from './bytes';
import { ProofError, SignatureError } from './errors';
import { PURPOSE, StatementPublicKey } from './keys';
import { type KeyRecord, decodeKey, keySlots } from './layout';
import { type ProvenState, type Wanted, bytesSlots, padded } from './state';
import { mappingSlot, slotAfter, slotAt } from './trie';

const SEC1_BYTES = 65;
const LONGEST_NAME = 512;
export const ROLES = ['supplier', 'purchaser', 'scorer', 'bank', 'auditor', 'accredited-body'] as const;
export type MemberRole = (typeof ROLES)[number];

export interface Member {
  readonly org: Uint8Array;
  readonly lei: string;
  readonly name: string;
  readonly roles: ReadonlySet<MemberRole>;
  readonly account: Uint8Array;
  readonly active: boolean;
}

function memberSlot(org: Uint8Array): Uint8Array {
  return mappingSlot(org, slotAt(6));
}

function publicKeySlot(key: Uint8Array): Uint8Array {
  return mappingSlot(key, slotAt(1));
}

function ownerSlot(account: Uint8Array): Uint8Array {
  return mappingSlot(padded(account), slotAt(7));
}

/** Slots of a member; its names may be longer than one slot, which the answer before tells. */
export function memberSlots(org: Uint8Array, lengths: { lei: number; name: number }): Uint8Array[] {
  const start = memberSlot(org);
  const [lei, name] = [slotAfter(start), slotAfter(start, 2)];
  return [start, lei, name, slotAfter(start, 4), slotAfter(start, 5), ...bytesSlots(lei, lengths.lei), ...bytesSlots(name, lengths.name)];
}

export function readMember(registry: Uint8Array, org: Uint8Array, state: ProvenState): Member {
  const start = memberSlot(org);
  if (!equal(state.read(registry, start), org)) throw new ProofError('this organisation is no member of the consortium');
  const bits = toInt(state.read(registry, slotAfter(start, 4)));
  const last = state.read(registry, slotAfter(start, 5));
  return {
    org,
    lei: toText(state.readBytes(registry, slotAfter(start), 31)),
    name: toText(state.readBytes(registry, slotAfter(start, 2), LONGEST_NAME)),
    roles: new Set(ROLES.filter((_, bit) => ((bits >> BigInt(bit)) & 1n) === 1n)),
    account: last.slice(12),
    active: last[3] === 1,
  };
}

/** The slots of a statement key: its record, and the key itself. */
export function statementKeySlots(key: Uint8Array): Uint8Array[] {
  const start = publicKeySlot(key);
  return [...keySlots(key), start, ...bytesSlots(start, SEC1_BYTES)];
}

export interface RegisteredKey {
  readonly record: KeyRecord;
  readonly key: StatementPublicKey;
}

/** A statement key with its record, both out of the registry. */
export function readStatementKey(registry: Uint8Array, id: Uint8Array, state: ProvenState): RegisteredKey {
  const [org, terms] = keySlots(id);
  const record = decodeKey(id, state.read(registry, org), state.read(registry, terms));
  if (record.purpose !== PURPOSE.statement) throw new SignatureError('the key is registered for another purpose');
  const key = new StatementPublicKey(state.readBytes(registry, publicKeySlot(id), 2 * SEC1_BYTES));
  if (!equal(key.keyId, id)) throw new SignatureError('the registry holds another key under this name');
  return { record, key };
}

/** Which organisation an account contract is of; zeros when of none. */
export function ownerSlots(account: Uint8Array): Uint8Array[] {
  return [ownerSlot(account)];
}

export function readOwner(registry: Uint8Array, account: Uint8Array, state: ProvenState): Uint8Array {
  return state.read(registry, ownerSlot(account));
}

/** What one call asks of the registry, each slot once. */
export function ofRegistry(registry: Uint8Array, ...slots: readonly Uint8Array[][]): Wanted {
  const seen = new Map(slots.flat().map((slot) => [concat(slot).join(), slot]));
  return { contract: registry, slots: [...seen.values()] };
}
