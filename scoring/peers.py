"""Where a supplier stands among its peers, without telling who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scoring.card import RatingState, ScoreCard
from scoring.scale import POINT

LEAST_PEERS: Final = 10
"""Fewer rated peers than this are not summed up: somebody could work out who they are."""
QUANTILES: Final = (10, 25, 50, 75, 90)
"""Percent; neither the best nor the worst peer is ever shown."""
_GRAIN: Final = POINT // 2


@dataclass(frozen=True, slots=True)
class PeerQuantiles:
    """Quantiles of one figure among peers, micro-points rounded to half a point.

    Attributes:
        name: an indicator, or `score`.
        values: for each of `QUANTILES`.
        own: the subject's own, not rounded.
        quarter: in which quarter of the peers it lies, 1 (lowest) to 4.
    """

    name: str
    values: tuple[int, ...]
    own: int
    quarter: int


def compare(card: ScoreCard, peers: Sequence[ScoreCard]) -> tuple[PeerQuantiles, ...] | None:
    """The score and each indicator beside those of the peers; None when they are too few to stay anonymous.

    Args:
        peers: newest cards of other subjects of the commodity; those that are not rated, are by another policy or are
            of the subject itself do not count, nor does a second one of the same organisation.
    """
    chosen: dict[str, ScoreCard] = {}
    for peer in sorted(peers, key=lambda peer: (peer.as_of, str(peer.subject), peer.digest)):
        if peer.state is RatingState.RATED and peer.policy == card.policy and peer.subject.lei != card.subject.lei:
            chosen[str(peer.subject.lei)] = peer
    if len(chosen) < LEAST_PEERS:
        return None
    result = [_quantiles("score", card.points, [peer.points for peer in chosen.values()])]
    for index, line in enumerate(card.lines):
        result.append(_quantiles(line.indicator, line.points, [peer.lines[index].points for peer in chosen.values()]))
    return tuple(result)


def _quantiles(name: str, own: int, values: list[int]) -> PeerQuantiles:
    values.sort()
    # Nearest rank: the smallest value with at least q percent of the peers at or below it.
    ranks = [-(-quantile * len(values) // 100) - 1 for quantile in QUANTILES]
    rounded = tuple((values[rank] + _GRAIN // 2) // _GRAIN * _GRAIN for rank in ranks)
    below = sum(value < own for value in values)
    return PeerQuantiles(name, rounded, own, min(4, 1 + 4 * below // len(values)))
