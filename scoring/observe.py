"""From facts to evidence tuples, as a policy reads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import assert_never

from scoring.evidence_tuples import EvidenceTuple, in_order
from scoring.facts import Fact, known_once
from scoring.indicators import CapabilityOptions, ClosureOptions, NoOptions
from scoring.observers.capability_months import capability_months
from scoring.observers.closure import closures
from scoring.observers.defects import defects
from scoring.observers.window import Window
from scoring.policy import Policy


def observe(facts: Iterable[Fact], policy: Policy, as_of: date) -> tuple[EvidenceTuple, ...]:
    """All evidence within the policy's window as of the end of a day, ordered by hash, each record once.

    Raises:
        SchemaError: a field that no schema allows; the place names the statement.
    """
    known = known_once(facts, as_of)
    window = Window(as_of, policy.decay.window)
    tuples: list[EvidenceTuple] = []
    for indicator in policy.indicators:
        options = indicator.options
        if isinstance(options, CapabilityOptions):
            tuples += capability_months(known, window, options, policy.confidence)
        elif isinstance(options, ClosureOptions):
            tuples += closures(known, window, options)
        elif isinstance(options, NoOptions):
            tuples += defects(known, window)
        else:
            assert_never(options)
    return in_order(tuples)
