"""UnitsInspected and UnitsTested: one inspection result a message, and a measurement series a measurement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from evidence.draft import Draft, JsonValue, Kind
from evidence.errors import MalformedError
from lake.cfx_measurements import CfxMeasurement, cfx_time, measurements
from lake.content import MAX_VALUES, Source, clean_text
from lake.json_text import Node
from lake.notes import Notes
from lake.series import UNSTATED, Characteristic, Reading, series_drafts
from lake.times import rfc3339

# Names of: the units, their checks, the title of a check, its end, its start, who did it, how.
_NAMES: Final = {
    "UnitsInspected": (
        "InspectedUnits", "Inspections", "InspectionName", "InspectionEndTime", "InspectionStartTime", "Inspector",
        "InspectionMethod", "Symptoms",
    ),
    "UnitsTested": (
        "TestedUnits", "Tests", "TestName", "TestEndTime", "TestStartTime", "Tester", "TestMethod", "SymptomsFound",
    ),
}  # fmt: skip
_MAX_UNITS: Final = 10_000
_MAX_CODES: Final = 1000


@dataclass(slots=True)
class _Tally:
    inspected: int = 0
    nonconforming: int = 0
    units: list[str] = field(default_factory=list)
    defects: dict[str, int] = field(default_factory=dict)
    moments: list[datetime] = field(default_factory=list)
    readings: list[tuple[CfxMeasurement, datetime | None]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


class CfxUnits:
    """Drafts the units of one message after another."""

    def __init__(self, source: Source, notes: Notes) -> None:
        self.source = source
        self.notes = notes

    def read(self, kind: str, body: Node, sent: datetime | None, sender: str | None) -> list[Draft]:
        """The drafts of one message body.

        Args:
            kind: "UnitsInspected" or "UnitsTested".
            sent: time stamp of the envelope, for what states no time of its own.
            sender: CFX handle of the station that sent it.
        Raises:
            MalformedError, SchemaError, LimitError: what cannot be read.
            ImportRefusedError: no time anywhere.
        """
        units, checks, title, ended, started, who, how, symptoms = _NAMES[kind]
        tally = _Tally()
        for unit in body.get(units).items():
            if len(tally.units) >= _MAX_UNITS:
                raise MalformedError(f"{body.place}: more than {_MAX_UNITS} units in one message")
            self._judge(unit, tally)
            for check in unit.get(checks).items():
                moment = cfx_time(check.get(ended), self.source.zone) or cfx_time(check.get(started), self.source.zone)
                if moment is not None:
                    tally.moments.append(moment)
                self._check(check, check.get(title).text() or "", symptoms, moment, tally)
        if not tally.units:
            self.notes.add(f"{kind} without any unit")
            return []
        actor = body.get(who)
        operator = actor.get("OperatorIdentifier").text() if actor.is_object() else None
        station = clean_text(sender) if sender else None
        drafts = self._series(tally, sent, station, operator)
        if tally.inspected:
            drafts.append(self._result(body, tally, sent, station, operator, body.get(how).text()))
        self.notes.add("the messages name no part number")
        return drafts

    def _judge(self, unit: Node, tally: _Tally) -> None:
        name = clean_text(unit.get("UnitIdentifier").text() or UNSTATED)
        position = unit.get("UnitPositionNumber").number()
        tally.units.append(clean_text(f"{name}/{position}") if position else name)
        verdict = unit.get("OverallResult").text()
        failed_check = any(
            check.get("Result").text() == "Failed"
            for list_name in ("Inspections", "Tests")
            for check in unit.get(list_name).items()
        )
        if verdict not in ("Passed", "Failed"):
            # Error and Aborted: nobody knows whether the unit is good, so it is neither.
            self.notes.count(f"units with the result {verdict or 'none'} count neither as good nor as bad", unit.place)
            return
        if (verdict == "Failed") != failed_check:
            remark = "units whose overall result differs from their checks; the overall result counts"
            self.notes.count(remark, unit.place)
        tally.inspected += 1
        tally.nonconforming += verdict == "Failed"

    def _check(self, check: Node, title: str, symptoms: str, moment: datetime | None, tally: _Tally) -> None:
        found = list(check.get("DefectsFound").items())
        told = list(check.get(symptoms).items())
        for defect in found:
            code = defect.get("DefectCode").text() or defect.get("DefectCategory").text() or UNSTATED
            self._defect(code, tally)
        if not found:
            for symptom in told:
                self._defect(symptom.get("SymptomCode").text() or UNSTATED, tally)
        if any(True for _ in check.get("TestConditions").items()):
            self.notes.count("test conditions are not drafted", check.place)
        for measurement in self._measurements(check, [*found, *told]):
            identity = measurement.get("UniqueIdentifier").text()
            if identity is not None and identity in tally.seen:
                continue
            tally.seen.add(identity or measurement.place)
            for one in measurements(measurement, title, self.source.zone, self.notes):
                if len(tally.readings) >= MAX_VALUES:
                    raise MalformedError(f"more than {MAX_VALUES} values")
                tally.readings.append((one, one.moment or moment))

    @staticmethod
    def _measurements(check: Node, found: list[Node]) -> Iterator[Node]:
        yield from check.get("Measurements").items()
        for finding in found:
            yield from finding.get("RelatedMeasurements").items()

    @staticmethod
    def _defect(code: str, tally: _Tally) -> None:
        name = clean_text(code)[:64]
        tally.defects[name] = tally.defects.get(name, 0) + 1
        if len(tally.defects) > _MAX_CODES:
            raise MalformedError(f"more than {_MAX_CODES} different defect codes")

    def _series(self, tally: _Tally, sent: datetime | None, station: str | None, operator: str | None) -> list[Draft]:
        readings: dict[Characteristic, list[Reading]] = {}
        for one, moment in tally.readings:
            series = Characteristic(UNSTATED, one.name, one.unit, one.nominal, one.lower_limit, one.upper_limit)
            at = self.source.time_or_default(moment or sent, one.place)
            readings.setdefault(series, []).append(
                Reading(one.value, at, one.place, moment is not None, station, None, operator)
            )
        return series_drafts(self.source, readings)

    def _result(
        self,
        body: Node,
        tally: _Tally,
        sent: datetime | None,
        station: str | None,
        operator: str | None,
        method: str | None,
    ) -> Draft:
        moment = self.source.time_or_default(max(tally.moments, default=sent), body.place or "/")
        fields: dict[str, JsonValue] = {
            "part": UNSTATED,
            "inspected": tally.inspected,
            "nonconforming": tally.nonconforming,
            "units": tally.units,
            "result": "fail" if tally.nonconforming else "pass",
        }
        if tally.defects:
            fields["defects"] = [{"code": code, "count": count} for code, count in tally.defects.items()]
        stated = (("process", method), ("station", station), ("operator", operator))
        fields |= {name: clean_text(text) for name, text in stated if text}
        return Draft(Kind.INSPECTION_RESULT, rfc3339(moment), fields, f"{self.source.name}, {body.place or '/'}")
