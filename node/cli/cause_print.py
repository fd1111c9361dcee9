"""How a causal case reads on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table


def print_case(out: Console, data: Mapping[str, Any]) -> None:
    """The case from its alarm to what came of it."""
    alarm = data["alarm"]
    out.print(f"{data['id']}  [bold]{data['column']}[/] on {data['line']}: {data['state']}")
    since = alarm["first_time"] or f"lot {alarm['first_row']}"
    out.print(
        f"Alarm since {since}, {len(alarm['signals'])} signals; limits {alarm.get('lower')} to {alarm.get('upper')}"
    )
    if data["explanation"]:
        _explanation(out, data["explanation"])
    if data["suggestion"]:
        _suggestion(out, data["suggestion"])
    if data["effect"]:
        seen = data["effect"]
        out.print(f"Effect: {seen['measure']} {seen['observed']} over {seen['lots']} lots: {seen['outcome']}")
    for name, label in (("correction", "Correction"), ("eight_d", "8D")):
        if data[name]:
            out.print(f"{label}: {data[name]} (credence case show)")


def _explanation(out: Console, told: Mapping[str, Any]) -> None:
    onset, unit = told["onset"], told["target"]["unit"]
    low, high = (onset[f"time_{end}"] or f"lot {onset[end]}" for end in ("low", "high"))
    out.print(f"Began between {low} and {high} (90 %). Departure: {told['departure']} {unit}")
    if not told["names_cause"]:
        out.print("The alarm does not stand out enough to name a cause; these are suspects.")
    table = Table("", "cause", "path exists", "changed", "explains", f"its part, {unit}", box=SIMPLE_HEAD)
    for cause in told["causes"][:6]:
        figures = (_says(cause[name]) for name in ("path", "changed", "explains"))
        table.add_row(str(cause["rank"]), cause["name"], *figures, f"{float(cause['part']):.3g}")
    out.print(table)
    # Below the table, for a path does not fit a column of it.
    for cause in told["causes"][:6]:
        if cause["paths"]:
            path = " -> ".join(cause["paths"][0]["steps"])
            out.print(f"{cause['rank']:>3}  {path}", markup=False, highlight=False, soft_wrap=True)


def _suggestion(out: Console, told: Mapping[str, Any]) -> None:
    for change in told["changes"]:
        unit = change["unit"]
        out.print(f"Suggested: {change['column']} from {change['present']} to {change['proposed']} {unit}")
    effect = told["effect"]
    out.print(
        f"Predicted {effect['measure']}: {effect['before']} now, {effect['expected']} afterwards "
        f"(90 %: {effect['low']} to {effect['high']})"
    )
    for note in (*told["notes"], *told.get("earlier", [])):
        out.print(f"  {note}", markup=False)
    for column, why in told["left_out"]:
        out.print(f"  not moved: {column}: {why}", markup=False)


def _says(one: Mapping[str, Any] | None) -> str:
    if one is None or one["probability"] is None:
        return "cannot say"
    return f"{100 * float(one['probability']):.1f} %"
