"""Hold the real effect of a released correction against the prediction, and report it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np

from evidence.clock import parse_instant
from evidence.draft import JsonValue
from evidence.errors import SchemaError
from nocode.case import CaseId
from node.outbound.port import ControlSystem
from node.services.case_people import Person
from node.services.cases import ActOnCase, ReadCase
from node.services.causes.case import CausalCase, CausalState
from node.services.causes.desk import CASE, SUGGESTION, CausalDesk
from node.services.causes.explanation import number
from node.services.causes.learn import LearnFromEffect
from node.services.causes.tables import ReadTable
from rca.table import Array

MIN_LOTS: Final = 20
"""Fewest lots after a release from which anything is concluded."""
OUTCOME_FIELD: Final = "outcome"


class Outcome(StrEnum):
    """The observed effect against the predicted interval; the names are those of the flow."""

    AS_PREDICTED = "as-predicted"
    WEAKER = "weaker"
    NONE = "none"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class CheckEffect:
    """Compares and reports."""

    desk: CausalDesk
    read: ReadTable
    cases: ReadCase
    act: ActOnCase
    control: ControlSystem
    learn: LearnFromEffect

    def __call__(self, case: str, table: str, person: Person) -> CausalCase:
        """Compare the lots that were made since the set point was written with the prediction; the case is closed.

        Args:
            table: a table with lots made after the release.
        Raises:
            NotFoundError: no such case or table, or no column of the case in it.
            ConflictError: nothing was applied.
            SchemaError: fewer than MIN_LOTS lots since, or a table without times.
        """
        _, said = self.desk.read(CASE, case)
        found = CausalCase.from_json(said)
        found.expect(CausalState.APPLIED)
        _, suggestion = self.desk.read(SUGGESTION, found.suggestion)
        written = self.cases(CaseId(found.correction)).case
        since = parse_instant(str(written.fields["applied_at"]))
        lots = self.read(table)
        if not lots.times:
            raise SchemaError("the table does not say when its lots were made", place="time")
        later = np.array([at >= since for at in lots.times])
        values = lots.table.column(found.column)[later]
        values = values[~np.isnan(values)]
        if len(values) < MIN_LOTS:
            raise SchemaError(
                f"{len(values)} lots since the correction; at least {MIN_LOTS} are needed", advice="Wait for more lots."
            )
        effect: dict[str, Any] = dict(suggestion["effect"])  # type: ignore[arg-type]
        observed = measured(str(effect["measure"]), values, found.alarm)
        outcome = judged(effect, observed)
        told: dict[str, JsonValue] = {
            "measure": effect["measure"],
            "predicted": effect["expected"],
            "low": effect["low"],
            "high": effect["high"],
            "before": effect["before"],
            "observed": number(observed),
            "lots": len(values),
            "table": table,
            OUTCOME_FIELD: outcome.value,
        }
        line = f"{effect['measure']}: {number(observed)} over {len(values)} lots (predicted {effect['expected']})"
        self.act(CaseId(found.correction), "report-effect", person, {"observed": line, "outcome": outcome.value})
        closed = found.moved(CausalState.CLOSED, effect=told)
        self.desk.keep(CASE, case, closed.to_json(), about=found.line, by=person.user)
        self.learn(closed, self._lever(written.fields), outcome.value, line, by=person.user)
        return closed

    def _lever(self, fields: Mapping[str, JsonValue]) -> str:
        moved = (fields["machine"], fields["parameter"])
        return next((one.column for one in self.control.points() if (one.machine, one.parameter) == moved), "")


def measured(measure: str, values: Array, alarm: Mapping[str, JsonValue]) -> float:
    """What the prediction speaks of, taken from lots: `cpk`, `yield` (share within limits) or `mean`.

    Raises:
        SchemaError: another measure, or limits are needed and the case has none.
    """
    if measure == "mean":
        return float(values.mean())
    low = float(str(alarm.get("lower"))) if alarm.get("lower") else -np.inf
    high = float(str(alarm.get("upper"))) if alarm.get("upper") else np.inf
    if np.isinf(low) and np.isinf(high):
        raise SchemaError("the case has no specification limits", place="limits")
    if measure == "yield":
        return float(((values >= low) & (values <= high)).mean())
    if measure == "cpk":
        sigma = float(values.std(ddof=1))
        return min(high - float(values.mean()), float(values.mean()) - low) / (3 * sigma)
    raise SchemaError(f"no measure {measure[:20]!r}", place="measure")


def judged(effect: Mapping[str, Any], observed: float) -> Outcome:
    """Within the predicted interval or better: as predicted; better than before: weaker; else none or worse."""
    before, low, high = (float(effect[name]) for name in ("before", "low", "high"))
    up = float(effect["expected"]) >= before
    gain, least = (observed - before, low - before) if up else (before - observed, before - high)
    if gain >= least:
        return Outcome.AS_PREDICTED
    if gain > 0:
        return Outcome.WEAKER
    return Outcome.NONE if abs(gain) <= abs(least) else Outcome.WORSE
