"""QIF measurement results: measured characteristic values to readings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from lake.content import MAX_VALUES, Source, clean_text
from lake.decimals import decimal_text
from lake.notes import Notes
from lake.qif_limits import bounds_are_limits, contradictions, limits
from lake.qif_model import Item, Measured, Model
from lake.qif_verdicts import BAD, Verdicts, status_of
from lake.qif_xml import Element, child, children, name, path, place, text
from lake.series import Characteristic, Reading, neighbouring_times
from lake.times import iso_time

_VALUES: Final = ("Value", "RoughnessAverageValue", "PitchDiameter", "FunctionalSize", "MaxValue", "MinValue")
_MAIN: Final = ("Value", "RoughnessAverageValue")


class Results:
    """All measurement results of one document, in its order."""

    def __init__(self, source: Source, model: Model, notes: Notes) -> None:
        self.source, self.model, self.notes = source, model, notes
        self.measured: list[Measured] = []
        self._of_measurement: dict[str, Item] = {}
        self._positions: dict[str, list[int]] = {}
        self._as_limits: bool | None = None
        self.verdicts = Verdicts(source, notes)
        top = child(model.root, "Results", "MeasurementsResults")
        self._document_time = (
            self.traced(child(top, "InspectionTraceability"))
            or self._elsewhere()
            or self._moment(path(model.root, "Version", "TimeCreated"))
        )
        rows = list(children(child(top, "MeasurementResultsSet"), "MeasurementResults"))
        stated = [self._stated(one) for one in rows]
        for one, own, near in zip(rows, stated, neighbouring_times(stated), strict=True):
            with source.at(place(one)):
                self._results(one, own, near or self._document_time)

    def _components(self, one: Element) -> list[Element]:
        return [self.model.by_id(i, one) for i in self.model.ids(child(one, "ActualComponentIds"))]

    def _stated(self, one: Element) -> datetime | None:
        own = self.traced(child(one, "InspectionTraceability"))
        return own or next((self.traced(child(part, "Traceability")) for part in self._components(one)), None)

    def _results(self, one: Element, stated: datetime | None, near: datetime | None) -> None:
        components = self._components(one)
        first = components[0] if components else None
        part, lot = self.model.part_of(first), self._lot_number(first)
        worst, failed = "", []
        for measurement in self._measurements(one):
            verdict = status_of(measurement, "CharacteristicStatusEnum", "OtherCharacteristicStatus")
            item = self._item(measurement)
            if verdict in BAD:
                worst = verdict
                failed.append(item.name)
            self._values(measurement, item, verdict, (part, lot), stated, one)
        self.verdicts.judge(one, components, (part, lot), failed, worst, near)

    @staticmethod
    def _measurements(one: Element) -> Iterator[Element]:
        for lists in children(child(one, "MeasuredCharacteristics")):
            yield from children(lists)

    def _item(self, measurement: Element) -> Item:
        identity = text(child(measurement, "CharacteristicItemId"))
        item = self.model.items.get(identity or "")
        if item is None:
            raise self.source.refusal(place(measurement), f"measures the characteristic item {identity!r}: not there")
        self._of_measurement[measurement.get("id", "")] = item
        return item

    def item_of(self, measurement: str) -> Item | None:
        """The characteristic that the measurement with that id measured."""
        return self._of_measurement.get(measurement)

    def add(self, measured: Measured) -> None:
        """Add a value in the document's order."""
        if len(self.measured) >= MAX_VALUES:
            raise self.source.refusal(measured.where, f"more than {MAX_VALUES} values", "Split the file.")
        self._positions.setdefault(measured.id, []).append(len(self.measured))
        self.measured.append(measured)

    def put_in_subgroup(self, measurement: str, number: int) -> None:
        """Say which rational subgroup the values of a measurement belong to."""
        for position in self._positions.get(measurement, ()):
            self.measured[position].subgroup = number

    def limits_of(self, rows: Sequence[Measured]) -> tuple[str | None, str | None, str | None]:
        """Nominal and limits of one characteristic, judged by its values."""
        if self._as_limits is None:
            self._as_limits = bounds_are_limits(self.measured)
            if self._as_limits:
                self.notes.add(
                    "DefinedAsLimit is false, but bounds taken as offsets from the nominal contradict the file's own "
                    "verdicts; they are taken as limits"
                )
        return limits(rows, as_limits=self._as_limits)

    def _values(
        self,
        measurement: Element,
        item: Item,
        verdict: str,
        group: tuple[str, str | None],
        moment: datetime | None,
        results: Element,
    ) -> None:
        where = place(measurement)
        found = [one for one in children(measurement, *_VALUES) if text(one) is not None]
        if item.kind == "UserDefinedAttribute":
            return  # its verdict is counted in the inspection result
        if not found:
            self.notes.count("measured characteristics without a value", where)
            return
        operator = path(results, "InspectionTraceability", "InspectionOperator")
        for one in found:
            with self.source.at(place(one)):
                own = one.get("decimalPlaces")
                value = decimal_text(text(one) or "")
                if own is not None and own.isdecimal() and len(own) <= 2:
                    self.notes.add("values are kept as written, not rounded to their decimalPlaces")
                self.add(
                    Measured(
                        measurement.get("id", ""),
                        item,
                        item.name if name(one) in _MAIN else clean_text(f"{item.name} / {name(one)}"),
                        value,
                        self.model.unit_of(item.kind, one) if _has_unit(one) else item.unit,
                        verdict,
                        *group,
                        place(one),
                        self.model.gauge_of(measurement) or item.gauge,
                        text(child(operator, "EmployeeId")) or text(child(operator, "Name")),
                        self._moment(child(measurement, "TimeStamp")) or moment,
                    )
                )

    def readings(self, *, with_limits: bool) -> dict[Characteristic, list[Reading]]:
        """All values by characteristic; `with_limits` false leaves the limits out (masters of a gauge study)."""
        by_label: dict[tuple[str, str, str | None, str, str], list[tuple[Measured, datetime | None]]] = {}
        for one, moment in zip(self.measured, self._times(), strict=True):
            by_label.setdefault((one.part, one.label, one.lot, one.unit, one.item.id), []).append((one, moment))
        found: dict[Characteristic, list[Reading]] = {}
        for (part, label, lot, unit, _), rows in by_label.items():
            with self.source.at(rows[0][0].where):
                nominal, low, high = self.limits_of([one for one, _ in rows])
            size, ordered = _in_subgroups(rows)
            wrong = contradictions([one for one, _ in rows], low, high)
            if not with_limits:
                low = high = None
            elif wrong:
                self.notes.add(f"{label}: {wrong} of {len(rows)} verdicts do not follow from value and limits")
            series = Characteristic(part, label, unit, nominal, low, high, lot, size)
            found.setdefault(series, []).extend(
                Reading(
                    one.value,
                    self.source.time_or_default(moment, one.where),
                    one.where,
                    one.stated is not None,
                    None,
                    one.gauge,
                    one.operator,
                )
                for one, moment in ordered
            )
        return found

    def latest(self) -> datetime | None:
        """The latest time of any result, or of the document."""
        known = [one.stated for one in self.measured if one.stated is not None]
        return max(known, default=self._document_time)

    def _times(self) -> list[datetime | None]:
        stated = [one.stated for one in self.measured]
        if any(moment is None for moment in stated):
            missing = sum(moment is None for moment in stated)
            self.notes.add(f"{missing} of {len(stated)} values state no time of their own")
        return [moment or self._document_time for moment in neighbouring_times(stated)]

    def _moment(self, element: Element | None) -> datetime | None:
        written = text(element)
        if written is None or element is None:
            return None
        with self.source.at(place(element)):
            return iso_time(written, self.source.zone)

    def traced(self, trace: Element | None) -> datetime | None:
        """When an inspection ended, began or was reported, as its traceability says."""
        for step in ("InspectionEnd", "InspectionStart", "ReportPreparationDate"):
            moment = self._moment(child(trace, step))
            if moment is not None:
                return moment
        return None

    def _elsewhere(self) -> datetime | None:
        """A time that a study of the same document states for its inspection."""
        for study in children(path(self.model.root, "Statistics", "StatisticalStudiesResults")):
            moment = self.traced(child(study, "InspectionTraceability"))
            if moment is not None:
                return moment
        return None

    @staticmethod
    def _lot_number(component: Element | None) -> str | None:
        lot = text(path(component, "Traceability", "LotNumber"))
        return clean_text(lot) if lot else None


def _has_unit(element: Element) -> bool:
    return any(str(key).endswith("Unit") or key == "unitName" for key in element.attrib)


def _in_subgroups(
    rows: list[tuple[Measured, datetime | None]],
) -> tuple[int, list[tuple[Measured, datetime | None]]]:
    """Put values in the order of their subgroups; the size is 1 unless all subgroups are full and alike."""
    sizes: dict[int, int] = {}
    for one, _ in rows:
        sizes[one.subgroup] = sizes.get(one.subgroup, 0) + 1
    if -1 in sizes or len(set(sizes.values())) != 1:
        return 1, rows
    return next(iter(sizes.values())), sorted(rows, key=lambda row: row[0].subgroup)
