"""Byte-level fuzzing for every parser: damaged inputs in, only our own errors out, in bounded time.

CREDENCE_FUZZ sets how many mutants each test makes (500 unless told).
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence

from evidence.errors import CredenceError

_TOKENS = (
    b"",
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\r\n",
    b" ",
    b"=",
    b"~",
    b".",
    b'"',
    b"\\ud800",
    b"{}",
    b"[]",
    b"null",
    b"-1",
    b"1e999",
    b"NaN",
    b"9" * 40,
    b"[" * 2000,
    b'{"a":' * 500,
    b"A" * 5000,
)


def fuzz_count(default: int = 500) -> int:
    """How many mutants to make: CREDENCE_FUZZ, or `default`."""
    return int(os.environ.get("CREDENCE_FUZZ", default))


def mutations(seed_inputs: Sequence[bytes], rng: random.Random, n: int) -> Iterator[bytes]:
    """`n` damaged variants of `seed_inputs`, one to four edits each; equal seeds give equal mutants."""
    for _ in range(n):
        data = bytearray(rng.choice(seed_inputs))
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            _edit(data, rng, seed_inputs)
        yield bytes(data)


def _edit(data: bytearray, rng: random.Random, seed_inputs: Sequence[bytes]) -> None:
    start = rng.randrange(len(data) + 1)
    end = min(len(data), start + rng.choice((0, 1, 1, 2, 8, 64)))
    match rng.randrange(7):
        case 0 if start < len(data):
            data[start] ^= 1 << rng.randrange(8)
        case 1 if start < len(data):
            data[start] = rng.randrange(256)
        case 2:
            del data[start:end]
        case 3:
            data[start:end] = rng.choice(_TOKENS)
        case 4:
            data[start:start] = data[start:end]
        case 5:
            other = rng.choice(seed_inputs)
            cut = rng.randrange(len(other) + 1)
            data[start:end] = other[cut : cut + rng.choice((1, 8, 64, 512))]
        case _:
            del data[rng.choice((start, start, len(data) // 2)) :]


def assert_refuses_cleanly(
    parse: Callable[[bytes], object],
    seed_inputs: Sequence[bytes],
    *,
    seed: int = 20261123,
    count: int | None = None,
    seconds: float = 1.0,
) -> int:
    """Feed mutants to `parse`; it may accept or raise a CredenceError, nothing else, each within `seconds`.

    Returns:
        How many mutants were refused, so that a test can tell that the fuzzing bites.
    """
    refused = 0
    for data in mutations(seed_inputs, random.Random(seed), fuzz_count() if count is None else count):
        begun = time.process_time()
        try:
            parse(data)
        except CredenceError:
            refused += 1
        spent = time.process_time() - begun
        assert spent < seconds, f"{spent:.2f} s for {data[:200]!r}"
    return refused
