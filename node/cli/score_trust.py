"""`credence score standing|review|lift|operating`: when a score counts, and when a policy may be trusted."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from evidence.identity import Subject
from node.cli.output import DEFAULT_HOME, FALSE, GOOD, HomeOption, JsonOption, environ, show
from node.cli.score_policies import PolicyArgument, read_policy

_MICRO = 1_000_000


def standing(
    supplier: Annotated[str, typer.Argument(help="LEI, or LEI/SITE.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Say whether a supplier's attested score counts: enough independent owners that agree. Exit 1 when it does not."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        data = node.scoring.standing(node.chain.credits)(Subject.parse(supplier), node.score.policy)

    def human(console: Console) -> None:
        style = "bold green" if data["counts"] else "bold red"
        verdict = "Counts" if data["counts"] else "Does not count"
        console.print(
            f"[{style}]{verdict}[/]: {len(data['owners'])} of {data['needed']} owners agree ({data['policy']})"
        )
        table = Table("attester", "owner", "points", "stands", box=SIMPLE_HEAD, pad_edge=False)
        for one in data["attestations"]:
            points = f"{one['points'] / _MICRO:.1f}"
            table.add_row(one["attester"], one["owner"], points, "yes" if one["stands"] else "no")
        console.print(table)

    show(data, as_json=json_, human=human)
    raise typer.Exit(GOOD if data["counts"] else FALSE)


def review(
    policy: Annotated[
        str | None, typer.Argument(help="Name of a policy, or its file; the one in force without.")
    ] = None,
    stop: Annotated[bool, typer.Option("--stop", help="Stop the policy if a check says so.")] = False,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Check a policy for drift and bias over the scores kept here. Exit 1 when a check says to stop it."""
    from node.bootstrap import open_node

    chosen = None if policy is None else read_policy(policy)
    with open_node(home, environ()) as node:
        data = node.scoring.review(chosen, act=stop)

    def human(console: Console) -> None:
        console.print(f"{data['policy']}: {data['cards']} scores against {data['baseline_cards']} at the beginning")
        for one in data["findings"]:
            mark = "[bold red]stop[/]" if one["stop"] else "watch"
            console.print(f"{mark} {one['check']} {one['about']}: {one['value_ppm'] / _MICRO:g}")
        if data["stopped"]:
            console.print(
                f"[bold red]Stopped[/] since {data['stopped']['since']}: {', '.join(data['stopped']['reasons'])}"
            )
        elif not data["reasons"]:
            console.print("No check says to stop it.")

    show(data, as_json=json_, human=human)
    raise typer.Exit(FALSE if data["reasons"] or data["stopped"] else GOOD)


def lift(
    policy: PolicyArgument,
    why: Annotated[str, typer.Option("--why", help="What was found and done.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Lift the stop of a policy; your name and reason are kept in the node's events."""
    from node.bootstrap import open_node

    chosen = read_policy(policy)
    with open_node(home, environ()) as node:
        node.scoring.stops.lift(chosen, why, by=getpass.getuser())
    data = {"policy": chosen.name, "hash": chosen.hash.hex(), "stopped": None}
    show(data, as_json=json_, human=lambda console: console.print(f"{chosen.name} rates suppliers again."))


def operating(
    goal: Annotated[float, typer.Option(help="Cpk that is asked for.")] = 1.67,
    months: Annotated[int, typer.Option(help="In each of so many months.")] = 12,
    values: Annotated[int, typer.Option(help="Values measured in a month.")] = 50,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Write the picture there.")] = None,
    json_: JsonOption = False,
) -> None:
    """Say how often the literal and the bound-based qualification rule pass a process of some true Cpk."""
    from node.cli.spc_output import write_svg
    from spc.operating import Plan
    from spc.operating import operating as curves
    from spc.svg_operating import render_operating

    plan = Plan(goal, months, values)
    found = curves(plan)
    write_svg(svg, lambda: render_operating(plan, found))
    data: dict[str, Any] = {
        "goal": goal,
        "months": months,
        "values": values,
        "freezes_below": plan.least_estimate,
        "points": [{"true": one.true, "literal": one.literal, "bound": one.bound} for one in found],
    }

    def human(console: Console) -> None:
        table = Table("true Cpk", "literal rule", "bound-based rule", box=SIMPLE_HEAD, pad_edge=False)
        for one in found[::5]:
            table.add_row(f"{one.true:.2f}", f"{one.literal:.3f}", f"{one.bound:.3f}")
        console.print(table)
        console.print(f"The bound-based rule freezes below an estimate of {plan.least_estimate:.3f}.")

    show(data, as_json=json_, human=human)


def policy_check(policy: PolicyArgument, json_: JsonOption = False) -> None:
    """Check a policy file: its hash, or the exact place (JSON pointer) where it is wrong."""
    chosen = read_policy(policy)
    data = {"name": chosen.name, "version": chosen.version, "hash": chosen.hash.hex()}
    show(data, as_json=json_, human=lambda console: console.print(f"{chosen.name} {chosen.version}: {data['hash']}"))
