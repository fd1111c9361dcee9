"""The model card of a learned policy: that of any policy, and from which data it was learned with what success."""

from __future__ import annotations

from typing import Final

from evidence.draft import JsonValue
from evidence.errors import SchemaError
from scoring.challenger import Comparison
from scoring.learned import Fit
from scoring.model_card import model_card

LIMITS: Final = (
    "It repeats what happened in its data window among the suppliers in it; others may differ.",
    "Outcomes that the members recorded late, or only of suppliers that they watched closely, bend it unseen.",
    "It says who went wrong more often, not why: a better figure alone need not make a supplier better.",
    "Its eligibility floor and bands are the published policy's; what they let through is told by a dry run.",
    "It is a proposal: it scores nobody before the members' vote.",
)
"""What a learned policy must not be trusted with, beside the limits of every policy."""


def learned_card(fit: Fit, comparison: Comparison | None = None) -> dict[str, JsonValue]:
    """The model card as a document.

    Args:
        comparison: by later outcomes; without it the card says that the policy was never tried on any.
    Raises:
        SchemaError: the comparison is about other policies, or about outcomes that were learned from.
    """
    card = model_card(fit.policy)
    starts = [sample.key.start for sample in fit.samples]
    if comparison is not None:
        if (comparison.champion, comparison.challenger) != (fit.base.hash, fit.policy.hash):
            raise SchemaError("the comparison is about other policies")
        if comparison.first <= max(starts):
            raise SchemaError("the comparison uses periods that the policy was learned from, or earlier ones")
    missing: dict[str, JsonValue] = {
        indicator.id: sum(sample.thetas[indicator.id] is None for sample in fit.samples)
        for indicator in fit.base.indicators
    }
    limits: list[JsonValue] = [*_texts(card["limits"]), *LIMITS]
    if comparison is None:
        limits.append("It was not tried on any later outcomes.")
    elif not comparison.better:
        limits.append("On later outcomes it was not better than the published policy beyond chance.")
    return {
        **card,
        "comparison": None if comparison is None else comparison.to_json(),
        "learned": {
            "bad": fit.bad,
            "base": {"hash": fit.base.hash.hex(), "name": fit.base.name, "version": fit.base.version},
            "first_period": min(starts).isoformat(),
            "kept_curves": list(fit.kept_curves),
            "last_period": max(starts).isoformat(),
            "missing": missing,
            "pull_thousandths": fit.pull,
            "samples": len(fit.samples),
            "suppliers": len({sample.key.supplier for sample in fit.samples}),
        },
        "limits": limits,
    }


def _texts(value: JsonValue) -> list[JsonValue]:
    return list(value) if isinstance(value, list | tuple) else []
