import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import SchemaError
from scoring.batch import score_batch, utilities
from scoring.batch_table import BITS, SHIFT, SURE, lines_of
from scoring.engine import score
from scoring.knots import Curve
from scoring.policy_reader import published
from scoring.scale import AGE_ONE, MICRO, PPB
from tests.unit.scoring.builders import AS_OF, SUPPLIER
from tests.unit.scoring.test_engine import mixed
from tests.unit.scoring.test_knots import curves
from tests.unit.scoring.test_knots import exact as exactly

BALANCED = published("balanced-2026")
DEFECTS = BALANCED.indicator("defect-rate").curve


def exact(bad: int, exposure: int, curve: Curve) -> int:
    return curve.at(bad * PPB, exposure) if exposure else 0


@settings(max_examples=60)
@given(
    st.sampled_from([indicator.curve for indicator in BALANCED.indicators]),
    st.lists(st.tuples(st.integers(0, 2**52), st.integers(0, 2**52)), min_size=1, max_size=60),
)
def test_a_batch_gives_the_bits_of_the_exact_curve(curve: Curve, pairs: list[tuple[int, int]]) -> None:
    bad = np.array([min(pair) for pair in pairs], dtype=np.int64)
    exposure = np.array([max(pair) for pair in pairs], dtype=np.int64)
    assert utilities(bad, exposure, curve).tolist() == [
        exact(int(b), int(n), curve) for b, n in zip(bad, exposure, strict=True)
    ]


def test_shares_at_and_beside_every_knot_are_exact() -> None:
    pairs = []
    for x in DEFECTS.xs:
        for scale in (1, 7, 10**6):
            pairs += [(min(max(x * scale + step, 0), PPB * scale), PPB * scale) for step in (-1, 0, 1)]
    bad, exposure = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    assert utilities(bad, exposure, DEFECTS).tolist() == [exact(b, n, DEFECTS) for b, n in pairs]


