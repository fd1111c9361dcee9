"""`credence rca explain`: from a table of parts to ranked causes, without a node."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Shown

from evidence.errors import NotFoundError
from node.cli.output import JsonOption, show

if TYPE_CHECKING:
    from rca.alarm.cause_case import CauseCase
    from rca.posterior.fit import Beliefs
    from rca.posterior.fit import Progress as Tell
    from rca.posterior.posterior import Posterior
    from rca.table import Table

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="CSV file, one part or lot a line, oldest first.")]
TargetOption = Annotated[str, typer.Option("--target", help="Column that is watched and explained.")]
PhaseOption = Annotated[int, typer.Option("--phase1", min=30, help="Lines, from the first, while all was well.")]
ColumnsOption = Annotated[
    Path | None, typer.Option("--columns", help="What the columns are (credence-rca-columns/1); guessed without.")
]
GraphOption = Annotated[Path | None, typer.Option("--graph", help="What engineers believe (credence-rca-graph/1).")]
TwinsOption = Annotated[
    int | None, typer.Option("--twins", min=1, max=2000, help="Twin lines that calibrate; as many as the table wants.")
]
SeedOption = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of everything that chance decides.")]
FiguresOption = Annotated[
    Path | None, typer.Option("--figures", help="Map of figures learned on other twins; the shipped one without.")
]
RulesOption = Annotated[str, typer.Option("--rules", help="western-electric, nelson or nelson-either-side.")]


def explain(
    file: FileArgument,
    target: TargetOption,
    phase1: PhaseOption,
    columns: ColumnsOption = None,
    graph: GraphOption = None,
    twins: TwinsOption = None,
    seed: SeedOption = 1,
    figures: FiguresOption = None,
    rules: RulesOption = "western-electric",
    json_: JsonOption = False,
) -> None:
    """Watch a column, date the fault, and rank its causes; three figures each: path, changed, explains this alarm."""
    table = table_of(file, columns)
    case = opened(table, target, phase1, rules)
    if case is None:
        show({"alarm": None}, as_json=json_, human=lambda console: console.print(f"No alarm of {target}."))
        return
    with Progress(transient=True, console=Console(stderr=True), disable=json_) as bars:
        bar = bars.add_task("", total=1.0)

        def tell(what: str, share: float) -> None:
            bars.update(bar, description=what, completed=share)

        told = _explained(table, case, graph, figures, twins, seed, tell)
    show({"case": case.document(), "explanation": told}, as_json=json_, human=lambda console: _human(console, told))


def opened(table: Table, target: str, phase1: int, rules: str) -> CauseCase | None:
    """The case that the first alarm of a column opens; None without one. Errors as `open_case`."""
    from evidence.clock import utc_now
    from node.cli.spc_output import chosen
    from rca.alarm.cause_case import open_case
    from rca.alarm.watch import Subscription
    from spc.rules import RuleSet

    return open_case(table, Subscription(target, phase1, chosen(RuleSet, rules, "rule set")), now=utc_now())


def posterior_before(
    table: Table, case: CauseCase, graph: Path | None, seed: int, tell: Tell
) -> tuple[Table, Table, Beliefs | None, Posterior]:
    """Reference rows, window rows, what engineers believe, and graphs.

    Graphs come from rows before the fault alone: what a fault does to a line is not how the line works (ADR 30).
    """
    import numpy as np

    from rca.graph.graph import graph_from
    from rca.posterior.fit import fit

    first, last = case.window_rows
    before, after = table.take(np.arange(case.reference_rows)), table.take(np.arange(first, last + 1))
    beliefs = graph_from(_read(graph)).beliefs() if graph else None
    posterior = fit(before, seed=seed, beliefs=beliefs, progress=tell)
    posterior.place(case.alarm.column)
    return before, after, beliefs, posterior


def _explained(
    table: Table, case: CauseCase, graph: Path | None, figures: Path | None, twins: int | None, seed: int, tell: Tell
) -> dict[str, Any]:
    from node.services.causes.explanation import Findings, Onset, document
    from node.services.causes.selection import Question
    from node.services.causes.tables import Lots
    from rca.attribution.attribute import attribute
    from rca.attribution.dags import dags_of
    from rca.attribution.labels import labelled_frame
    from rca.attribution.quiet import quiet
    from rca.calibration.calibrate import calibrated

    before, after, beliefs, posterior = posterior_before(table, case, graph, seed, tell)
    usable = before.select(posterior.names)
    calibration = calibrated(usable, seed=seed, beliefs=beliefs, twins=twins, progress=tell)
    frame = labelled_frame(usable, after.select(posterior.names), case.alarm.column)
    dags = dags_of(posterior, frame.names)
    found, loud = attribute(frame, dags), quiet(frame, dags)
    onset = Onset(case.onset.row, case.onset.low, case.onset.high)
    return document(
        Findings(
            Lots(table.digest, table, (), ()),
            Question(seed=seed),
            onset,
            posterior,
            calibration,
            found,
            _figures(figures).read(found),
            loud.share_louder(found),
            loud.names_cause(found),
            before.rows,
            after.rows,
            "" if graph is None else graph.stem,
            0,
        )
    )


def _figures(file: Path | None) -> Any:
    from evidence.canonical import loads
    from evidence.errors import SchemaError
    from rca.attribution.figures import map_from
    from rca.attribution.shipped import shipped_figures

    if file is None:
        return shipped_figures()
    said = loads(_read(file))
    if not isinstance(said, dict):
        raise SchemaError("not a map of figures", place=file.name)
    return map_from(said)


def table_of(file: Path, columns: Path | None) -> Table:
    """A CSV file as a table; what its columns are is guessed without `columns`."""
    from rca.table_file import guessed, read_columns, read_csv

    data = _read(file)
    known = read_columns(_read(columns)) if columns else guessed(data, file.name)
    return read_csv(data, file.name, known)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise NotFoundError(f"{file} cannot be read: {error.strerror}", advice="Check the path.") from error


def _human(console: Console, told: dict[str, Any]) -> None:
    unit = told["target"]["unit"]
    console.print(
        f"[bold]{told['target']['name']}[/] moved by {told['departure']} {unit}; the fault began at line "
        f"{told['onset']['row'] + 1} (90 %: {told['onset']['low'] + 1} to {told['onset']['high'] + 1})."
    )
    if told["names_cause"] is False:
        console.print(
            "Quiet times are as loud as this alarm: no cause is named; the ranking below is chance, most likely."
        )
    shown = Shown("", "column", "path exists", "changed", "explains this alarm", f"part, {unit}", "way")
    for cause in told["causes"]:
        way = " → ".join(cause["paths"][0]["steps"]) if cause["paths"] else ""
        figures = (_said(cause["path"]), _said(cause["changed"]), _said(cause["explains"]))
        shown.add_row(str(cause["rank"]), cause["name"], *figures, cause["part"], way)
    console.print(shown)
    own = told["unexplained"]
    if own is not None:
        console.print(f"Not explained by any column: {own['part']} {unit}.")
    if told["silent"] or told["abstained"]:
        names = [*told["silent"], *(name for name, _ in told["abstained"])]
        console.print(f"Nothing is said about: {', '.join(names)}.")


def _said(figure: dict[str, Any] | None) -> str:
    """A figure for people; twins that say too little say so."""
    if figure is None or figure["probability"] is None:
        return "cannot say"
    return f"{float(figure['probability']):.2f} [{float(figure['low']):.2f}, {float(figure['high']):.2f}]"
