"""`credence model`: process-risk models of this node, and a month's parts assessed by one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from evidence.errors import SchemaError
from node.cli.files import read_file
from node.cli.output import DEFAULT_HOME, FALSE, GOOD, HomeOption, JsonOption, environ, show

if TYPE_CHECKING:
    from node.services.process_risk.assess import ProcessRisk
    from node.services.process_risk.models import ModelRecord

app = typer.Typer(no_args_is_help=True, help="Process-risk models of this node; assess a month's parts.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The model's name, as `credence model list` says.")]
VersionArgument = Annotated[int, typer.Argument(metavar="VERSION", min=1, help="Its version.")]


@app.command("list")
def list_(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """List the models that this node keeps."""
    with _risk(home) as risk:
        rows = [_row(one) for one in risk.models.records()]

    def human(console: Console) -> None:
        if not rows:
            console.print("No models yet. Next: credence model add FILE --round HASH --parties N")
            return
        table = Table("name", "version", "state", "created", "parties", "reason")
        for row in rows:
            table.add_row(*(str(row[key]) for key in ("name", "version", "state", "created", "parties", "reason")))
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
    with _risk(home) as risk:
        record = risk.models.record(name, version)
        model, weights = risk.models.model(record), risk.models.weights(record)
    if output is not None:
        output.write_bytes(weights)
    limits = model.limits
    columns = [{"name": one.name, "unit": one.unit} for one in model.columns]
    bounds = {"rows": limits.rows, "outside": limits.outside, "drift": limits.drift, "until": limits.until.isoformat()}
    data = {**_row(record), "columns": columns, "limits": bounds, "file": None if output is None else str(output)}

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
    file: Annotated[Path, typer.Argument(help="Weight file (credence-risk-model/1) that a federation exported.")],
    round_: Annotated[str, typer.Option("--round", help="Hash of the federated round it came from, as anchored.")],
    parties: Annotated[int, typer.Option(min=1, help="How many plants took part.")],
    figure: Annotated[list[str] | None, typer.Option(help="NAME=DECIMAL, e.g. auc=0.91; repeat.")] = None,
    line: Annotated[list[str] | None, typer.Option(help="A line for which it was tried; repeat.")] = None,
    epsilon: Annotated[str, typer.Option(help="Largest privacy spend of a record; none: it was not private.")] = "",
    release: Annotated[bool, typer.Option("--release", help="Put it into use at once.")] = False,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Keep a model, on trial; its name and version are those of its file. With --release it may be called."""
    from node.services.process_risk.models import ModelRecord
    from scoring.risk_model import MAX_BYTES, decode

    data = read_file(file, MAX_BYTES)
    model = decode(data)
    figures = dict(_figure(one) for one in figure or [])
    with _risk(home, writer=True) as risk:
        record = ModelRecord(
            name=model.name,
            version=model.version,
            digest=hashlib.sha256(data).hexdigest(),
            round=round_.removeprefix("0x").lower(),
            parties=parties,
            created=risk.today.isoformat(),
            figures=figures,
            lines=tuple(line or ()),
            epsilon=epsilon,
        )
        kept = risk.add(record, data)
        if release:
            kept = risk.release(kept.name, kept.version)
    _tell(kept, json_)


@app.command("release")
def release_(
    name: NameArgument, version: VersionArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False
) -> None:
    """Put a model on trial into use."""
    with _risk(home, writer=True) as risk:
        _tell(risk.release(name, version), json_)


@app.command("stop")
def stop(
    name: NameArgument,
    version: VersionArgument,
    reason: Annotated[str, typer.Option(help="Why; whoever calls the model is told.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Stop a model for good. What it said before stays stated."""
    with _risk(home, writer=True) as risk:
        _tell(risk.stop(name, version, reason), json_)


@app.command("assess")
def assess(
    name: NameArgument,
    version: VersionArgument,
    file: Annotated[Path, typer.Argument(help="CSV, a part a line; headings such as `torque [N.m]`.")],
    period: Annotated[str, typer.Option(help="A month that is over, e.g. 2026-10.")],
    site: Annotated[str | None, typer.Option(help="One site of ours.")] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Assess all parts of a month. An index that counts is stated as a KPI; else the reasons are told (exit code 1)."""
    from node.services.process_risk.parts import MAX_BYTES

    data = read_file(file, MAX_BYTES)
    with _risk(home, writer=True) as risk:
        report = risk.assess(name, version, file=file.name, data=data, period=period, site=site)
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
def _risk(home: Path, *, writer: bool = False) -> Iterator[ProcessRisk]:
    from node.bootstrap import open_node
    from node.model_access import process_risk

    with open_node(home, environ(), writer=writer) as node:
        yield process_risk(node.lei, node.settings.home, node.store, node.submit, node.clock)


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
