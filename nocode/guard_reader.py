"""From a document to a guard whose types fit, or a refusal at the exact place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from evidence.errors import CredenceError, SchemaError
from evidence.identity import Lei
from nocode.document import Node
from nocode.durations import Duration, parse_duration
from nocode.fields import MAX_INTEGER, Comparable, Domain, Field
from nocode.guards import (
    MAX_NESTING,
    MAX_PARTS,
    Compare,
    Constant,
    Every,
    FactValue,
    FieldValue,
    Guard,
    Known,
    ListSize,
    Not,
    OneOf,
    Operand,
    Person,
    Some,
    Times,
    domain_of,
)

_COMPARISONS: Final = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
_ORDERS: Final = frozenset({"lt", "le", "gt", "ge"})
_OPERANDS: Final = frozenset({"field", "fact", "size", "actor", "opener", "count"})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a guard may speak of: fields, facts, and the names of events and signature steps."""

    fields: Mapping[str, Field]
    facts: Mapping[str, Field]
    events: frozenset[str]


class GuardReader:
    """Reads one guard; `clock` guards know no actor and no facts, because nobody brings any."""

    def __init__(self, words: Vocabulary, *, clock: bool = False) -> None:
        self._words = words
        self._clock = clock
        self._left = MAX_PARTS

    def read(self, node: Node, depth: int = MAX_NESTING) -> Guard:
        """The guard at `node`; raises SchemaError at the exact place."""
        self._spend(node)
        if depth == 0:
            raise node.refuse(f"nested deeper than {MAX_NESTING}")
        word, inner = _only(node, _COMPARISONS | {"all", "any", "not", "known", "in"}, "a condition")
        match word:
            case "all" | "any":
                parts = tuple(self.read(part, depth - 1) for part in inner.items(1, 16))
                return Every(parts) if word == "all" else Some(parts)
            case "not":
                return Not(self.read(inner, depth - 1))
            case "known":
                return Known(self._field(inner))
            case "in":
                return self._one_of(inner)
        return self._compare(word, inner)

    def _compare(self, operator: str, node: Node) -> Guard:
        left_node, right_node = node.items(2, 2)
        left, right = self._operand(left_node), self._operand(right_node)
        if left is None and right is None:
            raise node.refuse("two constants; one side must be a field, a fact or a count")
        known = left if left is not None else right
        assert known is not None
        domain = domain_of(known)
        if left is None:
            left = Constant(_constant(known, left_node))
        if right is None:
            right = Constant(_constant(known, right_node))
        for operand, place in ((left, left_node), (right, right_node)):
            if domain_of(operand) not in (None, domain):
                raise place.refuse(f"{domain_of(operand)} does not compare with {domain}")
        if domain is Domain.LIST:
            raise node.refuse("a list does not compare; compare its size")
        if operator in _ORDERS and (domain is None or not domain.ordered):
            raise node.refuse(f"{domain} has no order; only eq and ne compare it")
        return Compare(operator, left, right)

    def _one_of(self, node: Node) -> Guard:
        operand_node, options_node = node.items(2, 2)
        operand = self._operand(operand_node)
        if operand is None or domain_of(operand) is Domain.LIST:
            raise operand_node.refuse("a field, a fact, a size or a count is expected")
        options: list[Comparable] = []
        for option in options_node.items(1, 64):
            self._spend(option)
            options.append(_constant(operand, option))
        return OneOf(operand, tuple(options))

    def _operand(self, node: Node) -> Operand | None:
        """The operand, or None for a constant, which can be read only once the other side is known."""
        self._spend(node)
        if not isinstance(node.value, Mapping):
            return None
        if "count" in node.value:
            return self._times(node)
        word, inner = _only(node, _OPERANDS, "an operand")
        if self._clock and word in ("fact", "actor"):
            raise node.refuse("nobody acts when a deadline passes, so there are no facts and no actor")
        match word:
            case "field":
                return FieldValue(self._field(inner))
            case "fact":
                return FactValue(self._fact(inner))
            case "size":
                field = self._field(inner)
                if not field.is_list:
                    raise inner.refuse(f"{field.name!r} is no list")
                return ListSize(field)
        return Person(word, inner.choice(("organisation", "user")))

    def _times(self, node: Node) -> Times:
        members = node.members(("count",), ("within",))
        event = members["count"].name()
        if event not in self._words.events:
            raise members["count"].refuse(f"there is no event or signature {event!r}")
        return Times(event, read_duration(members["within"]) if "within" in members else None)

    def _field(self, node: Node) -> Field:
        if (found := self._words.fields.get(node.name())) is None:
            raise node.refuse(f"there is no field {node.value!r}")
        return found

    def _fact(self, node: Node) -> Field:
        if (found := self._words.facts.get(node.name())) is None:
            raise node.refuse(f"there is no fact {node.value!r}")
        return found

    def _spend(self, node: Node) -> None:
        self._left -= 1
        if self._left < 0:
            raise node.refuse(f"a guard of more than {MAX_PARTS} parts")


def read_duration(node: Node) -> Duration:
    """A duration out of a definition; raises SchemaError at the exact place."""
    try:
        return parse_duration(node.text(40))
    except CredenceError as error:
        if isinstance(error, SchemaError):
            raise
        raise node.refuse(error.message) from error


def _only(node: Node, words: frozenset[str], what: str) -> tuple[str, Node]:
    members = node.members((), words)
    if len(members) != 1:
        raise node.refuse(f"{what} has exactly one member of {', '.join(sorted(words))}")
    return next(iter(members.items()))


def _constant(other: Operand, node: Node) -> Comparable:
    match other:
        case FieldValue(field) | FactValue(field):
            if field.is_list:
                raise node.refuse("a list does not compare; compare its size")
            return field.read(node.value, node.place)
        case ListSize() | Times():
            return Fraction(node.integer(-MAX_INTEGER, MAX_INTEGER))
        case Person(_, "organisation"):
            try:
                return Lei(node.text(20))
            except CredenceError as error:
                raise node.refuse(str(error)) from error
    return node.text(64)
