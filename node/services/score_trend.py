"""How a score moved: the kept scores of a subject as a line over time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from evidence.canonical import loads
from evidence.identity import Subject
from node.records.port_exchange import ScoreRecord, ScoreStore
from scoring.bundle import MAX_BYTES
from scoring.scale import POINT

LONGEST: Final = 24
"""So many scores make a trend at most."""
STEADY: Final = POINT // 2
"""Micro-points; a smaller difference between the two newest scores is called steady."""


class Direction(StrEnum):
    """Where the newest score lies against the one before; `NEW` without an earlier one that can be compared."""

    UP = "up"
    DOWN = "down"
    STEADY = "steady"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One kept score; points in micro-points, None when it was not rated.

    Attributes:
        number, computed: of the kept record.
        policy_name: by which policy; scores by two policies must not be compared.
        attested: whether it stands on chain.
    """

    number: int
    computed: datetime
    as_of: str
    points: int | None
    low: int | None
    high: int | None
    band: str | None
    policy_name: str
    attested: bool

    def to_json(self) -> dict[str, Any]:
        """For people and programs; points with one decimal."""
        return {
            "number": self.number,
            "computed": self.computed.isoformat(),
            "as_of": self.as_of,
            "points": _points(self.points),
            "low": None if self.low is None else f"{self.low // (POINT // 10) / 10:.1f}",
            "high": None if self.high is None else f"{-(-self.high // (POINT // 10)) / 10:.1f}",
            "band": self.band,
            "policy_name": self.policy_name,
            "attested": self.attested,
        }


def card_of(record: ScoreRecord) -> dict[str, Any]:
    """The claimed card of a kept score, a `credence-card/1` document."""
    document: Any = loads(record.bundle, limit=MAX_BYTES)
    card: dict[str, Any] = document["card"]
    return card


def trend_point(number: int, record: ScoreRecord, card: dict[str, Any]) -> TrendPoint:
    """The point of a trend that a kept score makes; `card` is its card, so that callers may remember it."""
    rated = card["state"] == "rated"
    return TrendPoint(
        number=number,
        computed=record.computed_at,
        as_of=card["as_of"],
        points=card["points"] if rated else None,
        low=card["low"] if rated else None,
        high=card["high"] if rated else None,
        band=card["band_name"] if rated else None,
        policy_name=card["policy_name"],
        attested=record.attestation is not None,
    )


def trend(scores: ScoreStore, subject: Subject, *, limit: int = LONGEST) -> tuple[TrendPoint, ...]:
    """The newest kept scores of `subject`, oldest first."""
    newest = scores.newest_scores(subject, limit=min(limit, LONGEST))
    return tuple(trend_point(number, record, card_of(record)) for number, record in reversed(newest))


def direction(points: Iterable[TrendPoint]) -> tuple[Direction, int | None]:
    """Where the newest of `points` (oldest first) lies against the newest earlier one of its policy; and by how much.

    The difference is in micro-points; None, with `NEW`, when there is nothing to compare with.
    """
    rated = [point for point in points if point.points is not None]
    if not rated:
        return Direction.NEW, None
    last = rated[-1]
    earlier = [point for point in rated[:-1] if point.policy_name == last.policy_name]
    if not earlier or last.points is None or earlier[-1].points is None:
        return Direction.NEW, None
    change = last.points - earlier[-1].points
    if abs(change) < STEADY:
        return Direction.STEADY, change
    return (Direction.UP if change > 0 else Direction.DOWN), change


def _points(micro: int | None) -> str | None:
    return None if micro is None else f"{micro / POINT:.1f}"
