"""Quantiles of Beta distributions in deterministic arithmetic, rounded outward to parts per billion.

Only integers and `decimal` with a fixed context are used; its ln and exp are correctly rounded by the General Decimal
Arithmetic specification, so every machine finds the same bits. The search may take any path: its answer is the one
grid point where the distribution function crosses the tail.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, localcontext
from math import isqrt
from typing import Final

from scoring.scale import MICRO, PPB, Z_MICRO

MOST_EVENTS: Final = 100_000 * MICRO
"""Neither parameter pair says more than this many of its rarer events (micro): more are scaled down, which widens."""

_CONTEXT: Final = Context(prec=34, rounding=ROUND_HALF_EVEN)
_BITS: Final = 72
_LAST: Final = 16
_HALF: Final = Decimal("0.5")
_NEAR: Final = Decimal("0.01")
_SURE: Final = Decimal("0.001")
_SMALL: Final = Decimal("0.1")
_SHIFT: Final = 24
# Stirling's series: B_2k / (2k (2k - 1)) for k = 1..12 (NIST DLMF 5.11.1); at z >= 24 the rest is below 1e-27.
_STIRLING: Final = tuple(
    (Decimal(numerator), Decimal(denominator))
    for numerator, denominator in (
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
    # The caller's own decimal context must not reach the arithmetic.
    with localcontext(_CONTEXT):
        evaluate = _distribution(a, b)
        tail = Decimal(MICRO - confidence) / (2 * MICRO)
        z = Z_MICRO[confidence]
        below, _ = _crossing(a, b, evaluate, tail, _guess(a, b, -z))
        _, above = _crossing(a, b, evaluate, 1 - tail, _guess(a, b, z))
    return below, above


Evaluate = Callable[[int], tuple[Decimal, Decimal]]
"""Probability below x, and the density at x, for x in parts per billion."""


def _distribution(a: int, b: int) -> Evaluate:
    """The distribution function of Beta(a, b) and its density, at x in parts per billion, 0 < x < PPB."""
    da, db = Decimal(a) / MICRO, Decimal(b) / MICRO
    constant = _ln_inverse_beta(da, db)

    def evaluate(x: int) -> tuple[Decimal, Decimal]:
        one, other = Decimal(x) / PPB, Decimal(PPB - x) / PPB
        front = (constant + da * one.ln() + db * other.ln()).exp()
        density = front / (one * other)
        if 2 * x <= PPB:
            return front * _series(a, b, x) / da, density
        return 1 - front * _series(b, a, PPB - x) / db, density

    return evaluate


def _series(a: int, b: int, x: int) -> Decimal:
    """Sum over n of (a + b)_n / (a + 1)_n x^n in fixed point; all terms positive, x at most one half."""
    term = total = 1 << _BITS
    top, bottom = (a + b) * x, (a + MICRO) * PPB
    top_step, bottom_step = MICRO * x, MICRO * PPB
    while term >> _LAST:
        term = term * top // bottom
        total += term
        top += top_step
        bottom += bottom_step
    return Decimal(total) / (1 << _BITS)


def _crossing(a: int, b: int, evaluate: Evaluate, level: Decimal, x: int) -> tuple[int, int]:
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
        step, error = _step(a, b, x, excess, density)
        whole = int(step.to_integral_value(ROUND_FLOOR))
        if error < _SURE and _NEAR < step - whole < 1 - _NEAR:
            return x - whole - 1, x - whole
        # A step within the grid still moves to the neighbour that closes the bracket.
        x = min(x - (int(step) or (1 if excess > 0 else -1)), 8 * x)
    return low, high


def _step(a: int, b: int, x: int, excess: Decimal, density: Decimal) -> tuple[Decimal, Decimal]:
    """Halley's step from x towards the crossing, and a bound of its error, both in parts per billion.

    With f the density, s the step and g = f'/f, h >= |g'|: the next term of the series is s^3 (g^2 + h) / 6 at most; a
    factor of 6 covers the ones after it as long as the step is a small part of 1 / g and of the way to either end.
    """
    if density <= abs(excess):
        return Decimal(PPB), Decimal(PPB)
    one, other = Decimal(x) / PPB, Decimal(PPB - x) / PPB
    da, db = Decimal(a) / MICRO, Decimal(b) / MICRO
    bend = (da - 1) / one - (db - 1) / other
    newton = excess / density
    if abs(newton * bend) > _SMALL:
        return newton * PPB, Decimal(PPB)
    step = newton / (1 - newton * bend / 2)
    if abs(step) > _SMALL * min(one, other):
        return step * PPB, Decimal(PPB)
    curvature = bend * bend + (da + 1) / (one * one) + (db + 1) / (other * other)
    return step * PPB, abs(step * step * step) * curvature * PPB


def _guess(a: int, b: int, z: int) -> int:
    """Where to begin: Paulson's cube root of the ratio of two gamma variables; without effect on the answer."""
    one, other = Decimal(MICRO) / (9 * a), Decimal(MICRO) / (9 * b)
    level = Decimal(z) / MICRO
    scale = (1 - other) ** 2 - level * level * other
    under = (1 - one) ** 2 * other + (1 - other) ** 2 * one - level * level * one * other
    if scale <= 0 or under <= 0:
        return max(1, PPB * a // (a + b))
    cube = max(((1 - one) * (1 - other) + level * under.sqrt()) / scale, Decimal(0))
    odds = cube * cube * cube * a / b
    return max(1, min(PPB - 1, int(odds / (1 + odds) * PPB)))


def _ln_inverse_beta(a: Decimal, b: Decimal) -> Decimal:
    """ln of 1 / B(a, b) = ln of gamma(a + b) / (gamma(a) gamma(b))."""
    (top, top_shift), (one, one_shift), (other, other_shift) = (_ln_gamma(z) for z in (a + b, a, b))
    shift = one_shift * other_shift / top_shift
    return top - one - other + (shift.ln() if shift != 1 else 0)


def _ln_gamma(z: Decimal) -> tuple[Decimal, Decimal]:
    """(l, p) with ln of gamma(z) = l - ln p, for z > 0: Stirling's series after shifting z upward by p."""
    product = Decimal(1)
    while z < _SHIFT:
        product *= z
        z += 1
    result = (z - _HALF) * z.ln() - z + _HALF_LN_2PI
    inverse = 1 / z
    power, square = inverse, inverse * inverse
    for numerator, denominator in _STIRLING:
        result += power * numerator / denominator
        power *= square
    return result, product
