"""Bytes as text and back, one spelling only: what does not re-encode to itself is refused.

Lenient decoders ignore stray characters, padding and spare bits, so that one signed value has many spellings and a byte
of a proof can change unnoticed. All decoders here raise MalformedError for anything but the canonical spelling.

Source:
    RFC 4648 sections 3.5, 4, 5 and 8; RFC 7515 appendix C (base64url without padding).
"""

from __future__ import annotations

import binascii
import re
from typing import Final

from evidence.errors import LimitError, MalformedError

DEFAULT_LIMIT: Final = 1 << 24
"""Longest text in characters that a decoder accepts when the caller names no limit (16 MiB)."""

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
_HEX: Final = re.compile(r"(?:[0-9a-f]{2})*", re.ASCII)
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = bytes.maketrans(b"-_", b"+/")


def b64url_encode(data: bytes) -> str:
    """Base64url without padding (RFC 7515 section 2)."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode("ascii")


def b64url_decode(text: str, *, limit: int = DEFAULT_LIMIT) -> bytes:
    """The bytes of canonical base64url without padding.

    Raises:
        LimitError: longer than `limit` characters.
        MalformedError: padding, foreign characters, an impossible length, or spare bits that are not zero.
    """
    _bound(text, limit)
    if not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise MalformedError(f"not base64url without padding: {text[:40]!r}")
    data = binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL) + b"=" * (-len(text) % 4))
    if b64url_encode(data) != text:
        raise MalformedError(f"base64url with spare bits that are not zero: {text[-8:]!r}")
    return data


def b64_encode(data: bytes) -> str:
    """Base64 with padding (RFC 4648 section 4)."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def b64_decode(text: str, *, limit: int = DEFAULT_LIMIT) -> bytes:
    """The bytes of canonical base64 with padding; errors as `b64url_decode`."""
    _bound(text, limit)
    try:
        data = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (ValueError, UnicodeEncodeError) as error:
        raise MalformedError(f"not base64: {text[:40]!r}") from error
    if b64_encode(data) != text:
        raise MalformedError(f"base64 that is not in canonical form: {text[-8:]!r}")
    return data


def hex_decode(text: str, *, size: int | None = None, limit: int = DEFAULT_LIMIT) -> bytes:
    """The bytes of lower-case hexadecimal text without prefix.

    Args:
        size: exact number of bytes expected; None for any.
    Raises:
        LimitError: longer than `limit` characters.
        MalformedError: upper case, an odd length, other characters, or not `size` bytes.
    """
    _bound(text, limit)
    if not _HEX.fullmatch(text):
        raise MalformedError(f"not lower-case hexadecimal: {text[:40]!r}")
    if size is not None and len(text) != 2 * size:
        raise MalformedError(f"{len(text)} hexadecimal characters where {2 * size} are needed")
    return bytes.fromhex(text)


def hex0x_encode(data: bytes) -> str:
    """Lower-case hexadecimal with the prefix `0x`, as Ethereum writes bytes."""
    return "0x" + data.hex()


def hex0x_decode(text: str, *, size: int | None = None, limit: int = DEFAULT_LIMIT) -> bytes:
    """The bytes of `0x` and lower-case hexadecimal; errors as `hex_decode`."""
    if not text.startswith("0x"):
        raise MalformedError(f"no 0x before hexadecimal: {text[:40]!r}")
    return hex_decode(text[2:], size=size, limit=limit)


def _bound(text: str, limit: int) -> None:
    if len(text) > limit:
        raise LimitError(f"{len(text)} characters of encoded bytes; at most {limit} are read")
