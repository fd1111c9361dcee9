"""`credence process`: the node's own process table, which models assess and a plant learns from; it never leaves."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from evidence.errors import NotFoundError
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

if TYPE_CHECKING:
    from node.bootstrap import Node

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
    from node.services.keep_process import Columns

    if not file.is_file():
        raise NotFoundError(f"there is no file {file}", advice="Name a CSV file.")
    with _node(home) as node:
        columns = Columns(time, part, lot, station, station_column, zone or "")
        made = node.training.process(file, columns, by=getpass.getuser())
    data = {"values": made.values, "known": made.known, "imports": made.imports}

    def human(console: Console) -> None:
        console.print("imported before; nothing changed" if made.known else f"{made.values} values kept")

    show(data, as_json=json_, human=human)


@app.command("show")
def show_(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Show what the table holds: each name with its unit, how many values, parts, and from when to when."""
    with _node(home) as node:
        rows: list[dict[str, Any]] = [one.to_json() for one in node.training.process.names()]

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
def _node(home: Path) -> Iterator[Node]:
    """No lock of the node is needed: an import is one file that appears whole."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        yield node
