"""What the services of cases share: reading a case by replaying it, and putting the next one in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.clock import Clock
from evidence.errors import ConflictError, NotFoundError, StorageError
from evidence.identity import Lei
from nocode.archive import decode_case, encode_case
from nocode.case import Case, CaseId
from nocode.commands import Command
from nocode.events import Tick
from nocode.flow import Flow
from nocode.step import next_due, step
from node.cases.port import CaseRecord, CaseStore
from node.services.carry_out import CarryOut
from node.services.case_facts import StateFacts, named
from node.services.fault_point import FaultPoint, go_on


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """Handed to every service of cases.

    Attributes:
        organisation: whose node it is.
        flows: the definitions that cases run on here, by id and version.
    """

    organisation: Lei
    cases: CaseStore
    flows: Mapping[str, Flow]
    facts: StateFacts
    carry_out: CarryOut
    clock: Clock
    reached: FaultPoint = go_on

    def flow(self, name: str) -> Flow:
        """A definition; raises NotFoundError when none of that name is here."""
        if name not in self.flows:
            raise NotFoundError(
                f"there is no flow {name[:60]!r}", advice=f"There are: {', '.join(sorted(self.flows))}."
            )
        return self.flows[name]

    def read(self, case: CaseId) -> tuple[Flow, Case]:
        """A case and the definition it runs on, its history checked.

        Raises:
            NotFoundError: there is none.
            ConsistencyError: what is kept does not follow from its history.
        """
        record = self.cases.case(case)
        if record is None:
            raise NotFoundError(f"there is no case {case[:64]!r}", advice="`credence case list` shows all.")
        return self.open(record)

    def open(self, record: CaseRecord) -> tuple[Flow, Case]:
        """A kept case, its history checked; errors as `read`."""
        flow = self.flows.get(record.flow)
        if flow is None:
            raise StorageError(
                f"case {record.case} runs on {record.flow}, which this version does not have",
                advice="It was opened by a newer version of Credence: install that one.",
            )
        return flow, decode_case(flow, record.data, known=record.head)

    def current(self, case: CaseId) -> tuple[Flow, Case]:
        """As `read`, after the deadlines that have passed."""
        flow, found = self.read(case)
        now = self.clock()
        due = next_due(flow, found)
        if due is None or due.at > now:
            return flow, found
        ticked, commands = step(flow, found, Tick(), now)
        self.keep(flow, ticked, commands, expected=found.head)
        return flow, ticked

    def keep(
        self,
        flow: Flow,
        case: Case,
        commands: tuple[Command, ...],
        *,
        expected: bytes | None,
        seals: Mapping[str, str] | None = None,
    ) -> None:
        """Put a case in the place of the one with the head `expected`, then carry out what it asks for.

        Raises:
            ConflictError: somebody else changed it meanwhile; nothing was kept.
        """
        due = next_due(flow, case)
        fields = {name: str(case.fields.get(name, "")) for name in ("subject", "about")}
        # An 8D calls its subject the supplier.
        subject = fields["subject"] or str(case.fields.get("supplier", ""))
        record = CaseRecord(
            case=case.id,
            flow=named(flow),
            state=case.state,
            ended=flow.states[case.state].end,
            subject=subject,
            about=fields["about"],
            opener=str(case.opener.organisation),
            opened=case.opened,
            changed=case.history[-1].at,
            due=None if due is None else due.at,
            head=case.head,
            data=encode_case(case),
        )
        self.cases.put(record, commands, expected=expected, seals=seals)
        self.reached("kept")
        self.carry_out.now(case.id)


def expect(case: Case, head: bytes | None) -> None:
    """Raise ConflictError unless the case is as its reader saw it; None: whatever it is."""
    if head is not None and head != case.head:
        raise ConflictError(f"case {case.id} was changed since you read it", advice="Read it again.")
