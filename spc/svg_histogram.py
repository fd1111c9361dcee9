"""The picture of capability: a histogram with the fitted curve, the limits and the target."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from spc import svg
from spc.data import values
from spc.distributions import Distribution
from spc.specification import Specification

_LEFT, _RIGHT, _TOP, _BOTTOM, _HEIGHT = 60.0, 40.0, 84.0, 380.0, 440.0
_MOST_BARS: Final = 60


def render_histogram(
    series: ArrayLike, specification: Specification, curve: Distribution, *, title: str = "", caption: str = ""
) -> str:
    """A histogram as an SVG document.

    Args:
        series: shape (n,).
        specification: drawn even where no value comes near.
        curve: fitted distribution, drawn at the histogram's scale.
        title: of the characteristic.
        caption: one line under the title, such as the indices.
    """
    flat = values(series)
    edges = np.histogram_bin_edges(flat, bins=_bars(flat))
    heights, edges = np.histogram(flat, bins=edges)
    shown = [one for one in (specification.lower, specification.upper, specification.target) if one is not None]
    low, high = min(float(edges[0]), *shown), max(float(edges[-1]), *shown)
    margin = (high - low) * 0.06
    across = svg.Axis(low - margin, high + margin, _LEFT, svg.WIDTH - _RIGHT)
    grid = np.linspace(across.low, across.high, 241)
    density = curve.density(grid) * len(flat) * float(edges[1] - edges[0])
    density[~np.isfinite(density)] = 0.0  # a density may be infinite at zero
    tallest = float(heights.max())
    upward = svg.Axis(0.0, max(tallest, min(float(density.max()), 1.5 * tallest)) * 1.06, _BOTTOM, _TOP)
    heading = f"{title}: capability" if title else "Capability"
    spread = across.high - across.low
    body = [svg.label(_LEFT, 30, heading, kind="ink head"), svg.label(_LEFT, 52, caption, kind="soft")]
    for height, start, end in zip(heights, edges[:-1], edges[1:], strict=True):
        if height:
            x, y = across.at(float(start)), upward.at(float(height))
            body.append(svg.bar(x, y, across.at(float(end)) - x, _BOTTOM - y))
    body.append(
        svg.path([(across.at(float(x)), upward.at(float(y))) for x, y in zip(grid, density, strict=True)], "line", 2)
    )
    body.append(svg.line(_LEFT, _BOTTOM, across.end, _BOTTOM, "axis"))
    body += [
        svg.label(across.at(tick), _BOTTOM + 20, text, kind="soft", anchor="middle") for tick, text in across.ticks(8)
    ]
    for name, limit, kind in (
        ("LSL", specification.lower, "limit"),
        ("USL", specification.upper, "limit"),
        ("target", specification.target, "centre"),
    ):
        if limit is not None:
            x = across.at(limit)
            body.append(svg.line(x, _TOP - 8, x, _BOTTOM, kind, 1.6))
            body.append(svg.label(x, _TOP - 14, f"{name} {svg.text_of(limit, spread)}", kind="ink", anchor="middle"))
    body.append(svg.label(_LEFT, _HEIGHT - 12, f"{len(flat)} values; curve: {curve.family.value}", kind="soft"))
    outside = sum(not specification.contains(float(value)) for value in flat)
    description = (
        f"Histogram of {len(flat)} values from {svg.text_of(float(flat.min()), spread)} to "
        f"{svg.text_of(float(flat.max()), spread)}; {outside} beyond the limits. {caption}"
    )
    return svg.document(heading, description, _HEIGHT, body)


def _bars(flat: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> int:
    """Freedman and Diaconis' number of bars, between 5 and 60: an outlier must not make a million of them."""
    quartiles = np.quantile(flat, [0.25, 0.75])
    width = 2 * float(quartiles[1] - quartiles[0]) / len(flat) ** (1 / 3)
    if width <= 0:
        return 5
    return int(min(_MOST_BARS, max(5.0, np.ceil(float(np.ptp(flat)) / width))))
