"""Review the scores that this node keeps: do they drift, and is some group eligible much more rarely than the best?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from evidence.clock import Clock
from node.records.port_exchange import ScoreRecord, ScoreStore
from node.services.score_trend import card_of
from scoring.card import ScoreCard
from scoring.card_reader import read_card
from scoring.governance import Finding, bias, drift
from scoring.policy import PolicyHash

MOST_KEPT = 48
"""So many of a subject's newest scores are looked through for the one that was valid at the beginning."""


@dataclass(frozen=True, slots=True)
class ScoreReview:
    """What was compared, and what was found.

    Attributes:
        since: the beginning; each subject's newest score before it is the baseline.
        baseline, recent: how many scores were compared on each side.
    """

    policy: PolicyHash
    since: datetime
    baseline: int
    recent: int
    drift: tuple[Finding, ...]
    bias: tuple[Finding, ...]
    stop: bool


@dataclass(frozen=True, slots=True)
class ReviewScores:
    """Holds kept scores of one policy against each other. Reads only what was kept; changes nothing."""

    scores: ScoreStore
    clock: Clock

    def __call__(self, policy: PolicyHash, *, days: int) -> ScoreReview:
        """Compare today's scores with those of `days` ago, and groups by commodity."""
        since = self.clock() - timedelta(days=days)
        before: list[ScoreCard] = []
        recent: list[ScoreCard] = []
        for subject in self.scores.subjects():
            kept = [
                record for _, record in self.scores.newest_scores(subject, limit=MOST_KEPT) if record.policy == policy
            ]
            recent += _cards(kept[:1])
            before += _cards([record for record in kept if record.computed_at < since][:1])
        groups: dict[str, list[ScoreCard]] = {}
        for card in recent:
            groups.setdefault(card.commodity, []).append(card)
        moved, unequal = drift(before, recent), bias(groups)
        return ScoreReview(
            policy=policy,
            since=since,
            baseline=len(before),
            recent=len(recent),
            drift=moved.findings,
            bias=unequal.findings,
            stop=moved.stop or unequal.stop,
        )


def _cards(records: Iterable[ScoreRecord]) -> list[ScoreCard]:
    return [read_card(card_of(record)) for record in records]
