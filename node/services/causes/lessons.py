"""What engineers made of suggestions: released, changed, rejected, and what came of it; training data and a prior.

Nothing is kept for this: a causal case remembers every correction that it had, and each correction's history covers
itself with hashes. So a lesson can be traced to who said it, and cannot be changed later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from evidence.clock import format_instant
from evidence.draft import JsonValue
from evidence.errors import CredenceError
from nocode.case import Case, CaseId
from node.outbound.port import ControlSystem
from node.records.port import MAX_PAGE
from node.services.cases import ReadCase
from node.services.causes.case import CausalCase
from node.services.causes.desk import CASE, SUGGESTION, CausalDesk, said_by

FORMAT: Final = "credence-rca-lessons/1"
MOST_VERSIONS: Final = 500
"""So many versions of a causal case are looked through."""
_RELEASED: Final = frozenset({"released", "applied", "closed", "not-applied"})
_FAILED: Final = frozenset({"none", "worse"})
_BY_THE_NODE: Final = frozenset({"applied", "refused"})
"""What the machine answered is no engineer's reason."""
_BELIEVED: Final = 2
"""A prior as strong as two suggestions that were released and worked: without lessons a prediction counts whole."""


class Decision(StrEnum):
    """What engineers decided about a suggestion."""

    ACCEPTED = "accepted"
    CHANGED = "changed"
    REJECTED = "rejected"
    DROPPED = "dropped"
    """Withdrawn by whoever proposed it, or nobody signed in time."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One suggestion and what became of it; numbers are decimal text in `unit`.

    Attributes:
        case, correction: where it can be read whole.
        line: the production line.
        goal: the characteristic that was to be raised.
        lever: the column that was to be moved.
        present, suggested, decided: what the machine held, what was suggested, what was put to the signers.
        decision: of the engineers.
        reasons: what they gave as reasons, oldest first.
        people: who signed, by name.
        at: of the last thing that happened in it.
        predicted: effect, in words; observed: what came of it, in words; empty while nobody compared.
        outcome: as the flow names it; empty while nobody compared.
    """

    case: str
    correction: str
    line: str
    goal: str
    lever: str
    unit: str
    present: str
    suggested: str
    decided: str
    decision: Decision
    reasons: tuple[str, ...]
    people: tuple[str, ...]
    at: str
    predicted: str
    observed: str
    outcome: str

    @property
    def worked(self) -> bool:
        """Whether it was released and, as far as anybody compared, did something."""
        return self.decision in (Decision.ACCEPTED, Decision.CHANGED) and self.outcome not in _FAILED

    def to_json(self) -> dict[str, JsonValue]:
        """The lesson as a document."""
        told: dict[str, Any] = {**asdict(self), "decision": self.decision.value}
        return {**told, "reasons": list(self.reasons), "people": list(self.people)}


@dataclass(frozen=True, slots=True)
class ReadLessons:
    """Gathers lessons."""

    desk: CausalDesk
    cases: ReadCase
    control: ControlSystem

    def __call__(self, line: str = "") -> list[Lesson]:
        """All lessons of a line, or of all lines, in the order in which their causal cases were opened."""
        found, after = list[Lesson](), 0
        while page := self.desk.documents.documents(CASE, about=line, after=after, limit=MAX_PAGE):
            for _, document in page:
                found += self._of_case(document.name)
            after = page[-1][0]
        return found

    def trust(self, line: str, goal: str) -> dict[str, tuple[float, list[Lesson]]]:
        """By lever: which share of a predicted gain counts, 0 to 1, and the lessons that say so.

        It is the mean of a Beta distribution that begins at (2, 0): without lessons a prediction counts whole, after
        one rejection two thirds of it. Dropped suggestions are no judgement.
        """
        by_lever = dict[str, list[Lesson]]()
        for one in self(line):
            if one.goal == goal and one.decision is not Decision.DROPPED:
                by_lever.setdefault(one.lever, []).append(one)
        return {
            lever: ((sum(one.worked for one in said) + _BELIEVED) / (len(said) + _BELIEVED), said)
            for lever, said in by_lever.items()
        }

    def _of_case(self, name: str) -> Iterator[Lesson]:
        """A correction leaves the case when it is rejected; its versions still name it."""
        seen = set[str]()
        for version in reversed(self.desk.documents.versions(CASE, name, limit=MOST_VERSIONS)):
            case = CausalCase.from_json(said_by(version))
            if case.correction and case.correction not in seen:
                seen.add(case.correction)
                try:
                    lesson = self._lesson(case)
                except CredenceError:
                    # One damaged case must not hide what all others teach; reading that case itself tells.
                    continue
                if lesson is not None:
                    yield lesson

    def _lesson(self, case: CausalCase) -> Lesson | None:
        correction = self.cases(CaseId(case.correction)).case
        fields: dict[str, str] = {name: str(value) for name, value in correction.fields.items()}
        suggestion: Any = self.desk.read(SUGGESTION, case.suggestion)[1]
        change = self._change(suggestion["changes"], fields["machine"], fields["parameter"])
        decision = _decision(correction.state, _differs(fields["proposed"], str(change["proposed"])))
        if decision is None:
            return None
        return Lesson(
            case.id,
            str(correction.id),
            case.line,
            case.column,
            str(change["column"]),
            fields["unit"],
            fields["present"],
            str(change["proposed"]),
            fields["proposed"],
            decision,
            _reasons(correction, fields.get("ground", "")),
            tuple(entry.actor.name for entry in correction.history if entry.signature and entry.actor),
            format_instant(correction.history[-1].at),
            fields.get("predicted", ""),
            fields.get("observed", ""),
            fields.get("outcome", ""),
        )

    def _change(self, changes: Sequence[Mapping[str, Any]], machine: str, parameter: str) -> Mapping[str, Any]:
        """The change of a suggestion that a correction is about; a set point that the plant closed since: the first."""
        columns = {one.column for one in self.control.points() if (one.machine, one.parameter) == (machine, parameter)}
        return next((one for one in changes if one["column"] in columns), changes[0])


def earlier(trust: dict[str, tuple[float, list[Lesson]]], levers: Sequence[str]) -> list[str]:
    """What whoever signs should know of earlier suggestions about these levers, in words."""
    said = list[str]()
    for lever in levers:
        share, lessons = trust.get(lever, (1.0, []))
        if share < 1.0:
            worked = sum(one.worked for one in lessons)
            said.append(
                f"Of {len(lessons)} earlier suggestions to move {lever!r} {worked} were released and worked; "
                f"{share:.0%} of its predicted gain counts in the search."
            )
        for one in lessons[-2:]:
            if one.decision is Decision.REJECTED or one.outcome in _FAILED:
                why = one.reasons[-1] if one.reasons else one.outcome
                said.append(f"{one.present} -> {one.decided} {one.unit} was {one.outcome or one.decision}: {why}")
    return said


def _decision(state: str, changed: bool) -> Decision | None:
    if state in _RELEASED:
        return Decision.CHANGED if changed else Decision.ACCEPTED
    return {
        "rejected": Decision.REJECTED,
        "recalled": Decision.REJECTED,
        "withdrawn": Decision.DROPPED,
        "lapsed": Decision.DROPPED,
    }.get(state)


def _differs(one: str, other: str) -> bool:
    try:
        return Decimal(one) != Decimal(other)
    except InvalidOperation:
        return one != other


def _reasons(correction: Case, ground: str) -> tuple[str, ...]:
    said = (entry.reason for entry in correction.history if entry.event not in _BY_THE_NODE)
    return tuple(text for text in (ground, *said) if text)
