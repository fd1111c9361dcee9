"""Review a policy by what it does here: drift of scores, bias between groups; stop it when a check says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from evidence.identity import Subject
from node.records.port import MAX_PAGE
from node.records.port_exchange import ScoreStore
from node.services.policy_stops import PolicyStops
from node.services.score_supplier import ScoreSupplier
from node.services.score_trend import card_of
from scoring.card import ScoreCard
from scoring.card_reader import read_card
from scoring.governance import Review, bias, drift
from scoring.policy import Policy

MACHINE: Final = "automatic check"
GROUPINGS: Final = ("commodity", "region", "size")


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """Over the scores that this node keeps: of each subject the first and the newest one by the policy.

    Attributes:
        groups: LEI to grouping (`region`, `size`) to group; commodities are known apart.
    """

    score: ScoreSupplier
    scores: ScoreStore
    stops: PolicyStops
    groups: Mapping[str, Mapping[str, str]]

    def __call__(self, policy: Policy | None = None, *, act: bool = False) -> dict[str, Any]:
        """What the checks find of `policy` (the one in force unless given).

        Args:
            act: stop the policy when a check says so.
        """
        chosen = policy or self.score.policy
        first, newest = self._cards(chosen)
        reviews: list[tuple[str, Review]] = [("score", drift(first, newest))]
        for grouping in GROUPINGS:
            grouped: dict[str, list[ScoreCard]] = {}
            for card in newest:
                if (group := self._group(card.subject, grouping)) is not None:
                    grouped.setdefault(group, []).append(card)
            if grouped:
                reviews.append((grouping, bias(grouped)))
        findings = [
            {
                "check": finding.check,
                "grouping": name,
                "about": finding.about,
                "value_ppm": finding.value,
                "stop": finding.stop,
            }
            for name, review in reviews
            for finding in review.findings
        ]
        reasons = sorted({reason for _, review in reviews for reason in review.reasons})
        if act and reasons:
            self.stops.stop(chosen, reasons, by=MACHINE)
        return {
            "policy": chosen.name,
            "hash": chosen.hash.hex(),
            "baseline_cards": len(first),
            "cards": len(newest),
            "findings": findings,
            "stop": bool(reasons),
            "reasons": reasons,
            "stopped": self.stops.standing(chosen),
        }

    def _group(self, subject: Subject, grouping: str) -> str | None:
        if grouping == "commodity":
            return self.score.commodities.get(str(subject.lei))
        return self.groups.get(str(subject.lei), {}).get(grouping)

    def _cards(self, policy: Policy) -> tuple[list[ScoreCard], list[ScoreCard]]:
        first: dict[str, ScoreCard] = {}
        newest: dict[str, ScoreCard] = {}
        for subject, bundle in self._kept(policy):
            if subject.site is None:
                card = read_card(bundle)
                first.setdefault(str(subject), card)
                newest[str(subject)] = card
        return list(first.values()), list(newest.values())

    def _kept(self, policy: Policy) -> Iterator[tuple[Subject, Any]]:
        after = 0
        while page := self.scores.scores(None, after=after, limit=min(MAX_PAGE, 200)):
            after = page[-1][0]
            yield from ((record.subject, card_of(record)) for _, record in page if record.policy == policy.hash)
