"""What the contracts' refusals mean to a node: every custom error in our words, with its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from evidence.errors import (
    ConflictError,
    CredenceError,
    FaultError,
    ForbiddenError,
    InconsistentHeadError,
    NotFoundError,
)

Value: TypeAlias = "bytes | str | int"
"""What a Solidity error carries: bytes32 as bytes, numbers, texts, addresses as 0x-hex."""

_PAUSED: Final = frozenset({"AnchoringPaused", "AttestingPaused", "EnforcedPause"})
_INCONSISTENT: Final = (
    "the head with {newSize} leaves and root {newRoot} does not extend the anchored one "
    "with {oldSize} leaves and root {oldRoot}"
)
_FORBIDDEN: Final[Mapping[str, str]] = {
    "NotAnchorKey": "the key {caller} may not anchor for organisation {org}",
    "InactiveMember": "organisation {org} is suspended or was never enrolled",
    "NotOperator": "the key {caller} may not act for organisation {org}",
    "NotForOrg": "{caller} may not change what belongs to organisation {org}",
    "AccessControlUnauthorizedAccount": "{account} lacks the role for this at the member registry",
    "AccessDenied": "only the account that attested may revoke",
}
_CONFLICTS: Final[Mapping[str, str]] = {
    "NotScorer": "{attester} is not the account of an active member with the scorer role",
    "SelfAttestation": "organisation {org} cannot attest itself",
    "NotSupplier": "{subject} is not an active member with the supplier role",
    "WrongRecipient": "the attestation names {given} as the subject's account, the registry {expected}",
    "PointsOutOfBounds": "points {points} with interval {low} to {high} and state {state} are out of bounds",
    "ExpiryOutOfBounds": "the expiry {expires} is missing, past, or later than {latest}",
    "HeadCount": "an attestation names 1 to 64 evidence heads, this one {orgs}",
    "HeadNotAnchored": "the head of organisation {org} with {size} leaves is not anchored",
    "WrongReference": "the attestation to supersede, {refUid}, is not ours about this subject",
    "MalformedClaim": "the claim's {length} bytes are not the one encoding of a claim",
    "KeyAlreadyRegistered": "key {keyId} is registered already, to organisation {org}",
    "KeyAlreadyRetired": "key {keyId} was retired before",
    "KeyIdMismatch": "key id {given} does not belong to that public key, {derived} does",
    "MalformedPublicKey": "a public key of purpose {purpose} has another form",
    "AlreadyEnrolled": "organisation {org} is enrolled already",
    "AccountRefused": "{account} is not an account contract of organisation {org}",
    "CutOffRefused": "the cut-off {requested} of key {keyId} lies in the future or after the declared {declared}",
    "AlreadyExists": "the schema is registered already",
}
_UNKNOWN: Final[Mapping[str, str]] = {
    "UnknownMember": "nobody enrolled organisation {org}",
    "UnknownKey": "nobody registered key {keyId}",
}


def refusal(name: str, values: Mapping[str, Value]) -> CredenceError:
    """The error to raise when a contract reverts with custom error `name`.

    An unknown name gives a ConflictError that shows name and values: a refusal is never mistaken for a network fault.
    """
    shown = _Shown({key: _show(value) for key, value in values.items()})
    if name == "InconsistentHead":
        return InconsistentHeadError(_INCONSISTENT.format_map(shown))
    if name in _PAUSED:
        return FaultError(
            "the consortium has paused anchors and attestations",
            advice="What is sealed waits and is kept; try again when the pause is lifted.",
        )
    if name in _FORBIDDEN:
        return ForbiddenError(
            _FORBIDDEN[name].format_map(shown),
            advice="Ask the consortium's enroller to register this node's key, or use the key that is registered.",
        )
    if name in _CONFLICTS:
        return ConflictError(_CONFLICTS[name].format_map(shown))
    if name in _UNKNOWN:
        return NotFoundError(_UNKNOWN[name].format_map(shown), advice="Check the LEI or key; enrol it first.")
    listed = ", ".join(f"{key} {value}" for key, value in shown.items())
    return ConflictError(f"the contract refuses: {name}({listed})")


class _Shown(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def _show(value: Value) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
