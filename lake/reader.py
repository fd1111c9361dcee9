"""The one door of the lake: a file in, drafts out, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import BinaryIO

from evidence import schema
from evidence.draft import JsonValue
from lake.content import FileContent, Source, read_bounded
from lake.detect import Format, detect


def read(
    name: str,
    content: BinaryIO,
    *,
    mapping: Mapping[str, JsonValue] | bytes | None = None,
    default_zone: tzinfo,
    default_time: datetime | None = None,
    qif_schemas: Path | None = None,
) -> FileContent:
    """Read one inspection file whole, or refuse it whole.

    Equal files give equal drafts in equal order. Every draft satisfies the latest schema of its kind.

    Args:
        name: file name, for messages and, in CFX bodies without envelope, for the message class.
        content: read once, at most 64 MiB.
        mapping: how the columns of a table become fields (CSV and Excel only), parsed or as the JSON file's bytes.
        default_zone: zone of local times that name no offset.
        default_time: when the records of a file that names no time at all count as having occurred; such a file is
            refused when this is None.
        qif_schemas: folder with the QIF 3.0 schema set, to validate QIF 3.0 files against.
    Raises:
        ImportRefusedError: unknown format, unreadable, against its format, or contradicting itself; with the place.
        SchemaError: `mapping` is no mapping.
        ToolMissingError: `qif_schemas` holds no schema set.
    """
    data = read_bounded(name, content)
    source = Source(name, default_zone, default_time)
    found = _read(source, data, detect(name, data), mapping, qif_schemas)
    for draft in found.drafts:
        with source.at(draft.source.removeprefix(f"{name}, ")):
            schema.validate(draft)
    return found


def _read(
    source: Source,
    data: bytes,
    found: Format,
    mapping: Mapping[str, JsonValue] | bytes | None,
    qif_schemas: Path | None,
) -> FileContent:
    # Each format's libraries load only when a file needs them.
    match found:
        case Format.QIF:
            from lake import qif

            return qif.read(source, data, schemas=qif_schemas)
        case Format.AQDEF:
            from lake import aqdef

            return aqdef.read(source, data)
        case Format.CFX:
            from lake import cfx

            return cfx.read(source, data)
        case Format.CSV | Format.EXCEL:
            from lake import tables

            return tables.read(source, data, found, mapping)
