"""`credence training`: runs of the federation that this node's steward looks after, and our own plant's part in it."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from node.auth.model import Outcome, TrailAction, TrailEvent
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

if TYPE_CHECKING:
    from node.bootstrap import Node
    from node.services.training.leave import Left
    from node.services.training.runs import RunView

app = typer.Typer(no_args_is_help=True, help="Federated training: runs, drift, contributions; pause or leave.")
plant = typer.Typer(no_args_is_help=True, help="Our own plant's part: show, pause, resume, leave.")
app.add_typer(plant, name="plant")

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Name of a run, as `credence training list` says.")]


@app.command("list")
def list_(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """List the runs, newest first, and whether what they tell is what the chain holds."""
    with _node(home) as node:
        rows = [_row(one) for one in node.training.runs.all()]

    def human(console: Console) -> None:
        if not rows:
            console.print("No runs. This node looks after none, or none was begun: credence training start")
            return
        table = Table("run", "state", "rounds", "parties", "on chain", "agrees")
        for row in rows:
            cells = (f"{row['done']} of {row['rounds']}", len(row["parties"]), row["on_chain"], row["agrees"])
            table.add_row(row["name"], row["state"], *(str(cell) for cell in cells))
        console.print(table)

    show({"runs": rows}, as_json=json_, human=human)


@app.command("start")
def start(
    rounds: Annotated[int, typer.Option(min=1, max=1_000, help="How many.")],
    parties: Annotated[int, typer.Option(min=3, max=128, help="How many must take part.")],
    hop_ms: Annotated[int, typer.Option(min=1_000, max=600_000, help="How long answers are waited for.")] = 30_000,
    bucket_size: Annotated[int, typer.Option(min=0, max=42, help="0, or sums over so many that parties judge.")] = 0,
    drift_every: Annotated[int, typer.Option(min=0, max=10_000, help="Count rows in every so many rounds.")] = 1,
    epochs: Annotated[int, typer.Option(min=1, max=100, help="Of local training in a round.")] = 2,
    rate: Annotated[str, typer.Option(help="Learning rate, a decimal number.")] = "0.005",
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Begin a run. The parties train on their own rows; only masked sums come back."""
    wishes: dict[str, Any] = {"rounds": rounds, "parties": parties, "hop_ms": hop_ms, "bucket_size": bucket_size}
    wishes |= {"drift_every": drift_every, "train": {"epochs": epochs, "rate": rate}}
    with _node(home) as node:
        view = node.training.runs.start(wishes, by=getpass.getuser())
        _write(node, TrailAction.TRAINING_STARTED, view.run.name, rounds=str(rounds), parties=str(parties))
    _tell(view, json_)


