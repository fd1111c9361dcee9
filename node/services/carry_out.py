"""Carry out what cases ask of the node, each command once however often it is tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evidence.clock import Clock
from evidence.draft import JsonValue
from evidence.errors import AccessError, FaultError, InputError, ProofError
from evidence.identity import Subject
from evidence.statement import StatementId
from nocode.case import CaseId
from nocode.commands import ApplySetPoint, Close, Notify, OpenRepair, RecomputeScore, SignRequest, SubmitStatement
from node.cases.port import MAX_PAGE, CaseStore, Order
from node.records.port import EvidenceStore, LogStore
from node.records.port_house import EventStore
from node.services.submit import SubmitDrafts

SUBMITTED = "submitted "
REFUSED = "refused: "


def no_machine(order: Order) -> str | None:
    """What carries out set points at a node that has none."""
    raise InputError(f"case {order.case} asks for a set point, and this node writes none")


def no_claims(order: Order) -> str | None:
    """What opens repair claims at a node whose network keeps none."""
    raise InputError(f"case {order.case} asks for a repair claim on chain, and this network keeps none")


@dataclass(frozen=True, slots=True)
class CarryOut:
    """Carries out commands that wait.

    Statements are recognised by what they say, scores by the evidence they count; an event carries its command's key,
    so that watchers know one that a crash made us tell twice.

    Attributes:
        beside: another process runs this node: nothing is carried out here, its worker does it within seconds.
    """

    cases: CaseStore
    store: EvidenceStore
    log: LogStore
    events: EventStore
    submit: SubmitDrafts
    score: Callable[[Subject], object]
    clock: Clock
    apply: Callable[[Order], str | None] = no_machine
    open_repair: Callable[[Order], str | None] = no_claims
    beside: bool = False

    def __call__(self, case: CaseId | None = None) -> int:
        """Carry out the commands of one case or of all; how many were. A score waits until its statements are anchored.

        Raises:
            FaultError: the surroundings failed one of them; the others were carried out, and this one waits.
        """
        done, fault = 0, None
        for order in self.cases.waiting(case=case, limit=MAX_PAGE):
            try:
                outcome = self._do(order)
            except FaultError as error:
                fault = fault or error
                continue
            if outcome is not None:
                self.cases.carried_out(order.command.key, outcome, self.clock())
                done += 1
        if fault is not None:
            raise fault
        return done

    def now(self, case: CaseId) -> None:
        """Carry out a case's commands at once if that is possible; what fails waits for the worker and is told."""
        if self.beside:
            return
        try:
            self(case)
        except FaultError as error:
            data: dict[str, JsonValue] = {"case": case, "error": error.name, "message": error.message}
            self.events.add_event("case.delayed", data, self.clock())

    def _do(self, order: Order) -> str | None:
        try:
            return self._try(order)
        except (InputError, AccessError, ProofError) as error:
            # Not possible today, and trying again tomorrow would do something nobody asked for then.
            data = {"message": error.message, "advice": error.advice}
            self._tell("case.refused", order, {**data, "error": error.name})
            return f"{REFUSED}{error.message}"

    def _try(self, order: Order) -> str | None:
        match order.command:
            case SubmitStatement(_, subject, draft):
                report = self.submit([draft], subject=subject)
                return SUBMITTED + " ".join((*report.added, *report.known))
            case RecomputeScore(_, subject):
                if not self._anchored(order.case):
                    return None
                self.score(subject)
                return "computed"
            case ApplySetPoint():
                return self.apply(order)
            case OpenRepair():
                return self.open_repair(order)
            case Notify(_, roles, words):
                self._tell("case.notify", order, {"roles": list(roles), "en": words.en, "zh": words.zh})
            case SignRequest(_, step, role, meaning, missing, record):
                asked: dict[str, JsonValue] = {"role": role, "meaning": meaning.value, "missing": missing}
                self._tell("case.sign-request", order, {**asked, "step": step, "record": record.hex()})
            case Close(_, state):
                self._tell("case.closed", order, {"state": state})
        return "told"

    def _anchored(self, case: CaseId) -> bool:
        """Whether the statements that the case made are anchored: a score counts no others."""
        outcomes = [order.outcome for order in self.cases.orders(case)]
        names = [name for text in outcomes if text and text.startswith(SUBMITTED) for name in text.split()[1:]]
        if not names:
            return True
        head = self.log.newest_head(closed=True)
        stored = [self.store.statement(StatementId(name)) for name in names]
        return head is not None and all(one is not None and one.position < head.head.size for one in stored)

    def _tell(self, type_: str, order: Order, data: dict[str, JsonValue]) -> None:
        self.events.add_event(type_, {"case": order.case, "key": order.command.key, **data}, self.clock())
