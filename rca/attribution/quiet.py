"""How loud the best suspect of a quiet window is, so that an alarm without a cause is told apart.

Windows as long as the alarm's are cut from the reference, each judged against the rest of it. A cause is named only
when the alarm's best score stands above nearly all of theirs: slow drifts, heavy tails and constant columns of this
very plant then raise the bar by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from rca.attribution.attribute import BLEND, Attribution, Blend, attribute
from rca.attribution.dags import Dags
from rca.attribution.frame import MIN_REFERENCE, Frame
from rca.attribution.scaling import FLOOR

MOST_WINDOWS: Final = 60
"""Most quiet windows that are judged."""
MIN_WINDOWS: Final = 20
"""Fewest from which anything is told: with fewer, the least level that can be told is above 1 in 21."""
LEVEL: Final = 0.05
"""Share of quiet windows that may be louder than an alarm whose cause is named."""
_GRAPHS: Final = 5


@dataclass(frozen=True, slots=True)
class Quiet:
    """Best scores of quiet windows of one length, rising."""

    scores: tuple[float, ...]

    def share_louder(self, attribution: Attribution) -> float | None:
        """Share of quiet windows with a best score at least as high, counting the alarm itself; None: cannot say.

        A valid p-value for "this window is like the reference", as far as the windows are exchangeable.
        """
        if len(self.scores) < MIN_WINDOWS or not attribution.suspects:
            return None
        best = attribution.suspects[0].score
        louder = len(self.scores) - int(np.searchsorted(np.array(self.scores), best, side="left"))
        return (1 + louder) / (1 + len(self.scores))

    def names_cause(self, attribution: Attribution, *, level: float = LEVEL) -> bool | None:
        """Whether the alarm stands out enough to name a cause; None: cannot say."""
        share = self.share_louder(attribution)
        return None if share is None else share <= level


def quiet(
    frame: Frame,
    dags: Dags,
    *,
    blend: Blend = BLEND,
    smooth: bool = False,
    floor: float = FLOOR,
    most: int = MOST_WINDOWS,
) -> Quiet:
    """Judge windows of the reference as if each were the alarm.

    Args:
        frame, dags, blend, smooth, floor: as `attribute`; at most five graphs are used.
        most: most windows.
    """
    rows, length = frame.reference.shape[0], frame.window.shape[0]
    starts = np.arange(0, rows - length + 1, length)
    if starts.size > most:
        starts = starts[np.linspace(0, starts.size - 1, most).astype(int)]
    few = Dags(dags.names, dags.edges[np.linspace(0, len(dags.edges) - 1, min(_GRAPHS, len(dags.edges))).astype(int)])
    target = frame.place(frame.target)
    found = list[float]()
    for start in starts:
        inside = np.zeros(rows, dtype=np.bool_)
        inside[start : start + length] = True
        before, after = frame.reference[~inside], frame.reference[inside]
        known = np.count_nonzero(~np.isnan(before[:, target]))
        if known < MIN_REFERENCE or np.isnan(after[:, target]).all():
            continue
        judged = attribute(
            Frame(frame.names, before, after, frame.target), few, blend=blend, smooth=smooth, floor=floor
        )
        found.append(judged.suspects[0].score)
    return Quiet(tuple(sorted(found)))
