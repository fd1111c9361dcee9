"""Unannounced inspections: promise one under a commitment, draw its inspector, open it afterwards."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from evidence.clock import Clock
from evidence.draft import Draft, JsonValue, Kind
from evidence.errors import ConflictError, InputError, NotFoundError
from evidence.identity import Lei, Subject
from evidence.statement import parse
from node.records.port import MAX_PAGE, EvidenceStore, StatementFilter
from node.records.port_house import SettingStore
from node.services.submit import SubmitDrafts
from scoring.inspector_draw import candidates, commitment, draw
from scoring.owners import NOBODY_OWNED, Owners

AHEAD: Final = 100
"""The beacon block lies so many blocks ahead: the promise must be anchored before it exists."""
MOST_POOL: Final = 200

BlockHash = Callable[[int], bytes | None]
"""The hash of a block by its number; None while it does not exist."""


@dataclass(frozen=True, slots=True)
class InspectionSlots:
    """Slots that this organisation promises about others.

    The nonce of a slot follows from a secret of this node and the slot's name, so that it is not stored; the day is
    kept in this node's database until the slot is opened, and nowhere else.

    Attributes:
        secret: of this node, at least 32 bytes.
        newest: number of the chain's newest block.
        block_hash: the beacon.
    """

    issuer: Lei
    store: EvidenceStore
    submit: SubmitDrafts
    settings: SettingStore
    secret: bytes = field(repr=False)
    newest: Callable[[], int]
    block_hash: BlockHash
    clock: Clock
    owners: Owners = NOBODY_OWNED

    def promise(
        self, subject: Subject, number: str, day: date, pool: Sequence[Lei], *, opens: timedelta = timedelta(days=14)
    ) -> Mapping[str, JsonValue]:
        """State that `subject` will be inspected once, without saying when; the statement's fields.

        Args:
            day: of the inspection, UTC; not before today.
            pool: inspectors of whom one will be drawn.
            opens: after the day, so long until an unopened slot counts as failed.
        Raises:
            InputError: a day in the past, a pool without anybody who may inspect the subject, our own organisation.
            ConflictError: the number is used.
        """
        now = self.clock()
        if day < now.date():
            raise InputError(f"{day} is over", advice="Promise a day to come.")
        if self.owners.same(subject.lei, self.issuer):
            raise InputError("a slot about oneself is none", advice="Ask a purchaser or a body to promise it.")
        if len(pool) > MOST_POOL or not candidates(pool, subject, self.owners):
            raise InputError(
                "nobody of this pool may be drawn", advice="Name inspectors of other owners than the supplier's."
            )
        if self._find(subject, number) is not None:
            raise ConflictError(f"the slot {number} of {subject} is promised already", advice="Choose another number.")
        due = datetime.combine(day, time(0), UTC) + timedelta(days=1) + opens
        fields: dict[str, JsonValue] = {
            "number": number,
            "state": "committed",
            "commitment": commitment(number, subject, day, self._nonce(subject, number)).hex(),
            "beacon_block": self.newest() + AHEAD,
            "pool": [str(lei) for lei in sorted(set(pool))],
            "due_at": _instant(due),
        }
        # Kept first: a promise whose day is lost could never be opened.
        self.settings.put_setting(_name(subject, number), day.isoformat())
        self.submit([Draft(Kind.INSPECTION_SLOT, _instant(now), fields, f"slot {number}")], subject=subject)
        return fields

    def drawn(self, subject: Subject, number: str) -> dict[str, Any]:
        """Who was drawn, for when; to be told to nobody but the inspector before the day.

        Raises:
            NotFoundError: we promised no such slot.
            ConflictError: its beacon block does not exist yet.
        """
        promise = self._find(subject, number)
        day = self.settings.setting(_name(subject, number))
        if promise is None or not day:
            raise NotFoundError(f"this node promised no slot {number} of {subject}")
        block = int(promise["beacon_block"])
        beacon = self.block_hash(block)
        if beacon is None:
            raise ConflictError(f"block {block}, which draws, does not exist yet", advice="Draw later.")
        nonce = self._nonce(subject, number)
        pool = [Lei(one) for one in promise["pool"]]
        inspector = draw(pool, subject, number, nonce=nonce, beacon=beacon, owners=self.owners)
        return {
            "number": number,
            "day": day,
            "beacon": beacon.hex(),
            "nonce": nonce.hex(),
            "inspector": None if inspector is None else str(inspector),
        }

    def open(self, subject: Subject, number: str, audit: str) -> Mapping[str, JsonValue]:
        """State day, nonce, beacon and inspector, and the number of the inspector's report; the statement's fields.

        Raises:
            NotFoundError, ConflictError: as `drawn`; ConflictError also before the day.
        """
        found = self.drawn(subject, number)
        promise = self._find(subject, number)
        assert promise is not None
        if found["day"] > self.clock().date().isoformat():
            raise ConflictError(f"the inspection is on {found['day']}", advice="Open the slot once it is over.")
        told = {name: found[name] for name in ("day", "nonce", "beacon", "inspector")}
        fields: dict[str, JsonValue] = {**promise, **told, "state": "opened", "audit": audit}
        self.submit([Draft(Kind.INSPECTION_SLOT, _instant(self.clock()), fields, f"slot {number}")], subject=subject)
        return fields

    def _find(self, subject: Subject, number: str) -> dict[str, Any] | None:
        chosen, after = StatementFilter(subject, Kind.INSPECTION_SLOT), -1
        while page := self.store.statements(chosen, after=after, limit=MAX_PAGE):
            after = page[-1].position
            for one in page:
                fields = parse(one.sd_jwt).fields
                if one.record.subject == subject and (fields["number"], fields["state"]) == (number, "committed"):
                    return fields
        return None

    def _nonce(self, subject: Subject, number: str) -> bytes:
        return hmac.digest(self.secret, b"credence/slot-nonce/v1\n" + f"{subject}\n{number}".encode(), "sha256")


def _name(subject: Subject, number: str) -> str:
    return f"slot-day:{subject}:{number}"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
