"""Process data of our own plant come into the node's table; they never leave it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evidence.errors import InputError
from lake.process_import import ProcessMapping, headings_of, import_csv, values_of
from lake.process_query import Named, names
from lake.process_table import ProcessTable
from node.services.training.telling import NOBODY, Telling


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns without values of a file mean; a heading of a value says its name and unit itself.

    Attributes:
        time, part, lot, station_column: headings; part is None for sensors. station: of all lines, instead of a column.
        zone: of times that name none; empty is the node's own.
    """

    time: str
    part: str | None = None
    lot: str | None = None
    station: str | None = None
    station_column: str | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: values kept, 0 where it was there before, and how many imports the table holds."""

    values: int
    imports: int

    @property
    def known(self) -> bool:
        """Whether the same file was imported in the same way before."""
        return self.values == 0


@dataclass(frozen=True, slots=True)
class KeepProcess:
    """The node's own process table. MAY be called from several threads; one import at a time."""

    folder: Path
    default_zone: str
    tell: Telling
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def __call__(self, file: Path, columns: Columns, *, called: str = "", by: str = NOBODY) -> Imported:
        """Read a CSV file into the table, whole or not at all; MAY be called again with the same.

        Args:
            called: what errors call the file; its own name without it.
        Raises:
            InputError: no such zone. SchemaError: no heading says a unit, or station or time are not told.
            ImportRefusedError, LimitError, StorageError: as `lake.process_import.import_csv`.
        """
        named = columns.zone or self.default_zone
        try:
            zone = ZoneInfo(named)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InputError(f"{named[:60]!r} is no time zone", advice="Write it like Asia/Shanghai.") from error
        mapping = ProcessMapping(
            values=values_of(headings_of(file, called=called)),
            station=columns.station,
            station_column=columns.station_column,
            part_column=columns.part,
            lot_column=columns.lot,
            time_column=columns.time,
            zone=zone,
        )
        with self.turn:
            table = ProcessTable(self.folder)
            made = Imported(import_csv(table, file, mapping, called=called), len(table.sources))
        if not made.known:
            self.tell("process.imported", values=made.values, by=by)
        return made

    def names(self) -> list[Named]:
        """What the table holds, by name and unit; StorageError when it cannot be read."""
        return names(ProcessTable(self.folder)) if self.folder.is_dir() else []
