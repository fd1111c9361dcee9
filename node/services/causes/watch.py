"""Watch characteristics of a line: a control chart that runs by itself and opens a causal case when its rules fire."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np

from evidence.clock import format_instant
from evidence.draft import JsonValue
from evidence.errors import NotFoundError, SchemaError
from evidence.quantity import is_decimal
from node.records.port import MAX_PAGE
from node.services.causes.case import CausalCase
from node.services.causes.desk import CASE, WATCH, CausalDesk, said_by
from node.services.causes.tables import Lots
from rca.alarm.watch import MIN_PHASE1
from rca.alarm.watch import Alarm as FirstAlarm
from spc.charts import i_mr
from spc.rules import RuleSet, Signal, judge

FORMAT: Final = "credence-watch/1"
ALARM_FORMAT: Final = "credence-alarm/1"
MAX_SIGNALS: Final = 500
"""So many signals of one chart are kept; the first ones count."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A characteristic that is watched.

    Attributes:
        line: the production line.
        column: of its tables.
        phase1: lots from the first that set the limits of the chart.
        rules: which run rules raise the alarm.
        lower, upper: specification limits in the column's unit, decimals; empty for none.
    """

    line: str
    column: str
    phase1: int
    rules: RuleSet = RuleSet.WESTERN_ELECTRIC
    lower: str = ""
    upper: str = ""

    def __post_init__(self) -> None:
        for place, text in (("line", self.line), ("column", self.column)):
            if not 0 < len(text) <= 200:
                raise SchemaError("1 to 200 characters are expected", place=place)
        if self.phase1 < MIN_PHASE1:
            raise SchemaError(f"limits come from at least {MIN_PHASE1} lots", place="phase1")
        for place, text in (("lower", self.lower), ("upper", self.upper)):
            if text and not is_decimal(text):
                raise SchemaError("a decimal is expected", place=place)
        if self.lower and self.upper and Decimal(self.lower) >= Decimal(self.upper):
            raise SchemaError("it is not below the upper limit", place="lower")

    @property
    def name(self) -> str:
        """One watch for each characteristic of a line."""
        return hashlib.sha256(f"{self.line}\n{self.column}".encode()).hexdigest()[:32]

    def to_json(self) -> dict[str, JsonValue]:
        """The watch as a document."""
        return {
            "format": FORMAT,
            "line": self.line,
            "column": self.column,
            "phase1": self.phase1,
            "rules": self.rules.value,
            "lower": self.lower,
            "upper": self.upper,
            "active": True,
        }


def watch_from(said: Mapping[str, JsonValue]) -> Watch:
    """Read a document written by `Watch.to_json`."""
    values: dict[str, Any] = {name: said[name] for name in ("line", "column", "phase1", "lower", "upper")}
    return Watch(**values, rules=RuleSet(str(said["rules"])))


@dataclass(frozen=True, slots=True)
class SetWatch:
    """Begins, changes and ends watches."""

    desk: CausalDesk

    def __call__(self, watch: Watch, *, by: str) -> Watch:
        """Watch from now on, in place of an earlier watch of the same characteristic."""
        self.desk.keep(WATCH, watch.name, watch.to_json(), about=watch.line, by=by)
        return watch

    def end(self, name: str, *, by: str) -> None:
        """Watch no longer; cases that it opened stay. NotFoundError: there is none."""
        _, said = self.desk.read(WATCH, name)
        self.desk.keep(WATCH, name, {**said, "active": False}, about=str(said["line"]), by=by)

    def active(self, line: str = "") -> list[Watch]:
        """Every watch in force, of one line or of all."""
        found = list[Watch]()
        after = 0
        while page := self.desk.documents.documents(WATCH, about=line, after=after, limit=MAX_PAGE):
            found += [watch_from(said) for _, one in page if (said := said_by(one))["active"]]
            after = page[-1][0]
        return found


@dataclass(frozen=True, slots=True)
class RaiseAlarms:
    """Runs the charts of a line over a new table, and opens a causal case for each that fires."""

    desk: CausalDesk
    watches: SetWatch

    def __call__(self, line: str, lots: Lots) -> list[CausalCase]:
        """Cases that this table opened; the same table again opens none anew.

        Raises:
            NotFoundError: a watched column is not in the table.
            SchemaError: too few lots, or no variation: no limits can be drawn.
        """
        opened = list[CausalCase]()
        for watch in self.watches.active(line):
            if watch.column not in lots.table.names:
                raise NotFoundError(
                    f"{watch.column!r} is watched and not in the table",
                    advice="Export the column too, or end the watch.",
                )
            alarm = judged(watch, lots)
            if alarm is None:
                continue
            name = "rca_" + hashlib.sha256(f"{watch.name} {lots.name}".encode()).hexdigest()[:24]
            if self.desk.documents.document(CASE, name) is not None:
                opened.append(CausalCase.from_json(self.desk.read(CASE, name)[1]))
                continue
            case = CausalCase(name, line, lots.name, watch.column, alarm, watch=watch.name)
            self.desk.keep(CASE, name, case.to_json(), about=line, by="watch", version=1)
            told: dict[str, JsonValue] = {"case": name, "line": line, "column": watch.column}
            self.desk.events.add_event("causes.alarm", told, self.desk.clock())
            opened.append(case)
        return opened


def judged(watch: Watch, lots: Lots) -> dict[str, JsonValue] | None:
    """What the chart found behind the lots that set its limits; None when nothing fired."""
    series = lots.table.column(watch.column)
    rows = np.flatnonzero(~np.isnan(series))
    phase1 = int(np.count_nonzero(rows < watch.phase1))
    chart = i_mr(series[rows], phase1=phase1)
    panel = chart.location
    fired = [one for one in judge(panel, watch.rules.rules) if one.point > phase1]
    if not fired:
        return None
    first = int(rows[fired[0].point - 1])
    return {
        "format": ALARM_FORMAT,
        "chart": chart.kind.value,
        "rules": watch.rules.value,
        "phase1": watch.phase1,
        "centre": _text(panel.centre[0]),
        "lower_control": _text(panel.lower[0]),
        "upper_control": _text(panel.upper[0]),
        "lower": watch.lower,
        "upper": watch.upper,
        "unit": lots.table.columns[lots.table.place(watch.column)].unit,
        "signals": [_signal(one, rows) for one in fired[:MAX_SIGNALS]],
        "sigma": _text(chart.sigma or 0.0),
        "first_row": first,
        "first_time": format_instant(lots.times[first]) if lots.times else "",
        "rows": lots.table.rows,
        "window": lots.table.digest,
    }


def _signal(signal: Signal, rows: np.ndarray[Any, Any]) -> JsonValue:
    return {"rule": signal.rule, "text": signal.text, "row": int(rows[signal.point - 1])}


def _text(value: float) -> str:
    return f"{value:.6g}"


def first_alarm(column: str, alarm: Mapping[str, JsonValue]) -> FirstAlarm | None:
    """The first signal of an alarm document as `rca.alarm` speaks of it; None for a case that a person opened."""
    signals = alarm["signals"]
    if not isinstance(signals, list) or not signals:
        return None
    first: Any = signals[0]
    centre, sigma = float(str(alarm["centre"])), float(str(alarm["sigma"]))
    return FirstAlarm(
        column, int(first["row"]), first["rule"], first["text"], centre, centre, sigma, int(str(alarm["phase1"]))
    )