@settings(max_examples=60)
@given(curves(), st.integers(0, 2**32))
def test_any_curve_of_any_steepness_is_exact(curve: Curve, seed: int) -> None:
    shifted = Curve(tuple(x + 1000 for x in curve.xs), curve.ys)
    steep = Curve(tuple(PPB - 4000 + x for x in shifted.xs), curve.ys)
    rng = random.Random(seed)
    for shape in (shifted, steep):
        exposure = [rng.choice((PPB, 3 * PPB, rng.randint(1, 2**50))) for _ in range(50)]
        bad = [min(n, rng.randint(shape.xs[0], shape.xs[-1]) * n // PPB + rng.randint(0, 1)) for n in exposure]
        found = utilities(np.array(bad, dtype=np.int64), np.array(exposure, dtype=np.int64), shape)
        assert found.tolist() == [exact(b, n, shape) for b, n in zip(bad, exposure, strict=True)]


def test_a_batch_gives_the_points_and_contributions_of_the_engine() -> None:
    cards = [score(mixed(seed), BALANCED, AS_OF, subject=SUPPLIER) for seed in range(25)]
    # The aged sums of the engine, cut to 62 bits: the exact fraction of the card must come out of integers that fit.
    shares = [[line.theta if line.present else None for line in card.lines] for card in cards]
    exposure = [[0 if share is None else AGE_ONE * 1000 for share in row] for row in shares]
    bad = [[0 if share is None else int(share * AGE_ONE * 1000) for share in row] for row in shares]
    batch = score_batch(np.array(bad, dtype=np.int64), np.array(exposure, dtype=np.int64), BALANCED)
    for row, card in enumerate(cards):
        expected = []
        for column, line in enumerate(card.lines):
            indicator = BALANCED.indicator(line.indicator)
            utility = exact(bad[row][column], exposure[row][column], indicator.curve)
            expected.append(indicator.points(utility) - line.reference_points)
        assert batch.contributions[row].tolist() == expected
        assert int(batch.points[row]) == batch.reference + sum(expected)
        assert abs(int(batch.points[row]) - sum(line.points for line in card.lines)) <= 10
        assert batch.reference == card.reference


@settings(max_examples=30, deadline=None)
@given(st.lists(curves(), min_size=10, max_size=10), st.integers(0, 2**32))
def test_contributions_are_those_of_the_card_for_any_curves_and_counts(shapes: list[Curve], seed: int) -> None:
    rng = random.Random(seed)
    # Knots below zero, around parts per million, and at the top of the scale; weights that divide by nothing.
    moves = ((1, 0), (7, 7000), (1, PPB - 1000), (499_999, 499_999_000))
    moved = []
    for shape in shapes:
        factor, offset = rng.choice(moves)
        moved.append(Curve(tuple(factor * x + offset for x in shape.xs), shape.ys))
    policy = replace(
        BALANCED,
        indicators=tuple(
            replace(one, curve=curve, weight=rng.randint(1, 10**7))
            for one, curve in zip(BALANCED.indicators, moved, strict=True)
        ),
    )
    rows = [[_counts(rng, one.curve) for one in policy.indicators] for _ in range(60)]
    bad, exposure = (np.array([[pair[side] for pair in row] for row in rows], dtype=np.int64) for side in (0, 1))
    found = score_batch(bad, exposure, policy)
    for number, row in enumerate(rows):
        expected = [
            one.points(exact(b, n, one.curve)) - one.points(one.reference)
            for one, (b, n) in zip(policy.indicators, row, strict=True)
        ]
        assert found.contributions[number].tolist() == expected
        assert int(found.points[number]) == found.reference + sum(expected)


def _counts(rng: random.Random, curve: Curve) -> tuple[int, int]:
    """Bad and exposure: at, beside and between knots, at the ends, without evidence, and beside edges of buckets."""
    exposure = rng.choice((PPB, 3 * PPB, 2**40, rng.randint(1, 100), rng.randint(1, 2**62)))
    knot = min(max(rng.choice(curve.xs), 0), PPB)
    edge = int((2.0 ** -rng.randint(0, 30) * (1 + rng.randint(0, 63) / 64) - 2.0**-30) * exposure)
    bad = rng.choice((0, exposure, knot * exposure // PPB + rng.randint(-1, 1), edge, rng.randint(0, exposure)))
    return rng.choice(((min(max(bad, 0), exposure), exposure),) * 9 + ((0, 0),))


def test_the_rows_of_a_table_hold_where_they_say_that_they_do() -> None:
    table = lines_of([DEFECTS])
    for place in np.flatnonzero(~np.isnan(table.slopes))[:-1]:
        low, high = (np.int64((int(place) + step - int(table.starts[0])) << BITS).view(np.float64) for step in (0, 1))
        for theta in (low, np.nextafter(high, 0)):
            height = float(table.lines[place] + table.slopes[place] * theta)
            expected = exactly(DEFECTS, (Fraction(float(theta)) - Fraction(SHIFT)) * PPB)
            assert height == expected or abs(height + 0.5 - float(expected)) < 0.5 - SURE


def test_chunks_and_threads_change_nothing() -> None:
    rng = np.random.default_rng(4)
    exposure = rng.integers(1, 10**9, size=(70_000, len(BALANCED.indicators)))
    bad = exposure // rng.integers(2, 10**5, size=exposure.shape)
    one, two = score_batch(bad, exposure, BALANCED, threads=1), score_batch(bad, exposure, BALANCED, threads=3)
    assert (one.points == two.points).all() and (one.contributions == two.contributions).all()
    assert (one.contributions.sum(axis=1) + one.reference == one.points).all()


def test_shapes_and_counts_that_do_not_fit_are_refused() -> None:
    good = np.ones((2, 10), dtype=np.int64)
    with pytest.raises(SchemaError):
        score_batch(good[:, :9], good[:, :9], BALANCED)
    with pytest.raises(SchemaError):
        score_batch(good * 2, good, BALANCED)
    with pytest.raises(SchemaError):
        score_batch(-good, good, BALANCED)
    with pytest.raises(SchemaError):
        score_batch(good, np.full_like(good, np.iinfo(np.int64).min), BALANCED)
    assert score_batch(good[:0], good[:0], BALANCED).points.shape == (0,)


def test_weights_of_any_size_are_divided_exactly() -> None:
    rng = random.Random(9)
    for _ in range(20_000):
        utility, weight = rng.randint(0, MICRO), rng.randint(1, 100 * MICRO)
        assert np.floor(float(utility) * weight / MICRO) == replace(BALANCED.indicators[0], weight=weight).points(
            utility
        )
