"""`credence spc`: charts, run rules, capability and gauge studies of a CSV file; needs no node."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from evidence.errors import InputError, NotFoundError
from node.cli.output import FALSE, GOOD, JsonOption, show
from node.cli.spc_output import capability_report, chart_report, signal_report, write_svg
from node.cli.spc_studies import STUDIES, Study

if TYPE_CHECKING:
    from spc.draw import Request
    from spc.table import Table as Cells

app = typer.Typer(no_args_is_help=True, help="Control charts, run rules, capability and gauge studies of a CSV file.")

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="CSV file, values in order of production.")]
ColumnOption = Annotated[str, typer.Option(help="Column of the values; the first one with numbers when not given.")]
SubgroupOption = Annotated[int | None, typer.Option(min=2, help="Cut the values into subgroups of so many.")]
LslOption = Annotated[float | None, typer.Option(help="Lower specification limit.")]
UslOption = Annotated[float | None, typer.Option(help="Upper specification limit.")]
ConfidenceOption = Annotated[float, typer.Option(help="Confidence of the bounds, 0.5 to 1.")]
TypeOption = Annotated[str, typer.Option("--type", help="xbar-r, xbar-s, i-mr, p, np, c, u, ewma or cusum.")]
PhaseOption = Annotated[int | None, typer.Option(min=2, help="Take the limits from the first so many points.")]
InspectedOption = Annotated[str, typer.Option(help="Lot sizes of p, np and u: a column, or one number.")]
TargetOption = Annotated[float | None, typer.Option(help="Target value.")]
ProcessSigmaOption = Annotated[float | None, typer.Option(help="Known sigma, for EWMA and CUSUM.")]
SvgOption = Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Write the picture there.")]
SetOption = Annotated[str, typer.Option("--set", help="western-electric, nelson or nelson-either-side.")]


@app.command("capability")
def capability_(
    file: FileArgument,
    lsl: LslOption = None,
    usl: UslOption = None,
    target: TargetOption = None,
    subgroup: SubgroupOption = None,
    sigma: Annotated[str, typer.Option(help="Estimator of sigma: overall, rbar-d2, sbar-c4, pooled or mrbar-d2.")] = "",
    confidence: ConfidenceOption = 0.95,
    bounds: Annotated[str, typer.Option(help="exact (noncentral t) or bissell.")] = "exact",
    distribution: Annotated[
        str, typer.Option(help="normal, lognormal, weibull, gamma, folded-normal, rayleigh, or sample.")
    ] = "normal",
    column: ColumnOption = "",
    svg: SvgOption = None,
    json_: JsonOption = False,
) -> None:
    """Pp, Ppk and, with the estimator named, Cp, Cpk, Cpm, each with its bounds. Without --sigma: both kinds."""
    from spc.specification import Specification

    specification = Specification(lsl, usl, target)
    table = _read(file)
    name = column or table.first_numeric()
    report = capability_report(
        table.numbers(name),
        specification,
        name=name,
        subgroup=subgroup,
        sigma=sigma,
        confidence=confidence,
        bounds=bounds,
        distribution=distribution,
    )
    write_svg(svg, report.picture)
    show(report.data, as_json=json_, human=report.human)


@app.command("chart")
def chart_(
    file: FileArgument,
    kind: TypeOption = "",
    subgroup: SubgroupOption = None,
    phase1: PhaseOption = None,
    inspected: InspectedOption = "",
    target: TargetOption = None,
    process_sigma: ProcessSigmaOption = None,
    column: ColumnOption = "",
    svg: SvgOption = None,
    json_: JsonOption = False,
) -> None:
    """Draw a control chart and name the points beyond its limits."""
    table = _read(file)
    name = column or table.first_numeric()
    request = _request(kind, subgroup, phase1, target, process_sigma)
    report = chart_report(table.numbers(name), request, _sizes(table, inspected), name=name)
    write_svg(svg, report.picture)
    show(report.data, as_json=json_, human=report.human)


@app.command("rules")
def rules_(
    file: FileArgument,
    set_: SetOption = "western-electric",
    marks: Annotated[
        str, typer.Option(help="Points that `marks` names: completing, or members of a pattern.")
    ] = "completing",
    kind: TypeOption = "",
    subgroup: SubgroupOption = None,
    phase1: PhaseOption = None,
    inspected: InspectedOption = "",
    column: ColumnOption = "",
    svg: SvgOption = None,
    json_: JsonOption = False,
) -> None:
    """Judge a series by run rules. Exits with 1 when a rule fires or a point lies beyond a limit."""
    table = _read(file)
    name = column or table.first_numeric()
    request = _request(kind, subgroup, phase1, None, None)
    report = signal_report(
        table.numbers(name), request, _sizes(table, inspected), name=name, rule_set=set_, marking=marks
    )
    write_svg(svg, report.picture)
    show(report.data, as_json=json_, human=report.human)
    raise typer.Exit(GOOD if report.data["in_control"] else FALSE)


@app.command("msa")
def msa(
    file: FileArgument,
    study: Annotated[
        str, typer.Option(help=f"One of: {', '.join(STUDIES)}; see docs/spc.md for the columns of each.")
    ] = "crossed",
    lsl: LslOption = None,
    usl: UslOption = None,
    reference: Annotated[float | None, typer.Option(help="True value of the part, for bias and type-1.")] = None,
    subgroup: Annotated[int | None, typer.Option(min=2, help="Readings a day, for stability.")] = None,
    interaction: Annotated[str, typer.Option(help="Of operators with parts: tested, kept or dropped.")] = "tested",
    confidence: ConfidenceOption = 0.95,
    column: ColumnOption = "",
    json_: JsonOption = False,
) -> None:
    """Study a measuring system: how much of what is seen is the gauge, and does it read true?"""
    if study not in STUDIES:
        raise NotFoundError(f"There is no study {study!r}", advice=f"Studies: {', '.join(STUDIES)}.")
    table = _read(file)
    wanted = Study(
        table=table,
        column=column or None,
        lower=lsl,
        upper=usl,
        reference=reference,
        subgroup=subgroup,
        interaction=interaction,
        confidence=confidence,
    )
    data, rows = STUDIES[study](wanted)

    def human(console: Console) -> None:
        for heading, cells in rows:
            shown = Table(*heading)
            for row in cells:
                shown.add_row(*row)
            console.print(shown)
        for note in data.get("notes", []):
            console.print(note, markup=False)

    show({"study": study, **data}, as_json=json_, human=human)


def _read(file: Path) -> Cells:
    from spc.table import MAX_BYTES, read_table

    if not file.is_file():
        raise NotFoundError(f"There is no file {file}", advice="Name a CSV file.")
    with file.open("rb") as handle:
        # One byte more than allowed: enough for the reader to refuse it.
        return read_table(handle.read(MAX_BYTES + 1), file.name)


def _request(kind: str, subgroup: int | None, phase1: int | None, target: float | None, sigma: float | None) -> Request:
    from spc.chart import ChartKind
    from spc.draw import Request, default_kind

    if kind and kind not in list(ChartKind):
        raise NotFoundError(f"There is no chart {kind!r}", advice=f"Charts: {', '.join(ChartKind)}.")
    return Request(ChartKind(kind) if kind else default_kind(subgroup), subgroup, phase1, target, sigma)


def _sizes(table: Cells, inspected: str) -> Any:
    if not inspected:
        return None
    if inspected in table.names:
        return table.numbers(inspected)
    from spc.data import values

    try:
        size = float(inspected)
    except ValueError as error:
        raise InputError(
            f"--inspected {inspected!r} is neither a column nor a number", advice=f"Columns: {', '.join(table.names)}."
        ) from error
    return values([size] * len(table.rows), place="inspected", at_least=1)
