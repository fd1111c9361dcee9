"""`credence score explain|what-if|path|changes|policies`: understand a score and find the cheapest way up."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from evidence.errors import InputError
from evidence.identity import Subject
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

Supplier = Annotated[str, typer.Argument(help="LEI, or LEI/SITE.")]
MICRO = 1_000_000


def explain(
    supplier: Supplier,
    language: Annotated[str, typer.Option("--language", help="en or zh.")] = "en",
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Say why a score is what it is: each indicator's exact contribution, and the reasons in plain words."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        data = node.scoring.explain.reasons(Subject.parse(supplier), language=language)

    def human(console: Console) -> None:
        table = Table("indicator", "observed", "points", "of", "against reference", box=SIMPLE_HEAD, pad_edge=False)
        for line in data["lines"]:
            table.add_row(line["title"], line["observed"], line["points"], line["of"], line["contribution"])
        console.print(f"Reference {data['reference']} points, score {data['points'] or 'not rated'} ({data['policy']})")
        console.print(table)
        for number, reason in enumerate(data["reasons"], start=1):
            console.print(f"{number}. {reason['text']}", markup=False)

    show(data, as_json=json_, human=human)


def what_if(
    supplier: Supplier,
    set_: Annotated[
        list[str], typer.Option("--set", help="INDICATOR=SHARE, the share that goes wrong, e.g. defect-rate=0.0001.")
    ],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Show the score if some indicators went better or worse. Nothing is kept or attested."""
    from node.bootstrap import open_node

    shares = dict(_share(text) for text in set_)
    with open_node(home, environ()) as node:
        data = node.scoring.explain.imagine(Subject.parse(supplier), shares)

    def human(console: Console) -> None:
        console.print(f"{data['before']} points would be [bold]{data['after']}[/], band {data['band']}")
        table = Table("indicator", "now", "then", box=SIMPLE_HEAD, pad_edge=False)
        for line in data["lines"]:
            table.add_row(line["indicator"], line["before"], line["after"])
        console.print(table)

    show(data, as_json=json_, human=human)


def path(
    supplier: Supplier,
    target: Annotated[float, typer.Option(min=0, max=100, help="Points to reach.")],
    within_days: Annotated[int | None, typer.Option(min=0, help="Only moves that take at most so many days.")] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Find the cheapest moves that lift a score to a target, by the policy's effort table."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        data = node.scoring.explain.path(Subject.parse(supplier), round(target * MICRO), within_days=within_days)

    def human(console: Console) -> None:
        if not data["moves"]:
            console.print("The target is reached already.")
            return
        table = Table("indicator", "to share", "person-days", "days", "points", box=SIMPLE_HEAD, pad_edge=False)
        for move in data["moves"]:
            cells = (move["indicator"], move["to_share"], str(move["effort_person_days"]), str(move["days"]))
            table.add_row(*cells, f"+{move['gain']}")
        console.print(table)
        effort = f"{data['effort_person_days']} person-days, {data['days']} days"
        console.print(f"Reaches [bold]{data['reaches']}[/] points with {effort}.")

    show(data, as_json=json_, human=human)


def changes(supplier: Supplier, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Say what changed a score since the one before: time, new evidence, or another policy."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        data = node.scoring.explain.changed(Subject.parse(supplier))

    def human(console: Console) -> None:
        console.print(f"From {data['from']} to {data['to']}")
        table = Table("indicator", "ageing", "new evidence", "policy", box=SIMPLE_HEAD, pad_edge=False)
        for line in data["lines"]:
            table.add_row(line["indicator"], line["ageing"], line["evidence"], line["policy"])
        table.add_row("all", data["ageing"], data["evidence"], data["policy"], style="bold")
        console.print(table)

    show(data, as_json=json_, human=human)


def policies(json_: JsonOption = False) -> None:
    """List the policies that ship with this version, with their weights."""
    from node.services.explain_score import document
    from scoring.policy_reader import PUBLISHED, published

    data: list[dict[str, Any]] = [document(published(name)) for name in PUBLISHED]

    def human(console: Console) -> None:
        for policy in data:
            console.print(f"[bold]{policy['name']}[/]: {policy['title']['en']} {policy['title']['zh']}")
            for one in policy["indicators"]:
                console.print(f"  {one['weight']:>5}  {one['title']['en']} {one['title']['zh']}", markup=False)

    show({"policies": data}, as_json=json_, human=human)


def _share(text: str) -> tuple[str, Fraction]:
    name, mark, value = text.partition("=")
    try:
        share = Fraction(value) if mark and len(value) <= 40 else None
    except (ValueError, ZeroDivisionError):
        share = None
    if share is None:
        raise InputError(f"{text[:60]!r} is not INDICATOR=SHARE", advice="For example --set defect-rate=0.0001")
    return name, share
