"""Signatures under the organisation's key, so that other members need not trust our database.

With a shared secret, whoever can check a signature can make one; between organisations only a key pair shows who did.
The JWS type keeps these apart from statements, which the same key signs: neither can be passed off as the other.

Source:
    RFC 7515 (JWS), RFC 7518 section 3.4 (ES256), RFC 8725 section 3.11 (explicit typing).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evidence.clock import format_instant, parse_instant
from evidence.draft import JsonValue
from evidence.errors import InputError, MalformedError, SchemaError, SignatureError
from evidence.identity import Lei
from evidence.json_shape import members
from evidence.keys import KeyId, StatementKey, StatementPublicKey
from evidence.sdjwt import SignedJwt, parse_jwt, sign_jwt
from node.signing.port import Meaning, Method, Signature, SignatureId

TYP: Final = "credence-signature"
FORMAT: Final = "credence-signature/1"
_ID: Final = re.compile(r"sig_[0-9a-f]{32}", re.ASCII)
_RECORD: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_ZONE: Final = re.compile(r"[A-Za-z0-9_+-]{1,32}(?:/[A-Za-z0-9_+-]{1,32}){0,2}", re.ASCII)
_TEXT: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}")
_MEMBERS: Final = (
    "about", "at", "format", "id", "iss", "meaning", "method", "name", "offset_minutes", "record", "sub", "zone",
)  # fmt: skip


def seal(
    key: StatementKey,
    *,
    id_: SignatureId,
    record: bytes,
    about: str,
    meaning: Meaning,
    organisation: Lei,
    signer: str,
    name: str,
    at: datetime,
    zone: str,
    method: Method,
) -> Signature:
    """Make a signature and seal it.

    Raises:
        SchemaError: a record that is no 32 bytes, texts that are empty, longer than 200 or hold control characters,
            or a time zone that this system does not know.
    """
    claims: dict[str, JsonValue] = {
        "about": about,
        "at": format_instant(at),
        "format": FORMAT,
        "id": id_,
        "iss": str(organisation),
        "meaning": meaning.value,
        "method": method.value,
        "name": name,
        "offset_minutes": offset_of(at, zone),
        "record": record.hex(),
        "sub": signer,
        "zone": zone,
    }
    try:
        return unseal(sign_jwt(TYP, claims, key))
    except MalformedError as error:
        raise SchemaError(error.message, advice=error.advice) from error


def unseal(sealed: str) -> Signature:
    """Read a sealed signature from anybody, not yet verified.

    Raises:
        MalformedError, LimitError: not exactly in the one form that `seal` writes.
    """
    return _read(_parsed(sealed))


def key_of(sealed: str) -> KeyId:
    """Which key is said to have sealed it; errors as `unseal`."""
    key = _parsed(sealed).key_id
    assert key is not None
    return key


def verify(record: bytes, signature: Signature, key: StatementPublicKey) -> None:
    """Check that `key` vouches for this signature, as it stands here, over this record.

    Whether the key was the organisation's at the time, only the member registry can say.

    Raises:
        SignatureError: sealed by another key, changed since, or over another record.
    """
    try:
        jwt = _parsed(signature.sealed)
        jwt.verify(key)
        if _read(jwt) != signature:
            raise SignatureError(f"signature {signature.id} does not say what was sealed")
    except InputError as error:
        raise SignatureError(f"signature {signature.id} is not in the form of sealed signatures") from error
    if not hmac.compare_digest(signature.record, record):
        raise SignatureError(f"signature {signature.id} is over another record than this one")


def offset_of(at: datetime, zone: str) -> int:
    """How many minutes a time zone is ahead of UTC at a moment; raises SchemaError for one that is not known here."""
    try:
        if not _ZONE.fullmatch(zone):
            raise ValueError(zone)
        offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        advice = "Give a name like Asia/Shanghai."
        raise SchemaError(f"{zone[:40]!r} is no time zone", place="/zone", advice=advice) from error
    assert offset is not None
    return int(offset.total_seconds()) // 60


def _parsed(sealed: str) -> SignedJwt:
    return parse_jwt(sealed, typ=TYP)


def _read(jwt: SignedJwt) -> Signature:
    claims = members(jwt.payload, "signature", _MEMBERS)
    if claims["format"] != FORMAT:
        raise MalformedError(f"signature: {FORMAT} is expected")
    at = parse_instant(_text(claims, "at")).astimezone(UTC)
    if format_instant(at) != claims["at"]:
        raise MalformedError("signature: the time is not written in UTC")
    offset = claims["offset_minutes"]
    if not isinstance(offset, int) or isinstance(offset, bool) or not -1_440 < offset < 1_440:
        raise MalformedError("signature: offset_minutes is no number of minutes below a day")
    meaning, method = _text(claims, "meaning"), _text(claims, "method")
    if meaning not in [each.value for each in Meaning] or method not in [each.value for each in Method]:
        raise MalformedError("signature: a meaning or method that is not known")
    return Signature(
        id=SignatureId(_text(claims, "id", _ID)),
        record=bytes.fromhex(_text(claims, "record", _RECORD)),
        about=_text(claims, "about"),
        meaning=Meaning(meaning),
        organisation=Lei(_text(claims, "iss")),
        signer=_text(claims, "sub"),
        name=_text(claims, "name"),
        at=at,
        zone=_text(claims, "zone", _ZONE),
        offset_minutes=offset,
        method=Method(method),
        sealed=jwt.text,
    )


def _text(claims: Mapping[str, JsonValue], name: str, form: re.Pattern[str] = _TEXT) -> str:
    value = claims[name]
    if not isinstance(value, str) or not form.fullmatch(value):
        raise MalformedError(f"signature: {name} is not of the form that is allowed here")
    return value
