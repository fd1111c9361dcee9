"""`credence model`: process-risk models of this node, and a month's parts assessed by one."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from evidence.errors import InputError, SchemaError
from node.auth.model import Outcome, TrailAction, TrailEvent
from node.cli.files import read_file
from node.cli.output import DEFAULT_HOME, FALSE, GOOD, HomeOption, JsonOption, environ, show

if TYPE_CHECKING:
    from node.bootstrap import Node
    from node.services.process_risk.assess import ProcessRisk
    from node.services.process_risk.models import ModelRecord

app = typer.Typer(no_args_is_help=True, help="Process-risk models of this node; assess a month's parts.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The model's name, as `credence model list` says.")]
VersionArgument = Annotated[int, typer.Argument(metavar="VERSION", min=1, help="Its version.")]


@app.command("list")
def list_(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """List the models that this node keeps."""
    with _node(home, writer=False) as node:
        risk = node.training.risk
        rows = [{**_row(one), "hindrances": _hindrances(risk, one)} for one in risk.models.records()]

    def human(console: Console) -> None:
        if not rows:
            console.print("No models yet. Next: credence model add --run NAME, or FILE --round HASH --parties N")
            return
        keys = ("name", "version", "state", "created", "parties", "checked")
        table = Table(*keys, "does not count because")
        for row in rows:
            table.add_row(*(str(row[key]) for key in keys), ", ".join(row["hindrances"]))
        console.print(table)

    show({"models": rows}, as_json=json_, human=human)


@app.command("show")
def show_(
    name: NameArgument,
    version: VersionArgument,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the weight file there.")] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Show a model: its record, the columns that it reads, and when its index stops counting."""
    with _node(home, writer=False) as node:
        risk = node.training.risk
        record = risk.models.record(name, version)
        model, weights = risk.models.model(record), risk.models.weights(record)
        hindrances = _hindrances(risk, record)
    if output is not None:
        output.write_bytes(weights)
    limits = model.limits
    columns = [{"name": one.name, "unit": one.unit} for one in model.columns]
    bounds = {"rows": limits.rows, "outside": limits.outside, "drift": limits.drift, "until": limits.until.isoformat()}
    data = {
        **_row(record),
        "hindrances": hindrances,
        "columns": columns,
        "limits": bounds,
        "file": None if output is None else str(output),
    }

    def human(console: Console) -> None:
        for key, value in data.items():
            if key not in ("columns", "limits", "file") and value not in ("", [], {}):
                console.print(f"{key}: {value}", markup=False)
        console.print("headings: " + ", ".join(f"{one['name']} [{one['unit']}]" for one in columns), markup=False)
        console.print(f"counts with {limits.rows} parts or more, until {limits.until}")
        if output is not None:
            console.print(f"Weights written to {output}.", markup=False)

    show(data, as_json=json_, human=human)


@app.command("add")
def add(
    file: Annotated[Path | None, typer.Argument(help="Weight file (credence-risk-model/1) that was exported.")] = None,
    run: Annotated[
        str,
        typer.Option(
            help="Without FILE: the finished run whose last model is taken, held against the chain. With FILE: the "
            "full name of its run (64 hexadecimal digits), to look its round up on chain."
        ),
    ] = "",
    round_: Annotated[str, typer.Option("--round", help="With FILE: hash of its round, as anchored.")] = "",
    parties: Annotated[int, typer.Option(min=0, help="With FILE: how many plants took part.")] = 0,
    epsilon: Annotated[str, typer.Option(help="With FILE: largest privacy spend; none: it was not private.")] = "",
    version: Annotated[int | None, typer.Option(min=1, help="From a run: its version; the next without it.")] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From a run: last day of use; in a year without it.")
    ] = None,
    figure: Annotated[list[str] | None, typer.Option(help="NAME=DECIMAL, e.g. auc=0.91; repeat.")] = None,
    line: Annotated[list[str] | None, typer.Option(help="A line for which it was tried; repeat.")] = None,
    release: Annotated[bool, typer.Option("--release", help="Put it into use at once.")] = False,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Keep a model, on trial: a weight file, or straight from a finished run. With --release it may be called."""
    from node.services.process_risk.intake import Told
    from scoring.risk_model import MAX_BYTES

    if file is None and not run:
        raise InputError("a weight file or a run is needed", advice="credence model add FILE, or --run NAME.")
    told = Told(dict(_figure(one) for one in figure or []), line or ())
    with _node(home) as node:
        take, risk, by = node.training.take, node.training.risk, getpass.getuser()
        if file is None:
            day = None if until is None else until.date()
            kept = take.run(run.removeprefix("0x"), told, version=version, until=day, by=by)
        else:
            data = read_file(file, MAX_BYTES)
            kept = take.file(data, told, round_=round_, parties=parties, epsilon=epsilon, run=run, by=by)
        _write(node, TrailAction.MODEL_ADDED, kept, run=kept.run, digest=kept.digest)
        if release:
            kept = risk.release(kept.name, kept.version, by=by)
            _write(node, TrailAction.MODEL_RELEASED, kept)
    _tell(kept, json_)


@app.command("release")
def release_(
    name: NameArgument, version: VersionArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False
) -> None:
    """Put a model on trial into use."""
    with _node(home) as node:
        kept = node.training.risk.release(name, version, by=getpass.getuser())
        _write(node, TrailAction.MODEL_RELEASED, kept)
    _tell(kept, json_)


@app.command("stop")
def stop(
    name: NameArgument,
    version: VersionArgument,
    reason: Annotated[str, typer.Option(help="Why; whoever calls the model is told.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Stop a model for good. What it said before stays stated."""
    with _node(home) as node:
        kept = node.training.risk.stop(name, version, reason, by=getpass.getuser())
        _write(node, TrailAction.MODEL_STOPPED, kept, reason=reason)
    _tell(kept, json_)


