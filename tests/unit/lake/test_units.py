"""Unit spellings go to UCUM by one table; what is not in it is refused."""

from __future__ import annotations

import pytest

from evidence import ucum
from evidence.errors import MalformedError, SchemaError
from lake import units


def test_every_spelling_in_the_table_is_a_unit_that_the_kernel_understands() -> None:
    for code in (*units._SYMBOLS.values(), *units._WORDS.values(), units.UNSTATED):
        assert ucum.unit(code).code == code


@pytest.mark.parametrize(
    ("spelled", "code"),
    [
        ("µm", "um"),
        ("Millimeter", "mm"),
        ("°C", "Cel"),
        ("\u2126", "Ohm"),
        ("N m", "N.m"),
        ("N.m", "N.m"),
        ("毫米", "mm"),
    ],
)
def test_spellings_of_the_shop_floor_are_understood(spelled: str, code: str) -> None:
    assert units.ucum_code(spelled) == code


def test_capitals_are_not_guessed_at() -> None:
    assert units.ucum_code("mPa") == "mPa"
    assert units.ucum_code("MPa") == "MPa"


def test_an_unknown_unit_is_refused_with_advice() -> None:
    with pytest.raises(SchemaError, match="furlong") as caught:
        units.ucum_code("furlong")
    assert "UCUM" in caught.value.advice


def test_conversion_is_exact_or_refused() -> None:
    assert units.convert("28.0", "kOhm", "Ohm") == "28000"
    assert units.convert("75.398", "[in_i]", "mm") == "1915.1092"
    assert units.convert("1.50", "mm", "mm") == "1.50"
    with pytest.raises(SchemaError):
        units.convert("1", "mm", "kg")
    with pytest.raises(SchemaError, match="convert"):
        units.convert("20", "Cel", "K")
    with pytest.raises(MalformedError, match="finite"):
        units.convert("1", "mm", "[in_i]")
