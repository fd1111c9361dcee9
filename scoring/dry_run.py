"""A dry run before a vote: every supplier by the policy in force and by the proposed one, from the same evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from evidence.draft import JsonValue
from evidence.errors import InputError, SchemaError
from evidence.identity import Subject
from scoring.card import Eligibility, RatingState, ScoreCard
from scoring.engine import score
from scoring.facts import Fact
from scoring.observe import observe
from scoring.owners import NOBODY_OWNED, Owners
from scoring.peers import QUANTILES
from scoring.policy import Policy

FORMAT = "credence-dry-run/1"
"""What the member `format` of a dry run says."""


@dataclass(frozen=True, slots=True)
class Supplier:
    """Whose evidence to score: verified facts about `subject`, whose priors count, and who belongs to whom."""

    subject: Subject
    facts: Sequence[Fact]
    commodity: str = "*"
    owners: Owners = NOBODY_OWNED


class Crossing(StrEnum):
    """What the change of policy does to a supplier's standing."""

    NONE = "none"
    GAINS = "gains-eligibility"
    LOSES = "loses-eligibility"


@dataclass(frozen=True, slots=True)
class DryRunRow:
    """One supplier by both policies; points in micro-points, the cards whole."""

    before: ScoreCard
    after: ScoreCard

    @property
    def crossing(self) -> Crossing:
        """Whether the supplier crosses the floor; who stops being rated loses what it had."""
        was, becomes = (card.eligibility is Eligibility.ELIGIBLE for card in (self.before, self.after))
        if was == becomes:
            return Crossing.NONE
        return Crossing.GAINS if becomes else Crossing.LOSES

    @property
    def change(self) -> int | None:
        """Points gained; None unless rated by both."""
        if RatingState.NOT_RATED in (self.before.state, self.after.state):
            return None
        return self.after.points - self.before.points

    def to_json(self) -> JsonValue:
        """The row as a document; figures of a card that is not rated are null."""
        return {
            "after": _card_json(self.after),
            "before": _card_json(self.before),
            "change": self.change,
            "crossing": self.crossing.value,
            "subject": str(self.before.subject),
        }


@dataclass(frozen=True, slots=True)
class Refused:
    """A supplier whose evidence could not be scored, and why; left out of every figure, never out of the report."""

    subject: Subject
    reason: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """Both policies over all suppliers.

    Attributes:
        rows, refused: in the order of the subjects' names.
    """

    old: Policy
    new: Policy
    as_of: date
    rows: tuple[DryRunRow, ...]
    refused: tuple[Refused, ...]

    def crossing(self, which: Crossing) -> tuple[Subject, ...]:
        """Whose standing changes in this way."""
        return tuple(row.before.subject for row in self.rows if row.crossing is which)

    def to_json(self) -> JsonValue:
        """The whole run as a document, the same bytes wherever it is computed from the same evidence."""
        before, after = [row.before for row in self.rows], [row.after for row in self.rows]
        return {
            "as_of": self.as_of.isoformat(),
            "format": FORMAT,
            "gains_eligibility": [str(subject) for subject in self.crossing(Crossing.GAINS)],
            "loses_eligibility": [str(subject) for subject in self.crossing(Crossing.LOSES)],
            "new": _policy_json(self.new),
            "old": _policy_json(self.old),
            "refused": [{"reason": one.reason, "subject": str(one.subject)} for one in self.refused],
            "rows": [row.to_json() for row in self.rows],
            "summary": {
                "after": _summary_json(after),
                "before": _summary_json(before),
                "change": _quantiles_json([row.change for row in self.rows if row.change is not None]),
                "suppliers": len(self.rows),
            },
        }


def dry_run(
    suppliers: Iterable[Supplier], old: Policy, new: Policy, as_of: date, *, refused: Iterable[Refused] = ()
) -> DryRun:
    """Score each supplier by both policies as of the same day; nothing is kept or attested.

    The order of suppliers and of their facts changes nothing.

    Args:
        suppliers: each subject once.
        refused: suppliers whose evidence could not even be gathered, told with those that cannot be scored.
    Raises:
        SchemaError: a subject given twice.
    """
    rows: dict[str, DryRunRow] = {}
    left_out = {str(one.subject): one for one in refused}
    for one in suppliers:
        name = str(one.subject)
        if name in rows or name in left_out:
            raise SchemaError(f"the supplier {name} is there twice")
        try:
            rows[name] = DryRunRow(_card(one, old, as_of), _card(one, new, as_of))
        except InputError as error:
            # One supplier's broken record must not stop the others from being voted on; it is told in the report.
            left_out[name] = Refused(one.subject, error.message)
    return DryRun(
        old,
        new,
        as_of,
        tuple(rows[name] for name in sorted(rows)),
        tuple(left_out[name] for name in sorted(left_out)),
    )


def quantiles(values: Iterable[int]) -> tuple[int, ...]:
    """Nearest-rank quantiles for each of `QUANTILES`; empty without values."""
    ordered = sorted(values)
    return tuple(ordered[-(-percent * len(ordered) // 100) - 1] for percent in QUANTILES) if ordered else ()


def _card(one: Supplier, policy: Policy, as_of: date) -> ScoreCard:
    tuples = observe(one.facts, policy, as_of, one.owners)
    return score(tuples, policy, as_of, subject=one.subject, commodity=one.commodity)


def _policy_json(policy: Policy) -> JsonValue:
    return {
        "floor": policy.eligibility_floor,
        "hash": policy.hash.hex(),
        "name": policy.name,
        "version": policy.version,
    }


def _card_json(card: ScoreCard) -> JsonValue:
    rated = card.state is RatingState.RATED
    return {
        "band": card.band_name if rated else None,
        "eligibility": card.eligibility.value,
        "high": card.high if rated else None,
        "low": card.low if rated else None,
        "missing": list(card.blockers),
        "points": card.points if rated else None,
        "state": card.state.value,
    }


def _summary_json(cards: Sequence[ScoreCard]) -> JsonValue:
    rated = [card for card in cards if card.state is RatingState.RATED]
    return {
        "eligible": sum(card.eligibility is Eligibility.ELIGIBLE for card in rated),
        "points": _quantiles_json([card.points for card in rated]),
        "rated": len(rated),
    }


def _quantiles_json(values: Sequence[int]) -> JsonValue:
    return {f"p{percent}": value for percent, value in zip(QUANTILES, quantiles(values), strict=False)}
