"""Write a released set point to its machine: the only caller of the outbound port, and it believes nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from evidence.clock import format_instant
from evidence.errors import ConflictError, ForbiddenError, InputError, SignatureError
from evidence.identity import Lei
from nocode.case import Case, Entry, EntryKind
from nocode.checks import RELEASERS
from nocode.commands import ApplySetPoint
from nocode.events import Act, Actor
from nocode.flow import Flow
from nocode.legal import facts_needed
from nocode.meaning import Meaning
from nocode.step import step
from node.cases.port import Order
from node.outbound.port import ControlSystem, SetPoint
from node.services.case_desk import CaseDesk
from node.services.fault_point import FaultPoint, go_on
from node.services.sign_step import step_name
from node.services.verify_signature import VerifySignature

CONTROL_SYSTEM: Final = "control-system"
"""The role, and the user id, under which the node itself tells what became of a set point."""
APPLIED, REFUSED = "applied", "refused"


@dataclass(frozen=True, slots=True)
class ApplyCorrection:
    """Carries out `ApplySetPoint` commands.

    Attributes:
        desk: asked for late, because the desk carries out commands with this.
    """

    organisation: Lei
    desk: Callable[[], CaseDesk]
    control: ControlSystem
    verify: VerifySignature
    reached: FaultPoint = field(default=go_on)

    def __call__(self, order: Order) -> str | None:
        """Write the set point that a released case asks for, once; None while a technician still has to.

        Raises:
            ForbiddenError, SignatureError: the case does not hold two valid releases for exactly this write.
            ControlUnreachableError: no answer; it is tried again.
        """
        wanted = order.command
        assert isinstance(wanted, ApplySetPoint)
        # (1) The case, replayed from its history: what the database says about it does not count.
        flow, case = self.desk().read(order.case)
        if self._told(case):
            return "written before"
        entry = self._released(flow, case, wanted)
        # (2) Two seals of the organisation over the record that was released, by two people who did not write it.
        self._two_signatures(flow, case, entry)
        # (3) The machine. Written twice is written once.
        point = SetPoint(wanted.key, wanted.machine, wanted.parameter, wanted.unit, wanted.present, wanted.proposed)
        try:
            written = self.control.write(point)
        except InputError as error:
            self._tell(flow, case, REFUSED, {}, reason=error.message[:1_000])
            raise
        if written is None:
            return None
        self.reached("written")
        # (4) The case hears of it; a crash before this line repeats (3), which finds the value there.
        now = self.desk().clock()
        self._tell(flow, case, APPLIED, {"applied_at": format_instant(now)}, reason=f"{written.value} by {written.by}")
        return f"written {written.value} by {written.by}"

    def _told(self, case: Case) -> bool:
        return any(entry.event == APPLIED and _by_node(entry) for entry in case.history)

    def _released(self, flow: Flow, case: Case, wanted: ApplySetPoint) -> Entry:
        """The entry of the last signature, when it asks for exactly this and the case still stands there."""
        number = int(wanted.key.split(":")[1])
        entry = case.history[number - 1] if 0 < number <= len(case.history) else None
        if entry is None or entry.kind is not EntryKind.SIGNED or entry.target != case.state:
            raise ForbiddenError(
                f"case {case.id} is not released: it is in {case.state!r}", advice="Nothing was written."
            )
        fields = {
            name: str(case.fields.get(name, "")) for name in ("machine", "parameter", "unit", "present", "proposed")
        }
        if any(fields[name] != getattr(wanted, name) for name in fields):
            raise ForbiddenError(f"case {case.id} does not say what is to be written", advice="Nothing was written.")
        return entry

    def _two_signatures(self, flow: Flow, case: Case, last: Entry) -> None:
        asked = flow.states[last.source].steps.get(last.event)
        if asked is None or asked.meaning is not Meaning.RELEASE or last.signature is None:
            raise ForbiddenError(f"case {case.id}: {last.event!r} releases nothing", advice="Nothing was written.")
        seals, people = self.desk().cases.seals(case.id), set[tuple[str, str]]()
        for entry in case.history[: last.number]:
            named = entry.signature
            if entry.event != last.event or named is None or named.record != last.signature.record:
                continue
            if entry.actor is None or named.id not in seals:
                raise SignatureError(f"case {case.id}: the seal of {named.id} is missing")
            signature = self.verify(bytes.fromhex(named.record), seals[named.id])
            person = (str(signature.organisation), signature.signer)
            if (
                signature.meaning is not Meaning.RELEASE
                or signature.about != step_name(case.id, last.event)
                or signature.id != named.id
                or person != entry.actor.person
            ):
                raise SignatureError(f"case {case.id}: {named.id} is another signature than the history says")
            people.add(person)
        valid = len(people - case.authors)
        if valid < max(RELEASERS, asked.count):
            raise ForbiddenError(
                f"case {case.id} has {valid} valid releases of {RELEASERS} by people who did not write it",
                advice="Nothing was written. Have the case examined: its history should not have come so far.",
            )

    def _tell(self, flow: Flow, read: Case, event: str, fields: dict[str, str], *, reason: str) -> None:
        desk = self.desk()
        for _ in range(5):
            _, case = desk.read(read.id)
            if event not in flow.states[case.state].handlers:
                raise ConflictError(
                    f"case {case.id} went on to {case.state!r} while its set point was written",
                    advice="Look at the machine: it may hold a value that was recalled.",
                )
            actor = Actor(self.organisation, CONTROL_SYSTEM, CONTROL_SYSTEM, frozenset({CONTROL_SYSTEM}), "UTC")
            at: datetime = max(desk.clock(), case.history[-1].at)
            facts = desk.facts(facts_needed(flow, case, event), flow, case.fields, actor, at)
            after, commands = step(flow, case, Act(event, actor, fields, reason, facts), at)
            try:
                desk.keep(flow, after, commands, expected=case.head)
            except ConflictError:
                continue
            return


def _by_node(entry: Entry) -> bool:
    return entry.actor is not None and entry.actor.user == CONTROL_SYSTEM
