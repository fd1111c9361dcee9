"""Who belongs to whom: evidence, inspections and attestations of one owner count as one voice.

Ownership comes from outside (the ultimate parents of GLEIF's level 2 data, agreed in the consortium) and travels in the
score bundle, so that a score can be recomputed, and so that everybody sees which companies were taken as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from evidence.draft import JsonValue
from evidence.errors import MalformedError, SchemaError
from evidence.identity import Lei
from scoring.document import Node

MOST: Final = 10_000
"""Most organisations whose owner is named."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Ultimate owners by organisation; one that is not named owns itself.

    Raises:
        SchemaError: an owner that is itself owned: then it is not the ultimate one.
    """

    ultimate: Mapping[Lei, Lei] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for lei, owner in self.ultimate.items():
            if self.ultimate.get(owner, owner) != owner:
                raise SchemaError(f"{owner}, named as the owner of {lei}, has an owner itself", place=f"/{lei}")

    def of(self, lei: Lei) -> Lei:
        """The ultimate owner of an organisation; itself when none is named."""
        return self.ultimate.get(lei, lei)

    def same(self, one: Lei, other: Lei) -> bool:
        """Whether two organisations speak with one voice."""
        return self.of(one) == self.of(other)

    def only(self, leis: frozenset[Lei]) -> Owners:
        """What of it matters among these organisations: all that a bundle has to carry."""
        return Owners({lei: owner for lei, owner in self.ultimate.items() if lei in leis and lei != owner})

    def to_json(self) -> JsonValue:
        """The document that reads back to this."""
        return {str(lei): str(owner) for lei, owner in sorted(self.ultimate.items())}


NOBODY_OWNED: Final = Owners()
"""Everybody owns itself."""


def read_owners(node: Node) -> Owners:
    """Read `{<LEI>: <LEI of its ultimate owner>, ...}`.

    Raises:
        SchemaError: no LEI, or an owner that has one itself; `place` is the JSON pointer.
    """
    found = {}
    for name, owner in node.entries(maximum=MOST).items():
        try:
            found[Lei(name)] = Lei(owner.text(20))
        except MalformedError as error:
            raise owner.refuse(error.message) from error
    for name, owner in node.entries(maximum=MOST).items():
        if found.get(found[Lei(name)], found[Lei(name)]) != found[Lei(name)]:
            raise owner.refuse("this owner has an owner itself")
    if not found:
        raise node.refuse("no owners at all are said by leaving the member out")
    return Owners(found)
