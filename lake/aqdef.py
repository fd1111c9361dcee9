"""Q-DAS AQDEF (.dfq): measured values to measurement series, counts and error log sheets to inspection results.

Source:
    Q-DAS ASCII Transfer Format V12 (Hexagon). K0020 holds the sample size times 1000, as the format's own programs
    write it; a file with a K0020 that is no multiple of 1000 is taken to hold plain counts throughout.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final

from evidence.draft import Draft, JsonValue, Kind
from evidence.errors import MalformedError
from lake.aqdef_model import AqdefCharacteristic, AqdefFile, AqdefParser, ValueSet
from lake.content import MAX_TEXT, FileContent, Source, clean_text
from lake.decimals import add, decimal_text
from lake.notes import Notes
from lake.series import UNSTATED, Characteristic, Reading, neighbouring_times, series_drafts
from lake.times import aware, iso_time, rfc3339
from lake.units import UNSTATED as UNSTATED_UNIT
from lake.units import ucum_code

FORMAT: Final = "Q-DAS AQDEF"

# K0002: values that the format itself keeps out of every calculation.
_LEFT_OUT: Final = {"129": "invalid", "255": "placeholder", "256": "deleted", "290": "not plausible"}
_DATE: Final = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[/ .T](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6}))?)?)?", re.ASCII
)
_MAX_LEVELS: Final = 20
_MAX_COUNT: Final = 1_000_000_000


def read(source: Source, data: bytes) -> FileContent:
    """Read one AQDEF file.

    Raises:
        ImportRefusedError: the line that cannot be read, or what contradicts itself.
    """
    file = AqdefParser(source).parse(_text(source, data))
    notes = Notes()
    names = _names(file)
    readings: dict[Characteristic, list[Reading]] = {}
    drafts: list[Draft] = []
    thousandths = all(_thousandth(value) for one in file.characteristics.values() for value in one.values)
    for index, characteristic in sorted(file.characteristics.items()):
        own = characteristic
        kept = [value for value in own.values if _is_kept(source, own, value, names[index], notes)]
        times = _times(source, file, kept, names[index], notes)
        if characteristic.counts:
            for value, (moment, _) in zip(kept, times, strict=True):
                drafts.append(_counted(source, file, characteristic, names[index], value, moment, thousandths))
        elif kept and characteristic.fields.get("2004", "0") != "0":
            notes.add(f"{names[index]}: K2004 {characteristic.fields['2004']} sorts, it does not measure; left out")
        else:
            context = _context(source, file, characteristic, names[index])
            for value, (moment, timed) in zip(kept, times, strict=True):
                series, reading = _measured(source, context, value, moment, timed)
                readings.setdefault(series, []).append(reading)
    drafts = series_drafts(source, readings) + drafts
    if not drafts:
        notes.first(f"describes {len(file.characteristics)} characteristics, but carries no values")
    return FileContent(FORMAT, tuple(drafts), notes.text())


def _text(source: Source, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise source.refusal("start", "begins like UTF-16, but is not") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("iso-8859-1")


def _is_kept(source: Source, one: AqdefCharacteristic, value: ValueSet, name: str, notes: Notes) -> bool:
    own, other = ("0020", "0001") if one.counts else ("0001", "0020")
    mark = value.fields.get("0002", "0")
    if mark in _LEFT_OUT:
        notes.count(f"{name}: values marked {_LEFT_OUT[mark]} (K0002 {mark}) left out", f"line {value.line}")
        return False
    if value.fields.get(other):
        kind = "counts" if one.counts else "measures"
        raise source.refusal(f"line {value.line}", f"K{other}, but the characteristic {kind} (K2004)")
    if not value.fields.get(own):
        notes.count(f"{name}: missing values", f"line {value.line}")
        return False
    return True


def _times(
    source: Source, file: AqdefFile, values: Sequence[ValueSet], name: str, notes: Notes
) -> list[tuple[datetime, bool]]:
    """When each value was measured, and whether the file says so."""
    stated: list[datetime | None] = []
    for value in values:
        with source.at(f"line {value.line}"):
            text = value.fields.get("0004")
            stated.append(aqdef_time(text, source.zone) if text else None)
    if any(moment is None for moment in stated):
        notes.add(f"{name}: {sum(moment is None for moment in stated)} of {len(stated)} values state no time")
    filled = neighbouring_times(stated)
    return [
        (source.time_or_default(moment, f"line {value.line}"), own is not None)
        for value, moment, own in zip(values, filled, stated, strict=True)
    ]


def aqdef_time(text: str, zone: tzinfo) -> datetime:
    """Read K0004: points mean day.month.year, slashes month/day/year, hyphens year-month-day.

    Raises:
        MalformedError: none of these, or no possible time.
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return iso_time(text, zone)
    first, mark, second, third, hour, minute, seconds, fraction = found.groups()
    year, month, day = {
        ".": (third, second, first),
        "/": (third, first, second),
        "-": (first, second, third),
    }[mark]
    if len(year) not in (2, 4) or len(day) > 2 or len(month) > 2:
        raise MalformedError(f"{text[:40]!r} is not a date of this format")
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 70 else 1900)
    micro = int((fraction or "0").ljust(6, "0"))
    try:
        naive = datetime(full, int(month), int(day), int(hour or 0), int(minute or 0), int(seconds or 0), micro)
    except ValueError as error:
        raise MalformedError(f"{text[:40]!r} is no possible time: {error}") from error
    return aware(naive, zone)


