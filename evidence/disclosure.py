"""Disclosures: one field, its salt and its value, kept apart from the signed part that holds only their digest.

Destroying a disclosure erases the field for good (its salt is 128 random bits, so that its digest cannot be guessed
back from a likely value), while signature, log and proof still hold.

Source:
    RFC 9901 sections 4.2 and 4.3 (SD-JWT); section 9.3 (entropy of the salt).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NewType

from evidence.canonical import decode_canonical, encode, loads
from evidence.draft import JsonValue
from evidence.encoding import b64url_decode, b64url_encode
from evidence.errors import DisclosureError, MalformedError, NotFoundError

DisclosureDigest = NewType("DisclosureDigest", str)
"""SHA-256 of an encoded disclosure, base64url, 43 characters: what the issuer signs."""

SALT_BYTES: Final = 16
MAX_ENCODED: Final = 4 * 1024 * 1024
"""Longest encoded disclosure, characters."""

# Canonical base64url of 16 and of 32 bytes: in the last character the spare bits are zero.
_SALT: Final = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]", re.ASCII)
_DIGEST: Final = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]", re.ASCII)
_RESERVED: Final = frozenset({"_sd", "_sd_alg", "..."})


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One disclosable field; two are equal when their encoded texts are.

    Attributes:
        encoded: base64url of the JSON array [salt, name, value]; this text is what is digested and passed on.
        salt: text, unguessable; 22 characters in what we issue.
        name: of the field.
        value: of the field.
        digest: what the signed part holds.
    """

    encoded: str
    salt: str = field(compare=False, repr=False)
    name: str = field(compare=False)
    value: JsonValue = field(compare=False)
    digest: DisclosureDigest = field(compare=False, repr=False)


def make_disclosure(salt: bytes, name: str, value: JsonValue) -> Disclosure:
    """The disclosure of a field under 16 bytes of salt.

    Raises:
        MalformedError: a name or value that RFC 9901 or canonical JSON does not allow, or a salt of another size.
    """
    if len(salt) != SALT_BYTES:
        raise MalformedError(f"a salt of {len(salt)} bytes where {SALT_BYTES} are needed")
    refuse_reserved(name, value)
    text = b64url_encode(salt)
    encoded = b64url_encode(b'["%b",%b,%b]' % (text.encode("ascii"), encode(name), encode(value)))
    return Disclosure(encoded, text, name, value, _digest(encoded))


def parse_disclosure(encoded: str, *, canonical: bool = True) -> Disclosure:
    """Read an encoded disclosure.

    Args:
        canonical: whether JSON and salt must be spelled as we spell them; else any JSON layout and salt is read.
    Raises:
        MalformedError: not a disclosure of an object's field.
        LimitError: too long.
    """
    data = b64url_decode(encoded, limit=MAX_ENCODED)
    parts = decode_canonical(data) if canonical else loads(data)
    if not isinstance(parts, list) or len(parts) != 3:
        raise MalformedError("a disclosure that is not [salt, name, value]")
    salt, name, value = parts
    if not isinstance(salt, str) or not isinstance(name, str) or not SALT_BYTES <= len(salt) <= 128 or not name:
        raise MalformedError("a disclosure whose salt or name is not text of sound length")
    if canonical and not _SALT.fullmatch(salt):
        raise MalformedError("a disclosure whose salt is not 128 bits")
    refuse_reserved(name, value)
    return Disclosure(encoded, salt, name, value, _digest(encoded))


def shred(disclosures: Sequence[Disclosure], name: str) -> tuple[Disclosure, ...]:
    """All disclosures but that of the field `name`; what is left never tells its value.

    Raises:
        NotFoundError: none of them is of that field.
    """
    kept = tuple(disclosure for disclosure in disclosures if disclosure.name != name)
    if len(kept) == len(disclosures):
        raise NotFoundError(f"no disclosure of {name[:40]!r} is held", advice="It may have been shredded before.")
    return kept


def select(disclosures: Sequence[Disclosure], names: Collection[str]) -> tuple[Disclosure, ...]:
    """The disclosures of exactly the fields `names`, in their old order; raises NotFoundError when one is not there."""
    missing = set(names) - {disclosure.name for disclosure in disclosures}
    if missing:
        raise NotFoundError(f"no disclosure of {', '.join(sorted(missing))[:80]!r} is held")
    return tuple(disclosure for disclosure in disclosures if disclosure.name in names)


def check_signed(disclosures: Sequence[Disclosure], digests: Collection[str]) -> None:
    """Check that each disclosure was signed, and that no field and no digest comes twice.

    Raises:
        DisclosureError: otherwise.
    """
    signed = frozenset(digests)
    seen: set[str] = set()
    for disclosure in disclosures:
        if disclosure.digest not in signed:
            raise DisclosureError(f"the disclosure of {disclosure.name[:40]!r} is not among the signed digests")
        if disclosure.name in seen:
            raise DisclosureError(f"the field {disclosure.name[:40]!r} is disclosed twice")
        seen.add(disclosure.name)


def parse_digests(value: object, *, most: int) -> tuple[DisclosureDigest, ...]:
    """Read the claim `_sd`: 1 to `most` distinct digests in ascending order, so that their order tells nothing.

    Raises:
        MalformedError: anything else.
    """
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise MalformedError(f"_sd is not a list of 1 to {most} digests")
    previous = ""
    for digest in value:
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise MalformedError("_sd holds something that is no SHA-256 digest")
        if digest <= previous:
            raise MalformedError("the digests in _sd are not in ascending order, or one comes twice")
        previous = digest
    return tuple(DisclosureDigest(digest) for digest in value)


def _digest(encoded: str) -> DisclosureDigest:
    return DisclosureDigest(b64url_encode(hashlib.sha256(encoded.encode("ascii")).digest()))


def refuse_reserved(name: str, value: JsonValue) -> None:
    """Refuse names of RFC 9901 as a claim or inside its value: other software would read further digests there.

    Raises:
        MalformedError: such a name is there.
    """
    if name in _RESERVED:
        raise MalformedError(f"the name {name!r} is reserved by RFC 9901")
    if isinstance(value, Mapping):
        for inner, item in value.items():
            refuse_reserved(inner, item)
    elif isinstance(value, list | tuple):
        for item in value:
            if isinstance(item, Mapping | list | tuple):
                refuse_reserved("", item)
