from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import SchemaError
from scoring.knots import Curve


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    xs = sorted(draw(st.sets(st.integers(-1000, 1000), min_size=2, max_size=8)))
    ys = sorted(draw(st.lists(st.integers(0, 10**6), min_size=len(xs), max_size=len(xs))))
    return Curve(tuple(xs), tuple(ys if draw(st.booleans()) else reversed(ys)))


def exact(curve: Curve, x: Fraction) -> Fraction:
    if x <= curve.xs[0]:
        return Fraction(curve.ys[0])
    for x0, x1, y0, y1 in zip(curve.xs, curve.xs[1:], curve.ys, curve.ys[1:], strict=False):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return Fraction(curve.ys[-1])


@given(curves(), st.fractions(-1200, 1200, max_denominator=10**6))
def test_a_curve_gives_the_floor_of_the_exact_interpolation(curve: Curve, x: Fraction) -> None:
    assert curve.at(x.numerator, x.denominator) == floor(exact(curve, x))


@given(curves(), st.fractions(-1200, 1200), st.fractions(-1200, 1200))
def test_a_curve_never_turns(curve: Curve, one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    first, second = curve.at(low.numerator, low.denominator), curve.at(high.numerator, high.denominator)
    assert first <= second if curve.rising else first >= second


@pytest.mark.parametrize(
    ("xs", "ys", "place"),
    [
        ((0,), (1,), "/0"),
        ((0, 0), (0, 1), "/1"),
        ((0, 2, 1), (0, 1, 2), "/2"),
        ((0, 1, 2), (0, 2, 1), "/2"),
        ((0, 1, 2), (2, 3, 1), "/1"),
        ((0, 1), (2, 3, 1), "/0"),
    ],
)
def test_bad_knots_are_refused_at_their_place(xs: tuple[int, ...], ys: tuple[int, ...], place: str) -> None:
    with pytest.raises(SchemaError) as error:
        Curve(xs, ys)
    assert error.value.place == place
