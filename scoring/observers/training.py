"""Federated training: what a plant gives to a model that all learn from is shared too, though no record leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from evidence.draft import Kind
from evidence.identity import Lei
from evidence.quantity import is_decimal
from scoring.facts import Fact
from scoring.owners import Owners
from scoring.scale import month_of

KPI_NAME = "federated-learning"
"""The KPI that is read: the share of a run's rounds that the subject took part in, 0 while it harmed (ADR 19)."""
LEAST = Fraction(1, 2)
"""A plant that came for less than this share of the rounds only showed its face."""


def gave(facts: Sequence[Fact], owners: Owners) -> Iterator[tuple[Lei, int]]:
    """Owner and month (`month_of`) of everybody who stated that the subject gave to a run; what it says of itself, or a
    sister of it, is no evidence. A value that is no share counts for nothing."""
    for fact in facts:
        if fact.kind is not Kind.KPI or fact.need("name").text(64) != KPI_NAME:
            continue
        value = fact.need("value").text(70)
        told = is_decimal(value) and LEAST <= Fraction(value) <= 1 and fact.need("unit").text(40) == "1"
        if told and not owners.same(fact.issuer, fact.subject.lei):
            yield owners.of(fact.issuer), month_of(fact.moment)
