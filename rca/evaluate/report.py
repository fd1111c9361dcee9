"""The evaluation as a page: what was to be reached, what was seen, side by side, with seeds, splits and intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One figure.

    Attributes:
        data: what it was measured on.
        measure: what was measured.
        before: best measured before this engine.
        reach: what was to be reached.
        seen: what was seen.
        met: whether it was reached; None: a figure of a peer, or for information.
        mandatory: whether it has to be.
    """

    data: str
    measure: str
    before: str
    reach: str
    seen: str
    met: bool | None
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One data set: its lines, its tables, and what a reader has to know.

    Attributes:
        title: of the section.
        lines: for the table of all figures.
        body: Markdown, without heading.
    """

    title: str
    lines: tuple[Line, ...]
    body: str


INTRODUCTION = """# How well causes are found

Written by `credence rca evaluate`; do not edit. Shares are followed by their 95 % interval (Clopper-Pearson). Our
method and its peers run in the same command on the same cases. CPU seconds are process time on one core of whatever
machine ran the command, so compare them with each other.
"""


def page(sections: Sequence[Section]) -> str:
    """The whole page, Markdown."""
    lines = [line for section in sections for line in section.lines]
    rows = [[one.data, one.measure, one.before, one.reach, one.seen, _verdict(one)] for one in lines]
    parts = [INTRODUCTION, table(("data", "measure", "best before", "reach", "seen", ""), rows)]
    parts += [f"## {section.title}\n\n{section.body.strip()}\n" for section in sections]
    return "\n".join(parts)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with a line break at its end."""
    shown = [_row(heads), _row(["---"] * len(heads)), *(_row(row) for row in rows)]
    return "\n".join(shown) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _verdict(line: Line) -> str:
    if line.met is None:
        return ""
    verdict = "reached" if line.met else "not reached"
    return f"{verdict} (mandatory)" if line.mandatory else verdict
