/**
 * The chain's state as proved by somebody who need not be believed: an answer of `POST /v1/chain/proof`, every byte of
 * which is checked here against its block header. Whether that block is on the chain is another question.
 */

import { concat, equal, fromInt, hex0xEncode, hexEncode, toInt } from './bytes';
import { LimitError, MalformedError, StorageProofError } from './errors';
import { keccak256 } from './hash';
import { MAX_HEADER_BYTES, type Header, parseHeader } from './header';
import type { Json } from './json';
import { nodeList } from './receipt';
import { items, members, octets } from './shape';
import { proveAccount, proveSlot, slotAfter } from './trie';

/** Slots (32 bytes each) of one contract. */
export interface Wanted {
  readonly contract: Uint8Array;
  readonly slots: readonly Uint8Array[];
}

/** The body of the request. */
export function wantedJson(wanted: readonly Wanted[]): Json {
  return {
    wanted: wanted.map(({ contract, slots }) => ({ contract: hex0xEncode(contract), slots: slots.map(hex0xEncode) })),
  };
}

/** What a block's state holds in the slots that were asked for; made only by `proveState`. */
export class ProvenState {
  constructor(
    readonly block: Header,
    private readonly values: ReadonlyMap<string, Uint8Array>,
  ) {}

  has(contract: Uint8Array, slot: Uint8Array): boolean {
    return this.values.has(nameOf(contract, slot));
  }

  /** 32 bytes; a slot that was not proved is no zero but an error. */
  read(contract: Uint8Array, slot: Uint8Array): Uint8Array {
    const value = this.values.get(nameOf(contract, slot));
    if (value === undefined) throw new StorageProofError(`the state's answer does not prove slot ${hex0xEncode(slot)}`);
    return value;
  }

  /** A Solidity `bytes` or `string` at `slot`, at most `limit` bytes. */
  readBytes(contract: Uint8Array, slot: Uint8Array, limit: number): Uint8Array {
    const first = this.read(contract, slot);
    const length = bytesLength(first, limit);
    if (length < 32) return first.slice(0, length);
    const words = bytesSlots(slot, length).map((one) => this.read(contract, one));
    const whole = concat(...words);
    if (whole.slice(length).some((byte) => byte !== 0)) throw new MalformedError('bytes in storage with something behind their end');
    return whole.slice(0, length);
  }
}

/** How many bytes the Solidity value that begins with this slot has. */
export function bytesLength(first: Uint8Array, limit: number): number {
  const last = first[31] ?? 0;
  const length = (last & 1) === 0 ? BigInt(last >> 1) : toInt(first) >> 1n;
  if ((last & 1) === 1 && length < 32n) throw new MalformedError('short bytes in storage written as long ones');
  if ((last & 1) === 0 && (length > 31n || first.slice(Number(length), 31).some((byte) => byte !== 0))) {
    throw new MalformedError('short bytes in storage with something behind their end');
  }
  if (length > BigInt(limit)) throw new LimitError(`${length} bytes in storage; at most ${limit} are read`);
  return Number(length);
}

/** The slots behind the first one that hold `length` bytes (none when they fit into the first). */
export function bytesSlots(slot: Uint8Array, length: number): Uint8Array[] {
  if (length < 32) return [];
  const start = keccak256(slot);
  return Array.from({ length: Math.ceil(length / 32) }, (_, at) => slotAfter(start, at));
}

function nameOf(contract: Uint8Array, slot: Uint8Array): string {
  return `${hexEncode(contract)}/${hexEncode(slot)}`;
}

/** Check an answer to `wanted`; nothing in it is believed but what follows from its header's state root. */
export function proveState(answer: Json, wanted: readonly Wanted[]): ProvenState {
  const fields = members(answer, 'state', ['number', 'hash', 'header', 'contracts']);
  const block = parseHeader(octets(fields.header, 'state/header', MAX_HEADER_BYTES));
  const contracts = items(fields.contracts, 'state/contracts', wanted.length);
  if (contracts.length !== wanted.length) throw new StorageProofError('the answer proves other contracts than were asked for');
  const values = new Map<string, Uint8Array>();
  wanted.forEach((one, at) => {
    const place = `state/contracts/${at}`;
    const proof = members(contracts[at], place, ['contract', 'account_proof', 'slots']);
    if (!equal(octets(proof.contract, `${place}/contract`, 20, 20), one.contract)) {
      throw new StorageProofError('the answer proves another contract than the one asked for');
    }
    const root = proveAccount(block.stateRoot, one.contract, nodeList(proof.account_proof, `${place}/account_proof`));
    const slots = items(proof.slots, `${place}/slots`, one.slots.length);
    if (slots.length !== one.slots.length) throw new StorageProofError('the answer proves other slots than were asked for');
    one.slots.forEach((slot, number) => {
      values.set(nameOf(one.contract, slot), proveSlot(root, slot, nodeList(slots[number] ?? null, `${place}/slots/${number}`), 'read'));
    });
  });
  return new ProvenState(block, values);
}

/** An address as a mapping's key. */
export function padded(address: Uint8Array): Uint8Array {
  return fromInt(toInt(address), 32);
}
