"""The memory adapters of the chain's ports: complete, checked like the contracts, gone when the process ends."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

from evidence.errors import LedgerUnreachableError
from evidence.identity import Lei, OrgId, org_id
from evidence.keys import KeyId, KeyPurpose
from evidence.layout import REGISTRY_SLOT, KeyRecord, root_slot
from evidence.log import ConsistencyProof, LogHead
from evidence.receipt import Address, AnchorReceipt, LogProof, RegistryProof
from node.chain import roles as role_names
from node.chain.checks import check_keys_registered, check_revocable, check_same_name, no_account
from node.chain.keys import name_key
from node.chain.memory_chain import Call, MemoryChain
from node.chain.memory_world import LOG_ADDRESS, REGISTRY_ADDRESS, World, account_address
from node.chain.port import Attestation, CreditClaim, Member
from node.chain.settle import settle

PATIENCE_BLOCKS: Final = 64


class _Blocks:
    """Height and time of a memory chain; gives up after so many waits, as a caller with a time-out does."""

    def __init__(self, chain: MemoryChain) -> None:
        self._chain = chain
        self._left = PATIENCE_BLOCKS

    def newest(self) -> int:
        return self._chain.newest().number

    def wait(self) -> None:
        if self._left == 0:
            raise LedgerUnreachableError(f"not settled after waiting for {PATIENCE_BLOCKS} blocks")
        self._left -= 1
        self._chain.tick()


class Writer:
    """One sender's way of changing the chain and waiting until the change is deep enough."""

    def __init__(self, chain: MemoryChain, sender: Address, confirmations: int) -> None:
        self.chain = chain
        self.sender = sender
        self._confirmations = confirmations

    def write(self, call: Call, holds: Callable[[World], bool]) -> int:
        return settle(_Blocks(self.chain), _Effect(self.chain, self.sender, call, holds), self._confirmations)


class _Effect:
    def __init__(self, chain: MemoryChain, sender: Address, call: Call, holds: Callable[[World], bool]) -> None:
        self._chain, self._sender, self._call, self._holds = chain, sender, call, holds

    def holds_at(self, number: int) -> bool:
        return self._holds(self._chain.at(number).world)

    def push(self) -> bool:
        if self._chain.waits(self._sender):
            return False
        self._chain.send(self._sender, self._call)
        return True


class MemoryLedger:
    """`AnchorLedger` on a memory chain; `sender` is the node's chain address."""

    def __init__(self, chain: MemoryChain, sender: Address, *, confirmations: int = 1) -> None:
        self._chain = chain
        self._writer = Writer(chain, sender, confirmations)

    def head(self, org: OrgId) -> LogHead | None:
        found = self._chain.newest().world.heads.get(org)
        return found[0] if found else None

    def is_anchored(self, org: OrgId, head: LogHead) -> bool:
        return self._chain.newest().world.roots.get((org, head.size)) == head.root

    def anchor(self, org: OrgId, head: LogHead, proof: ConsistencyProof, keys: Sequence[KeyId]) -> AnchorReceipt:
        def holds(world: World) -> bool:
            known = all(key in world.keys and world.keys[key].org == org for key in keys)
            return known and world.roots.get((org, head.size)) == head.root

        check_keys_registered(org, [(key, self._chain.newest().world.keys.get(key)) for key in keys])
        sender = self._writer.sender
        number = self._writer.write(lambda world, now: world.anchor(sender, now, org, head, proof.path), holds)
        return self._receipt(number, org, head, keys)

    def _receipt(self, number: int, org: OrgId, head: LogHead, keys: Sequence[KeyId]) -> AnchorReceipt:
        block = self._chain.at(number)
        world, tries = block.world, block.world.tries
        state = world.state_root()
        log = LogProof(
            tries.prove_account(state, LOG_ADDRESS),
            tries.prove_slot(world.log_storage, REGISTRY_SLOT),
            tries.prove_slot(world.log_storage, root_slot(org, head.size)),
        )
        proofs = tuple(tries.prove_key(world.registry_storage, key) for key in dict.fromkeys(keys))
        registry = RegistryProof(tries.prove_account(state, REGISTRY_ADDRESS), proofs)
        return AnchorReceipt(org, head, block.header, log, registry)


class MemoryDirectory:
    """`MemberDirectory` and `HeaderOracle` on a memory chain."""

    def __init__(self, chain: MemoryChain) -> None:
        self._chain = chain

    def member(self, org: OrgId) -> Member | None:
        return self._chain.newest().world.members.get(org)

    def members(self) -> Sequence[Member]:
        return tuple(self._chain.newest().world.members.values())

    def key(self, key: KeyId) -> KeyRecord | None:
        return self._chain.newest().world.keys.get(key)

    def keys_of(self, org: OrgId, purpose: KeyPurpose) -> Sequence[KeyRecord]:
        every = self._chain.newest().world.keys.values()
        return tuple(record for record in every if record.org == org and record.purpose == purpose)

    def public_key(self, key: KeyId) -> bytes | None:
        return self._chain.newest().world.public_keys.get(key)

    def header_known(self, block_hash: bytes) -> bool:
        return self._chain.knows(block_hash)


