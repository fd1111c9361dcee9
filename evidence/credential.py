"""Credentials: an SD-JWT VC that a bank's own software verifies, bound to its holder's key if wished.

General SD-JWT libraries leave expiry, credential type, status and key binding to whoever calls them; here a credential
counts as verified only when all of these were checked, and what could not be checked is said.

Source:
    SD-JWT-based Verifiable Credentials (draft-ietf-oauth-sd-jwt-vc) section 2; RFC 9901 sections 4.3 and 7.3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final

from evidence import sdjwt
from evidence.clock import epoch_seconds, from_epoch_seconds
from evidence.credential_status import StatusAnswer, StatusReference
from evidence.disclosure import (
    SALT_BYTES,
    Disclosure,
    check_signed,
    make_disclosure,
    parse_digests,
    refuse_reserved,
    select,
)
from evidence.draft import JsonValue
from evidence.encoding import b64url_encode
from evidence.errors import DisclosureError, MalformedError, ProofError, SchemaError, SignatureError
from evidence.keys import StatementKey, StatementPublicKey

TYP: Final = "dc+sd-jwt"
BINDING_TYP: Final = "kb+jwt"
CLOCK_SKEW: Final = timedelta(seconds=60)
"""How far in the future a time of issue may lie."""
BINDING_AGE: Final = timedelta(minutes=5)
"""How old a key binding may be."""

_SET_BY_ISSUER: Final = frozenset(
    {"iss", "iat", "nbf", "exp", "cnf", "vct", "vct#integrity", "status", "_sd", "_sd_alg", "..."}
)


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential as read: well-formed, nothing verified yet.

    Attributes:
        issuer: who says it.
        vct: type of credential.
        issued: UTC, whole seconds.
        expires: UTC, whole seconds; from then on it does not hold.
        status: where to look up revocation; None when it cannot be revoked.
        holder: key that a presenter must prove; None when anyone may present it.
        claims: those always open and those disclosed.
        hidden: how many claims are not disclosed.
        binding: the key-binding JWT; empty when there is none.
    """

    issuer: str
    vct: str
    issued: datetime
    expires: datetime
    status: StatusReference | None
    holder: StatementPublicKey | None
    claims: Mapping[str, JsonValue]
    hidden: int
    jwt: sdjwt.SignedJwt = field(repr=False)
    disclosures: tuple[Disclosure, ...] = field(repr=False)
    binding: str = field(repr=False)


def issue(
    claims: Mapping[str, JsonValue],
    *,
    vct: str,
    issuer: str,
    issued: datetime,
    expires: datetime,
    key: StatementKey,
    entropy: Callable[[int], bytes],
    always_open: Collection[str] = (),
    status: StatusReference | None = None,
    holder: StatementPublicKey | None = None,
) -> str:
    """An SD-JWT VC over `claims`, with all its disclosures.

    Args:
        vct: type of credential, a URI or name that both sides agree on.
        always_open: names of claims that cannot be withheld; all others are disclosed one by one.
        holder: whoever presents the credential must prove this key.
    Raises:
        SchemaError: a claim under a name that the issuer itself sets, or an expiry before the issue.
    """
    if shadowed := sorted(_SET_BY_ISSUER & claims.keys()):
        raise SchemaError("this name is set by the issuer, not by a claim", place="/" + shadowed[0])
    if expires <= issued:
        raise SchemaError("a credential must expire after it is issued", place="/exp")
    payload: dict[str, JsonValue] = {name: claims[name] for name in always_open}
    for name, value in payload.items():
        refuse_reserved(name, value)
    hidden = sorted(claims.keys() - payload.keys())
    salts = entropy(SALT_BYTES * len(hidden))
    disclosures = [
        make_disclosure(salts[SALT_BYTES * place : SALT_BYTES * (place + 1)], name, claims[name])
        for place, name in enumerate(hidden)
    ]
    if disclosures:
        payload |= {"_sd": sorted(disclosure.digest for disclosure in disclosures), "_sd_alg": "sha-256"}
    payload |= {"iss": issuer, "iat": epoch_seconds(issued), "exp": epoch_seconds(expires), "vct": vct}
    if status is not None:
        payload["status"] = status.to_json()
    if holder is not None:
        payload["cnf"] = {"jwk": holder.jwk}
    return sdjwt.join(sdjwt.sign_jwt(TYP, payload, key), disclosures)


def present(
    text: str,
    names: Collection[str],
    *,
    holder: StatementKey | None = None,
    audience: str = "",
    nonce: str = "",
    now: datetime | None = None,
) -> str:
    """A presentation of a credential that discloses exactly `names`, proving the holder's key when one is given.

    Raises:
        NotFoundError: a claim of which no disclosure is there.
        SchemaError: a holder's key without audience, nonce and time.
    """
    signed, disclosures, _ = sdjwt.split(text, canonical=False)
    shown = sdjwt.join(signed, select(disclosures, names))
    if holder is None:
        return shown
    if not audience or not nonce or now is None:
        raise SchemaError("proving a key needs the verifier's audience and nonce, and the time")
    proof: dict[str, JsonValue] = {
        "aud": audience, "iat": epoch_seconds(now), "nonce": nonce, "sd_hash": _sd_hash(shown),
    }  # fmt: skip
    return shown + sdjwt.sign_jwt(BINDING_TYP, proof, holder, name_key=False)


