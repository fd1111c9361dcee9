/** Where our contracts keep what proofs rely on (`evidence/layout.py`, docs/architecture.md "On-chain layout"). */

import { concat, equal, fromInt, hexEncode, toInt } from './bytes';
import { StorageProofError } from './errors';
import { mappingSlot, slotAfter, slotAt } from './trie';

export const REGISTRY_SLOT = slotAt(2);
const ZERO = new Uint8Array(32);
const U64 = 2n ** 64n - 1n;

/** A registered key: whose, for what, from when, until when (seconds since 1970, UTC; 0 = never). */
export interface KeyRecord {
  readonly key: Uint8Array;
  readonly org: Uint8Array;
  readonly purpose: number;
  readonly validFrom: bigint;
  readonly retiredAt: bigint;
  readonly compromisedAt: bigint;
}

/** `EvidenceLog.roots[org][size]`. */
export function rootSlot(org: Uint8Array, size: bigint): Uint8Array {
  return mappingSlot(fromInt(size, 32), mappingSlot(org, slotAt(0)));
}

/** `EvidenceLog.heads[org]`. */
export function headSlot(org: Uint8Array): Uint8Array {
  return mappingSlot(org, slotAt(1));
}

/** `MemberRegistry.keys[key]`: the slot with the organisation, and the packed one after it. */
export function keySlots(key: Uint8Array): [Uint8Array, Uint8Array] {
  const first = mappingSlot(key, slotAt(0));
  return [first, slotAfter(first)];
}

/** A chain address as the name of a key: padded on the left to 32 bytes. */
export function addressKeyId(address: Uint8Array): Uint8Array {
  return concat(new Uint8Array(12), address);
}

export function decodeAddress(value: Uint8Array): Uint8Array {
  if (value.slice(0, 12).some((byte) => byte !== 0) || equal(value, ZERO)) {
    throw new StorageProofError('the slot for an address holds something else');
  }
  return value.slice(12);
}

export function decodeKey(key: Uint8Array, org: Uint8Array, terms: Uint8Array): KeyRecord {
  if (equal(org, ZERO)) throw new StorageProofError(`the key ${hexEncode(key)} is not registered`);
  if (terms.slice(0, 7).some((byte) => byte !== 0)) {
    throw new StorageProofError(`the record of the key ${hexEncode(key)} is not one of this version`);
  }
  const number = toInt(terms);
  return {
    key,
    org,
    purpose: Number(number & 0xffn),
    validFrom: (number >> 8n) & U64,
    retiredAt: (number >> 72n) & U64,
    compromisedAt: (number >> 136n) & U64,
  };
}

export function decodeHead(value: Uint8Array): { size: bigint; anchoredAt: bigint; count: bigint } {
  const number = toInt(value);
  return { size: number & U64, anchoredAt: (number >> 64n) & U64, count: (number >> 128n) & U64 };
}
