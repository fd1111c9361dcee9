"""`credence federated evaluate` and `python -m federated.evaluate`: the figures of the model card, from nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from evidence.errors import NotFoundError, SchemaError


def evaluate(
    data: Annotated[Path, typer.Option("--data", help="Folder with ai4i2020.csv and steel_plates.csv.")] = Path(
        "../shared/data"
    ),
    results: Annotated[
        Path, typer.Option("--results", help="Where results are kept; what is there is not computed again.")
    ] = Path("build/federated-evaluation"),
    only: Annotated[
        list[str] | None, typer.Option("--only", help="milling, steel, poison or private; may be repeated.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=2, max=50, help="How many seeds.")] = 5,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes at a time.")] = 1,
    card: Annotated[Path | None, typer.Option("--card", help="Write the model card to this file.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON document.")] = False,
) -> None:
    """Train federations on public data and tell how they do, with spread. Stops any time and goes on where it stopped.

    All of it takes under an hour of one core. Exit code 1 when a bar of the project is not met.
    """
    from federated.evaluate import card as cards
    from federated.evaluate import over_flower
    from federated.evaluate.results import EXPERIMENTS, collect, jobs, versions

    if not data.is_dir():
        raise NotFoundError(f"There is no folder {data}", advice="Name the folder with the public data by --data.")
    chosen = tuple(only or EXPERIMENTS)
    if unknown := set(chosen) - set(EXPERIMENTS):
        raise SchemaError(f"{min(unknown)!r} is no experiment", advice=f"Choose of {', '.join(EXPERIMENTS)}.")
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    started = time.monotonic()

    def say(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - started:7.1f} s[/]  {text}")

    wanted = jobs(seeds, chosen)
    found = collect(data, results, wanted, workers, say)
    figures = cards.figures(found)
    real = {
        "over Flower": over_flower.read_results(results, 0, flower=True),
        "one process": over_flower.read_results(results, 0, flower=False),
    }
    text = cards.card(found, seeds, versions(results, wanted), real)
    if card is not None:
        card.write_text(text, encoding="utf-8")
        say(f"written to {card}")
    typer.echo(json.dumps(cards.plain(figures), indent=2, sort_keys=True) if json_ else text)
    if not all(one.get("met", True) for one in figures.values()):
        raise typer.Exit(1)
