"""Control charts as pictures: points, centre, limits, and the points that a rule or limit named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from evidence.errors import LimitError
from spc import svg
from spc.chart import Chart, ChartKind, Panel
from spc.rules import Signal

MAX_POINTS: Final = 5_000
"""Most points of one picture; more cannot be told apart and would choke a browser."""

_LEFT, _RIGHT, _TOP, _PANEL, _GAP, _FOOT = 86.0, 150.0, 64.0, 220.0, 56.0, 40.0
_TITLES: Final = {
    ChartKind.XBAR_R: "X-bar and R chart",
    ChartKind.XBAR_S: "X-bar and S chart",
    ChartKind.I_MR: "Individuals and moving range chart",
    ChartKind.P: "p chart: proportion nonconforming",
    ChartKind.NP: "np chart: number nonconforming",
    ChartKind.C: "c chart: nonconformities",
    ChartKind.U: "u chart: nonconformities per unit",
    ChartKind.EWMA: "EWMA chart",
    ChartKind.CUSUM: "CUSUM chart",
}


def render_chart(chart: Chart, *, title: str = "", signals: Sequence[Signal] = ()) -> str:
    """A control chart as an SVG document.

    Args:
        chart: what to draw.
        title: of the characteristic; put before the name of the chart.
        signals: run rules that fired on the location panel.
    Raises:
        LimitError: more than MAX_POINTS points.
    """
    if max(len(panel.points) for panel in chart.panels) > MAX_POINTS:
        raise LimitError(
            f"a chart of more than {MAX_POINTS} points cannot be read",
            advice="Draw a shorter period, or larger subgroups.",
        )
    heading = f"{title}: {_TITLES[chart.kind]}" if title else _TITLES[chart.kind]
    fired: dict[int, list[str]] = {}
    for signal in signals:
        fired.setdefault(signal.point, []).append(signal.rule)
    body = [svg.label(_LEFT, 30, heading, kind="ink head")]
    height = _TOP
    last = max(panel.first + len(panel.points) - 1 for panel in chart.panels)
    for index, panel in enumerate(chart.panels):
        body += _draw(panel, height, last, fired if index == 0 else {}, chart.basis)
        height += _PANEL + _GAP
    body += _legend(height - 8, bool(fired))
    return svg.document(heading, describe(chart, signals), height + _FOOT - 16, body)


def describe(chart: Chart, signals: Sequence[Signal] = ()) -> str:
    """The chart in words, for those who cannot see it."""
    parts = []
    for panel in chart.panels:
        spread = _spread(panel)
        limits = f"{svg.text_of(float(panel.lower[-1]), spread)} to {svg.text_of(float(panel.upper[-1]), spread)}"
        varying = " at the last point" if np.ptp(panel.upper) > 0 else ""
        outside = ", ".join(str(number) for number in panel.outside[:20])
        more = f" and {len(panel.outside) - 20} more" if len(panel.outside) > 20 else ""
        parts.append(
            f"{panel.name}: {len(panel.points)} points, centre {svg.text_of(float(panel.centre[-1]), spread)}, "
            f"limits {limits}{varying}; "
            + (f"beyond the limits: {outside}{more}." if outside else "no point beyond the limits.")
        )
    if signals:
        named = "; ".join(f"{signal.rule} at point {signal.point}" for signal in signals[:20])
        parts.append(f"Run rules: {named}{' and more' if len(signals) > 20 else ''}.")
    return " ".join(parts)


def _draw(panel: Panel, top: float, last: int, fired: Mapping[int, list[str]], basis: int | None) -> list[str]:
    vertical, spread = _vertical(panel, top), _spread(panel)
    across = svg.Axis(0.5, last + 0.5, _LEFT, svg.WIDTH - _RIGHT)
    body = [svg.label(14, top - 10, panel.name, kind="ink")]
    for tick, text in vertical.ticks(6):
        y = vertical.at(tick)
        body.append(svg.line(_LEFT, y, across.end, y, "grid"))
        body.append(svg.label(_LEFT - 8, y + 4, text, kind="soft", anchor="end"))
    bottom = top + _PANEL
    body.append(svg.line(_LEFT, bottom, across.end, bottom, "axis"))
    body += [
        svg.label(across.at(tick), bottom + 18, text, kind="soft", anchor="middle")
        for tick, text in across.ticks(12)
        if tick >= 1 and tick == int(tick)
    ]
    if basis is not None and basis < last:
        x = across.at(basis + 0.5)
        body.append(svg.line(x, top, x, bottom, "axis"))
        body.append(svg.label(x - 5, top - 10, "limits from these points", kind="soft", anchor="end"))
    body += [svg.path(_steps(limit, panel, across, vertical), "limit") for limit in (panel.lower, panel.upper)]
    body.append(svg.path(_steps(panel.centre, panel, across, vertical), "centre"))
    places = [(across.at(index + panel.first), vertical.at(float(value))) for index, value in enumerate(panel.points)]
    body.append(svg.path(places, "line"))
    outside, free = set(panel.outside), float("-inf")
    for index, (x, y) in enumerate(places):
        number = index + panel.first
        if number in outside or number in fired:
            body.append(svg.diamond(x, y, "out" if number in outside else "run"))
            if x >= free:  # numbers of near points would cover each other
                body.append(svg.label(x, y - 11, str(number), kind="mark", anchor="middle"))
                free = x + 8 * len(str(number)) + 2
        elif len(places) <= 400:
            body.append(svg.dot(x, y))
    return body + _limit_labels(panel, across.end + 8, vertical, spread)


def _limit_labels(panel: Panel, x: float, vertical: svg.Axis, spread: float) -> list[str]:
    centre = float(panel.centre[-1])
    rows = [(vertical.at(centre), f"CL {svg.text_of(centre, spread)}")]
    for name, limit in (("UCL", float(panel.upper[-1])), ("LCL", float(panel.lower[-1]))):
        if limit != centre:  # a CUSUM has only one limit
            rows.append((vertical.at(limit), f"{name} {svg.text_of(limit, spread)}"))
    body, floor = [], float("-inf")
    for y, content in sorted(rows):
        floor = max(y + 4, floor + 15)  # labels of near lines are pushed apart
        body.append(svg.label(x, floor, content, kind="ink"))
    return body


def _steps(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], panel: Panel, across: svg.Axis, vertical: svg.Axis
) -> list[tuple[float, float]]:
    """A limit drawn flat over the width of each point; a constant one as a single line."""
    ends = (panel.first - 0.5, panel.first + len(values) - 0.5)
    if np.ptp(values) == 0:
        return [(across.at(end), vertical.at(float(values[0]))) for end in ends]
    found = []
    for index, value in enumerate(values):
        y = vertical.at(float(value))
        found += [(across.at(index + panel.first - 0.5), y), (across.at(index + panel.first + 0.5), y)]
    return found


def _vertical(panel: Panel, top: float) -> svg.Axis:
    low = min(float(panel.points.min()), float(panel.lower.min()))
    high = max(float(panel.points.max()), float(panel.upper.max()))
    # A limit must never lie on the edge, where it would not be seen.
    margin = (high - low) * 0.08 or max(abs(high), 1.0) * 0.08
    return svg.Axis(low - margin, high + margin, top + _PANEL, top)


def _spread(panel: Panel) -> float:
    high = max(float(panel.points.max()), float(panel.upper.max()))
    low = min(float(panel.points.min()), float(panel.lower.min()))
    return (high - low) or max(abs(high), 1.0)


def _legend(y: float, has_runs: bool) -> list[str]:
    body = [svg.diamond(_LEFT + 6, y - 4, "out"), svg.label(_LEFT + 20, y, "beyond a limit", kind="soft")]
    if has_runs:
        body += [svg.diamond(_LEFT + 146, y - 4, "run"), svg.label(_LEFT + 160, y, "named by a run rule", kind="soft")]
    return body
