"""Measurements inside IPC-CFX test and inspection messages, by their structure class.

Source:
    IPC-2591 (CFX) structures NumericMeasurement, SolderPasteMeasurement, OffsetMeasurement; units as documented there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from evidence.errors import MalformedError
from lake.content import clean_text
from lake.decimals import decimal_text
from lake.json_text import Node
from lake.notes import Notes
from lake.times import iso_time
from lake.units import UNSTATED, convert, ucum_code

# Member, member of its nominal value, unit.
_SOLDER_PASTE: Final = (
    ("X", "EX", "mm"),
    ("Y", "EY", "mm"),
    ("Z", "EZ", "mm"),
    ("DX", "", UNSTATED),
    ("DY", "", UNSTATED),
    ("Vol", "EVol", "mL"),
)
_OFFSET: Final = (
    ("DX", "", "mm"),
    ("DY", "", "mm"),
    ("DZ", "", "mm"),
    ("RXY", "", "deg"),
    ("RZX", "", "deg"),
    ("RZY", "", "deg"),
)
_TABLES: Final = {"SolderPasteMeasurement": _SOLDER_PASTE, "OffsetMeasurement": _OFFSET}
_NULL_TIME: Final = "0001-01-01T00:00:00"


@dataclass(frozen=True, slots=True)
class CfxMeasurement:
    """One number that was measured.

    Attributes:
        name: of the measurement, with the axis where one measurement holds several numbers.
        value, nominal, lower_limit, upper_limit: decimal strings in `unit`.
        moment: None where the message states none.
    """

    name: str
    value: str
    unit: str
    nominal: str | None
    lower_limit: str | None
    upper_limit: str | None
    moment: datetime | None
    place: str


def measurements(node: Node, title: str, zone: tzinfo, notes: Notes) -> Iterator[CfxMeasurement]:
    """The numbers of one measurement object.

    Args:
        title: of the test or inspection it belongs to.
        notes: told about measurements that are no numbers.
    Raises:
        MalformedError, SchemaError: a number, unit or time that cannot be read.
    """
    kind = (node.get("$type").text() or "").partition(",")[0].rpartition(".")[2]
    own = node.get("MeasurementName").text() or node.get("CRDs").text() or "measurement"
    told = title and title.casefold() != own.casefold()
    name = clean_text(f"{title} / {own}" if told else own)
    moment = cfx_time(node.get("TimeRecorded"), zone)
    if node.has("MeasuredValue") and kind in ("NumericMeasurement", ""):
        yield from _numeric(node, name, moment, notes)
    elif kind in _TABLES:
        for member, nominal, unit in _TABLES[kind]:
            value = node.get(member).number()
            if value is not None:
                expected = node.get(nominal).number() if nominal else None
                target = decimal_text(expected) if expected is not None else None
                place = f"{node.place}/{member}"
                yield CfxMeasurement(f"{name} / {member}", decimal_text(value), unit, target, None, None, moment, place)
    else:
        notes.count(f"measurements of the class {kind or 'unnamed'} hold no numbers that are read", node.place)


def _numeric(node: Node, name: str, moment: datetime | None, notes: Notes) -> Iterator[CfxMeasurement]:
    measured = node.get("MeasuredValue")
    if not measured.is_object():
        notes.count("numeric measurements without a value", node.place)
        return
    value = measured.get("Value").number()
    if value is None:
        notes.count("numeric measurements without a value", node.place)
        return
    spelled = measured.get("ValueUnits").text()
    unit = ucum_code(spelled) if spelled else UNSTATED
    # Limits carry no unit of their own: they stand in that of the expected value.
    spelled_limits = measured.get("ExpectedValueUnits").text()
    limit_unit = ucum_code(spelled_limits) if spelled_limits else unit

    def limit(member: str) -> str | None:
        text = measured.get(member).number()
        if text is None:
            return None
        plain = decimal_text(text)
        return plain if UNSTATED in (unit, limit_unit) else convert(plain, limit_unit, unit)

    if UNSTATED in (unit, limit_unit) and unit != limit_unit:
        raise MalformedError(f"{measured.place}: a unit for the value or its expected value, but not for both")
    yield CfxMeasurement(
        name,
        decimal_text(value),
        unit,
        limit("ExpectedValue"),
        limit("MinimumAcceptableValue"),
        limit("MaximumAcceptableValue"),
        moment,
        node.place,
    )


def cfx_time(node: Node, zone: tzinfo) -> datetime | None:
    """A time; None for null and for the zero time that .NET writes in its place."""
    text = node.text()
    if text is None or text.startswith(_NULL_TIME):
        return None
    return iso_time(text, zone)
