"""From single measured values to measurement-series drafts: one a part, characteristic, lot and month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from evidence.aggregate import MAX_VALUES, Aggregate
from evidence.draft import Draft, JsonValue, Kind
from lake.content import Source
from lake.times import rfc3339


@dataclass(frozen=True, slots=True)
class Characteristic:
    """What was measured on what, where and with what; values of one characteristic make one series.

    Attributes:
        part: part number or name.
        name: the characteristic's number or name.
        unit: UCUM code.
        nominal, lower_limit, upper_limit: decimal strings, None where the file states none.
        lot: None where the file states none.
        subgroup_size: values in each rational subgroup, in order.
    """

    part: str
    name: str
    unit: str
    nominal: str | None = None
    lower_limit: str | None = None
    upper_limit: str | None = None
    lot: str | None = None
    subgroup_size: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value.

    Attributes:
        value: decimal string.
        moment: when it was measured.
        where: its place in the file.
        timed: whether the file itself states `moment`; times that were assumed are not drafted value by value.
        station, gauge, operator: drafted when all values of a series agree on them.
    """

    value: str
    moment: datetime
    where: str
    timed: bool = True
    station: str | None = None
    gauge: str | None = None
    operator: str | None = None


UNSTATED: Final = "unstated"
"""Part of records whose file names none."""

_OPTIONAL: Final = ("nominal", "lower_limit", "upper_limit", "lot")
_SHARED: Final = ("station", "gauge", "operator")


def series_drafts(source: Source, readings: Mapping[Characteristic, Iterable[Reading]]) -> list[Draft]:
    """Draft the series of a file, in the order of the mapping, months apart, at most 10,000 values each.

    Months are those of UTC, since scores count evidence by month. A month whose values do not fill its subgroups is
    drafted with subgroups of one.

    Raises:
        ImportRefusedError: a lower limit above its upper one, or values that no series may hold.
    """
    drafts: list[Draft] = []
    for characteristic, values in readings.items():
        months: dict[tuple[int, int], list[Reading]] = {}
        for reading in values:
            utc = reading.moment.astimezone(UTC)
            months.setdefault((utc.year, utc.month), []).append(reading)
        for month in months.values():
            size = characteristic.subgroup_size if len(month) % characteristic.subgroup_size == 0 else 1
            step = MAX_VALUES - MAX_VALUES % size
            starts = range(0, len(month), step)
            drafts.extend(_draft(source, characteristic, month[start : start + step], size) for start in starts)
    return drafts


def _draft(source: Source, characteristic: Characteristic, readings: list[Reading], size: int) -> Draft:
    where = readings[0].where
    low, high = characteristic.lower_limit, characteristic.upper_limit
    if low is not None and high is not None and Decimal(low) > Decimal(high):
        raise source.refusal(where, f"{characteristic.name}: the lower limit {low} lies above the upper limit {high}")
    values = [reading.value for reading in readings]
    with source.at(where):
        aggregate = Aggregate.of_values(values, subgroup_size=size)
    fields: dict[str, JsonValue] = {
        "part": characteristic.part,
        "characteristic": characteristic.name,
        "unit": characteristic.unit,
        **{name: text for name in _OPTIONAL if (text := getattr(characteristic, name)) is not None},
        **_agreed(readings),
        "subgroup_size": size,
        "aggregate": aggregate.to_json(),
        "values": values,
    }
    if all(reading.timed for reading in readings):
        fields["times"] = [rfc3339(reading.moment) for reading in readings]
    last = max(reading.moment for reading in readings)
    return Draft(Kind.MEASUREMENT_SERIES, rfc3339(last), fields, f"{source.name}, {where}")


def _agreed(readings: list[Reading]) -> dict[str, str]:
    shared = {}
    for name in _SHARED:
        texts = {getattr(reading, name) for reading in readings}
        text = texts.pop()
        if not texts and text is not None:
            shared[name] = text
    return shared


def neighbouring_times(moments: Sequence[datetime | None]) -> list[datetime | None]:
    """Give each record without a time that of the record before it, else of the first one after it."""
    filled = list(moments)
    last: datetime | None = next((moment for moment in moments if moment is not None), None)
    for index, moment in enumerate(filled):
        last = moment if moment is not None else last
        filled[index] = last
    return filled
