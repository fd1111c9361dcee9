"""Set a supplier beside its peers in the commodity, by quantiles that name nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evidence.identity import Lei, Subject
from node.chain.port import MemberDirectory
from node.records.port_exchange import ScoreStore
from node.services.score_supplier import ScoreSupplier
from node.services.score_trend import card_of
from scoring.card import ScoreCard
from scoring.card_reader import read_card
from scoring.peers import LEAST_PEERS, QUANTILES, compare
from scoring.scale import POINT


@dataclass(frozen=True, slots=True)
class ComparePeers:
    """Quantiles over the newest kept scores of other members of the commodity; nobody is named, few are not shown."""

    score: ScoreSupplier
    scores: ScoreStore
    directory: MemberDirectory

    def __call__(self, subject: Subject) -> dict[str, Any]:
        """The subject's score and indicators beside its peers'.

        `comparable` is False, and `figures` empty, while fewer than `LEAST_PEERS` peers are rated by the policy.
        """
        report = self.score.preview(subject)
        commodity = report.card.commodity
        found = compare(report.card, self._cards(commodity)) if report.rated else None
        return {
            "subject": str(subject),
            "commodity": commodity,
            "policy": report.card.policy_name,
            "comparable": found is not None,
            "least_peers": LEAST_PEERS,
            "figures": [
                {
                    "name": one.name,
                    "own": f"{one.own / POINT:.1f}",
                    "quarter": one.quarter,
                    "quantiles": [
                        {"percent": percent, "points": f"{value / POINT:.1f}"}
                        for percent, value in zip(QUANTILES, one.values, strict=True)
                    ],
                }
                for one in found or ()
            ],
        }

    def _cards(self, commodity: str) -> list[ScoreCard]:
        cards = []
        for member in self.directory.members():
            latest = self.scores.latest_score(Subject(Lei(member.lei))) if member.active else None
            if latest is not None:
                card = read_card(card_of(latest[1]))
                if card.commodity == commodity:
                    cards.append(card)
        return cards
