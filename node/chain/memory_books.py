"""The memory adapters of `Repairs` and `Objections`."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.errors import NotFoundError
from evidence.identity import OrgId
from evidence.receipt import Address
from node.chain import memory_lane as lane
from node.chain.checks import no_account
from node.chain.eip712 import claim_id, co_sign_digest, message_digest
from node.chain.memory_chain import MemoryChain
from node.chain.memory_desks import MemoryDesk
from node.chain.memory_score import CHAIN_ID
from node.chain.memory_world import REPAIR_ADDRESS, World
from node.chain.port_repairs import CoSign, Objection, RepairClaim, SignedCoSign


class MemoryRepairs(MemoryDesk):
    """`Repairs`; `sender` operates the account contract of its organisation, `secret` (32 bytes) is its key."""

    def __init__(
        self, chain: MemoryChain, sender: Address, *, secret: bytes | None = None, confirmations: int = 1
    ) -> None:
        super().__init__(chain, sender, confirmations=confirmations)
        self._secret = secret

    def claim_id(self, subject: OrgId, document: bytes, scope: bytes) -> bytes:
        return claim_id(subject, document, scope)

    def open(self, document: bytes, scope: bytes, until: int) -> RepairClaim:
        (org, _), sender = self._own(), self._sender
        name = claim_id(org, document, scope)
        self._write(
            lambda world, now: lane.open_repair(world, sender, now, document, scope, until),
            lambda world: name in world.score.claims,
        )
        return self._need(name)

    def withdraw(self, claim: bytes) -> None:
        (org, _), sender, subject = self._own(), self._sender, self._need(claim).subject
        self._write(
            lambda world, now: lane.withdraw_repair(world, sender, now, claim),
            lambda world: org == subject and claim in world.score.claims and world.score.claims[claim].withdrawn_at > 0,
        )

    def sign(self, claim: bytes, evidence: bytes, deadline: int) -> SignedCoSign:
        from eth_keys.datatypes import PrivateKey

        org, account = self._own()
        if self._secret is None:
            raise no_account(self._sender)
        digest = co_sign_digest(CHAIN_ID, REPAIR_ADDRESS, claim, org, evidence, deadline)
        message = message_digest(CHAIN_ID, Address(bytes.fromhex(account[2:])), digest)
        signature = PrivateKey(self._secret).sign_msg_hash(message).to_bytes()
        return SignedCoSign(claim, org, evidence, deadline, signature[:64] + bytes([signature[64] + 27]))

    def co_sign(self, signed: SignedCoSign) -> CoSign:
        def find(world: World) -> CoSign | None:
            given = world.score.co_signs.get(signed.claim, ())
            return next((one for one in given if (one.body, one.evidence) == (signed.body, signed.evidence)), None)

        self._write(lambda world, now: lane.co_sign(world, now, signed), lambda world: find(world) is not None)
        found = find(self._world)
        assert found is not None
        return found

    def revoke(self, claim: bytes) -> None:
        (org, _), sender = self._own(), self._sender
        if not any(one.body == org for one in self.co_signs(claim)):
            raise NotFoundError(f"no co-sign of ours stands on claim 0x{claim.hex()}", advice="Check the claim.")
        self._write(
            lambda world, now: lane.revoke_co_sign(world, sender, now, claim),
            lambda world: any(one.body == org and one.revoked_at for one in world.score.co_signs.get(claim, ())),
        )

    def claim(self, claim: bytes) -> RepairClaim | None:
        return self._world.score.claims.get(claim)

    def claims(self, subject: OrgId) -> Sequence[RepairClaim]:
        return tuple(lane.claims_of(self._world, subject))

    def co_signs(self, claim: bytes) -> Sequence[CoSign]:
        return self._world.score.co_signs.get(claim, ())

    def is_cosigned(self, claim: bytes, at: int | None = None) -> bool:
        block = self._now
        return lane.is_cosigned(block.world, claim, block.time if at is None else at)

    def in_repair(self, subject: OrgId, at: int | None = None) -> bool:
        block = self._now
        return lane.in_repair(block.world, subject, block.time if at is None else at)

    def _need(self, claim: bytes) -> RepairClaim:
        found = self.claim(claim)
        if found is None:
            raise NotFoundError(f"nobody opened the repair claim 0x{claim.hex()}", advice="Check the claim's id.")
        return found


class MemoryObjections(MemoryDesk):
    """`Objections`; `sender` operates the account contract of its organisation."""

    def file(self, uid: bytes, reason: bytes) -> Objection:
        (org, _), sender = self._own(), self._sender

        def find(world: World) -> Objection | None:
            mine = (one for one in world.score.objections.get(uid, ()) if one.by == org and not one.withdrawn_at)
            return next((one for one in mine if one.reason == reason), None)

        self._write(
            lambda world, now: lane.file_objection(world, sender, now, uid, reason),
            lambda world: find(world) is not None,
        )
        found = find(self._world)
        assert found is not None
        return found

    def withdraw(self, uid: bytes) -> None:
        (org, _), sender = self._own(), self._sender
        if not any(one.by == org for one in self.objections(uid)):
            raise NotFoundError(f"no objection of ours to 0x{uid.hex()} was filed", advice="Check the attestation.")
        self._write(
            lambda world, now: lane.withdraw_objection(world, sender, now, uid),
            lambda world: not any(one.by == org and not one.withdrawn_at for one in world.score.objections[uid]),
        )

    def objections(self, uid: bytes) -> Sequence[Objection]:
        return self._world.score.objections.get(uid, ())
