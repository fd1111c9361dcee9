"""`credence rca import`, `fit` and `suggest`: from a file of parts to sampled graphs and suggested set-points."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Sheet

from evidence.draft import JsonValue
from evidence.errors import NotFoundError, SchemaError
from node.cli.output import JsonOption, show
from node.cli.rca_files import load_fit, load_graph, load_table, progress, read, save_fit, write, write_document

TableArgument = Annotated[Path, typer.Argument(metavar="TABLE", help="Table that `credence rca import` wrote.")]
FitArgument = Annotated[Path, typer.Argument(metavar="FIT", help="Fit that `credence rca fit` wrote.")]
SeedOption = Annotated[int, typer.Option(min=0, help="Seed; equal seeds give equal answers.")]


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV file, one part or lot a row.")],
    columns: Annotated[
        Path | None, typer.Option("--columns", help="JSON file that says kind, unit and tier of each column.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the frozen table there.")] = None,
    guess: Annotated[
        Path | None, typer.Option("--guess", metavar="FILE", help="Write guessed columns there, to be corrected.")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Freeze a table of parts by its hash, and say which columns can be asked about."""
    from rca.checks import fitness
    from rca.table_file import columns_document, guessed, read_columns, read_csv
    from rca.table_store import table_bytes
    from spc.table import MAX_BYTES

    data = read(file, MAX_BYTES)
    described = read_columns(read(columns, MAX_BYTES)) if columns else guessed(data, file.name)
    if guess:
        write_document(guess, columns_document(described))
    table = read_csv(data, file.name, described)
    fit_for = fitness(table)
    if out:
        write(out, table_bytes(table))
    document: dict[str, Any] = {
        "digest": table.digest,
        "rows": table.rows,
        "usable": sorted(fit_for.usable),
        "abstained": {name: str(why) for name, why in fit_for.abstained},
        "missing": round(fit_for.missing, 4),
        "table": str(out) if out else None,
    }

    def human(console: Console) -> None:
        console.print(f"{table.rows} rows, {len(fit_for.usable)} usable columns, {fit_for.missing:.1%} missing")
        for name, why in fit_for.abstained:
            console.print(f"nothing can be said about {name}: {why}", markup=False)
        console.print(f"frozen as {table.digest}")

    show(document, as_json=json_, human=human)


