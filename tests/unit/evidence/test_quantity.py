"""Quantities: exact decimals and exact conversions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import MalformedError, SchemaError
from evidence.quantity import Quantity, decimal_text, is_decimal
from evidence.ucum import unit
from tests.support.fuzz import assert_refuses_cleanly

DECIMALS = st.from_regex(r"-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?", fullmatch=True)


@pytest.mark.parametrize(
    ("value", "have", "want", "answer"),
    [
        ("1", "mm", "um", "1000"), ("1.5", "m", "mm", "1500"), ("25", "Cel", "[degF]", "77"),
        ("-40", "[degF]", "Cel", "-40"),
        ("0", "Cel", "K", "273.15"), ("1", "Cel/min", "K/min", "1"), ("1", "N.m", "J", "1"),
        ("2.5", "bar", "kPa", "250"),
        ("90", "deg", "'", "5400"), ("1", "gon", "deg", "0.9"), ("3", "um/m", "[ppm]", "3"),
        ("1", "%", "[ppm]", "10000"),
        ("5", "{pcs}", "1", "5"), ("1", "h", "min", "60"), ("1", "/min", "/h", "60"), ("7", "kOhm.mA", "V", "7"),
        ("1", "[in_i]", "mm", "25.4"), ("1", "[mil_i]", "um", "25.4"), ("1", "[lb_av]", "g", "453.59237"),
        ("1", "mm2", "m2", "0.000001"), ("1", "cm3", "mL", "1"), ("1", "10*3", "1", "1000"),
        ("2", "m/s/s", "m.s-2", "2"),
        ("4", "m.kg/s2", "N", "4"), ("1", "W.h", "J", "3600"), ("1", "uF.V", "uC", "1"), ("1", "daN", "N", "10"),
        ("1", "d", "s", "86400"), ("1", "kHz{rev}", "/s", "1000"), ("3", "12.mm", "mm", "36"), ("1", "mT", "G", "10"),
        ("100", "Pa.s", "P", "1000"), ("1", "S", "Ohm-1", "1"), ("1", "MBy", "Mbit", "8"),
    ],
)  # fmt: skip
def test_quantities_convert_exactly(value: str, have: str, want: str, answer: str) -> None:
    assert Quantity(value, have).in_unit(want) == Fraction(answer)


def test_a_pound_per_square_inch_is_what_the_inch_and_the_pound_make_it() -> None:
    expected = Fraction("0.45359237") * Fraction("9.80665") / Fraction("0.0254") ** 2
    assert Quantity("1", "[psi]").in_unit("Pa") == expected


@pytest.mark.parametrize(
    ("have", "want"), [("mm", "kg"), ("deg", "rad"), ("Cel", "Pa"), ("1", "mm"), ("[pH]", "1"), ("mol", "1")]
)
def test_units_that_measure_different_things_do_not_convert(have: str, want: str) -> None:
    quantity = Quantity("1", have)
    assert not quantity.is_commensurable(want)
    with pytest.raises(SchemaError):
        quantity.in_unit(want)


@given(DECIMALS, st.sampled_from(["mm", "um", "m", "[in_i]", "nm"]), st.sampled_from(["mm", "[ft_i]", "km", "nm"]))
def test_converting_forth_and_back_gives_the_value_again(value: str, have: str, want: str) -> None:
    exact = Quantity(value, have).in_unit(want)
    assert exact * unit(want).factor / unit(have).factor == Fraction(value)


@pytest.mark.parametrize("code", ["mm", "um", "m", "Cel", "K", "%", "g", "kg", "N", "N.m", "Pa", "bar", "V", "A", "Ohm",
                                  "s", "min", "h", "d", "deg", "1", "{count}", "[ppm]", "um/m", "mm/min", "kN", "dB",
                                  "L/min", "mm[Hg]", "/min", "10*6", "1/s", "g/cm3", "'", "''"])  # fmt: skip
def test_units_of_inspection_files_are_understood(code: str) -> None:
    assert unit(code).code == code


@pytest.mark.parametrize("code", ["", "MM", "inch", "mm ", " mm", "mm/", "mm//s", "mm..s", "m0", "m-0", "(m)", "mm^2",
                                  "°C", "µm", "x" * 41, "kmin", "kdeg", "mkg", "{", "{a", "{a}{b}", "1.5", "0", "01",
                                  "m.m.m.m.m.m.m.m.m", "m100", "\u0661", "m\n", "10**", "/", "k", "m[",
                                  "kk[Hg]"])  # fmt: skip
def test_other_codes_are_refused_with_advice(code: str) -> None:
    with pytest.raises(SchemaError) as caught:
        unit(code)
    assert "UCUM" in caught.value.advice


@pytest.mark.parametrize("value", ["", "1.", ".5", "+1", "01", "1e3", "--1", "1,5", " 1", "1\n", "NaN", "Infinity", "١",
                                   "1" * 31, "0." + "1" * 31, "1_000", "0x1"])  # fmt: skip
def test_numbers_in_other_spellings_are_no_quantity(value: str) -> None:
    assert not is_decimal(value)
    with pytest.raises(SchemaError):
        Quantity(value, "mm")


@pytest.mark.parametrize(
    ("text", "written"),
    [("+1.50", "1.50"), (".5", "0.5"), ("-.5", "-0.5"), ("1.2E-3", "0.0012"), ("1.20e+3", "1200"), ("5.", "5"),
     ("007", "7"), ("10", "10"), ("-0.0", "-0.0"), ("1E3", "1000"), ("1.00E-5", "0.0000100")],
)  # fmt: skip
def test_numbers_of_files_are_written_anew_with_value_and_digits_kept(text: str, written: str) -> None:
    assert decimal_text(text) == written
    assert Decimal(text) == Decimal(written)


@pytest.mark.parametrize("text", ["", "abc", "1,5", "NaN", "inf", "1e999", "1e-99", "1" * 61, "1 2", "0x10", "1__0"])
def test_texts_that_are_no_bounded_number_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        decimal_text(text)


@given(DECIMALS)
def test_a_number_already_well_written_is_left_alone(text: str) -> None:
    assert decimal_text(text) == text
    assert Quantity(text, "1").exact == Fraction(text)


def test_damaged_units_and_numbers_are_refused_cleanly() -> None:
    units = [b"kOhm.mA/s2{rev}", b"10*-6.[lb_av]", b"mm[Hg]99.mm[Hg]99.mm[Hg]99"]
    assert assert_refuses_cleanly(lambda data: unit(data.decode("latin-1")), units) > 100
    assert assert_refuses_cleanly(lambda data: decimal_text(data.decode("latin-1")), [b"-12.50e-3", b"1E99"]) > 100
