"""The ring that sums live in: integers modulo 2^64, masks from AES-256-CTR, and how few bytes of them travel.

Taking a value modulo 2^b for b <= 64 commutes with addition, so that only as many low bits travel as the sum needs.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from evidence.errors import MalformedError

Words = npt.NDArray[np.uint64]
"""Elements of the ring, shape (n,)."""

WIRE_BYTES: Final = (4, 5, 6, 7, 8)
"""How many bytes of a word may travel."""

_CHUNK_WORDS: Final = 1 << 16
"""512 KiB at a time stay in the cache: twice as fast as one call over the whole vector."""
_ZEROS: Final = bytes(8 * _CHUNK_WORDS)


def add_mask(words: Words, key: bytes, *, negative: bool = False) -> None:
    """Add (or take away) in place the key stream of `key` (32 bytes), read as little-endian words.

    The counter starts at zero: a key is derived for one mask of one round and used for nothing else.

    Source:
        NIST SP 800-38A section 6.5 (CTR); FIPS 197.
    """
    stream = Cipher(algorithms.AES256(key), modes.CTR(bytes(16))).encryptor()
    buffer = bytearray(8 * _CHUNK_WORDS + 15)
    for start in range(0, len(words), _CHUNK_WORDS):
        part = words[start : start + _CHUNK_WORDS]
        stream.update_into(memoryview(_ZEROS)[: 8 * len(part)], buffer)
        mask = np.frombuffer(buffer, dtype="<u8", count=len(part))
        if negative:
            np.subtract(part, mask, out=part)
        else:
            np.add(part, mask, out=part)


def pack(words: Words, width: int) -> bytes:
    """The low `width` bytes of every word, little-endian, one after another."""
    octets = np.ascontiguousarray(words, dtype="<u8").view(np.uint8).reshape(-1, 8)
    return octets[:, :width].tobytes()


def unpack(data: bytes, width: int, count: int) -> Words:
    """`count` words out of their low `width` bytes.

    Raises:
        MalformedError: another number of bytes.
    """
    if width not in WIRE_BYTES or len(data) != width * count:
        raise MalformedError(f"{len(data)} bytes where {count} words of {width} bytes are needed")
    octets = np.zeros((count, 8), dtype=np.uint8)
    octets[:, :width] = np.frombuffer(data, dtype=np.uint8).reshape(count, width)
    return octets.reshape(-1).view("<u8").astype(np.uint64, copy=False)


def signed(words: Words, width: int) -> npt.NDArray[np.int64]:
    """The words as signed integers of `width` bytes (two's complement)."""
    shift = np.uint64(64 - 8 * width)
    return (words << shift).view(np.int64) >> np.int64(shift)
