"""Who plays in the demo: seven organisations with their roles, and the person who works at each."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.identity import Lei, lei_from_prefix
from node.auth.permissions import Permission, Role
from sandbox.truth import suppliers

FIRST_PORT = 8420
"""The purchaser's node listens here, the others behind it, when the ports are free."""


@dataclass(frozen=True, slots=True)
class Player:
    """One organisation of the demo.

    Attributes:
        key: its folder and short name.
        roles: what it is to the consortium.
        person: roles of its user, and `scopes` of that user's API token.
    """

    key: str
    lei: Lei
    name: str
    roles: tuple[str, ...]
    person: tuple[Role, ...]
    scopes: tuple[Permission, ...]


def cast() -> tuple[Player, ...]:
    """All players, the purchaser first, then the suppliers in the order of `sandbox.truth`."""
    purchaser = Player(
        key="purchaser",
        lei=lei_from_prefix("CREDENCESANDBOXP00"),
        name="Yuanshan Vehicles",
        roles=("purchaser", "scorer"),
        person=(Role.PURCHASER, Role.SUPPLIER_QUALITY, Role.STEWARD),
        scopes=(
            *_SUBMIT,
            Permission.EXCHANGE_FETCH,
            Permission.SCORES_READ,
            Permission.SCORES_COMPUTE,
            Permission.SCORES_ATTEST,
            Permission.GATE_WRITE,
            Permission.CAPABILITY_ATTEST,
        ),
    )
    makers = tuple(
        Player(supplier.key, supplier.lei, supplier.name, ("supplier",), (Role.SUPPLIER_QUALITY, Role.STEWARD), _SUPPLY)
        for supplier in suppliers()
    )
    others = (
        Player(
            "bank",
            lei_from_prefix("CREDENCESANDBOXN04"),
            "Jinqiao Bank",
            ("bank",),
            (Role.BANK_OFFICER, Role.STEWARD),
            _LOOK,
        ),
        Player(
            "auditor",
            lei_from_prefix("CREDENCESANDBOXU05"),
            "Zhenxin Certification",
            ("auditor",),
            (Role.AUDITOR, Role.STEWARD),
            (*_LOOK, Permission.AUDIT_RUN),
        ),
        Player(
            "accredited-body",
            lei_from_prefix("CREDENCESANDBOXI06"),
            "Huace Inspection",
            ("accredited-body",),
            (Role.ACCREDITED_SIGNER, Role.STEWARD),
            (*_LOOK, Permission.REPAIRS_SIGN),
        ),
    )
    return (purchaser, *makers, *others)


_LOOK = (
    *(Permission.STATEMENTS_READ, Permission.PROOFS_READ, Permission.PROOFS_VERIFY, Permission.LOG_READ),
    *(Permission.GOVERNANCE_READ, Permission.POLICIES_PROPOSE, Permission.POLICIES_VOTE),
)
_SUBMIT = (*_LOOK, Permission.IMPORTS_READ, Permission.IMPORTS_WRITE, Permission.LOG_SEAL)
_SUPPLY = (
    *(*_SUBMIT, Permission.CASES_READ, Permission.CASES_WRITE, Permission.CASES_SIGN),
    *(Permission.REPAIRS_WRITE, Permission.OBJECTIONS_WRITE, Permission.EXCHANGE_FETCH),
)
