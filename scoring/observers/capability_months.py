"""Capability: for each characteristic and month, how far its Cpk falls short of what the policy's curve calls best.

One characteristic and month is one observation, `MICRO` units of exposure; its shortfall is the bad part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from evidence.aggregate import Aggregate
from evidence.draft import Kind
from evidence.errors import SchemaError
from evidence.identity import Lei
from evidence.quantity import is_decimal
from scoring.capability import Sample, pool
from scoring.document import Node
from scoring.evidence_tuples import ContentHash, EvidenceTuple
from scoring.facts import Fact
from scoring.indicators import CAPABILITY
from scoring.observers.window import Window
from scoring.options import CapabilityOptions, Sigma
from scoring.scale import MICRO, month_of

Characteristic = tuple[str, str, str]
"""Part, characteristic and unit."""

MOST_GAPS: Final = 120
"""Skipped months looked for, back from the current one: ten years, so that a forged old date costs little."""

Cell = tuple[Characteristic, Lei, int]
"""A characteristic, who measured it, and the month."""


def samples(facts: Sequence[Fact], sigma: Sigma, minimum_n: int) -> dict[Cell, tuple[Sample, bytes]]:
    """The pooled sample of each cell that has enough values, with the hash of the records that it came from."""
    cells: dict[Cell, list[Fact]] = {}
    for fact in facts:
        if fact.kind is Kind.MEASUREMENT_SERIES:
            month = month_of(fact.moment)
            name = (fact.need("part").text(200), fact.need("characteristic").text(200), fact.need("unit").text(40))
            cells.setdefault((name, fact.issuer, month), []).append(fact)
    found: dict[Cell, tuple[Sample, bytes]] = {}
    for cell, members in sorted(cells.items()):
        sample = _pool(members, sigma)
        if sample is not None and sample.n >= minimum_n:
            sources = sorted(fact.content for fact in members)
            found[cell] = sample, hashlib.sha256(b"credence/series/v1\n" + b"".join(sources)).digest()
    return found


def capability_months(
    facts: Sequence[Fact], window: Window, options: CapabilityOptions, confidence: int
) -> list[EvidenceTuple]:
    """One tuple for each cell, and one, all bad, for each month that a characteristic skipped where gaps fail."""
    pooled = samples(facts, options.sigma, options.minimum_n)
    found = {cell: (sample, source) for cell, (sample, source) in pooled.items() if sample.is_limited}
    tuples = []
    for (_, issuer, month), (sample, source) in found.items():
        low, high = sample.bounds_micro(confidence)
        bad = MICRO - options.curve.at(sample.cpk_micro)
        if not window.counts(month, bad):
            continue
        tuples.append(
            EvidenceTuple(
                indicator=CAPABILITY,
                source=ContentHash(source),
                issuer=issuer,
                month=month,
                exposure=MICRO,
                bad=bad,
                best=min(bad, MICRO - options.curve.at(high)),
                worst=max(bad, MICRO - options.curve.at(low)),
            )
        )
    return tuples + (_gaps(list(found), window) if options.gaps_fail else [])


def _gaps(cells: list[Cell], window: Window) -> list[EvidenceTuple]:
    """The months between a characteristic's first and the current one in which nobody showed it."""
    seen: dict[Characteristic, dict[int, Lei]] = {}
    for name, issuer, month in cells:
        seen.setdefault(name, {}).setdefault(month, issuer)
    tuples = []
    for name, months in sorted(seen.items()):
        first = min(months)
        for month in range(max(first + 1, window.current - MOST_GAPS), window.current):
            if month not in months:
                record = "|".join(("credence/gap/v1", *(part.encode().hex() for part in name), str(month)))
                tuples.append(
                    EvidenceTuple(
                        indicator=CAPABILITY,
                        source=ContentHash(hashlib.sha256(record.encode("ascii")).digest()),
                        issuer=months[first],
                        month=month,
                        exposure=MICRO,
                        bad=MICRO,
                        best=MICRO,
                        worst=MICRO,
                    )
                )
    return tuples


def _pool(members: list[Fact], sigma: Sigma) -> Sample | None:
    series = []
    for fact in members:
        node = fact.need("aggregate")
        try:
            aggregate = Aggregate.from_json({name: item.value for name, item in node.entries(maximum=8).items()})
        except SchemaError as error:
            raise node.refuse(str(error)) from error
        series.append((aggregate, _limit(fact.field("lower_limit")), _limit(fact.field("upper_limit"))))
    try:
        return pool(series, sigma)
    except SchemaError as error:
        raise members[0].need("aggregate").refuse(str(error)) from error


def _limit(node: Node | None) -> Fraction | None:
    if node is None:
        return None
    text = node.text(70)
    if not is_decimal(text):
        raise node.refuse("a decimal number is expected")
    return Fraction(text)
