"""The model card of a policy: what it is for, where it may be trusted, how well its interval holds, who watches it."""

from __future__ import annotations

from typing import Final

from evidence.draft import JsonValue
from scoring.governance import LEAST_CARDS, PSI_STOP, PSI_WATCH, RATIO_STOP
from scoring.policy import ANY_COMMODITY, Missing, Policy
from scoring.policy_words import decimal
from scoring.scale import MICRO, POINT

FORMAT: Final = "credence-model-card/1"
"""What the member `format` of a model card says."""

COVERED_POLICY: Final = "first-2026"
"""The policy whose interval was tried in simulation."""
COVERAGE: Final = (
    ("thin: 3 months, 400 units a month, 3 cases, 20 values a month", 901),
    ("usual: 12 months, 2,000 units a month, 12 cases, 2 characteristics with 50 values a month", 888),
    ("rich: 24 months, 20,000 units a month, 60 cases, 5 characteristics with 125 values a month", 901),
)
"""Evidence, and how often the interval held the true score, per mille; docs/score.md has the method."""

_PURPOSE: Final = {
    "en": "Sum up a supplier's quality evidence for purchasers, banks and the supplier itself; its lower bound decides "
    "eligibility.",
    "zh": "为采购方、银行及供应商自身汇总质量证据；以区间下限判定资格。",
}


def model_card(policy: Policy) -> dict[str, JsonValue]:
    """The model card as a document; figures are points as text, or integers in the unit that their name says."""
    return {
        "engine_checks": [
            "more bad evidence never raises a score and more good evidence never lowers it",
            "weights are never spread over indicators without evidence",
            "reference plus contributions is the score, exactly, or no card is made",
        ],
        "format": FORMAT,
        "governance": _governance(),
        "indicators": [
            {
                "indicator": one.id,
                "minimum": {
                    "active_months": one.minimum_activity,
                    "months": one.minimum_months,
                    "observations": one.minimum_exposure,
                },
                "reason": one.reason.to_json(),
                "title": one.title.to_json(),
                "uncertainty": "measured" if one.kind.measured else "counted",
                "weight": decimal(one.weight, POINT),
            }
            for one in policy.indicators
        ],
        "interval": {"confidence_ppm": policy.confidence, "coverage": _coverage(policy)},
        "limits": list(_limits(policy)),
        "policy": {"hash": policy.hash.hex(), "name": policy.name, "version": policy.version},
        "purpose": dict(_PURPOSE),
        "title": policy.title.to_json(),
    }


def _coverage(policy: Policy) -> JsonValue:
    """The simulated figures, only for the very policy that they were simulated with."""
    from scoring.policy_reader import published

    if policy.hash != published(COVERED_POLICY).hash:
        return {"measured": False, "figures": []}
    return {"measured": True, "figures": [{"evidence": name, "held_per_mille": held} for name, held in COVERAGE]}


def _limits(policy: Policy) -> list[str]:
    """Where the policy must not be relied on, from what its document says."""
    limits = [
        f"Valid from {policy.valid_from} until {policy.valid_until}, both included; on other days nobody is rated.",
        f"Evidence older than {policy.decay.window} months counts only if bad, and too little good followed it.",
        "It cannot see what an issuer never stated or stated wrongly; unannounced inspections and the purchaser's own "
        "statements are there for that.",
        "It says nothing of price, delivery, finance or persons, and nothing of parts that no statement names.",
        "Points of two policies must not be compared with each other.",
    ]
    named = sorted(name for name in policy.priors if name != ANY_COMMODITY)
    if named:
        limits.append(f"Own priors exist for {', '.join(named)}; every other commodity shares the general prior.")
    else:
        limits.append("All commodities share one general prior.")
    if policy.missing is Missing.NOT_RATED:
        limits.append("A supplier that lacks the minimum evidence of any indicator is not rated.")
    else:
        limits.append("An indicator without its minimum evidence gets no points; thin evidence reads as low quality.")
    if any(one.kind.measured for one in policy.indicators):
        limits.append(
            "Capability assumes a roughly normal process; one that is perfectly centred reads a little low and its "
            "interval holds less often."
        )
    return limits


def _governance() -> JsonValue:
    watch, stop = decimal(PSI_WATCH, MICRO), decimal(PSI_STOP, MICRO)
    return [
        {
            "check": "adoption",
            "rule": "Live only after a vote of the members and the timelock; difference and dry run on all "
            "suppliers come before the vote.",
        },
        {
            "check": "drift",
            "rule": f"Population stability index of the score and of each indicator: watched from {watch}, "
            f"stopped from {stop}; at least {LEAST_CARDS} rated cards on each side.",
        },
        {
            "check": "bias",
            "rule": f"Share of eligible suppliers by region, size and commodity: stopped below "
            f"{RATIO_STOP * 100 // MICRO} % of the best group's; at least {LEAST_CARDS} rated cards in each.",
        },
        {
            "check": "recomputation",
            "rule": "Every score travels in a bundle that any member recomputes to the last bit.",
        },
        {"check": "objection", "rule": "Any member may file a signed objection against an attested score on chain."},
    ]