class MemoryCredits:
    """`CreditLedger` on a memory chain; `sender` operates the account contract of its organisation.

    Args:
        governed: whether `PolicyCreditResolver` judges, instead of `CreditResolver`.
    """

    def __init__(self, chain: MemoryChain, sender: Address, *, confirmations: int = 1, governed: bool = False) -> None:
        self._chain = chain
        self._writer = Writer(chain, sender, confirmations)
        self.governed = governed

    def attest(self, claim: CreditClaim) -> Attestation:
        account, sender, governed = self._account(), self._writer.sender, self.governed
        number = self._writer.write(
            lambda world, now: world.attest(sender, now, account, claim, governed=governed),
            lambda world: _find(world, account, claim, governed) is not None,
        )
        found = _find(self._chain.at(number).world, account, claim, governed)
        assert found is not None
        return found

    def attestation(self, uid: bytes) -> Attestation | None:
        return self._chain.newest().world.attestations.get(uid)

    def attestations(self, subject: OrgId) -> Sequence[Attestation]:
        every = self._chain.newest().world.attestations.values()
        return tuple(attestation for attestation in every if attestation.claim.subject == subject)

    def revoke(self, uid: bytes) -> None:
        account, sender = self._account(), self._writer.sender
        check_revocable(uid, self.attestation(uid), account)
        self._writer.write(
            lambda world, now: world.revoke(sender, now, account, uid),
            lambda world: uid in world.attestations and world.attestations[uid].revoked_at > 0,
        )

    def _account(self) -> str:
        block = self._chain.newest()
        account = block.world.account_of(self._writer.sender, block.time)
        if account is None:
            raise no_account(self._writer.sender)
        return account


class MemoryAdmin:
    """`MemberAdmin` on a memory chain; `sender` is the enroller, or an operator of a member's account."""

    def __init__(self, chain: MemoryChain, sender: Address, *, confirmations: int = 1) -> None:
        self._chain = chain
        self._writer = Writer(chain, sender, confirmations)

    def enrol(self, lei: Lei, name: str, endpoint: str, roles: Collection[str]) -> OrgId:
        org, sender, bits = org_id(lei), self._writer.sender, role_names.to_bits(roles)
        check_same_name(self._world().members.get(org), name)
        self._writer.write(
            lambda world, now: world.enrol(sender, now, lei, name, endpoint, role_names.from_bits(bits)),
            lambda world: org in world.members,
        )
        return org

    def open_account(self, org: OrgId) -> str:
        known = self._world().members.get(org)
        if known is not None and known.account is not None:
            return known.account
        account = account_address(org)
        self._change(org, lambda member: member.account == account, account=account)
        return account

    def register_key(self, org: OrgId, purpose: KeyPurpose, public_key: bytes, valid_from: int) -> KeyId:
        key, sender = name_key(purpose, public_key), self._writer.sender

        def holds(world: World) -> bool:
            record = world.keys.get(key)
            return record is not None and record.org == org and record.purpose == purpose

        self._writer.write(
            lambda world, now: world.register_key(sender, now, org, purpose, public_key, valid_from), holds
        )
        return key

    def retire_key(self, key: KeyId) -> None:
        sender = self._writer.sender
        self._writer.write(
            lambda world, now: world.retire_key(sender, now, key),
            lambda world: key in world.keys and world.keys[key].retired_at > 0,
        )

    def declare_compromised(self, key: KeyId, since: int) -> None:
        sender = self._writer.sender
        self._writer.write(
            lambda world, now: world.declare_compromised(sender, now, key, since),
            lambda world: key in world.keys and world.keys[key].compromised_at == since,
        )

    def set_active(self, org: OrgId, active: bool) -> None:
        self._change(org, lambda member: member.active == active, active=active)

    def set_roles(self, org: OrgId, roles: Collection[str]) -> None:
        wanted = role_names.from_bits(role_names.to_bits(roles))
        self._change(org, lambda member: member.roles == wanted, roles=wanted)

    def set_endpoint(self, org: OrgId, endpoint: str) -> None:
        self._change(org, lambda member: member.endpoint == endpoint, endpoint=endpoint)

    def set_paused(self, paused: bool) -> None:
        sender = self._writer.sender
        self._writer.write(lambda world, now: world.set_paused(sender, paused), lambda world: world.paused == paused)

    def _change(self, org: OrgId, holds: Callable[[Member], bool], **changes: object) -> None:
        sender = self._writer.sender
        self._writer.write(
            lambda world, now: world.change_member(sender, now, org, **changes),
            lambda world: org in world.members and holds(world.members[org]),
        )

    def _world(self) -> World:
        return self._chain.newest().world


def _find(world: World, account: str, claim: CreditClaim, governed: bool) -> Attestation | None:
    found = (one for one in world.attestations.values() if (one.attester, one.governed) == (account, governed))
    return next((one for one in found if one.claim == claim), None)
