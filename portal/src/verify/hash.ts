/**
 * SHA-256 and Keccak-256. Not Web Crypto: `crypto.subtle` does not exist on a page that a node serves over plain HTTP in
 * a plant's own network, it knows no Keccak, and a tree of hashes one promise at a time is slow.
 */

import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';

export function sha256(data: Uint8Array): Uint8Array {
  return nobleSha256(data);
}

export function keccak256(data: Uint8Array): Uint8Array {
  return keccak_256(data);
}
