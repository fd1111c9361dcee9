/** That a block's state holds a log head, and that the keys behind a statement speak for its issuer (`anchor.py`). */

import { equal, hexEncode } from './bytes';
import { showSeconds } from './clock';
import { StorageProofError } from './errors';
import type { Header } from './header';
import { orgId } from './identity';
import { PURPOSE } from './keys';
import { type KeyRecord, REGISTRY_SLOT, decodeAddress, decodeKey, keySlots, rootSlot } from './layout';
import type { LogHead } from './merkle';
import type { Network } from './network';
import type { AnchorReceipt, KeyProof } from './receipt';
import { proveAccount, proveSlot } from './trie';

export interface AnchorClaim {
  readonly block: Header;
  readonly head: LogHead;
  readonly issuer: string;
  /** When the statement says it was signed, seconds since 1970. */
  readonly issued: number;
  readonly statementKey: Uint8Array;
  readonly logKey: Uint8Array;
  /** Pins the contracts; null accepts any contract. */
  readonly network: Network | null;
}

export function checkAnchor(receipt: AnchorReceipt, claim: AnchorClaim): void {
  const org = orgId(claim.issuer);
  const { head } = claim;
  if (!equal(receipt.org, org) || receipt.head.size !== head.size || !equal(receipt.head.root, head.root)) {
    throw new StorageProofError('the anchor is one of another organisation or another head of its log');
  }
  if (claim.network !== null) checkPins(receipt, claim.network);
  // (1) The log's contract holds the root, under the organisation that the statement names.
  const { stateRoot } = claim.block;
  const storage = proveAccount(stateRoot, receipt.log.account.address, receipt.log.account.nodes);
  if (!equal(proveSlot(storage, rootSlot(org, head.size), receipt.log.rootSlot), head.root)) {
    throw new StorageProofError(`the chain's state holds another root, or none, for the ${head.size} leaves of ${claim.issuer}`);
  }
  // (2) It names its registry itself, so that nobody can bring a registry of his own.
  const named = decodeAddress(proveSlot(storage, REGISTRY_SLOT, receipt.log.registrySlot));
  const { account, keys } = receipt.registry;
  if (!equal(named, account.address)) {
    throw new StorageProofError("the anchor proves keys in another registry than the log's own");
  }
  // (3) The registry gives both keys to the same organisation. Exactly these two: a spare one would be an unread byte.
  const registry = proveAccount(stateRoot, account.address, account.nodes);
  const [first, second] = keys;
  if (
    keys.length !== 2 ||
    first === undefined ||
    second === undefined ||
    !equal(first.key, claim.statementKey) ||
    !equal(second.key, claim.logKey)
  ) {
    throw new StorageProofError("the anchor must prove the statement's key and the log's key, in this order, no others");
  }
  checkKey(proveKey(registry, first), org, 'statement', claim);
  checkKey(proveKey(registry, second), org, 'log', claim);
}

/** The key's record as the registry's storage has it. */
export function proveKey(registryRoot: Uint8Array, proof: KeyProof): KeyRecord {
  const [orgSlot, termsSlot] = keySlots(proof.key);
  return decodeKey(proof.key, proveSlot(registryRoot, orgSlot, proof.orgSlot), proveSlot(registryRoot, termsSlot, proof.termsSlot));
}

function checkPins(receipt: AnchorReceipt, network: Network): void {
  const log = network.contracts.get('EvidenceLog');
  const registry = network.contracts.get('MemberRegistry');
  if (log === undefined || registry === undefined) {
    throw new StorageProofError(`the network file of ${network.name} does not say where its contracts are`);
  }
  if (!equal(receipt.log.account.address, log)) {
    throw new StorageProofError(`the head is anchored in a contract that is not the EvidenceLog of ${network.name}`);
  }
  if (!equal(receipt.registry.account.address, registry)) {
    throw new StorageProofError(`the keys are those of a contract that is not the MemberRegistry of ${network.name}`);
  }
}

/** Whether a registered key may have signed at `issued`, as the state of `block` says. */
export function checkKey(
  record: KeyRecord,
  org: Uint8Array,
  purpose: keyof typeof PURPOSE,
  when: { readonly block: Header; readonly issued: number },
): void {
  const name = `the ${purpose} key ${hexEncode(record.key)}`;
  if (!equal(record.org, org)) throw new StorageProofError(`${name} belongs to another organisation than the statement's issuer`);
  if (record.purpose !== PURPOSE[purpose]) {
    throw new StorageProofError(`${name} is registered for another purpose (${record.purpose}, not ${PURPOSE[purpose]})`);
  }
  const time = when.block.timestamp;
  if (record.validFrom > time) {
    throw new StorageProofError(`${name} was valid only after the block's time (${showSeconds(record.validFrom)})`);
  }
  if (record.compromisedAt !== 0n && record.compromisedAt <= time) {
    throw new StorageProofError(`${name} is declared compromised since ${showSeconds(record.compromisedAt)}, before the block's time`);
  }
  if (record.retiredAt !== 0n && BigInt(when.issued) >= record.retiredAt) {
    throw new StorageProofError(`${name} was retired at ${showSeconds(record.retiredAt)}, before the statement was issued`);
  }
}
