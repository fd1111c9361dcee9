"""`credence causes models`: causal models of our lines, their cards and limits; asked by name, stopped by people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from node.cli.case_commands import PasswordOption, UserOption, signed_in
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

if TYPE_CHECKING:
    from node.services.causes.models import Model

app = typer.Typer(no_args_is_help=True, help="Causal models of our lines, with their limits of use and drift.")

ModelArgument = Annotated[str, typer.Argument(metavar="MODEL", help="Its name, as `credence causes models list` says.")]


@app.command("list")
def list_(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """List the models: what each was made from, and whether it may be asked now."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        rows = [_row(one) for one in node.causes.models.all()]

    def human(out: Console) -> None:
        table = Table(box=SIMPLE_HEAD)
        shown = ("name", "line", "version", "standing", "rows", "columns", "twins", "reason")
        for name in shown:
            table.add_column(name, overflow="fold", no_wrap=name == "name")
        for row in rows:
            table.add_row(*(str(row[name]) for name in shown))
        out.print(table)

    show({"models": rows}, as_json=json_, human=human)


@app.command("show")
def show_(model: ModelArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Show a model's card: what it saw, how high it ever goes, and what it is silent about."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        found = node.causes.models.one(model)
        data: dict[str, Any] = {**_row(found), "card": found.card.document()}

    def human(out: Console) -> None:
        for name, value in _row(found).items():
            if value not in ("", []):
                out.print(f"{name}: {value}", markup=False)
        for what, rate in sorted(found.card.highest.items()):
            out.print(f"{what}: never above {rate:.1%}", markup=False)
        for one in found.card.seen:
            reach = f"{one.edges[0]:.6g} .. {one.edges[-1]:.6g}" if one.edges else ", ".join(one.column.categories)
            out.print(f"  {one.column.name} [{one.column.unit}]: {reach}", markup=False)
        for name, why in found.card.silent:
            out.print(f"  silent about {name}: {why}", markup=False)

    show(data, as_json=json_, human=human)


@app.command("ask")
def ask(
    model: ModelArgument,
    steps: Annotated[list[str], typer.Argument(metavar="COLUMN...", help="From the cause, over what lies between.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Ask whether a path exists; refused beyond the model's limits."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        data: dict[str, Any] = node.causes.models.ask(model, steps)

    def human(out: Console) -> None:
        said = data["stated"]["probability"]
        share = "cannot say" if said is None else f"{float(said):.1%}"
        out.print(f"{' -> '.join(steps)}: {share}", markup=False)

    show(data, as_json=json_, human=human)


@app.command("stop")
def stop(
    model: ModelArgument,
    user: UserOption,
    password: PasswordOption,
    reason: Annotated[str, typer.Option(help="Why.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Stop a model; the next explanation of its line makes another version."""
    with signed_in(home, user, password, "UTC") as desk:
        data = _row(desk.node.causes.models.stop(model, reason, by=desk.person.user))
    show(data, as_json=json_, human=lambda out: out.print(f"{data['name']}: {data['standing']}", markup=False))


def _row(model: Model) -> dict[str, Any]:
    return {
        "name": model.name,
        "line": model.line,
        "version": model.version,
        "standing": model.standing.value,
        "reason": model.reason,
        "made": model.made,
        "rows": model.card.rows,
        "columns": len(model.card.seen),
        "twins": model.card.twins,
        "drifted": [[name, round(index, 4)] for name, index in model.drifted],
    }
