"""Explain a score: why it is what it is, what would change it, what changed it, and the cheapest way up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from evidence.errors import InputError, NotFoundError
from evidence.identity import Subject
from evidence.statement import parse
from node.records.port_exchange import ScoreRecord, ScoreStore
from node.services.score_supplier import ScoreReport, ScoreSupplier, observed
from scoring.bundle import decode
from scoring.change import Basis, changes
from scoring.display import shown
from scoring.facts import fact_of
from scoring.policy import Policy
from scoring.recourse import recourse
from scoring.scale import POINT, PPB
from scoring.whatif import what_if

LANGUAGES = ("en", "zh")
_LOOK_BACK = 1_000


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
        report, policy = self.score(subject), self.score.policy
        card, display = report.card, shown(report.card)
        lines = [
            {
                "indicator": line.indicator,
                "title": getattr(policy.indicator(line.indicator).title, language),
                "observed": observed(line.bad, line.exposure, line.indicator),
                "present": line.present,
                "points": _points(line.points),
                "of": _points(line.weight),
                "contribution": display.text(part),
            }
            for line, part in zip(card.lines, display.contributions, strict=True)
        ]
        return {
            "subject": str(subject),
            "state": card.state.value,
            "points": display.text(display.points) if report.rated else None,
            "reference": display.text(display.reference),
            "lines": lines,
            "reasons": [
                {"indicator": name, "text": getattr(policy.indicator(name).reason, language)} for name in card.reasons
            ],
            "missing": list(card.blockers),
            "policy": policy.name,
        }

    def imagine(self, subject: Subject, shares: Mapping[str, Fraction]) -> dict[str, Any]:
        """The score if some indicators had another share that goes wrong (0 to 1).

        Raises:
            NotFoundError: an indicator that the policy does not weigh.
            SchemaError: a share outside 0 to 1.
        """
        report = self.score(subject)
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
        report = self.score(subject)
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
                    "to_share": f"{move.rung.theta / PPB:.9f}".rstrip("0").rstrip("."),
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
        report = self.score(subject)
        before = self._earlier(subject, report)
        basis = Basis(_facts(report.bundle.encode()), self.score.policy, report.card.as_of)
        old = decode(before.bundle)
        split = changes(
            Basis(_facts(before.bundle), old.policy, old.as_of), basis, subject=subject, commodity=old.commodity
        )
        return {
            "subject": str(subject),
            "from": old.as_of.isoformat(),
            "to": report.card.as_of.isoformat(),
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
        }

    def _earlier(self, subject: Subject, report: ScoreReport) -> ScoreRecord:
        last: ScoreRecord | None = None
        after = 0
        while page := self.scores.scores(subject, after=after, limit=_LOOK_BACK):
            after = page[-1][0]
            earlier = [record for number, record in page if number < report.number]
            last = earlier[-1] if earlier else last
        if last is None:
            raise NotFoundError(f"there is no earlier score of {subject}", advice="Score again once evidence has come.")
        return last


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


def _facts(bundle: bytes) -> list[Any]:
    facts = (fact_of(parse(one.sd_jwt)) for one in decode(bundle).statements)
    return [fact for fact in facts if fact is not None]


def _points(micro: int) -> str:
    return f"{micro / POINT:.1f}"
