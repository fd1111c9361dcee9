"""`credence causes`: from an alarm on a line of ours to its cause, a released correction, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from evidence.errors import InputError
from node.cli import cause_actions
from node.cli.case_commands import PasswordOption, UserOption, signed_in
from node.cli.cause_graph_commands import app as graphs
from node.cli.cause_model_commands import app as models
from node.cli.cause_print import print_case
from node.cli.cause_shared import CaseArgument, filters_of, told
from node.cli.files import read_file
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

app = typer.Typer(no_args_is_help=True, help="Root causes in our own plant: watch, explain, suggest, release, compare.")
app.add_typer(graphs, name="graph")
app.add_typer(models, name="models")
app.command("release")(cause_actions.release)
app.command("effect")(cause_actions.effect)
app.command("eight-d")(cause_actions.eight_d)
app.command("lessons")(cause_actions.lessons)

LineOption = Annotated[str, typer.Option(help="The production line.")]


@app.command("watch")
def watch(
    line: Annotated[str, typer.Argument(help="The production line.")],
    column: Annotated[str, typer.Argument(help="The characteristic to watch.")],
    user: UserOption,
    password: PasswordOption,
    phase1: Annotated[int, typer.Option(min=30, help="Lots from the first that set the chart's limits.")],
    rules: Annotated[str, typer.Option(help="western-electric, nelson or nelson-either-side.")] = "western-electric",
    lower: Annotated[str, typer.Option(help="Lower specification limit.")] = "",
    upper: Annotated[str, typer.Option(help="Upper specification limit.")] = "",
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Watch a characteristic: the next table in which its chart fires opens a case by itself."""
    from node.services.causes.watch import Watch
    from spc.rules import RuleSet

    if rules not in [one.value for one in RuleSet]:
        raise InputError(f"no rules {rules[:40]!r}", advice=f"There are: {', '.join(RuleSet)}.")
    with signed_in(home, user, password, "UTC") as desk:
        made = desk.node.causes.watches(Watch(line, column, phase1, RuleSet(rules), lower, upper), by=desk.person.user)
    show({"watch": made.name, **made.to_json()}, as_json=json_, human=lambda out: out.print(f"Watched: {column}"))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV: one line a lot, with columns `time` and `lot`.", exists=True)],
    line: LineOption,
    user: UserOption,
    password: PasswordOption,
    columns: Annotated[Path | None, typer.Option(help="Units and tiers (`credence-rca-columns/1`).")] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Import a table of lots; watched characteristics whose charts fire open their cases."""
    with signed_in(home, user, password, "UTC") as desk:
        causes = desk.node.causes
        told = None if columns is None else read_file(columns)
        lots = causes.keep(file.name, read_file(file), told, by=desk.person.user)
        opened = [case.id for case in causes.alarms(line, lots)]
        causes.models.look(line, lots, by=desk.person.user)
    data = {"table": lots.name, "rows": lots.table.rows, "opened": opened}

    def human(out: Console) -> None:
        out.print(f"{lots.table.rows} lots, table {lots.name}")
        for case in opened:
            out.print(f"An alarm opened the case {case}")

    show(data, as_json=json_, human=human)


@app.command("list")
def list_(
    line: LineOption = "",
    limit: Annotated[int, typer.Option(min=1, max=500, help="Most cases.")] = 100,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """List causal cases, in the order in which they were opened."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        found = node.causes.cases.all(line=line, limit=limit)
    rows = [
        {"case": one.case.id, "line": one.case.line, "column": one.case.column, "state": one.case.state.value}
        for one in found
    ]

    def human(out: Console) -> None:
        table = Table(box=SIMPLE_HEAD)
        for name in ("case", "line", "column", "state"):
            table.add_column(name, no_wrap=name == "case", overflow="fold")
        for row in rows:
            table.add_row(*row.values())
        out.print(table)

    show({"cases": rows}, as_json=json_, human=human)


@app.command("show")
def show_(case: CaseArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Show a case: alarm, ranked causes with their three figures, suggestion, and what came of it."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        data = told(node, case)
    show(data, as_json=json_, human=lambda out: print_case(out, data))


@app.command("explain")
def explain(
    case: CaseArgument,
    user: UserOption,
    password: PasswordOption,
    where: Annotated[
        list[str] | None, typer.Option(help="COLUMN=LABEL, or COLUMN=LOW..HIGH; once for each, all must hold.")
    ] = None,
    against: Annotated[str, typer.Option(help="before (the fault) or others (lots left out by --where).")] = "before",
    graph: Annotated[bool, typer.Option(help="Believe what engineers said in the line's graph.")] = True,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal answers.")] = 1,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Explain the alarm: which cause changed, by which path it reaches the characteristic, and how sure that is."""
    from node.services.causes.selection import Against, Question

    if against not in [one.value for one in Against]:
        raise InputError(f"against {against[:20]!r}", advice="before or others.")
    question = Question(filters_of(where or []), Against(against), seed)
    with signed_in(home, user, password, "UTC") as desk:
        causes = desk.node.causes
        line = causes.cases.one(case).case.line
        known = line if graph and causes.graphs.exists(line) else ""
        with _progress(json_) as progress:
            causes.explain(case, question, graph=known, by=desk.person.user, progress=progress)
        data = told(desk.node, case)
    show(data, as_json=json_, human=lambda out: print_case(out, data))


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, float], None] | None]:
    """A bar on the terminal's error output; none for programs."""
    if quiet:
        yield None
        return
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=1.0)
        yield lambda what, share: bar.update(task, description=what, completed=share)


@app.command("suggest")
def suggest(
    case: CaseArgument,
    user: UserOption,
    password: PasswordOption,
    measure: Annotated[str, typer.Option(help="What is to be raised: cpk or yield.")] = "cpk",
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Suggest set points within the plant's limits (control.json) and what the data have seen."""
    with signed_in(home, user, password, "UTC") as desk:
        desk.node.causes.suggest(case, by=desk.person.user, measure=measure)
        data = told(desk.node, case)
    show(data, as_json=json_, human=lambda out: print_case(out, data))


@app.command("what-if")
def what_if(
    case: CaseArgument,
    column: Annotated[str, typer.Argument(help="The set point's column.")],
    value: Annotated[str, typer.Argument(help="The value it might have.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """What would the characteristic be, with its interval; or why nothing is said."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        data = node.causes.suggest.what_if(case, column, value)

    def human(out: Console) -> None:
        if data["value"] is None:
            out.print(f"Nothing is said: {data['abstained']}", markup=False)
        else:
            ends = " to ".join(data["interval"])  # type: ignore[arg-type]
            out.print(f"{data['effect']} changes by {data['value']} (90 %: {ends})", markup=False)

    show(data, as_json=json_, human=human)
