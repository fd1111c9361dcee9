"""Who takes part in a case: which roles of a flow the node grants to its people and to other members' people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from evidence.draft import JsonValue
from evidence.identity import Lei, Subject
from nocode.events import Actor
from nocode.flow import Flow
from node.chain.port import Member

OURS: Final[Mapping[str, frozenset[str]]] = {
    "supplier-quality": frozenset({"supplier", "team", "champion"}),
    "engineer": frozenset({"engineer", "process-engineer", "team"}),
    "purchaser": frozenset({"purchaser", "customer"}),
    "accredited-signer": frozenset({"accredited-body"}),
}
"""What the roles of this node's people are in flows; the others take no part, administrators least of all."""
THEIRS: Final[Mapping[str, frozenset[str]]] = {
    "supplier": frozenset({"supplier", "team", "champion"}),
    "purchaser": frozenset({"purchaser", "customer"}),
    "accredited-body": frozenset({"accredited-body"}),
}
"""What the roles of another member, from the registry, are in flows for its people."""
_SUPPLIER_SIDE: Final = frozenset({"team", "champion"})
_CUSTOMER_SIDE: Final = frozenset({"customer"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of this organisation, as the door has recognised them.

    Attributes:
        user, name: stable id, and name to show.
        offices: names of their roles at this node.
        zone: IANA time zone that they work in.
    """

    user: str
    name: str
    offices: frozenset[str]
    zone: str = "UTC"


def our_actor(flow: Flow, fields: Mapping[str, JsonValue], organisation: Lei, person: Person) -> Actor:
    """One of our people as an actor of a case with these fields."""
    roles = frozenset().union(*(OURS.get(office, frozenset()) for office in person.offices))
    return Actor(organisation, person.user, person.name, _allowed(flow, fields, organisation, roles), person.zone)


def their_actor(flow: Flow, fields: Mapping[str, JsonValue], member: Member, person: Person) -> Actor:
    """Somebody of another member as an actor; an inactive member's people have no role."""
    offices = member.roles if member.active else frozenset[str]()
    roles = frozenset().union(*(THEIRS.get(office, frozenset()) for office in offices))
    lei = Lei(member.lei)
    return Actor(lei, person.user, person.name, _allowed(flow, fields, lei, roles), person.zone)


def _allowed(flow: Flow, fields: Mapping[str, JsonValue], lei: Lei, roles: frozenset[str]) -> frozenset[str]:
    # In an 8D the two sides are two organisations: the supplier's own people must not accept as the customer.
    supplier = fields.get("supplier")
    if "customer" in flow.roles and isinstance(supplier, str):
        roles -= _CUSTOMER_SIDE if Subject.parse(supplier).lei == lei else _SUPPLIER_SIDE
    return roles & flow.roles.keys()
