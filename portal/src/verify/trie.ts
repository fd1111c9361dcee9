/**
 * Merkle-Patricia proofs of a chain's state, as `eth_getProof` gives them (yellow paper, appendix D; EIP-1186). Every
 * node given must be needed, in order, so that no spare byte is carried (`evidence/storage.py`).
 */

import { concat, equal, fromInt, hex0xEncode, toInt } from './bytes';
import { MalformedError, StorageProofError } from './errors';
import { keccak256 } from './hash';
import { type Item, decode, decodeList, toBytes, toUint } from './rlp';

const EMPTY = new Uint8Array(0);
export const EMPTY_TRIE = keccak256(Uint8Array.of(0x80));
const ZERO = new Uint8Array(32);

export function slotAt(number: number): Uint8Array {
  return fromInt(BigInt(number), 32);
}

/** Where a Solidity mapping in `slot` keeps the value of `key`, both 32 bytes. */
export function mappingSlot(key: Uint8Array, slot: Uint8Array): Uint8Array {
  return keccak256(concat(key, slot));
}

export function slotAfter(slot: Uint8Array, distance = 1): Uint8Array {
  return fromInt((toInt(slot) + BigInt(distance)) % 2n ** 256n, 32);
}

/** Check that the account is in the state, and give the root of its storage. */
export function proveAccount(stateRoot: Uint8Array, address: Uint8Array, nodes: readonly Uint8Array[]): Uint8Array {
  const name = hex0xEncode(address);
  const found = proveValue(stateRoot, keccak256(address), nodes, `account ${name}`);
  if (found.length === 0) throw new StorageProofError(`the state has no account ${name}`);
  const fields = decodeList(found);
  if (fields.length !== 4) throw new MalformedError(`an account has 4 fields, this one ${fields.length}`);
  toUint(fields[0], 8);
  toUint(fields[1], 32);
  toBytes(fields[3], 32);
  return toBytes(fields[2], 32);
}

/**
 * What a contract's storage holds in `slot`: 32 bytes, all zero when the proof shows that nothing is there.
 *
 * `zeroLeaf`: anvil, the embedded chain, keeps a slot that was written with zero as a leaf, which other clients delete. The
 * root commits to it all the same, so a reader of states may take it for what it says; a proof file never carries one.
 */
export function proveSlot(
  storageRoot: Uint8Array,
  slot: Uint8Array,
  nodes: readonly Uint8Array[],
  zeroLeaf: 'refused' | 'read' = 'refused',
): Uint8Array {
  const only = nodes[0];
  if (equal(storageRoot, EMPTY_TRIE) && nodes.length === 1 && only?.length === 1 && only[0] === 0x80) return ZERO;
  const found = proveValue(storageRoot, keccak256(slot), nodes, `slot ${hex0xEncode(slot)}`);
  if (found.length === 0) return ZERO;
  const value = decode(found);
  if (value instanceof Uint8Array && value.length === 0) {
    if (zeroLeaf === 'read') return ZERO;
    throw new MalformedError('a storage trie never holds a zero');
  }
  return fromInt(toUint(value, 32), 32);
}

/** What the trie with `root` holds at `key`, empty when the proof shows that it holds nothing there. */
export function proveValue(root: Uint8Array, key: Uint8Array, nodes: readonly Uint8Array[], what: string): Uint8Array {
  const decoded = nodes.map((node) => {
    const item = decode(node);
    checkNode(item, false);
    return item;
  });
  let used = 0;
  function fetch(hash: Uint8Array): Item {
    if (equal(hash, EMPTY_TRIE)) return EMPTY;
    const node = nodes[used];
    const item = decoded[used];
    if (node === undefined || item === undefined || !equal(keccak256(node), hash)) {
      throw new StorageProofError(`the nodes given do not lead from the state's root to ${what}`);
    }
    used += 1;
    return item;
  }
  const found = walk(fetch(root), nibbles(key), fetch);
  if (used !== nodes.length) throw new StorageProofError(`the proof of ${what} carries ${nodes.length - used} nodes that prove nothing`);
  return found;
}

function walk(start: Item, path: readonly number[], fetch: (hash: Uint8Array) => Item): Uint8Array {
  let node = start;
  let at = 0;
  for (;;) {
    if (node instanceof Uint8Array) return EMPTY; // the blank node
    let child: Item;
    if (node.length === 17) {
      const nibble = path[at];
      if (nibble === undefined) return EMPTY;
      child = node[nibble] ?? EMPTY;
      at += 1;
    } else {
      const [encoded, rest] = node as [Uint8Array, Item];
      const { isLeaf, part } = unpack(encoded);
      const matches = part.every((nibble, step) => path[at + step] === nibble);
      if (isLeaf) return matches && at + part.length === path.length ? (rest as Uint8Array) : EMPTY;
      if (!matches) return EMPTY;
      at += part.length;
      child = rest;
    }
    if (child instanceof Uint8Array) {
      if (child.length === 0) return EMPTY;
      node = fetch(child);
    } else {
      node = child;
    }
  }
}

function nibbles(data: Uint8Array): number[] {
  return [...data].flatMap((byte) => [byte >> 4, byte & 15]);
}

function unpack(encoded: Uint8Array): { isLeaf: boolean; part: number[] } {
  const all = nibbles(encoded);
  const flag = all[0] ?? 0;
  return { isLeaf: flag >= 2, part: all.slice((flag & 1) === 1 ? 1 : 2) };
}

/** Refuse what is no node of a trie with keys of 32 bytes. */
function checkNode(node: Item, embedded: boolean): void {
  if (Array.isArray(node) && node.length === 17) {
    for (const child of node.slice(0, 16)) if (!isEmpty(child)) checkChild(child);
    if (!isEmpty(node[16])) throw new MalformedError('a branch with a value: keys of equal length never end in one');
    return;
  }
  const path = Array.isArray(node) && node.length === 2 ? node[0] : undefined;
  const rest = Array.isArray(node) ? node[1] : undefined;
  if (!(path instanceof Uint8Array) || path.length === 0 || rest === undefined) {
    throw new MalformedError(`${embedded ? 'an embedded' : 'a'} trie node that is no branch, extension or leaf`);
  }
  const first = path[0] ?? 0;
  const flag = first >> 4;
  if (flag > 3 || ((flag & 1) === 0 && (first & 0x0f) !== 0) || (path.length === 1 && first === 0)) {
    throw new MalformedError('a trie node whose path is not in its one form');
  }
  if (flag >= 2) {
    if (!(rest instanceof Uint8Array) || rest.length === 0) throw new MalformedError('a trie leaf without a value');
  } else {
    checkChild(rest);
  }
}

function checkChild(child: Item): void {
  if (Array.isArray(child)) checkNode(child, true);
  else if (child.length !== 32) throw new MalformedError('a trie node whose child is neither a hash nor a node');
}

function isEmpty(item: Item | undefined): boolean {
  return item instanceof Uint8Array && item.length === 0;
}
