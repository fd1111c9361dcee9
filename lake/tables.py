"""CSV and Excel tables with a mapping: rows to drafts, all rows or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, tzinfo
from typing import Final

from evidence import schema
from evidence.draft import Draft, JsonValue, Kind
from evidence.errors import ImportRefusedError, LimitError, MalformedError, SchemaError
from lake.content import MAX_VALUES, FileContent, Source, clean_text
from lake.decimals import decimal_text
from lake.detect import Format
from lake.mapping import FieldSource, MeasurementColumns, TableMapping, parse_mapping
from lake.rows import Cell, ExactNumber, Table, Unreadable, csv_table
from lake.series import Characteristic, Reading, series_drafts
from lake.times import aware, formatted_time, iso_time, rfc3339
from lake.units import ucum_code

_NAMES: Final = {Format.CSV: "CSV", Format.EXCEL: "Excel"}
_REPORTED: Final = 10
_SERIES: Final = ("part", "name", "unit", "nominal", "lower_limit", "upper_limit", "lot")


def read(source: Source, data: bytes, found: Format, mapping: Mapping[str, JsonValue] | bytes | None) -> FileContent:
    """Read a table by its mapping.

    Raises:
        ImportRefusedError: no mapping, columns missing, or bad rows, the first of which is explained.
        SchemaError: the mapping is none.
    """
    if mapping is None:
        titles = ", ".join(table_of(source, data, found, None).titles[:30])
        raise source.refusal(
            "start",
            f"a table needs a mapping that says what its columns mean (columns: {titles[:400]})",
            "Give one (docs/importing.md); `credence evidence suggest-mapping FILE` drafts one from this table.",
        )
    rules = parse_mapping(mapping)
    rows = table_of(source, data, found, rules)
    missing = [column for column in rules.columns() if column not in rows.titles]
    if missing:
        raise source.refusal(
            f"line {rules.header_row}",
            f"no column {', '.join(repr(one) for one in missing[:5])}; there are {', '.join(rows.titles[:30])[:400]}",
            "Correct the mapping, or the header row it names (table.header_row).",
        )
    drafts = _Rows(source, rules).read(rows)
    note = "" if drafts else "the table has a header, but no rows"
    return FileContent(_NAMES[found], tuple(drafts), note)


def table_of(source: Source, data: bytes, found: Format, rules: TableMapping | None) -> Table:
    """The rows of a CSV or Excel file, as the mapping (or nothing) tells where they are."""
    header_row = rules.header_row if rules is not None else 1
    if found is Format.CSV:
        delimiter, encoding = (rules.delimiter, rules.encoding) if rules is not None else (None, None)
        return csv_table(source, data, header_row=header_row, delimiter=delimiter, encoding=encoding)
    from lake.excel import excel_table

    return excel_table(source, data, header_row=header_row, sheet=rules.sheet if rules is not None else None)


class _Rows:
    """Applies one mapping to one table."""

    def __init__(self, source: Source, rules: TableMapping) -> None:
        self.source, self.rules = source, rules
        self.zone: tzinfo = rules.zone or source.zone

    def read(self, rows: Table) -> list[Draft]:
        """All drafts, or a refusal that names the bad rows."""
        drafts: list[Draft] = []
        readings: dict[Characteristic, list[Reading]] = {}
        bad: list[tuple[int, MalformedError | SchemaError | LimitError]] = []
        count = 0
        for number, cells in rows.rows:
            try:
                if self.rules.kind is Kind.MEASUREMENT_SERIES:
                    for characteristic, reading in self._measured(number, cells):
                        count += 1
                        readings.setdefault(characteristic, []).append(reading)
                else:
                    drafts.append(self._draft(number, cells))
            except (MalformedError, SchemaError, LimitError) as error:
                bad.append((number, error))
            if count > MAX_VALUES:
                raise self.source.refusal(f"line {number}", f"more than {MAX_VALUES} values", "Split the table.")
        if bad:
            raise self._refusal(bad)
        if self.rules.subgroup_size > 1:
            self._check_subgroups(readings)
        return drafts + series_drafts(self.source, readings)

    def _refusal(self, bad: list[tuple[int, MalformedError | SchemaError | LimitError]]) -> ImportRefusedError:
        number, first = bad[0]
        others = ", ".join(f"line {line}" for line, _ in bad[1 : 1 + _REPORTED])
        more = f"; {len(bad) - 1} more bad rows: {others}{', ...' if len(bad) > 1 + _REPORTED else ''}"
        advice = None if first.advice == type(first).default_advice else first.advice
        return self.source.refusal(f"line {number}", first.message + (more if len(bad) > 1 else ""), advice)

    def _check_subgroups(self, readings: dict[Characteristic, list[Reading]]) -> None:
        for characteristic, values in readings.items():
            size = characteristic.subgroup_size
            if len(values) % size:
                raise self.source.refusal(
                    values[-1].where, f"{characteristic.name}: {len(values)} values do not fill subgroups of {size}"
                )

    def _draft(self, number: int, cells: Mapping[str, Cell]) -> Draft:
        fields = self._fields(self.rules.fields, cells)
        kind = self.rules.kind
        if self.rules.defects:
            counts = {code: self._number(cells, column, "0") for code, column in self.rules.defects.items()}
            fields["defects"] = [{"code": code, "count": count} for code, count in counts.items() if count]
            if not fields["defects"]:
                del fields["defects"]
        if self.rules.statistics:
            texts = {name: _text(cells, column) for name, column in self.rules.statistics.items()}
            numbers = {name: self._decimal(text, name) for name, text in texts.items() if text is not None}
            fields["statistics"] = numbers
        self._derive(kind, fields)
        draft = Draft(kind, rfc3339(self._occurred(cells)), fields, f"{self.source.name}, line {number}")
        schema.validate(draft)
        return draft

    @staticmethod
    def _derive(kind: Kind, fields: dict[str, JsonValue]) -> None:
        """Fill in what other fields of the same record say already."""
        if kind is Kind.INSPECTION_RESULT and "nonconforming" in fields:
            fields.setdefault("result", "fail" if fields["nonconforming"] else "pass")
        if kind is Kind.NONCONFORMANCE:
            fields.setdefault("state", "closed" if "closed_at" in fields else "opened")
        if kind is Kind.COMPLAINT:
            state = "closed" if "closed_at" in fields else "responded" if "responded_at" in fields else "received"
            fields.setdefault("state", state)

    def _measured(self, number: int, cells: Mapping[str, Cell]) -> list[tuple[Characteristic, Reading]]:
        moment = self._occurred(cells)
        found = []
        for one in self.rules.measurements:
            texts = [_text(cells, column) for column in one.columns]
            if all(text is None for text in texts) and one.optional:
                continue
            if any(text is None for text in texts):
                empty = one.columns[texts.index(None)]
                raise MalformedError(f"column {empty!r}: empty, a measured value is needed")
            characteristic, shared = self._characteristic(one, cells)
            for column, text in zip(one.columns, texts, strict=True):
                value = self._decimal(text or "", column)
                found.append((characteristic, Reading(value, moment, f"line {number}", True, *shared)))
        return found

    def _characteristic(
        self, one: MeasurementColumns, cells: Mapping[str, Cell]
    ) -> tuple[Characteristic, tuple[str | None, str | None, str | None]]:
        texts = {name: str(value) for name, value in self._fields({**self.rules.fields, **one.fields}, cells).items()}
        for needed in ("part", "characteristic", "unit"):
            if needed not in texts:
                raise MalformedError(f"no {needed} for the measured value")
        size = len(one.columns) if len(one.columns) > 1 else self.rules.subgroup_size
        shared = (texts.pop("station", None), texts.pop("gauge", None), texts.pop("operator", None))
        texts["name"] = texts.pop("characteristic")
        characteristic = Characteristic(part=texts["part"], name=texts["name"], unit=texts["unit"])
        optional = {name: texts[name] for name in _SERIES[3:] if name in texts}
        return replace(characteristic, **optional, subgroup_size=size), shared

    def _fields(self, sources: Mapping[str, FieldSource], cells: Mapping[str, Cell]) -> dict[str, JsonValue]:
        fields: dict[str, JsonValue] = {}
        for name, one in sources.items():
            # Constants stand in the mapping, which is JSON: their decimal sign is a point.
            cell = cells.get(one.column) if one.column is not None else ExactNumber(one.value or "")
            place = f"column {one.column!r}" if one.column is not None else f"field {name}"
            if isinstance(cell, Unreadable):
                raise MalformedError(f"{place}: {cell.reason}", advice=cell.advice)
            if isinstance(cell, str) and one.translate:
                if cell not in one.translate:
                    raise MalformedError(
                        f"{place}: {cell[:60]!r} has no translation", advice="Add it to the mapping's translate table."
                    )
                cell = one.translate[cell] or None
            if cell is None:
                if one.optional:
                    continue
                raise MalformedError(
                    f"{place}: empty", advice="Fill it in, or mark the field as optional in the mapping."
                )
            try:
                fields[name] = self._value(self.rules.types[name], cell, one.format)
            except (MalformedError, SchemaError, LimitError) as error:
                raise type(error)(f"{place}: {error.message}", advice=error.advice) from error
        return fields

    def _value(self, kind: str, cell: Cell, pattern: str | None) -> JsonValue:
        if kind == "instant":
            return rfc3339(self._time([cell], pattern))
        text = cell if isinstance(cell, str) else cell.isoformat() if isinstance(cell, datetime | time) else ""
        if kind == "decimal":
            return decimal_text(text, decimal_comma=self._is_comma(text))
        if kind in ("number", "integer", "count"):
            return _whole(text)
        if kind == "unit":
            return ucum_code(text)
        if kind == "boolean":
            if text.casefold() not in ("true", "false"):
                raise MalformedError(f"{text[:30]!r} is not true or false", advice="Use translate in the mapping.")
            return text.casefold() == "true"
        return str(text) if kind == "text" else clean_text(text)

    def _occurred(self, cells: Mapping[str, Cell]) -> datetime:
        found = [cells.get(column) for column in self.rules.occurred]
        if self.rules.occurred_first:
            found = next(([cell] for cell in found if cell is not None), [None])
        try:
            return self._time(found, self.rules.occurred_format)
        except MalformedError as error:
            columns = ", ".join(repr(column) for column in self.rules.occurred)
            raise MalformedError(f"column {columns}: {error.message}", advice=error.advice) from error

    def _time(self, cells: list[Cell], pattern: str | None) -> datetime:
        """A time from one cell, or from a date and a time cell."""
        for cell in cells:
            if isinstance(cell, Unreadable):
                raise MalformedError(cell.reason, advice=cell.advice)
        if any(cell is None for cell in cells):
            raise MalformedError("empty, a time is needed")
        if isinstance(cells[0], datetime):
            clock = cells[1] if len(cells) > 1 else None
            moment = cells[0].replace(tzinfo=None)
            if isinstance(clock, datetime | time):
                at = clock.time() if isinstance(clock, datetime) else clock
                moment = datetime.combine(moment.date(), at.replace(tzinfo=None))
            elif clock is not None:
                return iso_time(f"{moment.date().isoformat()}T{clock}", self.zone)
            # Excel stores times as fractions of a day; the nearest millisecond is what was typed.
            return aware(moment.replace(microsecond=moment.microsecond // 1000 * 1000), self.zone)
        text = " ".join(str(cell) for cell in cells)
        return iso_time(text, self.zone) if pattern is None else formatted_time(text, pattern, self.zone)

    def _decimal(self, text: str, column: str) -> str:
        try:
            return decimal_text(text, decimal_comma=self._is_comma(text))
        except MalformedError as error:
            raise MalformedError(f"column {column!r}: {error.message}", advice=error.advice) from error

    def _number(self, cells: Mapping[str, Cell], column: str, default: str) -> int:
        try:
            return _whole(_text(cells, column) or default)
        except MalformedError as error:
            raise MalformedError(f"column {column!r}: {error.message}") from error

    def _is_comma(self, text: str) -> bool:
        return self.rules.decimal_comma and not isinstance(text, ExactNumber)


def _text(cells: Mapping[str, Cell], column: str) -> str | None:
    cell = cells.get(column)
    if isinstance(cell, Unreadable):
        raise MalformedError(f"column {column!r}: {cell.reason}", advice=cell.advice)
    if isinstance(cell, datetime | time):
        raise MalformedError(f"column {column!r}: a date where a number is needed")
    return cell


def _whole(text: str) -> int:
    bare = text.strip()
    if not bare.isascii() or not bare.isdecimal() or len(bare) > 15:
        raise MalformedError(f"{text[:30]!r} is not a whole number")
    return int(bare)
