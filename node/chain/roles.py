"""What a member does in the consortium: names here and everywhere, bits of one number on chain."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from evidence.errors import InputError

SUPPLIER: Final = "supplier"
PURCHASER: Final = "purchaser"
SCORER: Final = "scorer"
BANK: Final = "bank"
AUDITOR: Final = "auditor"
ACCREDITED_BODY: Final = "accredited-body"

ALL: Final = (SUPPLIER, PURCHASER, SCORER, BANK, AUDITOR, ACCREDITED_BODY)
"""In the order of their bits in `Roles.sol`, lowest first."""


def to_bits(roles: Collection[str]) -> int:
    """The number that stands for `roles` on chain.

    Raises:
        InputError: a name that is no role.
    """
    unknown = sorted(set(roles) - set(ALL))
    if unknown:
        raise InputError(f"{unknown[0]!r} is not a role", advice=f"Roles are {', '.join(ALL)}.")
    return sum(1 << bit for bit, role in enumerate(ALL) if role in roles)


def from_bits(bits: int) -> frozenset[str]:
    """The roles that a number on chain stands for; bits of later versions are left out."""
    return frozenset(role for bit, role in enumerate(ALL) if bits >> bit & 1)
