"""Open cases, act in them, let time pass over them, and read them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from evidence.draft import JsonValue
from evidence.errors import ConflictError, ProofError
from evidence.keys import Entropy
from nocode.archive import export_case
from nocode.case import Case, CaseId
from nocode.events import Act, Tick
from nocode.flow import Flow
from nocode.legal import Choice, choices, facts_needed
from nocode.readable import readable
from nocode.step import Due, next_due, open_case, step
from node.cases.port import MAX_PAGE, CaseRecord, Order
from node.services.case_desk import CaseDesk, expect
from node.services.case_people import Person, our_actor


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Begins a case."""

    desk: CaseDesk
    entropy: Entropy
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, flow: str, person: Person, fields: Mapping[str, JsonValue], *, reason: str = "") -> Case:
        """Open a case of the flow `flow` (such as `repair-claim.1`) as one of our people.

        Raises:
            NotFoundError: no such flow.
            ForbiddenError, SchemaError, ConflictError: as `nocode.step.open_case`.
        """
        definition, desk = self.desk.flow(flow), self.desk
        actor = our_actor(definition, fields, desk.organisation, person)
        # One at a time: two claims on one event would each count no other open one.
        with self._turn:
            now = desk.clock()
            facts = desk.facts(facts_needed(definition, None, "open"), definition, fields, actor, now)
            act = Act(definition.opening.name, actor, fields, reason, facts)
            case, commands = open_case(definition, "case_" + self.entropy(12).hex(), act, now)
            desk.keep(definition, case, commands, expected=None)
        return case


@dataclass(frozen=True, slots=True)
class ActOnCase:
    """Causes an event in a case."""

    desk: CaseDesk

    def __call__(
        self,
        case: CaseId,
        event: str,
        person: Person,
        fields: Mapping[str, JsonValue],
        *,
        reason: str = "",
        head: bytes | None = None,
    ) -> Case:
        """Cause `event` as one of our people.

        Args:
            head: the case's head as the person read it; another one now means refused.
        Raises:
            NotFoundError: no such case.
            ConflictError: somebody else changed it meanwhile, or the event is not possible; nothing was kept.
            ForbiddenError, SchemaError, LimitError: as `nocode.step.step`.
        """
        desk = self.desk
        flow, found = desk.current(case)
        expect(found, head)
        actor = our_actor(flow, found.fields, desk.organisation, person)
        now = desk.clock()
        facts = desk.facts(facts_needed(flow, found, event), flow, {**found.fields, **fields}, actor, now)
        after, commands = step(flow, found, Act(event, actor, fields, reason, facts), now)
        desk.reached("stepped")
        desk.keep(flow, after, commands, expected=found.head)
        return after


@dataclass(frozen=True, slots=True)
class TickCases:
    """Lets deadlines pass, looks at what `watch` watches, and carries out what still waits; a chore of the worker."""

    desk: CaseDesk
    watch: Callable[[], object] | None = None

    def __call__(self) -> bool:
        """Do what is due; whether more is.

        Raises:
            ProofError: a case does not follow from its history; all others were seen to.
            FaultError: the surroundings failed.
        """
        desk, damaged = self.desk, None
        now = desk.clock()
        due = desk.cases.due(now, limit=MAX_PAGE)
        for record in due:
            try:
                self._tick(record)
            except ProofError as error:
                damaged = damaged or error
        if self.watch is not None:
            self.watch()
        desk.carry_out()
        if damaged is not None:
            raise damaged
        return len(due) == MAX_PAGE

    def _tick(self, record: CaseRecord) -> None:
        flow, case = self.desk.open(record)
        after, commands = step(flow, case, Tick(), self.desk.clock())
        try:
            self.desk.keep(flow, after, commands, expected=case.head)
        except ConflictError:
            # Somebody acted at this very moment, and their event let the deadline pass first.
            return


@dataclass(frozen=True, slots=True)
class Reading:
    """A case as it is shown.

    Attributes:
        choices: what is possible now; for one person when the reading is theirs. A guard may still refuse it.
        due: the next deadline.
        orders: what was asked of the node, and what came of it.
        seals: the sealed signatures, by id.
    """

    flow: Flow
    case: Case
    choices: tuple[Choice, ...]
    due: Due | None
    orders: tuple[Order, ...]
    seals: Mapping[str, str]

    def text(self, language: str = "en") -> str:
        """The readable copy, in `en` or `zh`."""
        return readable(self.flow, self.case, language=language)


@dataclass(frozen=True, slots=True)
class ReadCase:
    """Reads cases; each reading replays the history, so that what is shown follows from what happened."""

    desk: CaseDesk

    def __call__(self, case: CaseId, person: Person | None = None) -> Reading:
        """A case, with the choices of `person` or of everybody.

        Raises:
            NotFoundError: no such case.
            ConsistencyError: what is kept does not follow from its history.
        """
        flow, found = self.desk.read(case)
        actor = None if person is None else our_actor(flow, found.fields, self.desk.organisation, person)
        orders, seals = tuple(self.desk.cases.orders(case)), self.desk.cases.seals(case)
        return Reading(flow, found, choices(flow, found, actor), next_due(flow, found), orders, seals)

    def export(self, case: CaseId) -> bytes:
        """The case with its definition in one file (`credence-case-export/1`); errors as reading it."""
        return export_case(*self.desk.read(case))
