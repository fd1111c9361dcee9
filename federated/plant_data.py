"""A plant's process data: its process table (a folder of the data lake), or a CSV file with columns `name [unit]`."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from evidence.errors import ImportRefusedError, LimitError
from federated.learning.dataset import MAX_ROWS, Dataset, Table
from federated.learning.spec import FeatureSpec

MAX_BYTES: Final = 2 << 30


def read_table(path: Path, spec: FeatureSpec) -> Table:
    """The columns of the spec, with their units as stated at home; empty cells are missing values.

    Args:
        path: a folder is a process table of the data lake (`lake.process_table`), a file is CSV.
    Raises:
        ImportRefusedError: no such file, a column twice, or a cell that is no number.
        LimitError: too many rows or bytes.
    """
    if path.is_dir():
        from federated.learning.lake_data import reader as table_reader

        return table_reader(path)(spec)
    if not path.is_file():
        raise ImportRefusedError(path.name, "file", "there is no such file")
    if path.stat().st_size > MAX_BYTES:
        raise LimitError(f"{path.name} is larger than {MAX_BYTES} bytes")
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file)
        header = [_split(cell) for cell in next(reader, [])]
        names = [name for name, _ in header]
        if len(set(names)) != len(names):
            raise ImportRefusedError(path.name, "line 1", "a column stands twice")
        wanted = {column.name for column in spec.columns} | {spec.label}
        picked = [place for place, name in enumerate(names) if name in wanted]
        rows: list[list[float]] = []
        for number, row in enumerate(reader, start=2):
            if len(row) != len(header):
                raise ImportRefusedError(path.name, f"line {number}", f"{len(row)} cells where {len(header)} are named")
            if len(rows) >= MAX_ROWS:
                raise LimitError(f"{path.name}: more than {MAX_ROWS} rows")
            rows.append([_number(row[place], path.name, number) for place in picked])
    values = np.array(rows, dtype=np.float64).reshape(len(rows), len(picked))
    columns = {names[place]: values[:, index] for index, place in enumerate(picked)}
    units = {name: unit for name, unit in header if name in columns}
    if spec.label not in columns:
        raise ImportRefusedError(path.name, "line 1", f"there is no column {spec.label}")
    return Table(columns, units, columns.pop(spec.label))


class Watched:
    """Rows of a path, read again when they were written."""

    def __init__(self, path: Path, read: Callable[[Path], Dataset]) -> None:
        self._path, self._read, self._mark = path, read, mark(path)

    def first(self) -> Dataset:
        """The rows as they are."""
        before = mark(self._path)
        rows = self._read(self._path)
        # Not before they could be read: until then every round tries again, and none trains on old rows unnoticed.
        self._mark = before
        return rows

    def again(self) -> Dataset | None:
        """The rows if they changed since they were read, else None; errors as reading them."""
        if mark(self._path) == self._mark:
            return None
        return self.first()


def mark(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever the data of a path (file or folder) are written; empty when it is gone."""
    try:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        found = [(one.name, one.stat()) for one in files]
    except OSError:
        return ()
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


def _split(cell: str) -> tuple[str, str]:
    name, bracket, rest = cell.strip().partition(" [")
    return (name, rest[:-1]) if bracket and rest.endswith("]") else (cell.strip(), "")


def _number(cell: str, file: str, line: int) -> float:
    if not cell.strip():
        return float("nan")
    try:
        return float(cell)
    except ValueError as error:
        raise ImportRefusedError(file, f"line {line}", f"{cell[:20]!r} is no number") from error