@app.command("assess")
def assess(
    name: NameArgument,
    version: VersionArgument,
    file: Annotated[Path | None, typer.Argument(help="CSV, a part a line; headings such as `torque [N.m]`.")] = None,
    table: Annotated[bool, typer.Option("--table", help="The parts of this node's own process table instead.")] = False,
    period: Annotated[str, typer.Option(help="A month that is over, e.g. 2026-10.")] = ...,  # type: ignore[assignment]
    site: Annotated[str | None, typer.Option(help="One site of ours.")] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Assess all parts of a month. An index that counts is stated as a KPI; else the reasons are told (exit code 1)."""
    from node.services.process_risk.parts import MAX_BYTES

    if (file is None) != table:
        raise InputError("the parts come from a file or from the table", advice="Name FILE, or say --table.")
    data = b"" if file is None else read_file(file, MAX_BYTES)
    with _node(home) as node:
        risk, by = node.training.risk, getpass.getuser()
        if file is None:
            report = risk.assess_table(name, version, period=period, site=site, by=by)
        else:
            report = risk.assess(name, version, file=file.name, data=data, period=period, site=site, by=by)
        counts, reasons = report.assessment.counts, ", ".join(report.assessment.reasons)
        _write(node, TrailAction.MODEL_ASSESSED, report.record, period=period, counts=counts, reasons=reasons)
    found = report.assessment
    document: dict[str, Any] = {
        "subject": str(report.subject),
        "period": report.period,
        "parts": found.parts,
        "outside": found.outside,
        "counts": found.counts,
        "index": found.index,
        "contributions": {key: str(value) for key, value in found.contributions.items()},
        "drift": dict(found.drift),
        "reasons": list(found.reasons),
        "statement": report.statement,
        "known": report.known,
    }

    def human(console: Console) -> None:
        console.print(f"{found.parts} parts assessed, {found.outside} outside the model's range")
        if found.index is None:
            console.print("It does not count, and nothing was stated: " + ", ".join(found.reasons), markup=False)
            return
        console.print(f"process risk of {report.period}: {found.index / 1_000_000:.6f}")
        for key, value in sorted(found.contributions.items(), key=lambda one: -abs(one[1])):
            console.print(f"  {key}: {float(value) / 1_000_000:+.6f}", markup=False)
        console.print(f"{'stated before' if report.known else 'stated'} as {report.statement}")

    show(document, as_json=json_, human=human)
    raise typer.Exit(GOOD if found.counts else FALSE)


@contextmanager
def _node(home: Path, *, writer: bool = True) -> Iterator[Node]:
    from node.bootstrap import open_node

    with open_node(home, environ(), writer=writer) as node:
        yield node


def _write(node: Node, action: TrailAction, record: ModelRecord, **detail: str | bool) -> None:
    """Into the access trail, under the name of the account of this machine."""
    told = {key: str(value).lower() if isinstance(value, bool) else value for key, value in detail.items()}
    who = f"command line: {getpass.getuser()}"
    node.auth.trail.append(TrailEvent(node.clock(), who, action, Outcome.DONE, record.key, "", told))


def _hindrances(risk: ProcessRisk, record: ModelRecord) -> list[str]:
    return [one.reason + (f" at {one.subject}" if one.subject else "") for one in risk.hindrances(record)]


def _row(record: ModelRecord) -> dict[str, Any]:
    return {**asdict(record), "lines": list(record.lines), "state": record.state.value}


def _tell(record: ModelRecord, json_: bool) -> None:
    text = f"{record.name} version {record.version} is {record.state.value}" + (record.reason and f": {record.reason}")
    show(_row(record), as_json=json_, human=lambda console: console.print(text, markup=False))


def _figure(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise SchemaError(f"{text[:80]!r} is not a figure", place="--figure", advice="Write it like auc=0.91.")
    return name, value
