"""What the contracts hold and allow, in Python: the same checks, the same refusals, real storage tries underneath."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from eth_utils.address import to_checksum_address

from evidence.errors import ConsistencyError, CredenceError, NotFoundError
from evidence.identity import Lei, OrgId, org_id
from evidence.keys import KeyId, KeyPurpose, address_key_id
from evidence.layout import REGISTRY_SLOT, KeyRecord, encode_head, encode_key, head_slot, key_slots, root_slot
from evidence.log import Digest, LogHead
from evidence.merkle import verify_consistency
from evidence.receipt import Address
from evidence.storage import EMPTY_TRIE
from node.chain import roles
from node.chain.keys import name_key
from node.chain.memory_score import ScoreState
from node.chain.memory_state import Tries
from node.chain.port import Attestation, CreditClaim, Member
from node.chain.refusals import Value, refusal

MOST_POINTS: Final = 100_000_000
LONGEST_LIFE_S: Final = 400 * 86_400
MOST_HEADS: Final = 64
NO_UID: Final = bytes(32)

LOG_ADDRESS: Final = Address(hashlib.sha256(b"memory chain: EvidenceLog").digest()[:20])
REGISTRY_ADDRESS: Final = Address(hashlib.sha256(b"memory chain: MemberRegistry").digest()[:20])
REPAIR_ADDRESS: Final = Address(hashlib.sha256(b"memory chain: RepairBook").digest()[:20])


def refuse(name: str, /, **values: Value) -> CredenceError:
    """What the contract says no with; addresses as bytes are shown as chains show them."""
    shown = {
        key: _hex(Address(value)) if isinstance(value, bytes) and len(value) == 20 else value
        for key, value in values.items()
    }
    return refusal(name, shown)


@dataclass(slots=True)
class World:
    """The chain's state after one block; a copy of it becomes the next one's."""

    tries: Tries
    enroller: Address
    log_storage: bytes
    registry_storage: bytes = EMPTY_TRIE
    paused: bool = False
    members: dict[OrgId, Member] = field(default_factory=dict)
    keys: dict[KeyId, KeyRecord] = field(default_factory=dict)
    public_keys: dict[KeyId, bytes] = field(default_factory=dict)
    heads: dict[OrgId, tuple[LogHead, int]] = field(default_factory=dict)
    roots: dict[tuple[OrgId, int], Digest] = field(default_factory=dict)
    attestations: dict[bytes, Attestation] = field(default_factory=dict)
    score: ScoreState = field(default_factory=ScoreState)

    @classmethod
    def genesis(cls, tries: Tries, enroller: Address) -> World:
        """The state right after deployment: an empty registry, and a log that names it."""
        storage = tries.write(EMPTY_TRIE, REGISTRY_SLOT, REGISTRY_ADDRESS.rjust(32, b"\0"))
        return cls(tries, enroller, storage)

    def copy(self) -> World:
        """A state of its own with the same contents; the trie nodes are shared, which nothing ever changes."""
        return replace(
            self,
            members=dict(self.members),
            keys=dict(self.keys),
            public_keys=dict(self.public_keys),
            heads=dict(self.heads),
            roots=dict(self.roots),
            attestations=dict(self.attestations),
            score=self.score.copy(),
        )

    def state_root(self) -> bytes:
        """The root of the state trie over both contracts."""
        state = self.tries.account(EMPTY_TRIE, LOG_ADDRESS, self.log_storage)
        return self.tries.account(state, REGISTRY_ADDRESS, self.registry_storage)

    # EvidenceLog

    def anchor(self, sender: Address, now: int, org: OrgId, head: LogHead, path: Sequence[Digest]) -> None:
        """`EvidenceLog.anchor`."""
        if self.roots.get((org, head.size)) == head.root:
            return
        self._check_standing(org)
        if not self.key_active(sender, org, KeyPurpose.ANCHOR, now):
            raise refuse("NotAnchorKey", org=org, caller=_hex(sender))
        if head.size == 0:
            raise refuse("EmptyHead", org=org, size=0, root=head.root)
        old, count = self.heads.get(org, (None, 0))
        if old is None:
            if path:
                raise refuse("ProofForFirstHead", org=org, proofLength=len(path))
        else:
            _check_extends(org, old, head, path)
        self.roots[org, head.size] = head.root
        self.heads[org] = (head, count + 1)
        storage = self.tries.write(self.log_storage, root_slot(org, head.size), head.root)
        self.log_storage = self.tries.write(storage, head_slot(org), encode_head(head.size, now, count + 1))

    # EAS and CreditResolver

    def attest(self, sender: Address, now: int, account: str, claim: CreditClaim, *, governed: bool = False) -> None:
        """`OrgAccount.execute` of `EAS.attest`, judged by `CreditResolver` or `PolicyCreditResolver` (governed)."""
        attester = self.operated(sender, now, account)
        if self.paused:
            raise refuse("AttestingPaused")
        member = self.members[attester]
        if not member.active or roles.SCORER not in member.roles:
            raise refuse("NotScorer", org=attester, attester=account)
        if attester == claim.subject:
            raise refuse("SelfAttestation", org=attester)
        subject = self.members.get(claim.subject)
        if subject is None or not subject.active or roles.SUPPLIER not in subject.roles:
            raise refuse("NotSupplier", subject=claim.subject)
        _check_points(claim)
        if not now < claim.expires <= now + LONGEST_LIFE_S:
            raise refuse("ExpiryOutOfBounds", expires=claim.expires, latest=now + LONGEST_LIFE_S)
        self._check_heads(claim)
        if claim.supersedes != NO_UID:
            earlier = self.attestations.get(claim.supersedes)
            ours = earlier is not None and (earlier.attester, earlier.governed) == (account, governed)
            if earlier is None or not ours or earlier.claim.subject != claim.subject:
                raise refuse("WrongReference", refUid=claim.supersedes)
        if governed and not any(
            one.document.policy == claim.policy and one.counts(now) for one in self.score.policies.values()
        ):
            raise refuse("PolicyNotAdopted", policy=claim.policy, nowTime=now)
        uid = hashlib.sha256(repr((len(self.attestations), account, now, claim)).encode()).digest()
        self.attestations[uid] = Attestation(uid, account, attester, claim, now, 0, governed)

    def revoke(self, sender: Address, now: int, account: str, uid: bytes) -> None:
        """`OrgAccount.execute` of `EAS.revoke`; allowed while paused, and to suspended members."""
        self.operated(sender, now, account)
        attestation = self.attestations.get(uid)
        if attestation is None:
            raise NotFoundError(f"there is no attestation 0x{uid.hex()}")
        if attestation.attester != account:
            raise refuse("AccessDenied")
        if attestation.revoked_at:
            raise refuse("AlreadyRevoked")
        self.attestations[uid] = replace(attestation, revoked_at=now)

    # MemberRegistry

    def enrol(self, sender: Address, now: int, lei: Lei, name: str, endpoint: str, bits: frozenset[str]) -> None:
        """`MemberRegistry.enrol`."""
        if sender != self.enroller:
            raise refuse("AccessControlUnauthorizedAccount", account=_hex(sender))
        org = org_id(lei)
        if org in self.members:
            raise refuse("AlreadyEnrolled", org=org)
        if not name or len(name.encode()) > 256 or len(endpoint.encode()) > 512:
            raise refuse("TextLength", length=len(name.encode()), most=256)
        self.members[org] = Member(org, str(lei), name, True, None, bits, endpoint)
        self.score.enrolled[org] = now

    def change_member(self, sender: Address, now: int, org: OrgId, **changes: object) -> None:
        """`setActive`, `setRoles` (the enroller) and `setEndpoint`, `setAccount` (the member's account too)."""
        if set(changes) & {"active", "roles"} and sender != self.enroller:
            raise refuse("AccessControlUnauthorizedAccount", account=_hex(sender))
        self._check_for_org(sender, now, org)
        if org not in self.members:
            raise refuse("UnknownMember", org=org)
        self.members[org] = replace(self.members[org], **changes)  # type: ignore[arg-type]

    def register_key(
        self, sender: Address, now: int, org: OrgId, purpose: KeyPurpose, public_key: bytes, valid_from: int
    ) -> None:
        """`MemberRegistry.registerKey`."""
        self._check_for_org(sender, now, org)
        if org not in self.members:
            raise refuse("UnknownMember", org=org)
        if not self.members[org].active:
            raise refuse("InactiveMember", org=org)
        key = name_key(purpose, public_key)
        if valid_from == 0:
            raise refuse("ValidFromMissing", keyId=key)
        if key in self.keys:
            raise refuse("KeyAlreadyRegistered", keyId=key, org=self.keys[key].org)
        self.public_keys[key] = public_key
        self._store_key(KeyRecord(key, org, purpose, valid_from, 0, 0))

    def retire_key(self, sender: Address, now: int, key: KeyId) -> None:
        """`MemberRegistry.retireKey`."""
        record = self._own_key(sender, now, key)
        if record.retired_at:
            raise refuse("KeyAlreadyRetired", keyId=key, retiredAt=record.retired_at)
        self._store_key(replace(record, retired_at=now))

    def declare_compromised(self, sender: Address, now: int, key: KeyId, since: int) -> None:
        """`MemberRegistry.declareCompromised`."""
        record = self._own_key(sender, now, key)
        declared = record.compromised_at
        if since == 0 or since > now or (declared and since >= declared):
            raise refuse("CutOffRefused", keyId=key, declared=declared, requested=since, nowTime=now)
        self._store_key(replace(record, compromised_at=since))

    def set_paused(self, sender: Address, paused: bool) -> None:
        """`MemberRegistry.pause` and `unpause`."""
        if sender != self.enroller:
            raise refuse("AccessControlUnauthorizedAccount", account=_hex(sender))
        self.paused = paused

    # Checks

    def account_of(self, sender: Address, now: int) -> str | None:
        """The account contract that `sender` may operate."""
        record = self.keys.get(address_key_id(sender))
        member = self.members.get(record.org) if record else None
        if member is None or not self.key_active(sender, member.org, KeyPurpose.ATTEST, now):
            return None
        return member.account

    def operated(self, sender: Address, now: int, account: str) -> OrgId:
        """Whose account it is, when `sender` may operate it."""
        member = next((member for member in self.members.values() if member.account == account), None)
        if member is None or not self.key_active(sender, member.org, KeyPurpose.ATTEST, now):
            raise refuse("NotOperator", org=member.org if member else bytes(32), caller=_hex(sender))
        return member.org

    def _check_for_org(self, sender: Address, now: int, org: OrgId) -> None:
        if sender != self.enroller and not self.key_active(sender, org, KeyPurpose.ATTEST, now):
            raise refuse("NotForOrg", org=org, caller=_hex(sender))

    def _check_standing(self, org: OrgId) -> None:
        if self.paused:
            raise refuse("AnchoringPaused")
        if org not in self.members or not self.members[org].active:
            raise refuse("InactiveMember", org=org)

    def _check_heads(self, claim: CreditClaim) -> None:
        if not 1 <= len(claim.heads) <= MOST_HEADS:
            raise refuse("HeadCount", orgs=len(claim.heads), sizes=len(claim.heads), roots=len(claim.heads))
        for org, size, root in claim.heads:
            if self.roots.get((org, size)) != root:
                raise refuse("HeadNotAnchored", org=org, size=size, root=root)

    def key_active(self, sender: Address, org: OrgId, purpose: KeyPurpose, now: int) -> bool:
        record = self.keys.get(address_key_id(sender))
        if record is None or record.org != org or record.purpose != purpose or record.valid_from > now:
            return False
        return not (record.retired_at and record.retired_at <= now) and not (
            record.compromised_at and record.compromised_at <= now
        )

    def _own_key(self, sender: Address, now: int, key: KeyId) -> KeyRecord:
        record = self.keys.get(key)
        if record is None:
            raise refuse("UnknownKey", keyId=key)
        self._check_for_org(sender, now, record.org)
        return record

    def _store_key(self, record: KeyRecord) -> None:
        self.keys[record.key] = record
        for slot, value in zip(key_slots(record.key), encode_key(record), strict=True):
            self.registry_storage = self.tries.write(self.registry_storage, slot, value)


def account_address(org: OrgId) -> str:
    """Where this chain puts the account contract of `org`."""
    return to_checksum_address(hashlib.sha256(b"memory chain: OrgAccount" + org).digest()[:20])


def _check_extends(org: OrgId, old: LogHead, new: LogHead, path: Sequence[Digest]) -> None:
    values: dict[str, Value] = {"oldSize": old.size, "oldRoot": old.root, "newSize": new.size, "newRoot": new.root}
    if new.size < old.size:
        raise refuse("InconsistentHead", org=org, **values)
    try:
        verify_consistency(old, new, tuple(path))
    except ConsistencyError as error:
        raise refuse("InconsistentHead", org=org, **values) from error


def _check_points(claim: CreditClaim) -> None:
    rated = claim.state == 0 and 0 <= claim.low <= claim.points <= claim.high <= MOST_POINTS
    not_rated = claim.state == 1 and claim.low == claim.points == claim.high == 0
    if not rated and not not_rated:
        raise refuse("PointsOutOfBounds", state=claim.state, low=claim.low, points=claim.points, high=claim.high)


def _hex(sender: Address) -> str:
    return to_checksum_address(sender)
