"""Scores of parent sets, against scores worked out one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import SchemaError
from rca.columns import Column
from rca.posterior.features import Moments, moments
from rca.posterior.local import Scoring, bit_sums, pick_candidates, score_sets, subset_totals
from rca.table import table_of

PLAIN = Scoring(temper=1.0)


def found(rows: int = 800) -> Moments:
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=rows), rng.normal(size=rows)
    c = 0.8 * a - 0.5 * b + 0.4 * a**2 + rng.normal(size=rows)
    return moments(table_of([Column(name) for name in "abcd"], [a, b, c, rng.normal(size=rows)]))


def by_hand(one: Moments, target: int, parents: list[int], linear: bool) -> float:
    order = [feature for parent in parents for feature in one.block(parent, linear=linear)]
    goal = one.block(target)[0]
    inner = one.products[np.ix_(order, order)]
    left = one.products[goal, goal] - one.products[goal, order] @ np.linalg.solve(inner, one.products[order, goal])
    rows = one.rows[0, 0]
    return float(-0.5 * rows * np.log(left) - 0.5 * np.log(rows) * len(order))


def test_all_sets_at_once_score_as_each_set_by_itself() -> None:
    one = found()
    scores = score_sets(one, 2, [0, 1, 3], PLAIN)
    for bits in range(8):
        parents = [place for bit, place in enumerate([0, 1, 3]) if bits >> bit & 1]
        wanted = np.logaddexp(by_hand(one, 2, parents, True), by_hand(one, 2, parents, False))
        assert scores[bits] - scores[0] == pytest.approx(wanted - np.logaddexp(0, 0), abs=0.02)


def test_the_true_parents_win() -> None:
    scores = score_sets(found(), 2, [0, 1, 3], PLAIN)
    assert int(np.argmax(scores)) == 0b011


def test_tempering_counts_a_share_of_the_likelihood() -> None:
    full, half = (score_sets(found(), 2, [0, 1], Scoring(temper=temper)) for temper in (1.0, 0.5))
    assert half - half[0] == pytest.approx((full - full[0]) / 2)


@given(scores=st.lists(st.floats(-30, 30), min_size=8, max_size=8))
def test_totals_sum_over_all_subsets(scores: list[float]) -> None:
    logs = np.array(scores)
    totals = subset_totals(logs)
    for mask in range(8):
        wanted = np.log(sum(np.exp(logs[sub]) for sub in range(8) if sub & ~mask == 0))
        assert totals[mask] == pytest.approx(wanted)


def test_bits_sum_their_weights() -> None:
    assert bit_sums([1.0, 10.0, 100.0]).tolist() == [0, 1, 10, 11, 100, 101, 110, 111]


def test_candidates_are_picked_by_what_they_add_engineers_first() -> None:
    one = found()
    assert set(pick_candidates(one, 2, [0, 1, 3], [], 2)) == {0, 1}
    assert pick_candidates(one, 2, [0, 1, 3], [3], 2)[0] == 3


@pytest.mark.parametrize(
    "change", [{"candidates": 16}, {"candidates": 0}, {"temper": 0.0}, {"temper": 1.1}, {"parents": 0.0}]
)
def test_ways_of_scoring_out_of_bounds_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(SchemaError):
        Scoring(**change)  # type: ignore[arg-type]
