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
    RateLimitError,
    SignatureError,
)

Value: TypeAlias = "bytes | str | int"
"""What a Solidity error carries: bytes32 as bytes, numbers, texts, addresses as 0x-hex."""

_PAUSED: Final = frozenset({"AnchoringPaused", "AttestingPaused", "EnforcedPause", "RepairsPaused", "RecordingPaused"})
_INCONSISTENT: Final = (
    "the head with {newSize} leaves and root {newRoot} does not extend the anchored one "
    "with {oldSize} leaves and root {oldRoot}"
)
_FORBIDDEN: Final[Mapping[str, str]] = {
    "NotAnchorKey": "the key {caller} may not anchor for organisation {org}",
    "InactiveMember": "organisation {org} is suspended or was never enrolled",
    "NotOperator": "the key {caller} may not act for organisation {org}",
    "NotForOrg": "{caller} may not change what belongs to organisation {org}",
    "AccessControlUnauthorizedAccount": "{account} lacks the role for this",
    "AccessDenied": "only the account that attested may revoke",
    "NotActiveMember": "{caller} is not the account of an active member",
    "NotPurchaser": "{caller} is not the account of an active member with the purchaser role",
    "NotSupplierAccount": "{caller} is not the account of an active member with the supplier role",
    "NotSubject": "{caller} is not the account of the supplier that opened claim {claim}",
    "NotSteward": "organisation {steward} may not record rounds of run {run}",
    "NotStewardKey": "the key {caller} may not record for organisation {steward}",
    "NotGovernance": "only a vote of the members may do this, not {caller}",
    "NoVote": "{voter} was no member at the snapshot of this vote ({snapshot}), or is not active now",
    "GovernorInsufficientProposerVotes": "{proposer} has no vote, so it cannot propose one",
}
_CONFLICTS: Final[Mapping[str, str]] = {
    "RoundOutOfOrder": "run {run} stands at round {rounds}, so round {given} does not follow",
    "BrokenChain": "round {number} starts from {given}, but the one before ended with {expected}",
    "RoundRefused": "round {number} names fewer than three contributors, or weighs nothing",
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
    "PolicyNotAdopted": "the policy {policy} is not adopted, or counts no more",
    "AlreadySubmitted": "the policy document {id} was handed in before",
    "MalformedPolicy": "policy {policyHash} lacks a hash, version, name or address, or one of them is too long",
    "ValidityRefused": "a policy valid from {validFrom} until {validUntil} (s) counts never, or no more",
    "AlreadyAdopted": "the policy document {id} was adopted before",
    "VersionTaken": "version {version} of {name} was adopted with another content: {policyHash}",
    "NotInForce": "the policy document {id} does not count now",
    "TimelockUnexpectedOperationState": "the timelock does not let this be done yet, or it was done before",
    "MemberVotedAlready": "organisation {org} has voted already",
    "MonthRefused": "month {month} is not here yet, or no characteristic is named ({characteristic})",
    "CapabilityRefused": "a Cpk of {cpkMicro} with upper bound {upperMicro} from {n} values proves nothing",
    "NotTheNewest": "the attestation restates {given}, but the newest one of the month is {expected}",
    "RuleRefused": "the rule asks for nothing, or its floor, policy and attesters do not go together",
    "CharacteristicsRefused": "characteristic number {index} of the rule is zero, or out of order",
    "NotAccreditedBody": "{body} is not an active member with the role of an accredited body",
    "ScopesRefused": "1 to {most} scopes are needed, none of them empty; {count} were given",
    "ExpiryRefused": "the accreditation ends at {until} (s): past, or later than {latest}",
    "BarredBody": "{body} is barred since {since} (s)",
    "NoTerm": "{body} is not accredited for scope {scope} now",
    "BarRefused": "the cut-off {requested} (s) of {body} lies in the future, or not before the declared {declared}",
    "RepairClaimRefused": "a repair claim names a document and a scope",
    "DeadlineRefused": "the repair ends at {until} (s): past, or later than {latest}",
    "AlreadyOpened": "claim {claim} was opened before",
    "ClaimOver": "claim {claim} is over since {end} (s)",
    "OwnClaim": "{body} cannot co-sign its own claim {claim}",
    "NotAccredited": "{body} is not accredited for scope {scope} now",
    "CoSignRefused": "{body} signed claim {claim} before, or it has {count} co-signs already",
    "SignatureExpired": "the co-sign was to be brought before {deadline} (s); it is {nowTime}",
    "ReasonMissing": "an objection names the digest of its reasons",
    "AlreadyObjected": "another objection of {by} to attestation {uid} stands",
}
_STATES: Final = ("pending", "active", "cancelled", "defeated", "succeeded", "queued", "expired", "executed")
_LIMITS: Final[Mapping[str, str]] = {
    "DailyLimit": "organisation {org} did this {limit} times today (UTC), which is all that it may in a day",
    "TooManyOpen": "{subject} has {most} claims open already",
}
_UNKNOWN: Final[Mapping[str, str]] = {
    "UnknownMember": "nobody enrolled organisation {org}",
    "UnknownKey": "nobody registered key {keyId}",
    "UnknownPolicy": "nobody handed in the policy document {id}",
    "GovernorNonexistentProposal": "there is no ballot {proposalId}",
    "UnknownClaim": "nobody opened the repair claim {claim}",
    "UnknownAttestation": "there is no attestation {uid}",
    "NoRule": "{purchaser} asks nothing of {subject}",
    "NoCoSign": "no co-sign of {body} stands on claim {claim}",
    "NoObjection": "no objection of {by} to attestation {uid} stands",
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
    if name == "PolicyNotAdopted":
        return ConflictError(
            _CONFLICTS[name].format_map(shown),
            advice="See what counts with `credence policy list`; the members adopt a policy by vote.",
        )
    if name in _CONFLICTS:
        return ConflictError(_CONFLICTS[name].format_map(shown))
    if name in _UNKNOWN:
        return NotFoundError(_UNKNOWN[name].format_map(shown), advice="Check the identifier; enrol or open it first.")
    if name in _LIMITS:
        return RateLimitError(_LIMITS[name].format_map(shown), retry_after=86_400, advice="Try again tomorrow (UTC).")
    if name == "SignatureRefused":
        return SignatureError(
            f"the account {shown['account']} of {shown['body']} does not own this signature",
            advice="Have it signed again with a key that operates the body's account contract now.",
        )
    if name == "GovernorUnexpectedProposalState":
        state = values.get("current")
        said = _STATES[state] if isinstance(state, int) and state < len(_STATES) else "in another state"
        return ConflictError(f"the ballot is {said}", advice="Wait for its time, or propose it again.")
    listed = ", ".join(f"{key} {value}" for key, value in shown.items())
    return ConflictError(f"the contract refuses: {name}({listed})")


class _Shown(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def _show(value: Value) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
