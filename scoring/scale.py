"""The units of the score, all integers, so that every member computes the same bits.

- utility: micro-units, 0 (worst) to `MICRO` (best);
- points: micro-points, `FULL` = 100 points;
- theta, the share of exposure that went wrong: an exact fraction, on knots in parts per billion (`PPB`);
- weights of age: `AGE_ONE` = full weight;
- months: counted from year 0, `year * 12 + month - 1`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

MICRO: Final = 10**6
"""One whole utility."""
POINT: Final = 10**6
"""One point."""
FULL: Final = 100 * POINT
"""The sum of all weights, and the best score."""
PPB: Final = 10**9
"""A theta of one."""
AGE_ONE: Final = 2**32
"""The weight of evidence of the current month."""
Z_MICRO: Final = {900_000: 1_644_854, 950_000: 1_959_964, 990_000: 2_575_830}
"""Two-sided normal quantiles by level of confidence (parts per million), in millionths, rounded up."""


def month_of(moment: datetime) -> int:
    """The calendar month of an instant, in UTC."""
    utc = moment.astimezone(UTC)
    return utc.year * 12 + utc.month - 1


def month_text(month: int) -> str:
    """`YYYY-MM` of a month."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def ceil_div(numerator: int, denominator: int) -> int:
    """Division rounded up, for a positive denominator."""
    return -(-numerator // denominator)
