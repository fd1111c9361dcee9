"""Drafts a mapping from a table's column titles, for a person to correct."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import BinaryIO, Final

from evidence import schema
from evidence.draft import JsonValue, Kind
from lake.content import Source, read_bounded
from lake.detect import Format, detect
from lake.rows import Cell, Table

# Column titles as shop floors write them (English, German, Chinese), letters and digits only.
_TITLES: Final = {
    "part": ("part", "partno", "partnumber", "teil", "teilenummer", "artikel", "material", "零件", "零件号", "物料"),
    "characteristic": ("characteristic", "feature", "merkmal", "dimension", "特性", "检验项目"),
    "unit": ("unit", "uom", "einheit", "单位"),
    "nominal": ("nominal", "target", "nennwert", "sollwert", "标称值"),
    "lower_limit": ("lowerlimit", "lsl", "min", "ltl", "usg", "utg", "untergrenze", "下限"),
    "upper_limit": ("upperlimit", "usl", "max", "utl", "osg", "otg", "obergrenze", "上限"),
    "lot": ("lot", "lotno", "batch", "batchno", "charge", "los", "批次", "批号"),
    "station": ("station", "machine", "line", "maschine", "工位", "设备"),
    "gauge": ("gauge", "gage", "device", "instrument", "prüfmittel", "量具"),
    "operator": ("operator", "inspector", "prüfer", "bediener", "操作员", "检验员"),
    "inspected": ("inspected", "checked", "samplesize", "geprüft", "检验数"),
    "nonconforming": ("nonconforming", "defective", "rejected", "nok", "fehlerhaft", "不合格数"),
    "quantity": ("quantity", "qty", "menge", "数量"),
    "due": ("due", "duedate", "liefertermin", "交期"),
    "delivered": ("delivered", "deliverydate", "geliefert", "lieferdatum", "交货日期"),
    "number": ("number", "no", "id", "nummer", "编号", "ncr", "complaint"),
    "state": ("state", "status", "zustand", "状态"),
    "severity": ("severity", "schwere", "严重度"),
    "defect_code": ("defectcode", "defect", "fehlercode", "缺陷代码"),
    "opened_at": ("openedat", "opened", "eröffnet", "开启日期"),
    "received_at": ("receivedat", "received", "eingang", "收到日期"),
    "responded_at": ("respondedat", "responded", "beantwortet", "回复日期"),
    "closed_at": ("closedat", "closed", "geschlossen", "关闭日期"),
}  # fmt: skip
_VALUES: Final = ("value", "measurement", "measured", "messwert", "istwert", "actual", "测量值", "实测值")
_TIMES: Final = ("date", "time", "datetime", "timestamp", "datum", "zeit", "zeitpunkt", "日期", "时间", "measuredat")
_KINDS: Final = (
    (Kind.COMPLAINT, "received_at"),
    (Kind.NONCONFORMANCE, "opened_at"),
    (Kind.INSPECTION_RESULT, "inspected"),
    (Kind.DELIVERY, "quantity"),
)
_FIELDS: Final = {
    Kind.COMPLAINT: ("number", "severity", "received_at", "responded_at", "closed_at", "defect_code", "lot", "part"),
    Kind.NONCONFORMANCE: ("number", "severity", "opened_at", "closed_at", "defect_code", "lot", "part"),
    Kind.INSPECTION_RESULT: ("part", "lot", "inspected", "nonconforming", "station", "operator"),
    Kind.DELIVERY: ("lot", "part", "quantity", "unit", "due", "delivered"),
    Kind.MEASUREMENT_SERIES: (
        "part", "characteristic", "unit", "nominal", "lower_limit", "upper_limit", "lot", "station", "gauge",
        "operator",
    ),
}  # fmt: skip
_OPTIONAL: Final = frozenset(
    {"responded_at", "closed_at", "lot", "part", "station", "gauge", "operator", "defect_code"}
)
_PLACEHOLDERS: Final = {
    "unit": "mm",
    "part": "PART",
    "characteristic": "CHARACTERISTIC",
    "severity": "minor",
    "lot": "LOT",
}
_PATTERNS: Final = (
    (r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?", None), (r"\d{1,2}\.\d{1,2}\.\d{4} \d\d:\d\d:\d\d", "%d.%m.%Y %H:%M:%S"),
    (r"\d{1,2}\.\d{1,2}\.\d{4} \d\d:\d\d", "%d.%m.%Y %H:%M"), (r"\d{1,2}\.\d{1,2}\.\d{4}", "%d.%m.%Y"),
    (r"\d{4}/\d{1,2}/\d{1,2} \d\d:\d\d:\d\d", "%Y/%m/%d %H:%M:%S"),
    (r"\d{4}/\d{1,2}/\d{1,2} \d\d:\d\d", "%Y/%m/%d %H:%M"),
    (r"\d{4}/\d{1,2}/\d{1,2}", "%Y/%m/%d"), (r"\d{1,2}/\d{1,2}/\d{4} \d\d:\d\d", "%m/%d/%Y %H:%M"),
    (r"\d{1,2}/\d{1,2}/\d{4}", "%m/%d/%Y"),
)  # fmt: skip
_COMMA: Final = re.compile(r"-?\d+,\d+")


def suggest_mapping(name: str, content: BinaryIO) -> dict[str, JsonValue]:
    """Draft a mapping for a CSV or Excel table from its titles and first rows.

    The draft is a starting point: fields that no column seems to fill get placeholder values, and dates with slashes
    are taken as month/day/year.

    Raises:
        ImportRefusedError: not a table, or one that cannot be read.
    """
    from datetime import UTC

    from lake.tables import table_of

    data = read_bounded(name, content)
    source = Source(name, UTC)
    found = detect(name, data)
    if found not in (Format.CSV, Format.EXCEL):
        raise source.refusal("start", f"a {found.value} file needs no mapping", "Import it as it is.")
    rows = table_of(source, data, found, None)
    columns = _columns(rows.titles)
    kind = next((kind for kind, field in _KINDS if field in columns), Kind.MEASUREMENT_SERIES)
    mapping: dict[str, JsonValue] = {"format": "credence-mapping/1", "kind": kind.value}
    if any(isinstance(cell, str) and _COMMA.fullmatch(cell) for _, cells in rows.rows[:50] for cell in cells.values()):
        mapping["decimal"] = ","
    moment = _time_column(rows, columns)
    events = [columns[field] for field in ("closed_at", "responded_at", "received_at", "opened_at") if field in columns]
    if events and moment in events:
        mapping["occurred"] = _timed("first_of", list(events), _pattern(rows, events[-1]))
    else:
        mapping["occurred"] = _timed("columns", [moment], _pattern(rows, moment))
    mapping["fields"] = {
        field: source_of for field in _FIELDS[kind] if (source_of := _field(rows, columns, kind, field)) is not None
    }
    if kind is Kind.MEASUREMENT_SERIES:
        values = [title for title in rows.titles if _plain(title) in _VALUES]
        taken = {moment, *columns.values()}
        values = values or [title for title in rows.titles if title not in taken and _is_numeric(rows, title)]
        mapping["measurements"] = [{"columns": values[:1] or ["VALUE"]}]
    return mapping


def _columns(titles: Sequence[str]) -> dict[str, str]:
    """Field to the first title that sounds like it."""
    found: dict[str, str] = {}
    for title in titles:
        for field, spellings in _TITLES.items():
            if _plain(title) in (*spellings, field.replace("_", "")):
                found.setdefault(field, title)
    return found


def _field(rows: Table, columns: dict[str, str], kind: Kind, field: str) -> JsonValue:
    title = columns.get(field)
    if title is None:
        needed = field in _PLACEHOLDERS and not (field == "lot" and kind is not Kind.DELIVERY)
        needed = needed and not (field == "part" and kind is not Kind.MEASUREMENT_SERIES)
        return {"value": _PLACEHOLDERS[field]} if needed else None
    one: dict[str, JsonValue] = {"column": title}
    if field.endswith("_at") or field in ("due", "delivered"):
        one = _timed("column", title, _pattern(rows, title))
    if field in _OPTIONAL and field not in schema.latest(kind).required and field not in ("part", "characteristic"):
        one["optional"] = True
    return one


def _timed(key: str, value: JsonValue, pattern: str | None) -> dict[str, JsonValue]:
    return {key: value} if pattern is None else {key: value, "format": pattern}


def _time_column(rows: Table, columns: dict[str, str]) -> str:
    for title in rows.titles:
        if _plain(title) in _TIMES:
            return title
    for field in ("closed_at", "opened_at", "received_at", "delivered", "due"):
        if field in columns:
            return columns[field]
    return next((title for title in rows.titles if _looks_like_time(_first(rows, title))), "DATE")


def _pattern(rows: Table, title: str) -> str | None:
    cell = _first(rows, title)
    if isinstance(cell, str):
        return next((pattern for shape, pattern in _PATTERNS if re.fullmatch(shape, cell)), None)
    return None


def _looks_like_time(cell: Cell) -> bool:
    if isinstance(cell, str):
        return any(re.fullmatch(shape, cell) for shape, _ in _PATTERNS)
    return isinstance(cell, datetime | time)


def _is_numeric(rows: Table, title: str) -> bool:
    cell = _first(rows, title)
    return isinstance(cell, str) and re.fullmatch(r"-?\d+(?:[.,]\d+)?", cell) is not None


def _first(rows: Table, title: str) -> Cell:
    return next((cells[title] for _, cells in rows.rows if cells.get(title) is not None), None)


def _plain(title: str) -> str:
    return "".join(letter for letter in title.casefold().partition("[")[0].partition("(")[0] if letter.isalnum())