@app.command("stop")
def stop(run: RunArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Stop a run after the round at hand."""
    with _node(home) as node:
        view = node.training.runs.stop(run, by=getpass.getuser())
        _write(node, TrailAction.TRAINING_STOPPED, run)
    _tell(view, json_)


@app.command("resume")
def resume(run: RunArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Let a run go on from its newest checkpoint."""
    with _node(home) as node:
        view = node.training.runs.resume(run, by=getpass.getuser())
        _write(node, TrailAction.TRAINING_RESUMED, run)
    _tell(view, json_)


@app.command("drift")
def drift(run: RunArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Tell how far the plants' data moved, from securely summed counts."""
    with _node(home) as node:
        found = node.training.runs.drift(run)
    rows = [{"feature": one.feature, "index": one.index, "state": one.state} for one in found.features]

    def human(console: Console) -> None:
        if not rows:
            console.print(f"nothing can be told: {found.reason}", markup=False)
            return
        console.print(f"round {found.after} against round {found.before}; from 0.10 on watch, from 0.25 on stop")
        for one in found.features:
            console.print(f"  {one.feature}: {one.index / 1_000_000:.3f} {one.state}", markup=False)

    show({"run": run, "before": found.before, "after": found.after, "reason": found.reason, "features": rows},
         as_json=json_, human=human)  # fmt: skip


@app.command("contributions")
def contributions(run: RunArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Tell what each party adds to the run's model; no update is revealed for it."""
    with _node(home) as node:
        found = node.training.runs.contributions(run)
    names = ("org", "rounds", "shared", "effect", "error", "reason")
    rows = [{name: getattr(one, name) for name in names} for one in found.parties]

    def human(console: Console) -> None:
        table = Table(*names)
        for row in rows:
            table.add_row(*(str(row[name]) for name in names))
        console.print(table)
        if found.reason:
            console.print(f"effects cannot be told: {found.reason}", markup=False)

    show({"run": run, "rounds": found.rounds, "reason": found.reason, "parties": rows}, as_json=json_, human=human)


@app.command("leave")
def leave(
    run: RunArgument,
    party: Annotated[str, typer.Option("--party", help="LEI of who leaves.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Train a run again without a party; models of this node that descend from its rounds are stopped."""
    with _node(home, writer=True) as node:
        left = node.training.leave.party(run, party, by=getpass.getuser())
        _write(node, TrailAction.TRAINING_LEFT, run, party=party)
    show(_left(left), as_json=json_, human=lambda console: _say(console, [left]))


@plant.command("show")
def plant_show(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Show what our plant gives and keeps, by its own files."""
    with _node(home) as node:
        view = node.training.plant.view()
    data = None if view is None else {
        "org": view.org, "superlink": view.superlink, "pinned": view.pinned, "paused": view.paused, "left": view.left,
        "given": len(view.given),
    }  # fmt: skip

    def human(console: Console) -> None:
        if data is None:
            console.print("This node has no plant in a federation.")
            return
        for key, value in data.items():
            console.print(f"{key}: {value}", markup=False)

    show({"plant": data}, as_json=json_, human=human)


@plant.command("pause")
def plant_pause(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Take no further part until `resume`."""
    with _node(home) as node:
        node.training.plant.pause(by=getpass.getuser())
        _write(node, TrailAction.PLANT_PAUSED, "plant")
    show({"paused": True}, as_json=json_, human=lambda console: console.print("paused"))


@plant.command("resume")
def plant_resume(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Take part again; not after leaving."""
    with _node(home) as node:
        node.training.plant.go_on(by=getpass.getuser())
        _write(node, TrailAction.PLANT_RESUMED, "plant")
    show({"paused": False}, as_json=json_, human=lambda console: console.print("takes part again"))


@plant.command("leave")
def plant_leave(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Leave for good; where this node has the steward, every run is trained again without us."""
    with _node(home, writer=True) as node:
        lefts = node.training.leave.own(by=getpass.getuser())
        _write(node, TrailAction.PLANT_LEFT, "plant")
    show({"left": True, "runs": [_left(one) for one in lefts]}, as_json=json_, human=lambda out: _say(out, lefts))


@contextmanager
def _node(home: Path, *, writer: bool = False) -> Iterator[Node]:
    """The writer only where models are stopped; all else goes beside a running node."""
    from node.bootstrap import open_node

    with open_node(home, environ(), writer=writer) as node:
        yield node


def _write(node: Node, action: TrailAction, target: str, **detail: str) -> None:
    who = f"command line: {getpass.getuser()}"
    node.auth.trail.append(TrailEvent(node.clock(), who, action, Outcome.DONE, target, "", detail))


def _row(view: RunView) -> dict[str, Any]:
    run = view.run
    return {
        "name": run.name, "state": run.state, "rounds": run.rounds, "done": run.done, "parties": list(run.parties),
        "out": list(run.out), "metrics": list(run.metrics), "leaving": run.leaving, "again": run.again,
        "withdrawn": [{"party": one.party, "retrained": one.retrained} for one in run.withdrawn],
        "on_chain": view.on_chain, "agrees": view.agrees,
    }  # fmt: skip


def _tell(view: RunView, json_: bool) -> None:
    text = f"run {view.run.name} is {view.run.state}, {view.run.done} of {view.run.rounds} rounds done"
    show(_row(view), as_json=json_, human=lambda console: console.print(text, markup=False))


def _left(left: Left) -> dict[str, Any]:
    told = left.leaving
    return {
        "run": left.run, "problem": left.problem, "retrained": "" if told is None else told.run,
        "state": "" if told is None else told.state, "again": 0 if told is None else told.again,
        "stopped": [one.key for one in left.stopped],
    }  # fmt: skip


def _say(console: Console, lefts: list[Left]) -> None:
    for left in lefts:
        told = left.leaving
        if told is None:
            console.print(f"run {left.run}: {left.problem}", markup=False)
        elif not told.again:
            console.print(f"run {left.run}: {told.party} never took part; nothing is trained again")
        else:
            console.print(f"run {left.run}: {told.again} rounds from round {told.first} on are trained again")
        for one in left.stopped:
            console.print(f"  {one.key} is stopped", markup=False)
    if not lefts:
        console.print("left; ask the member that runs the steward to train again without us")
