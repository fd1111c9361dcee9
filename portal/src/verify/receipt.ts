/**
 * The anchor receipt: Merkle-Patricia proofs against one block of what a chain's state must hold (`evidence/receipt.py`).
 * Nothing here is believed because it is written here: `anchor.ts` checks every byte.
 */

import { equal } from './bytes';
import { LimitError, MalformedError } from './errors';
import { MAX_HEADER_BYTES } from './header';
import type { Json } from './json';
import { type LogHead, digest, logHead } from './merkle';
import { integer, items, members, octets } from './shape';

const MAX_NODE_BYTES = 1024;
const MAX_NODES = 65;
const MAX_KEYS = 64;

export type Nodes = readonly Uint8Array[];

export interface AccountProof {
  readonly address: Uint8Array;
  readonly nodes: Nodes;
}

export interface KeyProof {
  readonly key: Uint8Array;
  readonly orgSlot: Nodes;
  readonly termsSlot: Nodes;
}

export interface AnchorReceipt {
  readonly org: Uint8Array;
  readonly head: LogHead;
  readonly header: Uint8Array;
  readonly log: { readonly account: AccountProof; readonly registrySlot: Nodes; readonly rootSlot: Nodes };
  readonly registry: { readonly account: AccountProof; readonly keys: readonly KeyProof[] };
}

export function receiptFromJson(value: Json, place = 'anchor'): AnchorReceipt {
  const fields = members(value, place, ['org', 'size', 'root', 'header', 'log', 'registry']);
  const log = members(fields.log, `${place}/log`, ['address', 'account_proof', 'registry_slot', 'root_slot']);
  const registry = members(fields.registry, `${place}/registry`, ['address', 'account_proof', 'keys']);
  const header = octets(fields.header, `${place}/header`, MAX_HEADER_BYTES);
  if (header.length === 0) throw new LimitError(`a block header has 1 to ${MAX_HEADER_BYTES} bytes, this one 0`);
  const keys = items(registry.keys, `${place}/registry/keys`, MAX_KEYS).map((key, at) => keyProof(key, `${place}/registry/keys/${at}`));
  if (keys.some((one, at) => keys.slice(at + 1).some((other) => equal(one.key, other.key)))) {
    throw new MalformedError('a receipt proves the same key twice');
  }
  return {
    org: octets(fields.org, `${place}/org`, 32, 32),
    head: logHead(BigInt(integer(fields.size, `${place}/size`)), digest(octets(fields.root, `${place}/root`, 32, 32))),
    header,
    log: {
      account: accountProof(log, `${place}/log`),
      registrySlot: nodeList(log.registry_slot, `${place}/log/registry_slot`),
      rootSlot: nodeList(log.root_slot, `${place}/log/root_slot`),
    },
    registry: { account: accountProof(registry, `${place}/registry`), keys },
  };
}

function accountProof(fields: { address: Json; account_proof: Json }, place: string): AccountProof {
  return {
    address: octets(fields.address, `${place}/address`, 20, 20),
    nodes: nodeList(fields.account_proof, `${place}/account_proof`),
  };
}

function keyProof(value: Json, place: string): KeyProof {
  const fields = members(value, place, ['key', 'org_slot', 'terms_slot']);
  return {
    key: octets(fields.key, `${place}/key`, 32, 32),
    orgSlot: nodeList(fields.org_slot, `${place}/org_slot`),
    termsSlot: nodeList(fields.terms_slot, `${place}/terms_slot`),
  };
}

export function nodeList(value: Json, place: string): Nodes {
  return items(value, place, MAX_NODES).map((node, at) => {
    const bytes = octets(node, `${place}/${at}`, MAX_NODE_BYTES);
    if (bytes.length === 0) throw new LimitError(`a node of a state proof has 1 to ${MAX_NODE_BYTES} bytes, this one 0`);
    return bytes;
  });
}