def fit_(
    table: TableArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Write the fit there.")],
    graph: Annotated[Path | None, typer.Option("--graph", help="What engineers know (`credence rca graph`).")] = None,
    seed: SeedOption = 1,
    twins: Annotated[int | None, typer.Option(min=2, max=500, help="How many twin lines calibrate it.")] = None,
    work: Annotated[
        Path | None, typer.Option("--work", help="Keep finished twins there, so that a run that was cut off goes on.")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Sample graphs of causes and calibrate them on twin lines."""
    from rca.calibration.calibrate import calibrated
    from rca.calibration.keep import TwinFolder
    from rca.checks import fitness
    from rca.fit_file import Fit
    from rca.posterior.fit import fit

    frozen = load_table(table)
    known = load_graph(graph) if graph else None
    beliefs = known.beliefs() if known else None
    about: dict[str, JsonValue] = {"window": frozen.digest, "seed": seed, "graph": known.version if known else ""}
    kept = TwinFolder(work, about) if work else None
    with progress(quiet=json_) as tell:
        posterior = fit(frozen, seed=seed, beliefs=beliefs, progress=tell)
        calibration = calibrated(
            frozen.select(fitness(frozen).usable),
            seed=seed,
            twins=twins,
            beliefs=beliefs,
            done=kept.load() if kept else None,
            keep=kept.keep if kept else None,
            progress=tell,
        )
    save_fit(out, Fit(posterior, calibration, known.version if known else ""))
    edges = _surest(Fit(posterior, calibration))
    document = {
        "window": posterior.window,
        "graphs": len(posterior.graphs),
        "disagreement": round(posterior.disagreement, 3),
        "twins": calibration.twins,
        "abstained": {name: str(why) for name, why in posterior.abstained},
        "edges": edges,
        "fit": str(out),
    }

    def human(console: Console) -> None:
        sheet = Sheet("cause", "effect", "probability", "of twins like it")
        for edge in edges[:20]:
            sheet.add_row(edge["cause"], edge["effect"], edge["probability"] or "cannot say", edge["interval"])
        console.print(sheet)
        console.print(f"{len(posterior.graphs)} graphs, {calibration.twins} twins; written to {out}")

    show(document, as_json=json_, human=human)


def suggest_(
    table: TableArgument,
    fit: FitArgument,
    goal: Annotated[str, typer.Option(help="The characteristic that is to conform better.")],
    lever: Annotated[
        list[str],
        typer.Option(help="COLUMN=LOW:HIGH[,tolerance=SHARE][,cost=PER_UNIT][,tightening=PER_HALVING]; repeat."),
    ],
    lsl: Annotated[float | None, typer.Option(help="Lower specification limit of the goal.")] = None,
    usl: Annotated[float | None, typer.Option(help="Upper specification limit of the goal.")] = None,
    measure: Annotated[str, typer.Option(help="cpk or yield.")] = "cpk",
    seed: SeedOption = 1,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the suggestion there.")] = None,
    json_: JsonOption = False,
) -> None:
    """Search for set-points and tolerances under do(); two people release what it suggests, never this command."""
    from rca.suggest.lever import Goal, Measure
    from rca.suggest.search import suggest
    from spc.specification import Specification

    if measure not in [one.value for one in Measure]:
        raise NotFoundError(f"There is no measure {measure!r}", advice=f"One of: {', '.join(Measure)}.")
    wanted = Goal(goal, Specification(lsl, usl), Measure(measure))
    with progress(quiet=json_) as tell:
        found = suggest(
            load_table(table),
            load_fit(fit).posterior,
            wanted,
            [_lever(one) for one in lever],
            seed=seed,
            progress=tell,
        )
    if out:
        write_document(out, found.document())

    def human(console: Console) -> None:
        for move in found.moves:
            (old, new), (was, now) = move.set_point, move.tolerance
            console.print(f"{move.column}: {old:.5g} ± {was:.3g} to {new:.5g} ± {now:.3g} {move.unit}", markup=False)
        one = found.measure
        low, high = one.interval
        console.print(f"{measure} {one.before:.3g}, then {one.median:.3g} (90 % interval {low:.3g} to {high:.3g})")
        for name, why in found.left_out:
            console.print(f"{name} is left: {why}", markup=False)
        for note in found.notes:
            console.print(note, markup=False)
        console.print(f"suggestion {found.digest}")

    show({**found.document(), "digest": found.digest}, as_json=json_, human=human)


def _lever(text: str) -> Any:
    from rca.suggest.lever import Lever

    name, _, rest = text.rpartition("=") if "," not in text else _split(text)
    limits, *options = rest.split(",")
    keys = {"tolerance": "least_tolerance", "cost": "cost", "tightening": "tightening_cost"}
    try:
        low, high = (float(one) for one in limits.split(":"))
        given = {keys[key]: float(value) for key, value in (option.split("=", 1) for option in options)}
    except (ValueError, KeyError) as error:
        raise SchemaError(
            f"{text[:80]!r} is not a lever", place="--lever", advice="Write it like temp=78:84,tolerance=0.5,cost=0.1."
        ) from error
    return Lever(name, low, high, **given)


def _split(text: str) -> tuple[str, str, str]:
    head, comma, options = text.partition(",")
    name, sign, limits = head.rpartition("=")
    return name, sign, limits + comma + options


def _surest(fit: Any) -> list[dict[str, Any]]:
    posterior, calibration = fit.posterior, fit.calibration
    raw = posterior.edges()
    found = []
    for place in (-raw).ravel().argsort(kind="stable")[:50]:
        cause, effect = posterior.names[place // len(raw)], posterior.names[place % len(raw)]
        if raw.ravel()[place] < 0.05 or cause == effect:
            continue
        stated = calibration.edge(posterior, cause, effect)
        probability = None if stated.probability is None else f"{stated.probability:.2f}"
        interval = f"{stated.low:.2f} to {stated.high:.2f}"
        found.append({"cause": cause, "effect": effect, "probability": probability, "interval": interval})
    return sorted(found, key=lambda one: (-(float(one["probability"] or 0)), one["cause"], one["effect"]))
