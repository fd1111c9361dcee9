"""A small SVG writer: a document that says what it shows, reads in light and dark, and asks for nothing from outside.

Text is escaped, numbers are written by us; no script, no font, no link, so that a picture from a stranger's data is
harmless in a browser.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 960
"""Width of every picture in user units; it scales to where it is shown."""

# Contrast against the ground is 4.5 or more for text and 3 or more for lines, in both themes (WCAG 2.2, 1.4.3, 1.4.11).
_STYLE: Final = """
.ground{fill:#ffffff}.ink{fill:#1b2430}.soft{fill:#4d5866}.grid{stroke:#e3e7ec}
.axis{stroke:#7b8794}.line{stroke:#0b5cad;fill:none}.dot{fill:#0b5cad}.bar{fill:#a9cdf3;stroke:#0b5cad}
.limit{stroke:#b3261e;fill:none;stroke-dasharray:7 4}.centre{stroke:#3f7d20;fill:none}
.out{fill:#b3261e;stroke:#ffffff}.run{fill:#ffffff;stroke:#b3261e}.mark{fill:#b3261e}
text{font-family:system-ui,sans-serif;font-size:13px}.head{font-size:17px;font-weight:600}
@media (prefers-color-scheme:dark){
.ground{fill:#12161c}.ink{fill:#e8edf3}.soft{fill:#aab5c1}.grid{stroke:#2a323c}
.axis{stroke:#8793a0}.line{stroke:#6bb1ff}.dot{fill:#6bb1ff}.bar{fill:#234a73;stroke:#6bb1ff}
.limit{stroke:#ff8f85}.centre{stroke:#8fd16a}
.out{fill:#ff8f85;stroke:#12161c}.run{fill:#12161c;stroke:#ff8f85}.mark{fill:#ff8f85}}
""".strip()


@dataclass(frozen=True, slots=True)
class Axis:
    """A straight scale from values to places.

    Attributes:
        low, high: values at both ends, low below high.
        start, end: places of these values, in user units.
    """

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Place of a value; beyond the ends it stays at them."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)

    def ticks(self, about: int) -> list[tuple[float, str]]:
        """Round values, about so many of them, each with the digits that tell it from its neighbours."""
        step = _round_step((self.high - self.low) / max(1, about))
        first = math.ceil(self.low / step - 1e-9)
        found = []
        for index in range(first, first + 4 * about + 4):
            value = index * step
            if value > self.high + step * 1e-9:
                break
            found.append((value, text_of(value, step * 1000)))
        return found


def text_of(value: float, spread: float) -> str:
    """A number with as many decimals as matter over a spread; never an exponent where plain digits do."""
    if value == 0:
        return "0"
    if not 1e-7 < spread < 1e12 or abs(value) >= 1e15:
        return f"{value:.6g}"
    decimals = max(0, 3 - math.floor(math.log10(spread)))
    # What rounds to zero is written so, without a sign.
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def document(title: str, description: str, height: float, body: Sequence[str]) -> str:
    """The whole picture.

    Args:
        title, description: what a reader who cannot see it hears.
        height: in user units; the width is `WIDTH`.
        body: elements, drawn in order.
    """
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {place(height)}" role="img" '
            'aria-labelledby="title desc">',
            f'<title id="title">{_escaped(title)}</title>',
            f'<desc id="desc">{_escaped(description)}</desc>',
            f"<style>{_STYLE}</style>",
            f'<rect class="ground" width="{WIDTH}" height="{place(height)}"/>',
            *body,
            "</svg>",
            "",
        ]
    )


def label(x: float, y: float, content: str, *, kind: str = "ink", anchor: str = "start") -> str:
    """A line of text."""
    return f'<text class="{kind}" x="{place(x)}" y="{place(y)}" text-anchor="{anchor}">{_escaped(content)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str, width: float = 1) -> str:
    """A straight line."""
    ends = f'x1="{place(x1)}" y1="{place(y1)}" x2="{place(x2)}" y2="{place(y2)}"'
    return f'<line class="{kind}" {ends} stroke-width="{width:g}"/>'


def path(points: Sequence[tuple[float, float]], kind: str, width: float = 1.5) -> str:
    """A line through points."""
    drawn = "M" + "L".join(f"{place(x)} {place(y)}" for x, y in points)
    return f'<path class="{kind}" d="{drawn}" stroke-width="{width:g}"/>'


def dot(x: float, y: float, radius: float = 2.6) -> str:
    """A point that is as it should be."""
    return f'<circle class="dot" cx="{place(x)}" cy="{place(y)}" r="{radius:g}"/>'


def diamond(x: float, y: float, kind: str, size: float = 6) -> str:
    """A point that is not; told from the others by its shape, not by its colour alone."""
    corners = f"M{place(x)} {place(y - size)}l{size:g} {size:g}l{-size:g} {size:g}l{-size:g} {-size:g}z"
    return f'<path class="{kind}" d="{corners}" stroke-width="1.6"/>'


def bar(x: float, y: float, width: float, height: float) -> str:
    """A bar of a histogram."""
    size = f'x="{place(x)}" y="{place(y)}" width="{place(width)}" height="{place(height)}"'
    return f'<rect class="bar" {size} stroke-width="0.8"/>'


def place(value: float) -> str:
    """A coordinate, to a hundredth."""
    return f"{round(value, 2) + 0.0:g}" if abs(value) < 1e5 else f"{value:.0f}"


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= rough * (1 - 1e-9))


def _escaped(content: str) -> str:
    # Control characters are no XML at all.
    return escape("".join(one if one.isprintable() else " " for one in content[:2000]), {'"': "&quot;"})
