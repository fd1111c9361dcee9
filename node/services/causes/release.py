"""From a suggestion to a correction that two engineers release, and from the released one back to what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from evidence.draft import JsonValue
from evidence.errors import ConflictError, NotFoundError
from nocode.case import Case, CaseId
from node.outbound.port import ControlSystem, Point
from node.services.case_people import Person
from node.services.cases import OpenCase, ReadCase
from node.services.causes.case import CausalCase, CausalState
from node.services.causes.desk import CASE, SUGGESTION, CausalDesk

FLOW: Final = "release-correction.2"


@dataclass(frozen=True, slots=True)
class ProposeCorrection:
    """Opens the release of one change of a suggestion; from there on only the signatures of its flow write."""

    desk: CausalDesk
    open: OpenCase
    control: ControlSystem

    def __call__(
        self,
        case: str,
        person: Person,
        *,
        column: str,
        ground: str,
        risk: str,
        proposed: str = "",
        present: str = "",
    ) -> Case:
        """Propose the change of `column` that the newest suggestion makes.

        Args:
            proposed: another value than the suggested one: what an engineer changed, with the reason in `ground`.
            present: what the machine holds, where it cannot be read.
        Raises:
            NotFoundError: no such case, no suggestion, no change of this column, or no set point that it belongs to.
            ConflictError: a correction is in release already.
            ControlUnreachableError: the machine does not answer and `present` was not given.
        """
        document, said = self.desk.read(CASE, case)
        found = CausalCase.from_json(said)
        if found.correction:
            raise ConflictError(f"case {case} has the correction {found.correction}", advice="Go on with that one.")
        if not found.suggestion:
            raise NotFoundError(f"case {case} has no suggestion", advice="Ask for one first.")
        _, suggestion = self.desk.read(SUGGESTION, found.suggestion)
        change = _change(suggestion, column)
        point = self._point(column)
        fields: dict[str, JsonValue] = {
            "machine": point.machine,
            "parameter": point.parameter,
            "unit": point.unit,
            "present": present or self.control.read(point.machine, point.parameter),
            "proposed": proposed or str(change["proposed"]),
            "lowest": point.lowest,
            "highest": point.highest,
            "causal_case": case,
            "suggestion": str(suggestion["digest"]),
            "predicted": predicted(suggestion),
            "ground": ground,
            "risk": risk,
        }
        if change.get("tolerance"):
            fields["tolerance"] = str(change["tolerance"])
        opened = self.open(FLOW, person, fields)
        moved = found.moved(CausalState.IN_RELEASE, correction=str(opened.id))
        self.desk.keep(CASE, case, moved.to_json(), about=found.line, by=person.user, version=document.version + 1)
        return opened

    def _point(self, column: str) -> Point:
        for point in self.control.points():
            if point.column == column:
                return point
        raise NotFoundError(
            f"no set point is configured for the column {column[:60]!r}",
            advice="Name the column in control.json at the set point that it records.",
        )


@dataclass(frozen=True, slots=True)
class FollowCorrection:
    """Brings a causal case up to what became of its correction; asked whenever the case is read."""

    desk: CausalDesk
    read: ReadCase

    def __call__(self, found: CausalCase) -> CausalCase:
        """The case as its correction leaves it: released and written, or back to the suggestion when it was not.

        What engineers rejected, recalled or changed stays in the correction's history, which `lessons` reads.
        """
        if not found.correction or found.state is CausalState.CLOSED:
            return found
        state = self.read(CaseId(found.correction)).case.state
        if state in ("applied", "closed") and found.state is CausalState.IN_RELEASE:
            return self._keep(found.moved(CausalState.APPLIED))
        if state in ("rejected", "withdrawn", "recalled", "lapsed", "not-applied"):
            return self._keep(found.moved(CausalState.SUGGESTED, correction=""))
        return found

    def _keep(self, case: CausalCase) -> CausalCase:
        self.desk.keep(CASE, case.id, case.to_json(), about=case.line, by="flow")
        return case


def predicted(suggestion: Mapping[str, Any]) -> str:
    """The predicted effect in one line."""
    effect = suggestion["effect"]
    return (
        f"{effect['measure']}: {effect['before']} -> {effect['expected']} (90 %: {effect['low']} to {effect['high']})"
    )


def _change(suggestion: Mapping[str, Any], column: str) -> Mapping[str, Any]:
    for change in suggestion["changes"]:
        if change["column"] == column:
            return dict(change)
    raise NotFoundError(
        f"the suggestion does not change {column[:60]!r}",
        advice=f"It changes: {', '.join(str(change['column']) for change in suggestion['changes'])}.",
    )
