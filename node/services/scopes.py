"""Scopes of accreditation and characteristics by the names that people use: on chain they are digests."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from evidence.errors import InputError

SCOPES: Final = (
    "repair-capability",
    "repair-complaint",
    "repair-inspection",
    "repair-nonconformance",
    "surprise-inspection",
)
"""Scopes of this product. Others may be granted; here they are shown by their digest unless they are named."""
_SCOPE: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}", re.ASCII)
_HEX: Final = re.compile(r"0x[0-9a-f]{64}", re.ASCII)
MOST_TEXT: Final = 400


def scope_id(text: str) -> bytes:
    """The digest of a scope: SHA-256 over `credence/scope/v1:` and its name; 0x-hex is taken as it is.

    Raises:
        InputError: neither a name of lower-case letters, digits, dots and hyphens, nor a digest.
    """
    if _HEX.fullmatch(text):
        return bytes.fromhex(text[2:])
    if not _SCOPE.fullmatch(text):
        raise InputError(
            f"not a scope: {text[:80]!r}", advice=f"Scopes are lower case, such as {', '.join(SCOPES[:2])}."
        )
    return hashlib.sha256(f"credence/scope/v1:{text}".encode("ascii")).digest()


def scope_name(scope: bytes) -> str:
    """The name of a known scope; else its digest as 0x-hex."""
    return next((one for one in SCOPES if scope_id(one) == scope), f"0x{scope.hex()}")


def characteristic_id(name: str) -> bytes:
    """The digest of a key characteristic: SHA-256 over `credence/characteristic/v1:` and `PART/characteristic`.

    Raises:
        InputError: no name, or a longer one than any.
    """
    if _HEX.fullmatch(name):
        return bytes.fromhex(name[2:])
    if not 1 <= len(name) <= MOST_TEXT or "/" not in name:
        raise InputError(
            f"not a characteristic: {name[:80]!r}", advice="Name part and characteristic: HSG-2140/bore-diameter."
        )
    return hashlib.sha256(f"credence/characteristic/v1:{name}".encode()).digest()
