"""Credit claims as EAS carries them: the schema's ABI encoding, one spelling for one claim."""

from __future__ import annotations

from typing import Any, Final

from evidence.errors import InputError, LedgerUnreachableError
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
    """The data of an attestation.

    Raises:
        InputError: a number or digest does not fit its field.
    """
    from eth_abi.exceptions import EncodingError

    orgs, sizes, roots = [list(column) for column in zip(*claim.heads, strict=True)] or ([], [], [])
    fixed = [claim.subject, claim.policy, claim.points, claim.low, claim.high, claim.band, claim.state]
    digests = (claim.subject, claim.policy, claim.inputs, claim.card, claim.supersedes, *orgs, *roots)
    if any(len(digest) != 32 for digest in digests) or not 0 <= claim.expires < 1 << 64:
        raise InputError("a claim's ids and digests have 32 bytes each, and its expiry is a time in seconds")
    try:
        return codec.encode_values(_TYPES, [*fixed, claim.inputs, claim.card, orgs, sizes, roots])
    except EncodingError as error:
        raise InputError(f"a number of the claim does not fit its field: {error}") from error


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
