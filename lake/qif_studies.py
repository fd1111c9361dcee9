"""QIF statistics: declared numbers of a study to study drafts, raw values to readings, subgroups to their values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from evidence.draft import Draft, JsonValue, Kind
from evidence.errors import MalformedError
from lake.content import MAX_TEXT, Source, clean_text
from lake.decimals import decimal_text
from lake.notes import Notes
from lake.qif_limits import declared_limits
from lake.qif_model import Item, Measured, Model
from lake.qif_results import Results
from lake.qif_xml import Element, child, children, name, path, place, text
from lake.series import UNSTATED
from lake.times import rfc3339
from lake.units import UNSTATED as UNSTATED_UNIT
from lake.units import convert

_TYPES: Final = {
    "CapabilityStudyResults": "capability",
    "GageRandRStudyResults": "grr",
    "BiasStudyResults": "bias",
    "LinearityStudyResults": "linearity",
    "StabilityStudyResults": "stability",
    "FirstArticleStudyResults": "first-article",
    "SimpleStudyResults": "other",
    "ProductionStudyResults": "other",
    "ProcessDifferenceStudyResults": "other",
}
GAUGE_STUDIES: Final = frozenset({"grr", "bias", "linearity", "stability"})
"""Studies of a measuring system: what they measure are masters and repeated readings, not production."""

_VERDICTS: Final = {"PASS": "pass", "FAIL": "fail"}
_NUMBER: Final = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)
_SIZES: Final = ("TotalNumber", "NumberOfSamples", "SampleSize")
_MAX_STATISTICS: Final = 100
_MAX_NAMED: Final = 50
_MAX_EVALUATIONS: Final = 20_000
# Parts of a statistic that refer elsewhere or were drafted otherwise.
_NOT_STATISTICS: Final = frozenset(
    {
        "ActualIds", "MeasuredIds", "Subgroups", "MeasuredValues", "SubgroupValues", "Status", "SoftwareId",
        "StandardId", "AlgorithmId", "StudyId", "Attributes", "StudyIssues", "InspectionTraceability", "ResultsIds",
        "ResultsQPIds", "ResultsFiles", "CharacteristicsStats", "AverageFeatures", "MeasurementDeviceIds",
        "ManufacturingProcessId", "DistributionTransformation", "Name", "Description",
        "ThisStatisticalStudyResultsInstanceQPId",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Study:
    """What all evaluations of one study share."""

    element: Element
    type: str
    statistics: dict[str, str]
    gauge: str | None
    moment: datetime | None


class Studies:
    """The statistical studies of one document."""

    def __init__(self, source: Source, model: Model, results: Results, notes: Notes) -> None:
        self.source, self.model, self.results, self.notes = source, model, results, notes
        self._studies = list(children(path(model.root, "Statistics", "StatisticalStudiesResults")))
        self.types = [_TYPES.get(name(one), "other") for one in self._studies]
        self._rows: dict[str, list[Measured]] | None = None
        count = 0
        for study in self._studies:
            for stats in children(child(study, "CharacteristicsStats")):
                count += 1
                if count > _MAX_EVALUATIONS:
                    raise source.refusal(place(stats), f"more than {_MAX_EVALUATIONS} evaluated characteristics")
                with source.at(place(stats)):
                    self._subgroups(stats)
                    self._raw_values(stats)

    def is_gauge_study(self) -> bool:
        """Whether the document is about a measuring system only."""
        return bool(self.types) and all(one in GAUGE_STUDIES for one in self.types)

    def drafts(self) -> Iterator[Draft]:
        """One study draft for each evaluated characteristic, or for the study when it evaluates none."""
        latest = self.results.latest()
        for element, study_type in zip(self._studies, self.types, strict=True):
            with self.source.at(place(element)):
                study = _Study(
                    element,
                    study_type,
                    self._statistics(element),
                    self.model.gauge_of(element),
                    self.results.traced(child(element, "InspectionTraceability")) or latest,
                )
                evaluated: list[Element | None] = list(children(child(element, "CharacteristicsStats")))
                for stats in evaluated or [None]:
                    draft = self._draft(study, stats)
                    if draft is not None:
                        yield draft

    def _statistics(self, block: Element) -> dict[str, str]:
        statistics: dict[str, str] = {}
        for key, element in self._numbers(block):
            if len(statistics) >= _MAX_STATISTICS:
                self.notes.count(f"statistics beyond the first {_MAX_STATISTICS}", place(element))
            else:
                statistics.setdefault(key, decimal_text(text(element) or ""))
        return statistics

    def _draft(self, study: _Study, stats: Element | None) -> Draft | None:
        where = study.element if stats is None else stats
        own = {} if stats is None else self._statistics(stats)
        merged = own | {key: number for key, number in study.statistics.items() if key not in own}
        statistics = dict(list(merged.items())[:_MAX_STATISTICS])
        study_type = study.type
        if not statistics:
            self.notes.count("studies without numbers", place(where))
            return None
        items = [] if stats is None else self._items(stats)
        if study_type == "other" and stats is not None and name(stats).startswith("UserDefinedAttribute"):
            study_type = "attribute"
        high, low = statistics.get("Maximum"), statistics.get("Minimum")
        if high is not None and low is not None and Decimal(high) < Decimal(low):
            self.notes.count("statistics whose maximum lies below their minimum are kept as declared", place(where))
        fields: dict[str, JsonValue] = {"study_type": study_type, "statistics": statistics}
        fields |= self._about(study, stats, items)
        size = next((statistics[key] for key in _SIZES if key in statistics), None)
        if size is not None and size.isdecimal():
            fields["n"] = int(size)
        status = child(where, "Status")
        verdict = _VERDICTS.get(text(child(status, "StatsEvalStatusEnum")) or "")
        if verdict is not None:
            fields["result"] = verdict
        known = self.source.time_or_default(study.moment, place(where))
        return Draft(Kind.STUDY, rfc3339(known), fields, f"{self.source.name}, {place(where)}")

    def _about(self, study: _Study, stats: Element | None, items: list[Item]) -> dict[str, JsonValue]:
        """What the study is about: part, characteristic, unit, limits, gauge."""
        fields: dict[str, JsonValue] = {}
        part = self.model.part_of(None)
        names = ", ".join(dict.fromkeys(item.name for item in items))
        if not names and stats is not None:
            names = name(stats).removesuffix("CharacteristicStats")
        if names:
            fields["characteristic"] = clean_text(names[:MAX_TEXT])
        if part != UNSTATED or not names:
            fields["part"] = part
        units = set() if stats is None else {one for element in stats.iter() if (one := _own_unit(element)) is not None}
        gauge = study.gauge or next((item.gauge for item in items if item.gauge), None)
        if gauge is not None:
            fields["gauge"] = gauge
        if len(units) > 1:
            raise MalformedError(f"statistics in different units: {', '.join(sorted(units))}")
        if len(items) == 1 and items[0].kind != "UserDefinedAttribute":
            item = items[0]
            unit = self.model.unit_of(item.kind, _unit_holder(stats)) if units else item.unit
            if unit != UNSTATED_UNIT:
                fields["unit"] = unit
            nominal, low, high = self._limits(item)
            told = (("nominal", nominal), ("lower_limit", low), ("upper_limit", high))
            fields |= {key: convert(value, item.unit, unit) for key, value in told if value is not None}
        return fields

    def _limits(self, item: Item) -> tuple[str | None, str | None, str | None]:
        if self._rows is None:
            self._rows = {}
            for one in self.results.measured:
                if one.unit == one.item.unit:
                    self._rows.setdefault(one.item.id, []).append(one)
        rows = self._rows.get(item.id)
        if rows:
            return self.results.limits_of(rows)
        return item.nominal, *declared_limits(item.tolerance, item.nominal)

    def _items(self, stats: Element) -> list[Item]:
        """The characteristics that a statistic evaluates: those of its values, else all of its kind."""
        found: dict[str, Item] = {}
        for identity in self._referred(stats):
            measured = self.results.item_of(identity)
            if measured is None:
                raise self.source.refusal(place(stats), f"evaluates the measurement {identity!r}, which is not there")
            found[measured.id] = measured
        if found:
            return list(found.values())
        alike = self.model.items_by_kind.get(name(stats).removesuffix("CharacteristicStats"), [])
        return alike if len(alike) <= _MAX_NAMED else []

    def _referred(self, stats: Element) -> Iterator[str]:
        for holder in children(stats, "ActualIds", "MeasuredIds"):
            yield from self.model.ids(child(holder, "Ids"))
        for group in children(child(stats, "Subgroups"), "Subgroup"):
            for holder in children(group, "ActualIds", "MeasuredIds"):
                yield from self.model.ids(child(holder, "Ids"))

    def _subgroups(self, stats: Element) -> None:
        for number, group in enumerate(children(child(stats, "Subgroups"), "Subgroup")):
            for holder in children(group, "ActualIds", "MeasuredIds"):
                for identity in self.model.ids(child(holder, "Ids")):
                    self.results.put_in_subgroup(identity, number)

    def _raw_values(self, stats: Element) -> None:
        """Values that the statistics list themselves, without results."""
        groups = [(-1, one) for one in children(stats, "MeasuredValues")]
        groups += list(enumerate(children(child(stats, "SubgroupValues"), "Subgroup")))
        if not groups:
            return
        items = self._items(stats)
        if len(items) != 1:
            raise MalformedError(f"lists values, but {len(items)} characteristics could have them")
        item = items[0]
        for number, holder in groups:
            for token in (text(child(holder, "Values")) or "").split():
                self.results.add(
                    Measured(
                        "", item, item.name, decimal_text(token), item.unit, "", self.model.part_of(None), None,
                        place(holder), item.gauge, None, None, number,
                    )
                )  # fmt: skip

    def _numbers(self, block: Element | None) -> Iterator[tuple[str, Element]]:
        """All numeric leaves of a block, named by their path below it."""
        stack = [("", one) for one in reversed(list(children(block)))]
        while stack:
            prefix, one = stack.pop()
            own = name(one)
            if own in _NOT_STATISTICS or own.endswith(("Id", "Ids")):
                continue
            below = prefix if own in ("ValueStats", "AttributeStats", "Value") else f"{prefix}{own}."
            if len(one):
                stack.extend((below, inner) for inner in reversed(list(one)) if isinstance(inner.tag, str))
                continue
            written = text(one)
            key = (prefix + own if own != "Value" or not prefix else prefix).rstrip(".")
            if written is None:
                continue
            if _NUMBER.fullmatch(written) and _NAME.fullmatch(key):
                yield key, one
            else:
                self.notes.count("statistics that are no single number", place(one))


def _own_unit(element: Element) -> str | None:
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith("Unit")), None)


def _unit_holder(stats: Element | None) -> Element | None:
    if stats is None:
        return None
    return next((one for one in stats.iter() if _own_unit(one) is not None), None)
