"""The table of process data: one row a value, the same columns for measurements of parts and for sensors over time.

| column  | type         | meaning |
|---------|--------------|---------|
| part    | VARCHAR null | serial number of the part; null for a sensor that reads whatever part is there |
| lot     | VARCHAR null | batch |
| station | VARCHAR      | machine, furnace or line |
| name    | VARCHAR      | what was measured, a name that feature specs use |
| unit    | VARCHAR      | UCUM code of the value |
| value   | DOUBLE       | the value; a missing one has no row |
| time    | TIMESTAMPTZ  | when it was measured, UTC |
| tier    | VARCHAR      | base, restricted or sensitive; sensitive by default |
| source  | VARCHAR      | SHA-256 of the file it came from |

Stored as Parquet, one file an import, named by the hash of what was imported: doing it twice changes nothing, a crash
leaves the whole import or none of it. Process values are what a plant learns from and do not leave it; what is scored
travels as statements with exact decimals, not from here.

What if we lose it? Import the files again; nothing that others hold depends on it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Final

import duckdb

from evidence.draft import Tier
from evidence.errors import LimitError, SchemaError, StorageError
from evidence.ucum import unit

COLUMNS: Final = {
    "part": "VARCHAR",
    "lot": "VARCHAR",
    "station": "VARCHAR",
    "name": "VARCHAR",
    "unit": "VARCHAR",
    "value": "DOUBLE",
    "time": "TIMESTAMPTZ",
    "tier": "VARCHAR",
    "source": "VARCHAR",
}
MAX_ROWS: Final = 50_000_000
"""Most rows of one import."""
MAX_TEXT: Final = 200
_SOURCE: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """One value of the table; see the module for the columns.

    Raises:
        SchemaError: a text is empty, too long or has control characters; the unit is unknown; the value is not finite;
            the time has no zone.
    """

    station: str
    name: str
    unit: str
    value: float
    time: datetime
    part: str | None = None
    lot: str | None = None
    tier: Tier = Tier.SENSITIVE

    def __post_init__(self) -> None:
        for place, text in (("station", self.station), ("name", self.name), ("part", self.part), ("lot", self.lot)):
            if text is not None and (not 1 <= len(text) <= MAX_TEXT or _CONTROL.search(text)):
                raise SchemaError(f"a text of 1 to {MAX_TEXT} printable characters is expected", place=place)
        unit(self.unit)
        if not isfinite(self.value):
            raise SchemaError("the value is not a finite number", place="value")
        if self.time.tzinfo is None:
            raise SchemaError("a time without a zone could be any of 24 hours", place="time")


class ProcessTable:
    """The process data of one plant in one folder. One process writes at a time; many may read.

    Args:
        folder: made when it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, rows: Iterable[ProcessRow], source: str) -> int:
        """Keep the rows of one import; returns how many there are, 0 when this source was imported before.

        MUST be idempotent by `source` and MUST keep all rows or none.

        Args:
            source: SHA-256 of what is imported, 64 hex digits.
        Raises:
            SchemaError: `source` is no such hash.
            LimitError: more than `MAX_ROWS` rows.
            StorageError: the disk or DuckDB failed.
        """
        if not _SOURCE.fullmatch(source):
            raise SchemaError("the source is named by its SHA-256, 64 lower-case hex digits", place="source")
        final, text, partial = (
            self._folder / f"{source}.{end}" for end in ("parquet", "csv.partial", "parquet.partial")
        )
        if final.exists():
            return 0
        try:
            count = _write(text, rows, source)
            types = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
            with self.connect() as database:
                database.execute(
                    f"COPY (SELECT * FROM read_csv({_quoted(text)}, header=false, columns={{{types}}}, nullstr='\\N', "  # noqa: S608
                    f"quote='\"', escape='\"', auto_detect=false) ORDER BY name, station, time) "
                    f"TO {_quoted(partial)} (FORMAT parquet, COMPRESSION zstd)"
                )
            partial.replace(final)
        except (OSError, duckdb.Error) as error:
            raise StorageError(f"the import could not be kept: {error}") from error
        finally:
            text.unlink(missing_ok=True)
            partial.unlink(missing_ok=True)
        return count

    def forget(self, source: str) -> bool:
        """Remove an import; whether it was there."""
        file = self._folder / f"{source}.parquet"
        found = bool(_SOURCE.fullmatch(source)) and file.exists()
        if found:
            file.unlink()
        return found

    @property
    def sources(self) -> tuple[str, ...]:
        """Imports kept, in order of their hashes."""
        return tuple(sorted(file.stem for file in self._folder.glob("*.parquet") if _SOURCE.fullmatch(file.stem)))

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A database with the view `process` over all imports, and no access to anything else on this machine.

        Raises:
            StorageError: DuckDB cannot read a file.
        """
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "threads": "2",
            "memory_limit": "2GB",
        }
        try:
            with duckdb.connect(":memory:", config=config) as database:
                database.execute("SET TimeZone = 'UTC'")
                database.execute(f"SET temp_directory = {_quoted(self._folder / 'spill')}")
                database.execute(f"SET allowed_directories = [{_quoted(self._folder)}]")
                database.execute("SET enable_external_access = false")
                database.execute("SET lock_configuration = true")
                database.execute(f"CREATE VIEW process AS {self._select()}")
                yield database
        except duckdb.Error as error:
            raise StorageError(f"the process table cannot be read: {error}") from error

    def _select(self) -> str:
        files = [_quoted(self._folder / f"{source}.parquet") for source in self.sources]
        if not files:
            empty = ", ".join(f"NULL::{kind} AS {name}" for name, kind in COLUMNS.items())
            return f"SELECT {empty} WHERE false"
        return f"SELECT {', '.join(COLUMNS)} FROM read_parquet([{', '.join(files)}])"  # noqa: S608


def _write(path: Path, rows: Iterable[ProcessRow], source: str) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_MINIMAL)
        for row in rows:
            count += 1
            if count > MAX_ROWS:
                raise LimitError(f"more than {MAX_ROWS} rows in one import")
            texts = ["\\N" if one is None else one for one in (row.part, row.lot)]
            moment = row.time.astimezone(UTC).isoformat()
            writer.writerow([*texts, row.station, row.name, row.unit, repr(row.value), moment, row.tier.value, source])
    return count


def _quoted(path: Path) -> str:
    """A path as an SQL string; the folder is the plant's own setting, so only its quotes need care."""
    return "'" + str(path.resolve()).replace("'", "''") + "'"
