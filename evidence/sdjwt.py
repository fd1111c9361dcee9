"""The compact form of SD-JWTs: a signed JWT, then disclosures, each followed by a tilde.

Shared by statements, which allow one spelling only, and credentials, which banks may have re-arranged.

Source:
    RFC 9901 sections 4 and 7; RFC 7515 (JWS) sections 3.1 and 7.1; RFC 7518 section 3.4 (ES256).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evidence.canonical import decode_canonical, encode, loads
from evidence.disclosure import Disclosure, parse_disclosure
from evidence.draft import JsonValue
from evidence.encoding import b64url_decode, b64url_encode
from evidence.errors import LimitError, MalformedError, SignatureError
from evidence.keys import KeyId, StatementKey, StatementPublicKey, kid_of, parse_kid

MAX_SIGNED: Final = 16 * 1024
"""Longest signed part, characters; a C2SP entry bundle has room for 65,535 bytes."""
MAX_TEXT: Final = 4 * 1024 * 1024
"""Longest SD-JWT with all its disclosures, characters."""
MAX_DISCLOSURES: Final = 200


@dataclass(frozen=True, slots=True)
class SignedJwt:
    """A JWT that was signed with ES256, read but not yet verified.

    Attributes:
        text: header, payload and signature in compact form.
        typ: the header's type.
        key_id: which key is said to have signed.
        payload: its claims.
        signature: raw, 64 bytes.
    """

    text: str
    typ: str
    key_id: KeyId | None
    payload: Mapping[str, JsonValue]
    signature: bytes

    def verify(self, key: StatementPublicKey, *, canonical: bool = True) -> None:
        """Check that `key` signed it; raises SignatureError when it did not, or is not the key that `kid` names."""
        if self.key_id is not None and self.key_id != key.key_id:
            raise SignatureError("the kid names another key than the one given")
        key.verify(self.signature, self.text.rpartition(".")[0].encode("ascii"), canonical=canonical)


def sign_jwt(typ: str, payload: Mapping[str, JsonValue], key: StatementKey, *, name_key: bool = True) -> str:
    """Sign claims with ES256; header and payload are canonical JSON, `kid` is the key's thumbprint unless left out."""
    header: dict[str, JsonValue] = {"alg": "ES256", "typ": typ}
    if name_key:
        header["kid"] = kid_of(key.public.key_id)
    signing_input = f"{b64url_encode(encode(header))}.{b64url_encode(encode(payload))}"
    return f"{signing_input}.{b64url_encode(key.sign(signing_input.encode('ascii')))}"


def parse_jwt(text: str, *, typ: str, canonical: bool = True, name_key: bool = True) -> SignedJwt:
    """Read a JWT whose header is exactly `alg` ES256, `typ` and (when `name_key`) `kid`.

    Raises:
        MalformedError: another header (an unknown parameter may change what the signature means: `crit`, `b64`,
            `jwk`), not three parts, or claims that are not an object.
        LimitError: too long.
    """
    if len(text) > MAX_SIGNED:
        raise LimitError(f"a signed part of {len(text)} characters; at most {MAX_SIGNED} are read")
    parts = text.split(".")
    if len(parts) != 3:
        raise MalformedError("not a JWT: header, payload and signature are needed")
    read = decode_canonical if canonical else loads
    header, payload, signature = read(b64url_decode(parts[0])), read(b64url_decode(parts[1])), b64url_decode(parts[2])
    if not isinstance(header, dict) or header.get("alg") != "ES256" or header.get("typ") != typ:
        raise MalformedError(f"the JWT's header does not say alg ES256 and typ {typ}")
    kid = header.get("kid")
    if header.keys() - {"alg", "typ", "kid"} or (name_key and not isinstance(kid, str)):
        raise MalformedError("the JWT's header has a parameter too many, or no kid")
    if not isinstance(payload, dict):
        raise MalformedError("the JWT's payload is not an object")
    return SignedJwt(text, typ, parse_kid(kid) if isinstance(kid, str) else None, payload, signature)


def join(signed: str, disclosures: Sequence[Disclosure]) -> str:
    """The SD-JWT of a signed part and disclosures, with the final tilde."""
    return "~".join((signed, *(disclosure.encoded for disclosure in disclosures), ""))


def split(text: str, *, canonical: bool = True) -> tuple[str, tuple[Disclosure, ...], str]:
    """Take an SD-JWT apart into signed part, disclosures and key-binding JWT (empty when there is none).

    Raises:
        MalformedError: not an SD-JWT, or a disclosure that cannot be read.
        LimitError: too long, or too many disclosures.
    """
    if len(text) > MAX_TEXT:
        raise LimitError(f"an SD-JWT of {len(text)} characters; at most {MAX_TEXT} are read")
    signed, *rest = text.split("~")
    if not signed or not rest:
        raise MalformedError("not an SD-JWT: the tilde after the signed part is missing")
    *encoded, binding = rest
    if len(encoded) > MAX_DISCLOSURES:
        raise LimitError(f"{len(encoded)} disclosures; at most {MAX_DISCLOSURES} are read")
    return signed, tuple(parse_disclosure(each, canonical=canonical) for each in encoded), binding
