"""Shamir's secret sharing of 32-byte secrets over a prime field a little wider than 256 bits.

Source:
    A. Shamir, "How to share a secret", CACM 22(11), 1979. The field's order is the smallest prime above 2^256.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from evidence.errors import InputError, ProofError
from evidence.keys import Entropy

PRIME: Final = 2**256 + 297
SECRET_BYTES: Final = 32
SHARE_BYTES: Final = 33
_COEFFICIENT_BYTES: Final = 49
"""136 bits more than the field: the bias of the remainder is under 2^-128."""


def split(secret: bytes, places: Sequence[int], threshold: int, entropy: Entropy) -> dict[int, bytes]:
    """Shares of `secret`, one a place; any `threshold` of them give it back, fewer say nothing about it.

    Args:
        secret: 32 bytes.
        places: where the polynomial is evaluated; distinct, from 1 on.
        threshold: 1 to the number of places.
        entropy: the only source of chance.
    Raises:
        InputError: another length, places that are not distinct and positive, or an impossible threshold.
    """
    if len(secret) != SECRET_BYTES:
        raise InputError(f"a secret of {len(secret)} bytes where {SECRET_BYTES} are shared")
    if len(set(places)) != len(places) or any(not 0 < place < PRIME for place in places):
        raise InputError("the places of shares must be distinct and positive: place 0 is the secret itself")
    if not 1 <= threshold <= len(places):
        raise InputError(f"a threshold of {threshold} among {len(places)} shares")
    coefficients = [int.from_bytes(secret, "big")]
    coefficients += [int.from_bytes(entropy(_COEFFICIENT_BYTES), "big") % PRIME for _ in range(threshold - 1)]
    return {place: _evaluate(coefficients, place).to_bytes(SHARE_BYTES, "big") for place in places}


def combine(shares: Mapping[int, bytes], weights: Mapping[int, int]) -> bytes:
    """The secret behind `shares`, with the weights of exactly these places from `weights_at_zero`.

    Raises:
        ProofError: a share outside the field, or shares of no 32-byte secret (then at least one is false).
    """
    total = 0
    for place, weight in weights.items():
        value = int.from_bytes(shares[place], "big")
        if len(shares[place]) != SHARE_BYTES or value >= PRIME:
            raise ProofError(f"the share at place {place} is no element of the field")
        total = (total + weight * value) % PRIME
    if total >> 256:
        raise ProofError("the shares belong to no 32-byte secret: at least one is false")
    return total.to_bytes(SECRET_BYTES, "big")


def weights_at_zero(places: Sequence[int]) -> dict[int, int]:
    """Lagrange's weights for the value at 0, the same for every secret that is shared at these places."""
    if len(set(places)) != len(places) or any(not 0 < place < PRIME for place in places):
        raise InputError("the places of shares must be distinct and positive")
    weights = {}
    for place in places:
        above, below = 1, 1
        for other in places:
            if other != place:
                above = above * other % PRIME
                below = below * (other - place) % PRIME
        weights[place] = above * pow(below, -1, PRIME) % PRIME
    return weights


def _evaluate(coefficients: Sequence[int], place: int) -> int:
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * place + coefficient) % PRIME
    return value
