"""`credence demo`: the main job, on this machine, from nothing."""

from __future__ import annotations

import hashlib
import json
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from evidence.clock import utc_now
from evidence.errors import NotFoundError
from sandbox.cast import FIRST_PORT


def command(
    once: Annotated[bool, typer.Option("--once", help="Do it all, print the summary, and exit.")] = False,
    data: Annotated[
        Path | None, typer.Option("--data", help="Use the inspection files of this folder, one sub-folder a supplier.")
    ] = None,
    home: Annotated[Path, typer.Option("--home", help="Where chain, nodes and files are kept.")] = Path("demo-data"),
    port: Annotated[
        int, typer.Option(min=1024, max=65_000, help="The purchaser's node listens here, the others behind it.")
    ] = FIRST_PORT,
    json_: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON document.")] = False,
) -> None:
    """Run a whole chain of seven members: import, anchor, score, attest, verify. Stops on Ctrl-C, resumes next time."""
    from sandbox.furnace.story import KILN, furnace_story
    from sandbox.stage import Stage, free_port
    from sandbox.story import Story

    if data is not None and not data.is_dir():
        raise NotFoundError(f"There is no folder {data}", advice="Name a folder with inspection files.")
    console = Console(stderr=json_, highlight=False, soft_wrap=True)
    started = time.monotonic()

    def say(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - started:6.1f} s[/]  {text}")

    place = home / ("sandbox" if data is None else _name(data))
    with Stage(place, say, first_port=port) as stage:
        story = Story(stage, data or _generated(place, say), say)
        outcomes = story.tell()
        plant = None
        if data is None:
            folder = place / "furnace"
            plant = stage.keep(furnace_story(stage.actors[KILN], folder, free_port(), utc_now(), say))
        summary: dict[str, Any] = {
            "seconds": round(time.monotonic() - started, 1),
            "network": str(stage.network),
            "rpc": stage.rpc_url,
            "nodes": {key: actor.url for key, actor in stage.actors.items()},
            "policies": story.policies,
            "furnace": None if plant is None else plant.to_json(),
            "suppliers": [outcome.to_json() for outcome in outcomes],
        }
        if json_:
            typer.echo(json.dumps(summary, ensure_ascii=False, indent=2, sort_keys=True))
        else:
            _print(console, summary, place, once=once)
        if not once:
            _wait(console)
            say("stopping nodes and chain; everything is kept for the next time")
    if not all(outcome["verified"] for outcome in summary["suppliers"]):
        raise typer.Exit(1)


def _generated(place: Path, say: Any) -> Path:
    from sandbox.generator import generate
    from sandbox.production import Plan

    folder = place / "files"
    if not (folder / "truth.json").exists():
        say("writing inspection files (QIF, AQDEF, IPC-CFX, CSV, Excel)")
        today = utc_now()
        last = today.replace(day=1) - timedelta(days=1)
        generate(folder, Plan(last=f"{last:%Y-%m}"))
    return folder


def _name(data: Path) -> str:
    whole = str(data.resolve())
    return f"data-{data.resolve().name}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def _print(console: Console, summary: dict[str, Any], place: Path, *, once: bool) -> None:
    table = Table("supplier", "evidence", "score", "bank", "auditor", show_lines=True)
    for one in summary["suppliers"]:
        score = one["score"]
        if score["state"] == "rated":
            points = f"[bold]{score['points']}[/] ({score['low']} to {score['high']})"
            points += f"\nband {score['band']}, {score['eligibility']}"
        else:
            points = f"[bold]not rated[/]\nmissing {', '.join(score['missing'])}"
        checks = [
            "[green]verified[/]" if one[who].get("verified") else "[red]refused[/]" for who in ("bank", "auditor")
        ]
        evidence = f"{one['statements']} statements\n{one['anchors']} anchors"
        table.add_row(f"{one['name']}\n{one['lei']}", evidence, points, *checks)
    console.print(table)
    for one in summary["suppliers"]:
        console.print(f"attestation of {one['name']}: {one['attestation']}", markup=False)
        if one["repair"]:
            told = one["repair"]
            before, after = told["score_before"]["points"], told["score_after"]["points"]
            console.print(
                f"repair of {one['name']}: {before} points before, {after} after it was co-signed", markup=False
            )
            console.print(
                f"  gate: {told['gate_before']['state']}, then {told['gate_after']['state']}, and with a higher floor "
                f"{told['gate_held']['state']}; claim {told['claim']}"
            )
            console.print(f"  it objects to attestation {told['attestation_before']}", markup=False)
    for one in summary["suppliers"]:
        idle = [file for file in one["files"] if file["outcome"] in {"no values", "refused"}]
        if idle:
            console.print(f"[bold]{one['name']}[/]: {len(idle)} files gave no statements")
            for file in idle:
                console.print(f"  {file['name']} ({file['outcome']}): {file['reason'][:160]}", markup=False)
    if not once:
        console.print("The nodes and their APIs (documented at /v1/openapi.json):")
        for key, url in summary["nodes"].items():
            console.print(f"  {key:<16} {url}", markup=False)
    console.print(f"Sign-in names and passwords: {place / 'nodes'}/*/demo-access.json", markup=False)
    if plant := summary["furnace"]:
        console.print(f"Furnace B-7: causal case {plant['case']} at the node {plant['node']}", markup=False)
        console.print(f"  engineers {', '.join(plant['people'])}: passwords in its demo-people.json", markup=False)
    console.print(f"What was handed to bank and auditor: {place / 'handed-over'}", markup=False)
    console.print(f"Done in {summary['seconds']} s.")


def _wait(console: Console) -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    console.print("The nodes keep running. Press Ctrl-C to stop them.")
    stop.wait()
