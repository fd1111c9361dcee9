/** The Merkle tree of a log: verification exactly as RFC 9162 section 2.1 has it (`evidence/merkle.py`, `log.py`). */

import { concat, equal } from './bytes';
import { ConsistencyError, InclusionError, MalformedError, present } from './errors';
import { sha256 } from './hash';

const MAX_SIZE = 2n ** 63n - 1n;
const MAX_PATH = 128;

export const EMPTY_ROOT = sha256(new Uint8Array(0));

/** Size and root of an append-only log at one moment. */
export interface LogHead {
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** 32 bytes; verification written from the RFC's text alone does not check it. */
export function digest(value: Uint8Array): Uint8Array {
  if (value.length !== 32) throw new MalformedError(`a SHA-256 digest has 32 bytes, this one ${value.length}`);
  return value;
}

export function logHead(size: bigint, root: Uint8Array): LogHead {
  checkSize(size);
  return { size, root: digest(root) };
}

function checkSize(size: bigint): void {
  if (size < 0n || size > MAX_SIZE) throw new MalformedError(`a tree size lies between 0 and ${MAX_SIZE}, this one is ${size}`);
}

function checkPath(path: readonly Uint8Array[]): void {
  if (path.length > MAX_PATH) throw new MalformedError(`a proof has at most ${MAX_PATH} hashes, this one ${path.length}`);
  for (const node of path) digest(node);
}

/** The prefix 0x00 keeps a leaf from being passed off as a node. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concat(Uint8Array.of(0), entry));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concat(Uint8Array.of(1), left, right));
}

export interface InclusionProof {
  readonly index: bigint;
  readonly size: bigint;
  readonly path: readonly Uint8Array[];
}

export function inclusionProof(index: bigint, size: bigint, path: readonly Uint8Array[]): InclusionProof {
  checkSize(size);
  if (index < 0n || index >= size) throw new MalformedError(`leaf ${index} cannot be in a tree of ${size} leaves`);
  checkPath(path);
  return { index, size, path };
}

/** RFC 9162 section 2.1.3.2. */
export function verifyInclusion(leaf: Uint8Array, proof: InclusionProof, root: Uint8Array): void {
  digest(leaf);
  inclusionProof(proof.index, proof.size, proof.path);
  let fn = proof.index;
  let sn = proof.size - 1n;
  let result = leaf;
  for (const sibling of proof.path) {
    if (sn === 0n) throw new InclusionError(`the inclusion proof of leaf ${proof.index} is too long`);
    if ((fn & 1n) === 1n || fn === sn) {
      result = nodeHash(sibling, result);
      while (fn !== 0n && (fn & 1n) === 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      result = nodeHash(result, sibling);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) throw new InclusionError(`the inclusion proof of leaf ${proof.index} is too short`);
  if (!equal(result, root)) {
    throw new InclusionError(`the leaf is not number ${proof.index} of the tree of ${proof.size} leaves with this root`);
  }
}

/** RFC 9162 section 2.1.4.2; an empty old tree proves nothing, everything extends nothing. */
export function verifyConsistency(old: LogHead, young: LogHead, path: readonly Uint8Array[]): void {
  checkSize(old.size);
  checkSize(young.size);
  if (old.size > young.size) throw new MalformedError(`a tree cannot shrink from ${old.size} to ${young.size} leaves`);
  checkPath(path);
  if (old.size === 0n) throw new ConsistencyError('nothing can be proved consistent with an empty tree');
  if (old.size === young.size) {
    if (path.length !== 0 || !equal(old.root, young.root)) {
      throw new ConsistencyError(`two different trees of ${old.size} leaves`);
    }
    return;
  }
  const nodes = (old.size & (old.size - 1n)) === 0n ? [old.root, ...path] : [...path];
  if (nodes.length === 0) throw new ConsistencyError('the consistency proof is empty');
  let fn = old.size - 1n;
  let sn = young.size - 1n;
  while ((fn & 1n) === 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  let first = present(nodes[0]);
  let second = first;
  for (const node of nodes.slice(1)) {
    if (sn === 0n) throw new ConsistencyError('the consistency proof is too long');
    if ((fn & 1n) === 1n || fn === sn) {
      first = nodeHash(node, first);
      second = nodeHash(node, second);
      while (fn !== 0n && (fn & 1n) === 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      second = nodeHash(second, node);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n || !equal(first, old.root) || !equal(second, young.root)) {
    throw new ConsistencyError(`the tree of ${young.size} leaves does not extend the one of ${old.size} leaves`);
  }
}

/** The root over `leaves` (leaf hashes) by the definition of RFC 9162 section 2.1.1. */
export function treeRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return EMPTY_ROOT;
  let level = [...leaves];
  // A lone node at the right edge rises unchanged, which is what splitting at the largest power of two comes to.
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const left = present(level[at]);
      const right = level[at + 1];
      above.push(right === undefined ? left : nodeHash(left, right));
    }
    level = above;
  }
  return present(level[0]);
}
