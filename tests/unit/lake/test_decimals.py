"""Decimal texts keep every digit; arithmetic on them is exact or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import MalformedError
from lake.decimals import add, decimal_text, halve, negate, scale

plain = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("1.500", "1.500"),
        (".0005", "0.0005"),
        ("+7", "7"),
        (" -33.049999999999997 ", "-33.049999999999997"),
        ("2.49960000000000E+0002", "249.960000000000"),
        ("1e-3", "0.001"),
    ],
)
def test_numbers_keep_their_digits_however_machines_spell_them(written: str, told: str) -> None:
    assert decimal_text(written) == told


@pytest.mark.parametrize(
    "written", ["", "1,5", "1.234,5", "NaN", "Infinity", "0x1F", "1_000", "１２", "9" * 40, "1e99"]
)
def test_what_is_no_plain_number_is_refused(written: str) -> None:
    with pytest.raises(MalformedError):
        decimal_text(written)


def test_a_decimal_comma_is_read_only_where_it_is_announced_and_never_beside_a_point() -> None:
    assert decimal_text("10,020", decimal_comma=True) == "10.020"
    with pytest.raises(MalformedError, match="point"):
        decimal_text("1.234,5", decimal_comma=True)
    with pytest.raises(MalformedError):
        decimal_text("1,234,5", decimal_comma=True)


@given(plain, plain)
def test_sums_are_exact(left: Decimal, right: Decimal) -> None:
    assert Decimal(add(format(left, "f"), format(right, "f"))) == left + right


@given(plain)
def test_half_twice_is_the_whole(number: Decimal) -> None:
    half = halve(format(number, "f"))
    assert Decimal(half) * 2 == number
    assert Decimal(negate(half)) == -Decimal(half)


def test_a_product_that_cannot_be_written_is_refused() -> None:
    assert scale("28.0", Decimal(1000)) == "28000"
    with pytest.raises(MalformedError):
        scale("1." + "1" * 29, Decimal("1e-20"))
