"""The case that an alarm opens: a plain document that freezes, by hash, which rows are compared with which."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from evidence.canonical import encode
from evidence.draft import JsonValue
from evidence.errors import ConflictError, SchemaError
from rca.alarm.onset import Onset, onset
from rca.alarm.watch import Alarm, Subscription, watch
from rca.attribution.frame import MIN_REFERENCE, Frame, frame_of
from rca.table import Table

FORMAT: Final = "credence-rca-case/1"


@dataclass(frozen=True, slots=True)
class CauseCase:
    """An alarm, when its fault began, and the rows it is judged on.

    Attributes:
        alarm: what the chart said.
        onset: when the fault began.
        table: digest of the whole table.
        reference: digest of the rows before the fault could have begun.
        window: digest of the rows when the fault was there, up to the alarm.
        reference_rows: how many rows the reference has, from the first.
        window_rows: first and last row of the window, from 0.
        opened: when, as RFC 3339 text.
    """

    alarm: Alarm
    onset: Onset
    table: str
    reference: str
    window: str
    reference_rows: int
    window_rows: tuple[int, int]
    opened: str

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical document: names the case."""
        return "sha256:" + hashlib.sha256(encode(self.document())).hexdigest()

    def document(self) -> dict[str, JsonValue]:
        """The JSON form, version 1; numbers with a fraction are texts."""
        alarm, begun = self.alarm, self.onset
        return {
            "format": FORMAT,
            "alarm": {
                "column": alarm.column,
                "row": alarm.row,
                "rule": alarm.rule,
                "text": alarm.text,
                "value": repr(alarm.value),
                "centre": repr(alarm.centre),
                "sigma": repr(alarm.sigma),
                "phase1": alarm.phase1,
                "also": list(alarm.also),
            },
            "onset": {
                "row": begun.row,
                "low": begun.low,
                "high": begun.high,
                "level": repr(begun.level),
                "effective": repr(begun.effective),
            },
            "table": self.table,
            "reference": {"digest": self.reference, "rows": self.reference_rows},
            "window": {"digest": self.window, "first": self.window_rows[0], "last": self.window_rows[1]},
            "opened": self.opened,
        }

    def frame(self, table: Table) -> Frame:
        """The two sets of rows, taken from the table again and checked against the frozen hashes.

        Raises:
            ConflictError: the table is not the one that the case was opened on.
        """
        before, after = _parts(table, self.reference_rows, self.window_rows)
        if (table.digest, before.digest, after.digest) != (self.table, self.reference, self.window):
            raise ConflictError(
                "the table differs from the one that this case was opened on",
                advice="Use the frozen table, or open a new case on the new one.",
            )
        return frame_of(before, after, self.alarm.column)


def open_case(table: Table, subscription: Subscription, *, now: datetime) -> CauseCase | None:
    """Watch a table; on an alarm estimate when its fault began and freeze the rows. None while all is quiet.

    The reference ends where the fault may have begun; the window starts at the end of that interval, or at the
    likeliest row when the interval reaches the alarm. Rows between are left out of both: they may belong to either.

    Raises:
        SchemaError, NotFoundError: as `watch`.
    """
    alarm = watch(table, subscription)
    if alarm is None:
        return None
    begun = onset(table, alarm)
    first = begun.high if begun.high < alarm.row else begun.row
    span = (first, alarm.row)
    rows = max(begun.low, MIN_REFERENCE)
    before, after = _parts(table, rows, span)
    return CauseCase(alarm, begun, table.digest, before.digest, after.digest, rows, span, now.isoformat())


def case_from(document: Mapping[str, object]) -> CauseCase:
    """Read the JSON form back.

    Raises:
        SchemaError: not version 1, or a part missing or of a wrong type.
    """
    if document.get("format") != FORMAT:
        raise SchemaError(f"not a case of {FORMAT}", place="/format")
    try:
        alarm, begun = _part(document, "alarm"), _part(document, "onset")
        reference, window = _part(document, "reference"), _part(document, "window")
        also = alarm["also"]
        if not isinstance(also, list):
            raise SchemaError("a list of rule names", place="/alarm/also")
        return CauseCase(
            Alarm(
                str(alarm["column"]),
                _whole(alarm["row"]),
                str(alarm["rule"]),
                str(alarm["text"]),
                float(str(alarm["value"])),
                float(str(alarm["centre"])),
                float(str(alarm["sigma"])),
                _whole(alarm["phase1"]),
                tuple(str(one) for one in also),
            ),
            Onset(
                _whole(begun["row"]),
                _whole(begun["low"]),
                _whole(begun["high"]),
                float(str(begun["level"])),
                float(str(begun["effective"])),
            ),
            str(document["table"]),
            str(reference["digest"]),
            str(window["digest"]),
            _whole(reference["rows"]),
            (_whole(window["first"]), _whole(window["last"])),
            str(document["opened"]),
        )
    except (KeyError, ValueError) as error:
        raise SchemaError(f"a damaged case: {error}", advice="Export it again.") from error


def _parts(table: Table, reference_rows: int, window_rows: tuple[int, int]) -> tuple[Table, Table]:
    if not 0 < reference_rows <= table.rows or not 0 <= window_rows[0] <= window_rows[1] < table.rows:
        raise ConflictError("the table has fewer rows than the case speaks of", advice="Use the frozen table.")
    return table.take(np.arange(reference_rows)), table.take(np.arange(window_rows[0], window_rows[1] + 1))


def _part(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = document.get(name)
    if not isinstance(found, dict):
        raise SchemaError("an object", place=f"/{name}")
    return found


def _whole(value: object) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r} is no whole number")
    return value
