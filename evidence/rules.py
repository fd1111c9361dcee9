"""What the fields of a statement must say of each other; JSON Schema checks each field alone.

A rule speaks only when all fields it compares are there, so the same rules check a partly disclosed statement. What
must be present is told apart, and asked only of complete records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from evidence.aggregate import Aggregate
from evidence.clock import parse_instant
from evidence.draft import Kind
from evidence.errors import SchemaError

Fields: TypeAlias = Mapping[str, Any]
"""Fields that satisfy their schema each, by name."""
Rule: TypeAlias = Callable[[Fields], None]
"""Raises SchemaError, with the place, when fields contradict each other."""


def check_rules(kind: Kind, fields: Fields, *, complete: bool) -> None:
    """Apply the rules of version 1 of a kind to fields that satisfy their schema.

    Args:
        complete: whether all fields are here, rather than those that were disclosed.
    Raises:
        SchemaError: with the place, for the first rule broken.
    """
    for rule in _RULES.get(kind, ()):
        rule(fields)
    if complete:
        for rule in _PRESENCE.get(kind, ()):
            rule(fields)


def _ordered(low: str, high: str, read: Callable[[Any], Any]) -> Rule:
    def rule(fields: Fields) -> None:
        if low in fields and high in fields and read(fields[low]) > read(fields[high]):
            raise SchemaError(f"must not be less than {low}", place=f"/{high}")

    return rule


def _any_of(*names: str) -> Rule:
    def rule(fields: Fields) -> None:
        if not any(name in fields for name in names):
            raise SchemaError(f"one of {', '.join(names)} is needed", place="/" + names[0])

    return rule


def _needs(name: str, other: str) -> Rule:
    def rule(fields: Fields) -> None:
        if name in fields and other not in fields:
            raise SchemaError(f"is needed where {name} is given", place="/" + other)

    return rule


def _in_state(state: str, name: str, *, only: bool) -> Rule:
    """`name` must be present in this state and, when `only`, in no other."""

    def rule(fields: Fields) -> None:
        if fields.get("state") == state and name not in fields:
            raise SchemaError(f"is needed in the state {state}", place="/" + name)
        if only and fields.get("state") != state and name in fields:
            raise SchemaError(f"has no place in the state {fields.get('state')}", place="/" + name)

    return rule


def _series_adds_up(fields: Fields) -> None:
    if "times" in fields and "values" in fields and len(fields["times"]) != len(fields["values"]):
        raise SchemaError("must have one entry for each value", place="/times")
    if "aggregate" not in fields:
        return
    try:
        aggregate = Aggregate.from_json(fields["aggregate"])
    except SchemaError as error:
        raise SchemaError(error.message, place="/aggregate", advice=error.advice) from error
    if fields.get("subgroup_size", aggregate.subgroup_size) != aggregate.subgroup_size:
        raise SchemaError("must be n / subgroups of the aggregate", place="/subgroup_size")
    if "values" in fields and Aggregate.of_values(fields["values"], subgroup_size=aggregate.subgroup_size) != aggregate:
        raise SchemaError("must be the exact sums of the values", place="/aggregate")


_LIMITS: Final = _ordered("lower_limit", "upper_limit", Decimal)

_RULES: Final[Mapping[Kind, tuple[Rule, ...]]] = {
    Kind.MEASUREMENT_SERIES: (_LIMITS, _series_adds_up),
    Kind.INSPECTION_RESULT: (_ordered("nonconforming", "inspected", int),),
    Kind.STUDY: (_LIMITS,),
    Kind.NONCONFORMANCE: (_ordered("opened_at", "closed_at", parse_instant),),
    Kind.EIGHT_D: (_ordered("opened_at", "done_at", parse_instant),),
    Kind.COMPLAINT: (
        _ordered("received_at", "responded_at", parse_instant),
        _ordered("received_at", "closed_at", parse_instant),
    ),
    Kind.AUDIT: (_ordered("score", "maximum", Decimal),),
    Kind.REPAIR: (_ordered("nonconforming", "exposure", int),),
    Kind.BATCH_RECORD: (_ordered("started_at", "finished_at", parse_instant),),
}

_PRESENCE: Final[Mapping[Kind, tuple[Rule, ...]]] = {
    Kind.INSPECTION_RESULT: (_any_of("lot", "part"),),
    Kind.STUDY: (_any_of("characteristic", "part"),),
    Kind.NONCONFORMANCE: (_in_state("closed", "closed_at", only=True), _needs("quantity", "unit")),
    Kind.COMPLAINT: (
        _in_state("responded", "responded_at", only=False),
        _in_state("closed", "closed_at", only=True),
        _needs("quantity", "unit"),
    ),
    Kind.BATCH_RECORD: (_needs("quantity", "unit"),),
    Kind.INSPECTION_SLOT: tuple(
        _in_state("opened", name, only=True) for name in ("day", "nonce", "beacon", "inspector", "audit")
    ),
}
