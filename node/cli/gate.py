"""`credence gate`: whether a supplier is qualified, what is asked of it, and the months of capability that say so."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from evidence.errors import InputError
from evidence.identity import Lei, Subject
from node.cli.output import DEFAULT_HOME, FALSE, GOOD, HomeOption, JsonOption, environ, show

app = typer.Typer(no_args_is_help=True, help="Qualification of suppliers, computed when read: show, rule, capability.")

SupplierArgument = Annotated[str, typer.Argument(metavar="SUPPLIER", help="The supplier's LEI.")]
_STYLE = {"open": "green", "watch": "yellow", "frozen": "red", "in-repair": "cyan", "none": "dim"}
_MARKS = {"en": ("watched", "freezes"), "zh": ("观察", "冻结")}


@app.command("show")
def show_gate(
    supplier: SupplierArgument,
    purchaser: Annotated[str, typer.Option(help="With whom it stands; this organisation without it.")] = "",
    at: Annotated[str, typer.Option(help="For this moment (RFC 3339); now without it.")] = "",
    language: Annotated[str, typer.Option(help="Language of the reasons: en or zh.")] = "en",
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Show whether a supplier is qualified, with every reason. Exit 1 when it is frozen."""
    from evidence.clock import parse_instant
    from node.bootstrap import open_node

    if language not in ("en", "zh"):
        raise InputError(f"no language {language[:20]!r}", advice="Languages: en, zh.")
    moment = int(parse_instant(at).timestamp()) if at else None
    with open_node(home, environ()) as node:
        buyer = Lei(purchaser) if purchaser else node.lei
        data = node.gate(buyer, Subject.parse(supplier), at=moment).to_json()
    show(data, as_json=json_, human=lambda console: _print(console, data, language))
    raise typer.Exit(FALSE if data["state"] == "frozen" else GOOD)


@app.command("rule")
def rule(
    supplier: SupplierArgument,
    characteristic: Annotated[
        list[str] | None,
        typer.Option("--characteristic", "-c", help="PART/characteristic; may be given several times."),
    ] = None,
    bound: Annotated[
        bool, typer.Option("--bound", help="Freeze only when a month's 95 % upper bound is below 1.67.")
    ] = False,
    grace_days: Annotated[
        int, typer.Option(min=0, max=28, help="Days in which a missing newest month is awaited.")
    ] = 0,
    floor: Annotated[str, typer.Option(help="Points that the lower end of the score must reach, e.g. 70.")] = "",
    policy: Annotated[str, typer.Option(help="Policy of that score; the one this node scores by without it.")] = "",
    attesters: Annotated[int, typer.Option(min=1, max=255, help="Owners that must agree on the score.")] = 1,
    scorer: Annotated[str, typer.Option(help="LEI whose months count; whoever attested last without it.")] = "",
    clear: Annotated[bool, typer.Option("--clear", help="Ask nothing any more.")] = False,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Say what this organisation asks of a supplier, or show what it asks now.

    The default is the literal rule: Cpk of at least 1.67 in each of the last 12 months; a missing month failed.
    """
    from node.bootstrap import open_node
    from node.chain.port_gate import CapabilityRule

    lei = Lei(supplier)
    with open_node(home, environ()) as node:
        if clear:
            node.governance.set_rule.clear(lei)
        elif characteristic or floor:
            micro = _micro(floor)
            node.governance.set_rule(
                lei,
                characteristics=characteristic or (),
                rule=CapabilityRule.BOUND if bound else CapabilityRule.POINT,
                grace_days=grace_days,
                floor=micro,
                policy=(policy or node.settings.policy) if micro else "",
                attesters=attesters if micro else 0,
                scorer=Lei(scorer) if scorer else None,
            )
        data = node.gate(node.lei, Subject(lei)).to_json()
    show(data, as_json=json_, human=lambda console: _print(console, data, "en"))


@app.command("capability")
def capability(
    supplier: SupplierArgument,
    attest: Annotated[bool, typer.Option(help="Attest on chain what is not attested so yet (scorers only).")] = False,
    months: Annotated[int, typer.Option(min=1, max=60, help="The newest so many, the running one included.")] = 13,
    characteristic: Annotated[
        str, typer.Option("--characteristic", "-c", help="Only this one: PART/characteristic.")
    ] = "",
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Show months of capability, computed from anchored series in integers; with --attest, say them on chain."""
    from node.bootstrap import open_node

    subject = Subject.parse(supplier)
    with open_node(home, environ()) as node:
        if attest:
            found = node.attest_capability(subject, count=months, characteristic=characteristic)
        else:
            found = node.attest_capability.months(subject, count=months)
    rows = [one.to_json() for one in found if not characteristic or one.characteristic == characteristic]

    def human(console: Console) -> None:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for name in ("characteristic", "month", "n", "Cpk", "95 % upper bound", "attestation"):
            table.add_column(name)
        for one in rows:
            uid = one["attestation"] or ""
            table.add_row(one["characteristic"], one["month"], str(one["n"]), one["cpk"], one["upper"], uid[:18])
        console.print(table)

    show({"months": rows}, as_json=json_, human=human)


def _micro(points: str) -> int:
    from evidence.quantity import is_decimal

    if not points:
        return 0
    whole, _, rest = points.partition(".")
    if not is_decimal(points) or not whole.isdecimal() or len(rest) > 6:
        raise InputError(f"{points[:40]!r} is no number of points", advice="Write it like 70 or 72.5.")
    return int(whole) * 1_000_000 + int(rest.ljust(6, "0") or "0")


def _print(console: Console, data: dict[str, Any], language: str) -> None:
    state = data["state"]
    subject = data["subject"]["name"] if data["subject"] else "the supplier"
    console.print(
        f"{subject} with {data['purchaser']['name'] if data['purchaser'] else 'nobody'}: ", end="", markup=False
    )
    console.print(f"[bold {_STYLE[state]}]{state}[/] at {data['at']}")
    rule = data["rule"]
    if rule is not None:
        asked = ", ".join(rule["characteristics"])
        if asked:
            console.print(f"asked: Cpk {rule['limit']} in 12 months ({rule['rule']}) of {asked}", markup=False)
        if rule["floor"]:
            console.print(
                f"asked: at least {rule['floor']} points under {rule['policy']}, by {rule['attesters']} owners"
            )
    for one in data["reasons"]:
        console.print(f"- {one[language]} ({_MARKS[language][one['freezes']]})", markup=False)
