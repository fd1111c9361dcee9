"""From facts to evidence tuples, as a policy reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import assert_never

from scoring.evidence_tuples import EvidenceTuple, in_order
from scoring.facts import Fact, known_once
from scoring.indicators import (
    CORRECTIVE_EVIDENCE,
    DEFECT_RATE,
    PROCESS_RISK,
    SHARING_COMPLETENESS,
)
from scoring.observers.capability_months import capability_months
from scoring.observers.deadlines import closures, corrective_steps, responses
from scoring.observers.defects import defects
from scoring.observers.inspections import inspections
from scoring.observers.repairs import offset, split, without_repaired
from scoring.observers.repeats import repeats
from scoring.observers.risk import risks
from scoring.observers.sharing import shared
from scoring.observers.stability import stability
from scoring.observers.training import gave
from scoring.observers.window import Window
from scoring.observers.withheld import missing_numbers, withheld
from scoring.options import (
    CapabilityOptions,
    ClosureOptions,
    InspectionOptions,
    NoOptions,
    RepeatOptions,
    ResponseOptions,
    StabilityOptions,
)
from scoring.owners import NOBODY_OWNED, Owners
from scoring.policy import Policy, PolicyIndicator


def observe(
    facts: Iterable[Fact], policy: Policy, as_of: date, owners: Owners = NOBODY_OWNED
) -> tuple[EvidenceTuple, ...]:
    """All evidence that can weigh as of the end of a day, ordered by hash, each record once.

    Args:
        owners: which organisations speak with one voice.
    Raises:
        SchemaError: a field that no schema allows; the place names the statement.
    """
    repairs, stated = split(facts)
    known = known_once(stated, as_of)
    unrepaired = without_repaired(known, stated, known_once(repairs, as_of))
    window = Window(as_of, policy.decay.window)
    missing = missing_numbers(stated)
    tuples: list[EvidenceTuple] = []
    for indicator in policy.indicators:
        if indicator.id != SHARING_COMPLETENESS:
            found = _observed(indicator, known, window, policy.confidence, owners)
            if unrepaired is not None:
                found = offset(found, _observed(indicator, unrepaired, window, policy.confidence, owners))
            tuples += found
            tuples += withheld(indicator.id, missing, known, window)
    # Last, as a month is shared well only when something good was stated in it: a bad record must not buy completeness.
    # To have trained with the others is something good.
    if any(indicator.id == SHARING_COMPLETENESS for indicator in policy.indicators):
        sound = {(owners.of(item.issuer), item.month) for item in tuples if item.bad < item.exposure}
        sound |= set(gave(known, owners))
        tuples += [item for item in shared(stated, window, owners) if item.bad or (item.issuer, item.month) in sound]
    return in_order(tuples)


def _observed(
    indicator: PolicyIndicator, known: Sequence[Fact], window: Window, confidence: int, owners: Owners
) -> list[EvidenceTuple]:
    match indicator.options:
        case CapabilityOptions() as options:
            return capability_months(known, window, options, confidence)
        case StabilityOptions() as options:
            return stability(known, window, options)
        case ClosureOptions() as options:
            return closures(known, window, options)
        case ResponseOptions() as options:
            return responses(known, window, options)
        case RepeatOptions() as options:
            return repeats(known, window, options)
        case InspectionOptions() as options:
            return inspections(known, window, options, owners)
        case NoOptions():
            plain = {DEFECT_RATE: defects, CORRECTIVE_EVIDENCE: corrective_steps, PROCESS_RISK: risks}
            return plain[indicator.id](known, window)
        case _ as never:
            assert_never(never)
