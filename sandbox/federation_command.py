"""`credence federated demo`: a federation of four plants on this machine, from nothing to an audited model."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(no_args_is_help=True, help="Federated training: recipes stay at home, the model is everybody's.")


@app.callback()
def federated() -> None:
    """Federated training: recipes stay at home, the model is everybody's."""


@app.command("demo")
def demo(
    home: Annotated[
        Path | None, typer.Option("--home", help="Keep everything in this new folder; else it is thrown away.")
    ] = None,
    rows: Annotated[int, typer.Option(min=50, max=100_000, help="Rows of process data for each plant.")] = 1_500,
    hop_ms: Annotated[
        int, typer.Option(min=1_000, max=600_000, help="How long the server waits for answers, milliseconds.")
    ] = 15_000,
    json_: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON document.")] = False,
) -> None:
    """Ten rounds with secure aggregation over TLS, a node killed and back, every round on chain, and the audit."""
    from node.cli.output import FALSE, show
    from sandbox.federation import Federation
    from sandbox.federation_story import FederationStory

    console, started = Console(stderr=json_, highlight=False, soft_wrap=True), time.monotonic()

    def say(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - started:6.1f} s[/]  {text}")

    with ExitStack() as stack:
        place = home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="credence-federated-")))
        federation = stack.enter_context(Federation(place.resolve(), say, rows))
        summary = FederationStory(federation, say, hop_ms).tell()
    summary["seconds"] = round(time.monotonic() - started, 1)

    def human(out: Console) -> None:
        out.print(f"{summary['rounds']} rounds, {summary['on_chain']} on chain; model {summary['model']}")
        out.print(f"rounds without the killed plant: {summary['without_victim']}; back: {summary['victim_back']}")
        good = summary["agrees"] and summary["recomputed"]
        out.print("[bold green]The auditor agrees.[/]" if good else "[bold red]The auditor does not agree.[/]")

    show(summary, as_json=json_, human=human)
    if not (summary["agrees"] and summary["recomputed"] and summary["on_chain"] == summary["rounds"]):
        raise typer.Exit(FALSE)


@app.command(
    "evaluate",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def evaluate(context: typer.Context) -> None:
    """The figures of the model card from public data; `--help` tells its options. A process of its own, for torch."""
    raise typer.Exit(subprocess.call([sys.executable, "-m", "federated.evaluate", *context.args]))


if __name__ == "__main__":
    app()
