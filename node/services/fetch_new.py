"""Fetch what other members anchored since: a new head on the chain is the sign that there is something to ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from evidence.clock import Clock
from evidence.errors import AccessError, CredenceError, FaultError, InputError, ProofError
from evidence.identity import Lei, OrgId, Subject, org_id
from node.chain.port import AnchorLedger, Member, MemberDirectory
from node.records.port_house import EventStore, SettingStore
from node.services.fetch_evidence import FetchEvidence

STATERS: Final = frozenset({"purchaser", "accredited-body", "auditor"})
"""Roles of members that state things about suppliers, beside what suppliers state about themselves."""
_FIRST_WAIT: Final = timedelta(seconds=2)
_LAST_WAIT: Final = timedelta(minutes=10)


@dataclass(slots=True)
class _Trouble:
    """A member that did not answer, or answered falsely: not before when it is asked again."""

    failures: int
    until: datetime


@dataclass(frozen=True, slots=True)
class FetchNew:
    """Asks each member whose anchored head is new to us for its statements about suppliers.

    Suppliers are asked about themselves, purchasers, bodies and auditors about every supplier. A member that does not
    answer is asked again after 2, 4, 8 ... seconds, at most 10 minutes; the others are not kept waiting.

    Attributes:
        newest: number of the chain's newest block; None asks every time.
    """

    issuer: Lei
    fetch: FetchEvidence
    directory: MemberDirectory
    ledger: AnchorLedger
    settings: SettingStore
    events: EventStore
    clock: Clock
    newest: Callable[[], int] | None = None
    _looked: dict[str, int] = field(default_factory=dict)
    _troubles: dict[OrgId, _Trouble] = field(default_factory=dict)

    def __call__(self) -> int:
        """Fetch what is new; gives how many statements came.

        Raises:
            LedgerUnreachableError: the chain does not answer.
        """
        # One question instead of dozens while no block has come.
        block = None if self.newest is None else self.newest()
        if block is not None and not self._troubles and self._looked.get("block") == block:
            return 0
        members = [one for one in self.directory.members() if one.active and one.lei != self.issuer]
        suppliers = [Subject(Lei(one.lei)) for one in members if "supplier" in one.roles]
        added = 0
        for member in members:
            org = org_id(Lei(member.lei))
            trouble = self._troubles.get(org)
            head = self.ledger.head(org)
            if head is None or (trouble and self.clock() < trouble.until):
                continue
            mark = f"head-fetched:{member.lei}"
            if int(self.settings.setting(mark) or 0) >= head.size:
                continue
            try:
                for subject in self._about(member, suppliers):
                    added += self.fetch(member, subject=subject).added
            except (AccessError, FaultError, InputError, ProofError) as error:
                self._failed(member, org, error)
                continue
            self._troubles.pop(org, None)
            self.settings.put_setting(mark, str(head.size))
        if block is not None:
            self._looked["block"] = block
        return added

    def _about(self, member: Member, suppliers: Sequence[Subject]) -> list[Subject]:
        own = [Subject(Lei(member.lei))] if "supplier" in member.roles else []
        return [*own, *(one for one in suppliers if one not in own)] if member.roles & STATERS else own

    def _failed(self, member: Member, org: OrgId, error: CredenceError) -> None:
        """One member's silence, or lie, is told and must not keep the others from being asked."""
        known = self._troubles.get(org)
        failures = known.failures + 1 if known else 1
        wait = min(_FIRST_WAIT * 2 ** min(failures - 1, 16), _LAST_WAIT)
        self._troubles[org] = _Trouble(failures, self.clock() + wait)
        told: dict[str, str | int] = {"member": member.name, "lei": member.lei, "error": error.name}
        self.events.add_event("fetch.failed", told | {"message": error.message, "failures": failures}, self.clock())
