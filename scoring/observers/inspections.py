"""Unannounced third-party inspection: how clean was it?"""

from __future__ import annotations

from collections.abc import Sequence

from evidence.draft import Kind
from evidence.identity import Lei
from scoring.evidence_tuples import EvidenceTuple
from scoring.facts import Fact
from scoring.indicators import SURPRISE_INSPECTION
from scoring.observers.slots import fulfilling, is_surprise, unopened
from scoring.observers.window import Window
from scoring.options import SEVERITIES, InspectionOptions, SlotRule
from scoring.owners import NOBODY_OWNED, Owners
from scoring.scale import MICRO, month_of

_RESULTS = ("aborted", "conditional", "fail", "pass")


def inspections(
    facts: Sequence[Fact], window: Window, options: InspectionOptions, owners: Owners = NOBODY_OWNED
) -> list[EvidenceTuple]:
    """One tuple for each unannounced inspection by somebody else than the subject's own organisation.

    A failed or aborted inspection is all bad, else what its result and findings cost, whichever is more. A sister of
    the subject is nobody else: what it found counts, its praise does not. Of one owner's inspectors only so many
    inspections without any finding count in a month; those with findings all count. With `slots`, each promised one
    that was not opened in time is one more failed inspection.
    """
    promised = None if options.slots is not SlotRule.REQUIRED else fulfilling(facts, owners)
    clean: dict[tuple[Lei, int], int] = {}
    tuples = []
    for fact in sorted(facts, key=lambda fact: fact.content):
        if fact.kind is not Kind.AUDIT or fact.issuer == fact.subject.lei or not is_surprise(fact):
            continue
        month, bad = month_of(fact.moment), _cost(fact, options)
        if bad == 0:
            owner = owners.of(fact.issuer)
            if owner == owners.of(fact.subject.lei) or (promised is not None and fact.content not in promised):
                continue
            clean[owner, month] = clean.get((owner, month), 0) + 1
            if clean[owner, month] > options.issuer_cap:
                continue
        if window.counts(month, bad):
            tuples.append(EvidenceTuple(SURPRISE_INSPECTION, fact.content, fact.issuer, month, MICRO, bad, bad, bad))
    return tuples if options.slots is SlotRule.IGNORED else tuples + unopened(facts, window, owners)


def _cost(fact: Fact, options: InspectionOptions) -> int:
    result = fact.need("result").choice(_RESULTS)
    if result in ("fail", "aborted"):
        return MICRO
    cost = options.conditional if result == "conditional" else 0
    findings = fact.field("findings")
    if findings is None:
        return cost
    counts = findings.members(SEVERITIES)
    total = sum(counts[severity].integer(0, 10**9) * options.finding[severity] for severity in SEVERITIES)
    return min(MICRO, max(cost, total))
