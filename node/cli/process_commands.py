"""`credence process`: the node's own process table, which models assess and a plant learns from; it never leaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from evidence.errors import InputError, NotFoundError
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

if TYPE_CHECKING:
    from lake.process_table import ProcessTable

app = typer.Typer(no_args_is_help=True, help="Process data of this plant: one table that never leaves the node.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV; each heading of a value says its unit: `torque [N.m]`.")],
    time: Annotated[str, typer.Option("--time", help="Heading of the column with times.")],
    part: Annotated[str | None, typer.Option("--part", help="Heading of serial numbers; none for sensors.")] = None,
    lot: Annotated[str | None, typer.Option("--lot", help="Heading of batches.")] = None,
    station: Annotated[str | None, typer.Option("--station", help="Machine or line of all lines.")] = None,
    station_column: Annotated[str | None, typer.Option(help="Heading of machines, instead of --station.")] = None,
    zone: Annotated[str | None, typer.Option(help="Zone of times that name none; the node's own without it.")] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Read a file into the process table, whole or not at all; the same file again changes nothing."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from lake.process_import import ProcessMapping, headings_of, import_csv, values_of

    if not file.is_file():
        raise NotFoundError(f"there is no file {file}", advice="Name a CSV file.")
    with _table(home) as (table, default_zone):
        try:
            chosen = ZoneInfo(zone or default_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise InputError(
                f"{zone or default_zone!r} is no time zone", advice="Write it like Asia/Shanghai."
            ) from error
        mapping = ProcessMapping(
            values=values_of(headings_of(file)),
            station=station,
            station_column=station_column,
            part_column=part,
            lot_column=lot,
            time_column=time,
            zone=chosen,
        )
        values = import_csv(table, file, mapping)
        data = {"values": values, "known": values == 0, "imports": len(table.sources)}

    def human(console: Console) -> None:
        console.print("imported before; nothing changed" if not values else f"{values} values kept")

    show(data, as_json=json_, human=human)


@app.command("show")
def show_(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Show what the table holds: each name with its unit, how many values, parts, and from when to when."""
    from lake.process_query import names

    with _table(home) as (table, _):
        rows: list[dict[str, Any]] = [one.to_json() for one in names(table)]

    def human(console: Console) -> None:
        if not rows:
            console.print("No process data yet. Next: credence process import FILE --time HEADING --part HEADING")
            return
        shown = Table("name", "unit", "values", "parts", "first", "last")
        for row in rows:
            shown.add_row(*(str(row[key]) for key in ("name", "unit", "values", "parts", "first", "last")))
        console.print(shown)

    show({"names": rows}, as_json=json_, human=human)


@contextmanager
def _table(home: Path) -> Iterator[tuple[ProcessTable, str]]:
    """The table and the node's zone; no lock of the node is needed, as an import is one file that appears whole."""
    from lake.process_table import ProcessTable
    from node import settings as node_settings
    from node.model_access import table_folder

    settings = node_settings.load(home, environ())
    yield ProcessTable(table_folder(settings.home, settings.process_table)), settings.default_zone
