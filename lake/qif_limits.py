"""Specification limits of a QIF characteristic, where its bounds may be limits or offsets and verdicts tell which."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from lake.decimals import add
from lake.qif_model import Measured, Tolerance
from lake.units import convert


def bounds_are_limits(measured: Sequence[Measured]) -> bool:
    """Whether a document that calls its bounds offsets from the nominal means limits all the same.

    Some writers do so. Offsets are what the standard says, so they are believed unless they contradict the document's
    own PASS and FAIL verdicts more often than limits would; a writer is taken to do it everywhere or nowhere.
    """
    as_offsets = as_limits = 0
    for one in measured:
        if one.item.tolerance.offsets and one.item.nominal is not None:
            as_offsets += contradictions([one], *limits([one], as_limits=False)[1:])
            as_limits += contradictions([one], *limits([one], as_limits=True)[1:])
    return as_limits < as_offsets


def limits(rows: Sequence[Measured], *, as_limits: bool) -> tuple[str | None, str | None, str | None]:
    """Nominal, lower and upper limit of one characteristic, in the unit of its values.

    Args:
        rows: the values of one characteristic in one unit, at least one.
        as_limits: take bounds as limits even where the file calls them offsets from the nominal.
    Raises:
        SchemaError, MalformedError: limits in a unit that does not convert exactly to that of the values.
    """
    item, unit = rows[0].item, rows[0].unit

    def told(value: str | None) -> str | None:
        return None if value is None else convert(value, item.unit, unit)

    nominal, tolerance = told(item.nominal), item.tolerance
    low, high = told(tolerance.low), told(tolerance.high)
    if tolerance.offsets and nominal is not None and not as_limits:
        low, high = _shifted(low, high, nominal)
    return nominal, low, high


def declared_limits(tolerance: Tolerance, nominal: str | None) -> tuple[str | None, str | None]:
    """Limits by the letter of the standard, for characteristics without values."""
    if tolerance.offsets:
        return (None, None) if nominal is None else _shifted(tolerance.low, tolerance.high, nominal)
    return tolerance.low, tolerance.high


def contradictions(rows: Sequence[Measured], low: str | None, high: str | None) -> int:
    """How many PASS and FAIL verdicts do not follow from value and limits."""
    wrong = 0
    for one in rows:
        value = Decimal(one.value)
        inside = (low is None or value >= Decimal(low)) and (high is None or value <= Decimal(high))
        wrong += (one.verdict == "PASS" and not inside) or (one.verdict == "FAIL" and inside)
    return wrong


def _shifted(low: str | None, high: str | None, nominal: str) -> tuple[str | None, str | None]:
    return None if low is None else add(nominal, low), None if high is None else add(nominal, high)
