"""A frozen table as a file comes back as it was, or not at all."""

from __future__ import annotations

import io

import numpy as np
import pytest

from evidence.errors import CredenceError, MalformedError, SchemaError
from rca.columns import Column, Kind
from rca.table import Table
from rca.table_store import table_bytes, table_from


def table() -> Table:
    values = np.random.default_rng(1).normal(size=(50, 2))
    values[3, 1] = np.nan
    return Table((Column("Temperatur °", unit="Cel"), Column("b", tier=2)), values)


def test_a_table_comes_back_with_the_same_digest() -> None:
    assert table_from(table_bytes(table())).digest == table().digest


def test_a_changed_value_is_noticed() -> None:
    data = bytearray(table_bytes(table()))
    place = bytes(data).find(table().values.tobytes()[:16])
    data[place + 6] ^= 1
    with pytest.raises(CredenceError):
        table_from(bytes(data))


def test_an_archive_with_other_columns_than_it_was_frozen_with_is_refused() -> None:
    from evidence.canonical import encode
    from rca.table_file import columns_document

    out = io.BytesIO()
    other = columns_document((Column("a", Kind.CONTINUOUS), Column("b")))
    np.savez(
        out,
        values=table().values,
        columns=np.frombuffer(encode(other), dtype=np.uint8),
        digest=np.frombuffer(table().digest.encode(), dtype=np.uint8),
    )
    with pytest.raises(SchemaError, match="digest"):
        table_from(out.getvalue())


@pytest.mark.parametrize("cut", [0, 10, 400])
def test_bytes_that_are_no_table_are_refused(cut: int) -> None:
    with pytest.raises(MalformedError):
        table_from(table_bytes(table())[:cut])


def test_an_archive_that_would_run_code_is_refused() -> None:
    out = io.BytesIO()
    np.savez(out, values=np.array([object()], dtype=object), columns=np.zeros(1), digest=np.zeros(1))
    with pytest.raises(MalformedError):
        table_from(out.getvalue())
