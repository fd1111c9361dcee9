"""`credence score policy-diff|dry-run|model-card`: what a policy changes, for whom, and where it may be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evidence.errors import NotFoundError
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

if TYPE_CHECKING:
    from scoring.policy import Policy

PolicyArgument = Annotated[str, typer.Argument(help="Name of a shipped policy, or a policy file.")]
_MICRO = 1_000_000


def policy_diff(old: PolicyArgument, new: PolicyArgument, json_: JsonOption = False) -> None:
    """Say entry by entry how two policies differ."""
    from scoring.policy_diff import policy_diff as diff

    before, after = read_policy(old), read_policy(new)
    changes = diff(before, after)
    data: dict[str, Any] = {
        "old": {"name": before.name, "version": before.version, "hash": before.hash.hex()},
        "new": {"name": after.name, "version": after.version, "hash": after.hash.hex()},
        "changes": [change.to_json() for change in changes],
    }

    def human(console: Console) -> None:
        if not changes:
            console.print("The policies are the same, to the last bit.")
        for change in changes:
            console.print(f"{change.words}  ({change.place})", markup=False)

    show(data, as_json=json_, human=human)


def dry_run(
    new: PolicyArgument,
    old: Annotated[str | None, typer.Option(help="Compare with this policy, not with the one in force.")] = None,
    sites: Annotated[bool, typer.Option(help="Also each site, beside its organisation.")] = False,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Score every supplier that this node has evidence about by both policies. Nothing is kept or attested."""
    from node.bootstrap import open_node

    proposed, current = read_policy(new), None if old is None else read_policy(old)
    with open_node(home, environ()) as node:
        data: Any = node.scoring.dry_run(proposed, old=current, sites=sites).to_json()
    show(data, as_json=json_, human=lambda console: _print(console, data))


def model_card(policy: PolicyArgument, json_: JsonOption = False) -> None:
    """Print what a policy is for, where it may be trusted and how it is watched."""
    from scoring.model_card import model_card as card_of

    data: Any = card_of(read_policy(policy))

    def human(console: Console) -> None:
        console.print(f"{data['policy']['name']}: {data['title']['en']} {data['title']['zh']}", markup=False)
        console.print(data["purpose"]["en"], markup=False)
        for limit in data["limits"]:
            console.print(f"- {limit}", markup=False)
        for check in data["governance"]:
            console.print(f"- {check['check']}: {check['rule']}", markup=False)

    show(data, as_json=json_, human=human)


def read_policy(text: str) -> Policy:
    """A shipped policy by its name, else the policy in the file.

    Raises:
        NotFoundError: neither.
        MalformedError, LimitError, SchemaError: the file is no valid policy.
    """
    from evidence.canonical import loads
    from scoring.document import Node
    from scoring.policy_reader import MAX_BYTES, PUBLISHED, published, read

    if text in PUBLISHED:
        return published(text)
    try:
        with Path(text).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise NotFoundError(
            f"{text[:200]!r} is neither a shipped policy nor a file that can be read",
            advice=f"Shipped policies: {', '.join(PUBLISHED)}.",
        ) from error
    # Written by hand as it may be: what is hashed and voted on is always the canonical form.
    return read(Node(loads(data, limit=MAX_BYTES)))


def _print(console: Console, data: dict[str, Any]) -> None:
    console.print(f"{data['old']['name']} against {data['new']['name']}, as of {data['as_of']}", markup=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    # A cut LEI would name nobody.
    table.add_column("supplier", min_width=20, overflow="fold")
    for name in ("before", "after", "change", "standing"):
        table.add_column(name)
    for row in data["rows"]:
        change = "" if row["change"] is None else f"{row['change'] / _MICRO:+.1f}"
        crossing = "" if row["crossing"] == "none" else row["crossing"].replace("-", " ")
        table.add_row(escape(row["subject"]), _cell(row["before"]), _cell(row["after"]), change, crossing)
    console.print(table)
    for one in data["refused"]:
        console.print(f"Left out: {one['subject']}: {one['reason']}"[:400], markup=False)
    gains, loses = len(data["gains_eligibility"]), len(data["loses_eligibility"])
    console.print(f"{data['summary']['suppliers']} suppliers: {gains} gain eligibility, {loses} lose it.")


def _cell(card: dict[str, Any]) -> str:
    if card["points"] is None:
        return "not rated"
    low, high = card["low"] / _MICRO, card["high"] / _MICRO
    return escape(f"{card['points'] / _MICRO:.1f} ({low:.1f} to {high:.1f}), {card['band']}")