def _names(file: AqdefFile) -> dict[int, str]:
    """A name for each characteristic; equal ones in one part are told apart by group, then by index."""
    own = {
        index: _joined(one.fields.get("2001"), one.fields.get("2002")) or f"characteristic {index}"
        for index, one in file.characteristics.items()
    }
    names: dict[int, str] = {}
    taken: dict[tuple[int, str], int] = {}
    for index, name in own.items():
        key = (file.characteristics[index].part, name)
        taken[key] = taken.get(key, 0) + 1
    for index, name in own.items():
        if taken[(file.characteristics[index].part, name)] > 1:
            names[index] = " / ".join([*_groups_above(file, index), f"{name} #{index}"])[:MAX_TEXT]
        else:
            names[index] = name[:MAX_TEXT]
    return names


def _groups_above(file: AqdefFile, index: int) -> list[str]:
    path: list[str] = []
    seen: set[int] = set()
    node = file.parents.get(("characteristic", index))
    while node is not None and node not in seen and len(seen) < _MAX_LEVELS:
        seen.add(node)
        kind, target = file.nodes.get(node, ("", 0))
        if kind == "group" and target in file.groups:
            path.insert(0, " ".join(file.groups[target].split()))
        node = file.parents.get(("node", node))
    return path


def _joined(number: str | None, title: str | None) -> str:
    parts = [" ".join(text.split()) for text in (number, title) if text]
    return " ".join(dict.fromkeys(part for part in parts if part))


def _part_name(file: AqdefFile, characteristic: AqdefCharacteristic) -> str:
    fields = file.parts.get(characteristic.part, {})
    return fields.get("1001") or fields.get("1002") or UNSTATED


def _optional(text: str | None) -> str | None:
    """A code with the sign that marks it as text taken off; None when nothing is left."""
    if text is None:
        return None
    bare = text.strip().removeprefix("#").strip()
    return clean_text(bare) if bare else None


@dataclass(frozen=True, slots=True)
class _Context:
    """What all values of one characteristic share."""

    series: Characteristic
    station: str | None
    gauge: str | None


