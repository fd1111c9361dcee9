"""A frozen table as a file: values and columns together, for tables that are too large to be read from CSV again."""

from __future__ import annotations

import io
import zipfile
from typing import Final

import numpy as np

from evidence.canonical import encode
from evidence.errors import LimitError, MalformedError, SchemaError
from rca.table import MAX_ROWS, Table
from rca.table_file import columns_document, read_columns

MAX_BYTES: Final = 2 * 1024**3
"""Largest file, bytes."""
_MEMBERS: Final = {"values.npy", "columns.npy", "digest.npy"}


def table_bytes(table: Table) -> bytes:
    """The file's content: an uncompressed NumPy archive with `values`, `columns` (JSON) and `digest`."""
    out = io.BytesIO()
    columns = np.frombuffer(encode(columns_document(table.columns)), dtype=np.uint8)
    digest = np.frombuffer(table.digest.encode("ascii"), dtype=np.uint8)
    np.savez(out, values=table.values, columns=columns, digest=digest)
    return out.getvalue()


def table_from(data: bytes) -> Table:
    """Read the file's content.

    Raises:
        LimitError: larger than MAX_BYTES or than a table may be.
        MalformedError: not such an archive.
        SchemaError: values against the rules of a table, or another digest than the one kept.
    """
    if len(data) > MAX_BYTES:
        raise LimitError(f"{len(data)} bytes; at most {MAX_BYTES} are read")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = {one.filename: one.file_size for one in archive.infolist()}
        if set(inside) != _MEMBERS or sum(inside.values()) > MAX_BYTES:
            raise MalformedError("not a table of causes: other members than values, columns and digest")
        with np.load(io.BytesIO(data), allow_pickle=False) as members:
            columns = read_columns(members["columns"].astype(np.uint8).tobytes())
            values, digest = members["values"], members["digest"].astype(np.uint8).tobytes()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, KeyError) as error:
        raise MalformedError(f"not a table of causes: {error}") from error
    if values.ndim != 2 or values.shape[0] > MAX_ROWS or values.dtype not in (np.float64, np.float32):
        raise SchemaError("values are rows by columns of floats", place="values")
    table = Table(columns, values)
    if table.digest.encode("ascii") != digest:
        raise SchemaError("the digest is not that of the values", place="digest", advice="Import the table again.")
    return table
