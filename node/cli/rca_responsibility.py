"""`credence rca responsibility`: whose variation did the harm, with intervals and what stays unexplained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Shown

from evidence.errors import SchemaError
from node.cli.output import JsonOption, show
from node.cli.rca_explain import (
    ColumnsOption,
    FileArgument,
    GraphOption,
    PhaseOption,
    RulesOption,
    SeedOption,
    TargetOption,
    opened,
    posterior_before,
    table_of,
)

if TYPE_CHECKING:
    from rca.responsibility.matrix import Matrix

OwnerOption = Annotated[
    list[str], typer.Option("--owner", help="COLUMN=ORGANISATION that answers for it; repeat for each column.")
]
LowerOption = Annotated[float | None, typer.Option("--lower", help="Lower limit of the target, in its unit.")]
UpperOption = Annotated[float | None, typer.Option("--upper", help="Upper limit of the target, in its unit.")]


def responsibility(
    file: FileArgument,
    target: TargetOption,
    phase1: PhaseOption,
    owner: OwnerOption,
    lower: LowerOption = None,
    upper: UpperOption = None,
    columns: ColumnsOption = None,
    graph: GraphOption = None,
    seed: SeedOption = 1,
    rules: RulesOption = "western-electric",
    json_: JsonOption = False,
) -> None:
    """Share out what an alarm cost among organisations (Shapley): in parts outside the limits, or in the target's mean.

    Columns without an owner are `unassigned`; what no column shows is `unexplained`, and nobody is charged with it.
    """
    owners = dict(_owner(text) for text in owner)
    table = table_of(file, columns)
    case = opened(table, target, phase1, rules)
    if case is None:
        show({"alarm": None}, as_json=json_, human=lambda console: console.print(f"No alarm of {target}."))
        return
    with Progress(transient=True, console=Console(stderr=True), disable=json_) as bars:
        bar = bars.add_task("", total=1.0)
        found = _shared(
            (table, case, graph, seed),
            owners,
            (lower, upper),
            lambda what, share: bars.update(bar, description=what, completed=share),
        )
    document: dict[str, Any] = found.document()
    show({"case": case.document(), "responsibility": document}, as_json=json_, human=lambda out: _human(out, found))


def _shared(
    asked: tuple[Any, Any, Path | None, int],
    owners: dict[str, str],
    limits: tuple[float | None, float | None],
    tell: Any,
) -> Matrix:
    from rca.attribution.dags import dags_of
    from rca.attribution.labels import labelled_frame
    from rca.responsibility.harm import Harm
    from rca.responsibility.matrix import responsibility as shares

    table, case, graph, seed = asked
    before, after, _, posterior = posterior_before(table, case, graph, seed, tell)
    names = posterior.names
    frame = labelled_frame(before.select(names), after.select(names), case.alarm.column)
    return shares(frame, dags_of(posterior, frame.names), owners, Harm(*limits), seed=seed)


def _owner(text: str) -> tuple[str, str]:
    column, sign, party = text.partition("=")
    if not sign or not column.strip() or not party.strip():
        raise SchemaError(f"{text[:60]!r} names no owner", place="--owner", advice="Write COLUMN=ORGANISATION.")
    return column.strip(), party.strip()


def _human(console: Console, found: Matrix) -> None:
    console.print(f"[bold]{found.target}[/], {found.harm}: {found.before:.4g} before, {found.after:.4g} in the fault.")
    if not found.settled:
        console.print("The increase may be nothing (90 %): no shares are given.")
    shown = Shown("party", "part (90 %)", "share (90 %)", "columns")
    for one in found.parties:
        share = "cannot say"
        if one.share is not None and one.share_low is not None and one.share_high is not None:
            share = f"{one.share:.0%} [{one.share_low:.0%}, {one.share_high:.0%}]"
        part = f"{one.part:.4g} [{one.low:.4g}, {one.high:.4g}]"
        shown.add_row(one.party, part, share, ", ".join(one.columns[:4]))
    console.print(shown)
