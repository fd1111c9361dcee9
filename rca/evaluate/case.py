"""One judged alarm: what a ranking is given, and the truth that it is held against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rca.attribution.dags import Dags
from rca.attribution.frame import Frame


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One alarm with a known cause.

    Attributes:
        name: names it among all cases of its data.
        frame: reference and window.
        dags: the graphs that the ranking may use.
        roots: the true causes; a ranking is right when it names one of them.
        part: `tune` or `test`: constants were chosen on the first only.
    """

    name: str
    frame: Frame
    dags: Dags
    roots: tuple[str, ...]
    part: str = "test"


Ranking = Callable[[Case], Sequence[str]]
"""Columns as causes, the likeliest first; what is left out is not suspected at all."""
