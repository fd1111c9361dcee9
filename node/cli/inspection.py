"""`credence inspection promise|draw|open`: unannounced inspections that nobody can move or steer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidence.errors import InputError
from evidence.identity import Lei, Subject
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

if TYPE_CHECKING:
    from node.bootstrap import Node
    from node.services.inspection_slots import InspectionSlots

app = typer.Typer(
    no_args_is_help=True, help="Promise unannounced inspections, draw the inspector, open them afterwards."
)
Supplier = Annotated[str, typer.Argument(help="LEI, or LEI/SITE.")]
Number = Annotated[str, typer.Argument(help="Number of the slot, of your choice.")]


@app.command("promise")
def promise(
    supplier: Supplier,
    number: Number,
    day: Annotated[str, typer.Option(help="Day of the inspection (UTC), YYYY-MM-DD; only this node will know it.")],
    inspector: Annotated[list[str], typer.Option("--inspector", help="LEI of an inspector that may be drawn; repeat.")],
    opens: Annotated[int, typer.Option(min=1, max=365, help="Days from then until an unopened slot fails.")] = 14,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Commit to one unannounced inspection. The supplier learns that there will be one, not when nor by whom."""
    from node.bootstrap import open_node

    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise InputError(f"{day[:20]!r} is no day", advice="Write YYYY-MM-DD.") from error
    pool = [Lei(one) for one in inspector]
    with open_node(home, environ(), writer=True) as node:
        fields = slots(node).promise(Subject.parse(supplier), number, on, pool, opens=timedelta(days=opens))
    words = f"Promised. Block {fields['beacon_block']} draws the inspector; open it by {fields['due_at']}."
    show(dict(fields), as_json=json_, human=lambda console: console.print(words))


@app.command("draw")
def draw(supplier: Supplier, number: Number, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Say who was drawn and for when. Tell it to the inspector only."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        found: dict[str, Any] = slots(node).drawn(Subject.parse(supplier), number)
    show(found, as_json=json_, human=lambda console: console.print(f"{found['inspector']} on {found['day']}"))


@app.command("open")
def open_(
    supplier: Supplier,
    number: Number,
    report: Annotated[str, typer.Option(help="Number of the inspector's report (its audit statement).")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Open a slot once the inspection is over: everyone can then check day and draw."""
    from node.bootstrap import open_node

    with open_node(home, environ(), writer=True) as node:
        fields = slots(node).open(Subject.parse(supplier), number, report)
    words = f"Opened: {fields['inspector']} inspected on {fields['day']}."
    show(dict(fields), as_json=json_, human=lambda console: console.print(words))


def slots(node: Node) -> InspectionSlots:
    """The slots of a node."""
    from node.services.inspection_slots import InspectionSlots

    def block_hash(number: int) -> bytes | None:
        block = node.chain.evm.block(number)
        return None if block is None else bytes.fromhex(str(block["hash"])[2:])

    return InspectionSlots(
        issuer=node.lei,
        store=node.store,
        submit=node.submit,
        settings=node.records.settings,
        secret=node.keys.cursor,
        newest=node.chain.evm.newest,
        block_hash=block_hash,
        clock=node.clock,
        owners=node.scoring.owners,
    )
