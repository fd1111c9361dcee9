"""Explain a score: why it is what it is, what would change it, what changed it, and the cheapest way up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evidence.encoding import hex0x_encode
from evidence.errors import InputError, NotFoundError
from evidence.identity import Subject
from evidence.statement import parse
from node.records.port_exchange import ScoreRecord, ScoreStore
from node.services.score_supplier import ScoreReport, ScoreSupplier, observed
from node.services.score_trend import direction, trend
from scoring.bundle import ScoreBundle, decode
from scoring.change import Basis, changes
from scoring.display import shown
from scoring.facts import Fact, fact_of
from scoring.policy import Policy
from scoring.recourse import recourse
from scoring.scale import POINT, PPB
from scoring.whatif import what_if

LANGUAGES = ("en", "zh")
_MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class ExplainScore:
    """Answers about a subject's score as of now; nothing here is kept or attested."""

    score: ScoreSupplier
    scores: ScoreStore

    def reasons(self, subject: Subject, *, language: str = "en") -> dict[str, Any]:
        """The waterfall: reference, each indicator's exact contribution, score; with the policy's own words.

        Raises:
            InputError: a language other than `LANGUAGES`.
        """
        if language not in LANGUAGES:
            raise InputError(f"no language {language[:20]!r}", advice=f"Languages: {', '.join(LANGUAGES)}.")
        report, policy = self.score.preview(subject), self.score.policy
        card, display = report.card, shown(report.card)
        lines = [
            {
                "indicator": line.indicator,
                "title": getattr(policy.indicator(line.indicator).title, language),
                "observed": observed(line.bad, line.exposure, line.indicator),
                "share": share_text(line.theta),
                "present": line.present,
                "points": _points(line.points),
                "low": _points(line.low),
                "high": _points(line.high),
                "of": _points(line.weight),
                "contribution": display.text(part),
            }
            for line, part in zip(card.lines, display.contributions, strict=True)
        ]
        past = trend(self.scores, subject)
        where, change = direction(past)
        rated = report.rated
        return {
            "subject": str(subject),
            "state": card.state.value,
            "as_of": card.as_of.isoformat(),
            "points": display.text(display.points) if rated else None,
            "low": display.text(display.low) if rated else None,
            "high": display.text(display.high) if rated else None,
            "band": card.band_name if rated else None,
            "eligibility": card.eligibility.value,
            "eligibility_floor": _points(policy.eligibility_floor),
            "reference": display.text(display.reference),
            "lines": lines,
            "reasons": [
                {"indicator": name, "text": getattr(policy.indicator(name).reason, language)} for name in card.reasons
            ],
            "missing": list(card.blockers),
            "policy": policy.name,
            "policy_hash": card.policy.hex(),
            "attestation": hex0x_encode(report.attestation) if report.attestation else None,
            "trend": {
                "direction": where.value,
                "change": None if change is None else f"{change / POINT:+.1f}",
                "points": [point.to_json() for point in past],
            },
        }

    def imagine(self, subject: Subject, shares: Mapping[str, Fraction]) -> dict[str, Any]:
        """The score if some indicators had another share that goes wrong (0 to 1).

        Raises:
            NotFoundError: an indicator that the policy does not weigh.
            SchemaError: a share outside 0 to 1.
        """
        report = self.score.preview(subject)
        found = what_if(report.card, self.score.policy, dict(shares))  # type: ignore[arg-type]  # checked inside
        return {
            "subject": str(subject),
            "before": _points(found.before),
            "after": _points(found.after),
            "band": self.score.policy.bands[found.band].name,
            "lines": [
                {"indicator": line.indicator, "before": _points(line.before), "after": _points(line.after)}
                for line in found.lines
            ],
        }

    def path(self, subject: Subject, target: int, *, within_days: int | None = None) -> dict[str, Any]:
        """The cheapest moves, by the policy's effort table, that lift the score to `target` micro-points.

        Raises:
            NotFoundError: no choice of moves in the table reaches it.
        """
        report = self.score.preview(subject)
        found = recourse(report.card, self.score.policy, target, within_days=within_days)
        if found is None:
            raise NotFoundError(
                f"no moves in the effort table of {self.score.policy.name} reach {_points(target)} points",
                advice="Ask for a lower target, or more days; a policy without effort table knows no moves.",
            )
        return {
            "subject": str(subject),
            "target": _points(target),
            "reaches": _points(found.points),
            "effort_person_days": found.effort,
            "days": found.days,
            "moves": [
                {
                    "indicator": move.indicator,
                    "to_share": share_text(Fraction(move.rung.theta, PPB)),
                    "effort_person_days": move.effort,
                    "days": move.days,
                    "gain": _points(move.gain),
                }
                for move in found.moves
            ],
        }

    def changed(self, subject: Subject) -> dict[str, Any]:
        """What changed the score since the one before: time passing, new evidence, another policy; exact sums.

        Raises:
            NotFoundError: there is no earlier score.
        """
        report = self.score.preview(subject)
        old = decode(self._earlier(subject, report).bundle)
        basis = Basis(_facts(report.bundle), self.score.policy, report.card.as_of, report.bundle.owners)
        earlier = Basis(_facts(old), old.policy, old.as_of, old.owners)
        split = changes(earlier, basis, subject=subject, commodity=old.commodity)
        known = {fact.statement for fact in _facts(old)}
        added = sorted(
            (fact for fact in basis.facts if fact.statement not in known), key=lambda fact: (fact.moment, fact.sequence)
        )
        return {
            "subject": str(subject),
            "from": old.as_of.isoformat(),
            "to": report.card.as_of.isoformat(),
            "policy_from": old.policy.name,
            "policy_to": self.score.policy.name,
            "ageing": _points(sum(one.ageing for one in split)),
            "evidence": _points(sum(one.evidence for one in split)),
            "policy": _points(sum(one.policy for one in split)),
            "lines": [
                {
                    "indicator": one.indicator,
                    "ageing": _points(one.ageing),
                    "evidence": _points(one.evidence),
                    "policy": _points(one.policy),
                }
                for one in split
            ],
            "statements_added": len(added),
            "newest_statements": [
                {
                    "id": fact.statement,
                    "kind": fact.kind.value,
                    "issuer": str(fact.issuer),
                    "occurred": fact.occurred,
                }
                for fact in reversed(added[-_MOST_NAMED:])
            ],
        }

    def _earlier(self, subject: Subject, report: ScoreReport) -> ScoreRecord:
        for number, record in self.scores.newest_scores(subject, limit=2):
            if number != report.number:
                return record
        raise NotFoundError(f"there is no earlier score of {subject}", advice="Score again once evidence has come.")


def document(policy: Policy) -> dict[str, Any]:
    """What people are told of a policy before they read its file."""
    return {
        "name": policy.name,
        "version": policy.version,
        "hash": policy.hash.hex(),
        "title": policy.title.to_json(),
        "valid": {"from": policy.valid_from.isoformat(), "until": policy.valid_until.isoformat()},
        "eligibility_floor": _points(policy.eligibility_floor),
        "indicators": [
            {"indicator": one.id, "title": one.title.to_json(), "weight": _points(one.weight)}
            for one in policy.indicators
        ],
        "bands": [{"name": band.name, "floor": _points(band.floor)} for band in policy.bands],
    }


def share_text(share: Fraction) -> str:
    """A share with nine decimals, without zeros at its end: `0.0001`."""
    return f"{Decimal(round(share * PPB)) / PPB:.9f}".rstrip("0").rstrip(".")


def _facts(bundle: ScoreBundle) -> list[Fact]:
    facts = (fact_of(parse(one.sd_jwt)) for one in bundle.statements)
    return [fact for fact in facts if fact is not None]


def _points(micro: int) -> str:
    return f"{micro / POINT:.1f}"
