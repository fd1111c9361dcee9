"""age public keys: the text that people write ("age1...") and the 32 bytes that the member registry holds.

Source: BIP 173 (Bech32); age-encryption.org/v1, "X25519 recipient".
"""

from __future__ import annotations

from typing import Final

from evidence.errors import MalformedError

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_PREFIX: Final = "age"
_CHECK: Final = 6


def recipient_text(key: bytes) -> str:
    """The age public key of 32 bytes as text.

    Raises:
        MalformedError: not 32 bytes.
    """
    if len(key) != 32:
        raise MalformedError(f"an age public key has 32 bytes, this one {len(key)}")
    data = _regroup(key, 8, 5)
    check = _polymod([*_expanded(), *data, *([0] * _CHECK)]) ^ 1
    digits = [*data, *(check >> 5 * (5 - place) & 31 for place in range(_CHECK))]
    return f"{_PREFIX}1{''.join(_ALPHABET[digit] for digit in digits)}"


def recipient_bytes(text: str) -> bytes:
    """The 32 bytes of an age public key.

    Raises:
        MalformedError: not an age X25519 public key in its one lower-case spelling.
    """
    prefix, mark, body = text.rpartition("1")
    if prefix != _PREFIX or not mark or len(body) != 58 or any(character not in _ALPHABET for character in body):
        raise MalformedError(f"{text[:70]!r} is not an age public key")
    digits = [_ALPHABET.index(character) for character in body]
    if _polymod([*_expanded(), *digits]) != 1:
        raise MalformedError(f"{text[:70]!r} is not an age public key: its check digits do not fit")
    key = bytes(_regroup(bytes(digits[:-_CHECK]), 5, 8))
    if recipient_text(key) != text:
        raise MalformedError(f"{text[:70]!r} is not an age public key in its one spelling")
    return key


def _expanded() -> list[int]:
    return [*(ord(character) >> 5 for character in _PREFIX), 0, *(ord(character) & 31 for character in _PREFIX)]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place in range(5):
            check ^= _GENERATOR[place] if top >> place & 1 else 0
    return check


def _regroup(data: bytes, width: int, wanted: int) -> list[int]:
    value = bits = 0
    out: list[int] = []
    for item in data:
        value, bits = value << width | item, bits + width
        while bits >= wanted:
            bits -= wanted
            out.append(value >> bits & (1 << wanted) - 1)
    # Leftover bits are padding: on the way to text they are filled with zeros, on the way back they are dropped.
    if bits and wanted < width:
        out.append(value << wanted - bits & (1 << wanted) - 1)
    return out
