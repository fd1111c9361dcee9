"""QIF verdicts on parts: one inspection result a part, lot and month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from evidence.draft import Draft, JsonValue, Kind
from lake.content import Source, clean_text
from lake.notes import Notes
from lake.qif_xml import Element, child, place, text
from lake.times import rfc3339

BAD: Final = frozenset({"FAIL", "REWORK"})
"""Statuses that make a part nonconforming; rework mends a part, it does not unmake the defect."""
_MAX_UNITS: Final = 10_000
_MAX_CODES: Final = 1000


@dataclass(slots=True)
class _Bin:
    where: str
    units: dict[str, bool] = field(default_factory=dict)
    defects: dict[str, int] = field(default_factory=dict)
    moments: list[datetime] = field(default_factory=list)


class Verdicts:
    """Collects what a document says about whole parts."""

    def __init__(self, source: Source, notes: Notes) -> None:
        self.source, self.notes = source, notes
        self._bins: dict[tuple[str, str | None, tuple[int, int] | None], _Bin] = {}

    def judge(
        self,
        results: Element,
        components: Sequence[Element],
        group: tuple[str, str | None],
        failed: Sequence[str],
        worst: str,
        moment: datetime | None,
    ) -> None:
        """Take in one `MeasurementResults`.

        Args:
            components: the actual components it is about, perhaps none.
            group: part and lot.
            failed: names of the characteristics that failed, once for each failure.
            worst: status of its worst characteristic, for results without a status of their own.
            moment: when it was inspected, None when the document does not say.
        """
        utc = moment.astimezone(UTC) if moment is not None else None
        bin_ = self._bins.setdefault((*group, (utc.year, utc.month) if utc else None), _Bin(place(results)))
        if moment is not None:
            bin_.moments.append(moment)
        for name in failed:
            bin_.defects[name[:64]] = bin_.defects.get(name[:64], 0) + 1
        own = status_of(results, "InspectionStatusEnum", "OtherInspectionStatus", parent="InspectionStatus")
        if not components:
            identity = text(child(results, "ThisResultsInstanceQPId")) or f"results {results.get('id', '')}"
            self._count(bin_, place(results), identity, own or worst)
        for component in components:
            status = status_of(component, "InspectionStatusEnum", "OtherInspectionStatus")
            if own in BAD and status == "PASS":
                remark = "parts called PASS although a result on them is FAIL count as bad"
                self.notes.count(remark, place(component))
            serial = text(child(component, "SerialNumber")) or f"component {component.get('id', '')}"
            self._count(bin_, place(component), serial, own or status or worst)

    def _count(self, bin_: _Bin, where: str, unit: str, verdict: str) -> None:
        if verdict not in BAD and verdict != "PASS":
            self.notes.count(f"parts with the status {verdict or 'none'} count neither as good nor as bad", where)
            return
        name = clean_text(unit)
        if len(bin_.units) >= _MAX_UNITS and name not in bin_.units:
            raise self.source.refusal(where, f"more than {_MAX_UNITS} parts of one lot", "Split the file by lot.")
        bin_.units[name] = bin_.units.get(name, False) or verdict in BAD

    def drafts(self, otherwise: datetime | None) -> list[Draft]:
        """The inspection results, in the document's order.

        Args:
            otherwise: time of those for which the document states none.
        Raises:
            ImportRefusedError: no time at all.
        """
        drafts = []
        for (part, lot, _), bin_ in self._bins.items():
            if not bin_.units:
                continue
            moment = self.source.time_or_default(max(bin_.moments, default=otherwise), bin_.where)
            bad = sum(bin_.units.values())
            fields: dict[str, JsonValue] = {
                "part": part,
                "inspected": len(bin_.units),
                "nonconforming": bad,
                "units": list(bin_.units),
                "result": "fail" if bad else "pass",
            }
            if lot is not None:
                fields["lot"] = lot
            if bin_.defects:
                codes = list(bin_.defects.items())
                if len(codes) > _MAX_CODES:
                    self.notes.add(f"{len(codes)} failed characteristics, the first {_MAX_CODES} are named as defects")
                fields["defects"] = [{"code": code, "count": count} for code, count in codes[:_MAX_CODES]]
            drafts.append(Draft(Kind.INSPECTION_RESULT, rfc3339(moment), fields, f"{self.source.name}, {bin_.where}"))
        return drafts


def status_of(element: Element, enumerated: str, other: str, *, parent: str = "Status") -> str:
    """A status as enumerated or in the writer's own words; empty when there is none."""
    status = child(element, parent)
    return text(child(status, enumerated)) or text(child(status, other)) or ""
