"""Object to an attestation in public, take an objection back, and see who objects."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from evidence.clock import Clock
from evidence.encoding import hex0x_encode
from evidence.errors import InputError, NotFoundError
from node.chain.port import CreditLedger, MemberDirectory
from node.chain.port_repairs import Objection, Objections
from node.records.port_house import EventStore, SettingStore
from node.services.org_names import name_of
from node.services.read_policies import instant

MOST_REASON: Final = 4_000


@dataclass(frozen=True, slots=True)
class ObjectToScore:
    """Objects as this node's organisation; signed by coming from its account contract."""

    book: Objections
    kept: SettingStore
    events: EventStore
    clock: Clock

    def __call__(self, uid: bytes, reason: str) -> Objection:
        """Object to an attestation for `reason`, whose digest goes on chain; the text stays here, for whoever asks.

        Raises:
            InputError: no reason, or one that is too long.
            NotFoundError: no such attestation; ConflictError: another objection of ours stands.
        """
        if not 1 <= len(reason.strip()) <= MOST_REASON:
            raise InputError(f"an objection gives its reason, in 1 to {MOST_REASON} characters")
        digest = hashlib.sha256(reason.encode()).digest()
        # (1) The text first: an objection whose reasons nobody has would say nothing.
        self.kept.put_setting(_place(digest), reason)
        made = self.book.file(uid, digest)
        self.events.add_event(
            "objection.filed", {"attestation": hex0x_encode(uid), "reason": digest.hex()}, self.clock()
        )
        return made

    def withdraw(self, uid: bytes) -> None:
        """Take our objection back; it stays readable."""
        self.book.withdraw(uid)


@dataclass(frozen=True, slots=True)
class ReadObjections:
    """Who objects to an attestation, and why as far as this node knows."""

    book: Objections
    ledger: CreditLedger
    kept: SettingStore
    directory: MemberDirectory

    def __call__(self, uid: bytes) -> dict[str, Any]:
        """All objections to an attestation of a score, withdrawn ones too.

        Raises:
            NotFoundError: there is no such attestation.
        """
        found = self.ledger.attestation(uid)
        if found is None:
            raise NotFoundError(f"there is no attestation 0x{uid.hex()} of a score", advice="Check the UID.")
        every = [self.objection(one) for one in self.book.objections(uid)]
        return {
            "attestation": hex0x_encode(uid),
            "attester": name_of(self.directory, found.attester_org),
            "subject": name_of(self.directory, found.claim.subject),
            "standing": sum(one["withdrawn_at"] is None for one in every),
            "objections": every,
        }

    def objection(self, one: Objection) -> dict[str, Any]:
        """An objection as a document; `text` is None where its reasons are not known here."""
        return {
            "by": name_of(self.directory, one.by),
            "reason": one.reason.hex(),
            "text": self.kept.setting(_place(one.reason)),
            "filed_at": instant(one.filed_at),
            "withdrawn_at": instant(one.withdrawn_at),
        }


def _place(digest: bytes) -> str:
    return f"objection/{digest.hex()}"