def _context(source: Source, file: AqdefFile, one: AqdefCharacteristic, name: str) -> _Context:
    part_fields = file.parts.get(one.part, {})
    with source.at(f"line {one.line}"):
        nominal, low, high = _limits(one.fields)
        unit = one.fields.get("2142")
        size = one.fields.get("8500", "1")
        fixed = size.isdecimal() and 1 <= len(size) <= 4 and int(size) > 0 and one.fields.get("8501", "0") == "0"
        part, code = clean_text(_part_name(file, one)), ucum_code(unit) if unit else UNSTATED_UNIT
        return _Context(
            Characteristic(part, clean_text(name), code, nominal, low, high, None, int(size) if fixed else 1),
            _optional(part_fields.get("1082") or part_fields.get("1081")),
            _optional(one.fields.get("2402") or one.fields.get("2401")),
        )


def _measured(
    source: Source, context: _Context, value: ValueSet, moment: datetime, timed: bool
) -> tuple[Characteristic, Reading]:
    where, fields = f"line {value.line}", value.fields
    with source.at(where):
        lot = _optional(fields.get("0006"))
        series = replace(context.series, lot=lot) if lot is not None else context.series
        return series, Reading(
            _number(fields["0001"]),
            moment,
            where,
            timed,
            context.station or _optional(fields.get("0010")),
            context.gauge or _optional(fields.get("0012")),
            _optional(fields.get("0008")),
        )


def _limits(fields: dict[str, str]) -> tuple[str | None, str | None, str | None]:
    """Nominal, lower and upper limit; natural boundaries (K2120/K2121 = 2) are no specification limits."""
    stated = {key: _number(fields[key]) for key in ("2100", "2101", "2110", "2111", "2112", "2113") if key in fields}
    nominal = stated.get("2101", stated.get("2100"))
    low, high = stated.get("2110"), stated.get("2111")
    if low is None and nominal is not None and "2112" in stated:
        low = add(nominal, stated["2112"])
    if high is None and nominal is not None and "2113" in stated:
        high = add(nominal, stated["2113"])
    return nominal, None if fields.get("2120") == "2" else low, None if fields.get("2121") == "2" else high


def _number(text: str) -> str:
    # The format knows no digit grouping, so a lone comma can only be the decimal sign of a German machine.
    return decimal_text(text, decimal_comma="," in text)


def _count(text: str) -> int:
    whole = decimal_text(text)
    if "." in whole and not whole.partition(".")[2].strip("0"):
        whole = whole.partition(".")[0]
    if not whole.isdecimal() or int(whole) > _MAX_COUNT * 1000:
        raise MalformedError(f"{text[:30]!r} is not a count")
    return int(whole)


def _thousandth(value: ValueSet) -> bool:
    text = value.fields.get("0020", "0")
    return not text.isdecimal() or len(text) > 15 or int(text) % 1000 == 0


def _counted(
    source: Source,
    file: AqdefFile,
    one: AqdefCharacteristic,
    name: str,
    value: ValueSet,
    moment: datetime,
    thousandths: bool,
) -> Draft:
    where = f"line {value.line}"
    with source.at(where):
        inspected = _count(value.fields.get("0020", ""))
        inspected = inspected // 1000 if thousandths else inspected
        found = _count(value.fields.get("0021", "0"))
        if found > inspected and one.fields.get("2004") == "1":
            raise MalformedError(f"{found} nonconforming units among {inspected} inspected")
        fields: dict[str, JsonValue] = {
            "part": clean_text(_part_name(file, one)),
            "characteristic": clean_text(name),
            "inspected": inspected,
            # An error log sheet counts defects; at most that many units are bad.
            "nonconforming": min(found, inspected),
            "result": "fail" if found else "pass",
        }
        lot, operator = _optional(value.fields.get("0006")), _optional(value.fields.get("0008"))
        station = _optional(file.parts.get(one.part, {}).get("1082")) or _optional(value.fields.get("0010"))
        fields |= {key: text for key, text in (("lot", lot), ("operator", operator), ("station", station)) if text}
        if found:
            fields["defects"] = [{"code": clean_text(name)[:64], "count": found}]
    return Draft(Kind.INSPECTION_RESULT, rfc3339(moment), fields, f"{source.name}, {where}")
