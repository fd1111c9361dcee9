"""Credit claims as EAS carries them: the schema's ABI encoding, one spelling for one claim."""

from __future__ import annotations

from typing import Any, Final

from evidence.errors import LedgerUnreachableError
from evidence.identity import OrgId
from node.chain.evm_abi import Codec
from node.chain.port import CreditClaim

SCHEMA: Final = (
    "bytes32 subject,bytes32 policy,uint32 points,uint32 low,uint32 high,uint8 band,uint8 state,bytes32 inputs,"
    "bytes32 card,bytes32[] headOrgs,uint64[] headSizes,bytes32[] headRoots"
)
"""The EAS schema, letter by letter as `CreditResolver` has it."""

_TYPES: Final = tuple(field.split(" ")[0] for field in SCHEMA.split(","))


def encode_claim(codec: Codec, claim: CreditClaim) -> bytes:
    """The data of an attestation."""
    orgs, sizes, roots = [list(column) for column in zip(*claim.heads, strict=True)] or ([], [], [])
    fixed = [claim.subject, claim.policy, claim.points, claim.low, claim.high, claim.band, claim.state]
    return codec.encode_values(_TYPES, [*fixed, claim.inputs, claim.card, orgs, sizes, roots])


def decode_claim(codec: Codec, data: bytes, *, expires: int, supersedes: bytes) -> CreditClaim:
    """The claim that an attestation's data says.

    Raises:
        LedgerUnreachableError: the data are no claim, so the chain or its server is not what it should be.
    """
    values: tuple[Any, ...] = codec.decode_values(_TYPES, data)
    subject, policy, points, low, high, band, state, inputs, card, orgs, sizes, roots = values
    if not len(orgs) == len(sizes) == len(roots):
        raise LedgerUnreachableError("the chain holds a claim whose heads do not fit together")
    heads = tuple(
        (OrgId(bytes(org)), int(size), bytes(root)) for org, size, root in zip(orgs, sizes, roots, strict=True)
    )
    return CreditClaim(
        OrgId(bytes(subject)),
        bytes(policy),
        points,
        low,
        high,
        band,
        state,
        bytes(inputs),
        bytes(card),
        heads,
        expires,
        supersedes,
    )
