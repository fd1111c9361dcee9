"""Both operating-characteristic curves as a picture."""

from __future__ import annotations

from collections.abc import Sequence

from spc import svg
from spc.operating import Operating, Plan, operating

_LEFT, _RIGHT, _TOP, _HEIGHT, _FOOT = 86.0, 40.0, 64.0, 360.0, 96.0


def render_operating(plan: Plan, curves: Sequence[Operating], *, title: str = "") -> str:
    """The chance to pass a year over the true Cpk, for the literal and the bound-based rule, as an SVG document."""
    name = title or f"Cpk {plan.goal:g} in each of {plan.months} months of {plan.values} values: who passes?"
    xs = svg.Axis(curves[0].true, curves[-1].true, _LEFT, svg.WIDTH - _RIGHT)
    ys = svg.Axis(0.0, 1.0, _TOP + _HEIGHT, _TOP)
    parts = [svg.label(_LEFT, 34, name, kind="ink head")]
    for value, label in ys.ticks(5):
        parts.append(svg.line(_LEFT, ys.at(value), svg.WIDTH - _RIGHT, ys.at(value), "grid"))
        parts.append(svg.label(_LEFT - 8, ys.at(value) + 4, label, kind="soft", anchor="end"))
    for value, label in xs.ticks(8):
        parts.append(svg.line(xs.at(value), _TOP, xs.at(value), _TOP + _HEIGHT, "grid"))
        parts.append(svg.label(xs.at(value), _TOP + _HEIGHT + 20, label, kind="soft", anchor="middle"))
    parts.append(svg.line(xs.at(plan.goal), _TOP, xs.at(plan.goal), _TOP + _HEIGHT, "centre"))
    parts.append(svg.path([(xs.at(one.true), ys.at(one.literal)) for one in curves], "limit"))
    parts.append(svg.path([(xs.at(one.true), ys.at(one.bound)) for one in curves], "line"))
    foot = _TOP + _HEIGHT + 44
    parts.append(svg.label(_LEFT, foot, "true Cpk of the process; upright line: the goal", kind="soft"))
    parts.append(svg.line(_LEFT, foot + 18, _LEFT + 40, foot + 18, "limit"))
    parts.append(svg.label(_LEFT + 48, foot + 22, "literal rule: the estimate reaches the goal in every month"))
    parts.append(svg.line(_LEFT, foot + 38, _LEFT + 40, foot + 38, "line"))
    bound = f"bound-based rule: no month's {plan.confidence:.0%} upper bound lies below the goal"
    parts.append(svg.label(_LEFT + 48, foot + 42, bound))
    (goal,) = operating(plan, [plan.goal])
    words = (
        f"{name} Of processes whose true Cpk is the goal, the literal rule passes {goal.literal:.1%} "
        f"and the bound-based rule {goal.bound:.1%}."
    )
    return svg.document(name, words, _TOP + _HEIGHT + _FOOT, parts)
