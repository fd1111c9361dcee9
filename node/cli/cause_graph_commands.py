"""`credence causes graph`: what engineers know of a line's causes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from evidence.errors import InputError
from node.cli.case_commands import PasswordOption, UserOption, signed_in
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

app = typer.Typer(no_args_is_help=True, help="Edges that engineers believe in, doubt or rule out; versions; export.")
LineArgument = Annotated[str, typer.Argument(help="The production line.")]


@app.command("begin")
def begin(
    line: LineArgument,
    table: Annotated[str, typer.Argument(help="A table of the line, as `credence causes import` named it.")],
    user: UserOption,
    password: PasswordOption,
    tier: Annotated[list[str] | None, typer.Option(help="Names of the route's tiers, the first upstream.")] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Begin a line's graph over the columns of a table, or bring its columns up to it."""
    with signed_in(home, user, password, "UTC") as desk:
        kept = desk.node.causes.edit(line, table, tier or [], by=desk.person.user)
    data = {"line": line, "version": kept.number, "columns": len(kept.graph.columns)}
    show(data, as_json=json_, human=lambda out: out.print(f"Version {kept.number}, {len(kept.graph.columns)} columns"))


@app.command("say")
def say(
    line: LineArgument,
    cause: Annotated[str, typer.Argument(help="The column that acts.")],
    effect: Annotated[str, typer.Argument(help="The column that is acted on.")],
    user: UserOption,
    password: PasswordOption,
    reason: Annotated[str, typer.Option(help="Why; others build on it.")],
    probability: Annotated[float | None, typer.Option(help="How likely the edge is, above 0 and below 1.")] = None,
    impossible: Annotated[bool, typer.Option("--impossible", help="Physics forbids it.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take back what you said of it.")] = False,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Say how likely an edge is, that it is impossible, or take back what you said."""
    from node.services.causes.graphs import Said
    from rca.graph.word import Saying

    if sum((probability is not None, impossible, withdraw)) != 1:
        raise InputError("exactly one of --probability, --impossible, --withdraw is needed")
    saying = Saying.IMPOSSIBLE if impossible else Saying.WITHDRAWN if withdraw else Saying.BELIEF
    with signed_in(home, user, password, "UTC") as desk:
        causes = desk.node.causes
        version = causes.graphs(line).number
        said = [Said(cause, effect, saying, probability, reason)]
        kept = causes.edit.say(line, said, by=desk.person.user, author=desk.person.name, version=version)
    show({"line": line, "version": kept.number}, as_json=json_, human=lambda out: out.print(f"Version {kept.number}"))


@app.command("show")
def show_(
    line: LineArgument,
    version: Annotated[int | None, typer.Option(min=1, help="The newest without it.")] = None,
    export: Annotated[Path | None, typer.Option(help="Write it here: .json, .graphml or .dot.")] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Show what was said about each edge, or write the graph into a file."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        kept = node.causes.graphs(line, version)
        if export is not None:
            export.write_bytes(node.causes.graphs.export(line, export.suffix.removeprefix("."), version))
    data: dict[str, Any] = {"line": line, "version": kept.number, **kept.graph.document()}

    def human(out: Console) -> None:
        table = Table("cause", "effect", "said", "by", "why", "when", box=SIMPLE_HEAD)
        for word in kept.graph.words:
            said = f"{word.log_odds:+.2f} log-odds" if word.saying == "belief" else word.saying.value
            table.add_row(word.cause, word.effect, said, word.author, word.reason, word.at)
        out.print(f"{line}, version {kept.number}, {len(kept.graph.columns)} columns")
        out.print(table)

    show(data, as_json=json_, human=human)


@app.command("diff")
def diff(
    line: LineArgument,
    before: Annotated[int, typer.Argument(min=1, help="The older version.")],
    after: Annotated[int, typer.Argument(min=1, help="The newer version.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """What differs between two versions."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        data: Any = node.causes.graphs.diff(line, before, after)

    def human(out: Console) -> None:
        for edge in data["edges"]:
            out.print(f"{edge['cause']} -> {edge['effect']}: {edge['before']} -> {edge['after']}", markup=False)

    show(data, as_json=json_, human=human)