def parse(text: str) -> Credential:
    """Read a credential or a presentation of one, in any JSON layout and order of disclosures.

    Raises:
        MalformedError: not an SD-JWT VC of flat claims with `iss`, `iat`, `exp` and `vct`.
        DisclosureError: a disclosure that was not signed, comes twice, or shadows a claim.
        LimitError: too long.
    """
    signed, disclosures, binding = sdjwt.split(text, canonical=False)
    jwt = sdjwt.parse_jwt(signed, typ=TYP, canonical=False, name_key=False)
    payload = jwt.payload
    digests = parse_digests(payload["_sd"], most=sdjwt.MAX_DISCLOSURES) if "_sd" in payload else ()
    if payload.get("_sd_alg", "sha-256") != "sha-256":
        raise MalformedError("the digests are not SHA-256")
    check_signed(disclosures, digests)
    claims = {name: value for name, value in payload.items() if name not in _SET_BY_ISSUER}
    for name, value in claims.items():
        refuse_reserved(name, value)
    for disclosure in disclosures:
        if disclosure.name in payload or disclosure.name in _SET_BY_ISSUER:
            raise DisclosureError(f"the disclosure of {disclosure.name[:40]!r} shadows a claim of the issuer")
        claims[disclosure.name] = disclosure.value
    issuer, vct, issued, expires = payload.get("iss"), payload.get("vct"), payload.get("iat"), payload.get("exp")
    if not isinstance(issuer, str) or not isinstance(vct, str) or type(issued) is not int or type(expires) is not int:
        raise MalformedError("a credential needs iss and vct as text, iat and exp as whole seconds")
    if "nbf" in payload and payload["nbf"] != issued:
        raise MalformedError("a credential whose nbf is not its iat is not understood here")
    return Credential(
        issuer=issuer,
        vct=vct,
        issued=from_epoch_seconds(issued),
        expires=from_epoch_seconds(expires),
        status=StatusReference.from_json(payload["status"]) if "status" in payload else None,
        holder=_holder(payload["cnf"]) if "cnf" in payload else None,
        claims=claims,
        hidden=len(digests) - len(disclosures),
        jwt=jwt,
        disclosures=disclosures,
        binding=binding,
    )


def verify(
    credential: Credential,
    *,
    issuer_key: StatementPublicKey,
    issuer: str,
    vct: str,
    now: datetime,
    audience: str | None = None,
    nonce: str | None = None,
    is_in_force: Callable[[StatusReference], bool] | None = None,
) -> StatusAnswer:
    """Check a credential wholly; whether `issuer_key` speaks for `issuer` is the registry's to say.

    Args:
        audience: what we call ourselves, `nonce` what we asked for: both needed for a credential bound to a holder.
        is_in_force: looks up whether the attestation stands; without it the answer is `not established`.
    Raises:
        SignatureError: issuer's or holder's signature does not hold, or a holder's proof is missing.
        ProofError: another issuer or type, expired, from the future, or revoked.
    """
    # (1) Who signed: nothing below means anything before that.
    credential.jwt.verify(issuer_key)
    if credential.issuer != issuer or credential.vct != vct:
        raise ProofError(
            f"a credential {credential.vct[:80]!r} of {credential.issuer[:80]!r} is not what was asked for"
        )
    # (2) When.
    if now >= credential.expires:
        raise ProofError(f"the credential expired at {credential.expires.isoformat()}", advice="Ask for a fresh one.")
    if credential.issued > now + CLOCK_SKEW:
        raise ProofError("the credential was issued in the future", advice="Compare both clocks.")
    # (3) Who presents it: a bound credential without proof may have been stolen.
    _verify_binding(credential, audience, nonce, now)
    # (4) Whether it still stands.
    if credential.status is None:
        return StatusAnswer.ABSENT
    if is_in_force is None:
        return StatusAnswer.NOT_ESTABLISHED
    if not is_in_force(credential.status):
        raise ProofError("the credential's attestation was revoked, expired or never made")
    return StatusAnswer.HOLDS


def _verify_binding(credential: Credential, audience: str | None, nonce: str | None, now: datetime) -> None:
    if credential.holder is None:
        if credential.binding:
            raise SignatureError("a key binding on a credential that names no holder proves nothing")
        return
    if not credential.binding or audience is None or nonce is None:
        raise SignatureError(
            "the credential is bound to its holder's key", advice="Ask for a presentation with your audience and nonce."
        )
    proof = sdjwt.parse_jwt(credential.binding, typ=BINDING_TYP, canonical=False, name_key=False)
    # Made by the holder's own software, which emits either s; a proof is used once and never stored by its hash.
    proof.verify(credential.holder, canonical=False)
    shown = sdjwt.join(credential.jwt.text, credential.disclosures)
    expected = {"aud": audience, "nonce": nonce, "sd_hash": _sd_hash(shown)}
    for name, value in expected.items():
        given = proof.payload.get(name)
        if not isinstance(given, str) or not compare_digest(given.encode(), value.encode()):
            raise SignatureError(f"the key binding's {name} is not the one expected")
    made = proof.payload.get("iat")
    if type(made) is not int or not now - BINDING_AGE <= from_epoch_seconds(made) <= now + CLOCK_SKEW:
        raise SignatureError("the key binding is not fresh", advice="Ask for a new presentation.")


def _holder(value: JsonValue) -> StatementPublicKey:
    jwk = value.get("jwk") if isinstance(value, Mapping) and len(value) == 1 else None
    if not isinstance(jwk, Mapping):
        raise MalformedError("cnf does not hold a JWK")
    return StatementPublicKey.from_jwk(jwk)


def _sd_hash(shown: str) -> str:
    return b64url_encode(hashlib.sha256(shown.encode("ascii")).digest())
