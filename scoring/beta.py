"""Quantiles of Beta distributions in deterministic arithmetic, rounded outward to parts per billion.

Only integers and `decimal` with a fixed context are used; its ln and exp are correctly rounded by the General Decimal
Arithmetic specification, so every machine finds the same bits. The search may take any path: its answer is the one
grid point where the distribution function crosses the tail.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from math import isqrt
from typing import Final

from scoring.scale import MICRO, PPB, Z_MICRO

MOST_EVENTS: Final = 100_000 * MICRO
"""Neither parameter pair says more than this many of its rarer events (micro): more are scaled down, which widens."""

_CONTEXT: Final = Context(prec=34, rounding=ROUND_HALF_EVEN)
_BITS: Final = 110
_SHIFT: Final = 24
# Stirling's series: B_2k / (2k (2k - 1)) for k = 1..12 (NIST DLMF 5.11.1); at z >= 24 the rest is below 1e-27.
_STIRLING: Final = (
    (1, 12),
    (-1, 360),
    (1, 1260),
    (-1, 1680),
    (1, 1188),
    (-691, 360360),
    (1, 156),
    (-3617, 122400),
    (43867, 244188),
    (-174611, 125400),
    (77683, 5796),
    (-236364091, 1506960),
)
_HALF_LN_2PI: Final = Decimal("0.9189385332046727417803297364056176398614")


def bounds(a: int, b: int, confidence: int) -> tuple[int, int]:
    """The central interval of Beta(a, b) in parts per billion, rounded outward.

    Args:
        a, b: parameters in millionths, each at least 1.
        confidence: level in parts per million; each tail has half of the rest.
    Source:
        Series for the incomplete beta function: NIST DLMF 8.17.8 with the hypergeometric series of 15.2.1.
    """
    if a > b:  # the series is short only where the rarer side is the first
        low, high = bounds(b, a, confidence)
        return PPB - high, PPB - low
    if a > MOST_EVENTS:
        a, b = MOST_EVENTS, b * MOST_EVENTS // a
    evaluate = _distribution(a, b)
    tail = _CONTEXT.divide(Decimal(MICRO - confidence), Decimal(2 * MICRO))
    z = Z_MICRO[confidence]
    below, _ = _crossing(evaluate, tail, _guess(a, b, -z))
    _, above = _crossing(evaluate, _CONTEXT.subtract(Decimal(1), tail), _guess(a, b, z))
    return below, above


_Evaluation = tuple[Decimal, Decimal]
"""Probability below x, and the density at x."""


def _distribution(a: int, b: int) -> Callable[[int], _Evaluation]:
    """The distribution function of Beta(a, b) and its density, at x in parts per billion, 0 < x < PPB."""
    c = _CONTEXT
    da, db = c.divide(Decimal(a), Decimal(MICRO)), c.divide(Decimal(b), Decimal(MICRO))
    # ln of 1 / B(a, b).
    constant = c.subtract(_ln_gamma(c.add(da, db)), c.add(_ln_gamma(da), _ln_gamma(db)))

    def evaluate(x: int) -> _Evaluation:
        dx = c.divide(Decimal(x), Decimal(PPB))
        rest = c.subtract(Decimal(1), dx)
        power = c.add(constant, c.add(c.multiply(da, c.ln(dx)), c.multiply(db, c.ln(rest))))
        front = c.exp(power)
        density = c.divide(front, c.multiply(dx, rest))
        if 2 * x <= PPB:
            probability = c.divide(c.multiply(front, _series(a, b, x)), da)
        else:
            probability = c.subtract(Decimal(1), c.divide(c.multiply(front, _series(b, a, PPB - x)), db))
        return probability, density

    return evaluate


def _series(a: int, b: int, x: int) -> Decimal:
    """Sum over n of (a + b)_n / (a + 1)_n x^n in fixed point; all terms positive, x at most one half."""
    term = total = 1 << _BITS
    top, bottom = (a + b) * x, (a + MICRO) * PPB
    top_step, bottom_step = MICRO * x, MICRO * PPB
    while term >> 20:
        term = term * top // bottom
        total += term
        top += top_step
        bottom += bottom_step
    return _CONTEXT.divide(Decimal(total), Decimal(1 << _BITS))


def _crossing(evaluate: Callable[[int], _Evaluation], level: Decimal, x: int) -> tuple[int, int]:
    """The two neighbours in parts per billion between which the probability below x comes to exceed `level`."""
    low, high = 0, PPB
    while high - low > 1:
        if not low < x < high:
            # Geometric steps while the bracket spans magnitudes, as rates live near zero; small ones upward, as the
            # series grows long far above the mean.
            x = min(isqrt((low + 1) * high), 8 * (low + 1)) if high > 4 * (low + 1) else (low + high) // 2
            x = min(max(x, low + 1), high - 1)
        probability, density = evaluate(x)
        excess = probability - level
        if excess > 0:
            high = x
        else:
            low = x
        # Newton; a step within the grid still moves to the neighbour that closes the bracket.
        step = int(excess / density * PPB) if density > abs(excess) else PPB
        x = min(x - (step or (1 if excess > 0 else -1)), 8 * x)
    return low, high


def _guess(a: int, b: int, z: int) -> int:
    """Where to begin: Wilson and Hilferty's cube root for the rarer side, crude and without effect on the answer."""
    root = max(isqrt(9 * a * MICRO), 1)  # 3 sqrt(a) in millionths
    cube = max(MICRO - MICRO * MICRO // (9 * a) + z * MICRO // root, 0)
    odds = a * cube**3 // MICRO**3
    return max(1, PPB * odds // (odds + b))


def _ln_gamma(z: Decimal) -> Decimal:
    """ln of the gamma function for z > 0 (Stirling's series after shifting z upward)."""
    c = _CONTEXT
    product = Decimal(1)
    while z < _SHIFT:
        product = c.multiply(product, z)
        z = c.add(z, Decimal(1))
    result = c.add(c.subtract(c.multiply(c.subtract(z, Decimal("0.5")), c.ln(z)), z), _HALF_LN_2PI)
    inverse = c.divide(Decimal(1), z)
    power, square = inverse, c.multiply(inverse, inverse)
    for numerator, denominator in _STIRLING:
        result = c.add(result, c.divide(c.multiply(power, Decimal(numerator)), Decimal(denominator)))
        power = c.multiply(power, square)
    return c.subtract(result, c.ln(product)) if product != 1 else result
