import math

import pytest

from rca.evaluate.scores import Ranks, Share, Stated, rank_of


def test_a_share_carries_its_interval() -> None:
    low, high = Share(9, 10).interval
    assert (low, high) == pytest.approx((0.5550, 0.9975), abs=1e-3)
    assert Share(9, 10).text() == "0.90 [0.55, 1.00]"
    assert math.isnan(Share(0, 0).value)
    assert Share(0, 0).text() == "-"


def test_ranks_count_only_what_was_suspected() -> None:
    ranks = Ranks((1, 2, 4, 0))
    assert ranks.top(1) == Share(1, 4)
    assert ranks.top(3) == Share(2, 4)
    assert rank_of(["a", "b", "c"], ["c", "b"]) == 2
    assert rank_of(["a"], ["z"]) == 0


def test_statements_are_counted_by_what_was_stated() -> None:
    stated = Stated(((0.95, True), (0.93, False), (0.5, True), (0.05, False)))
    assert stated.at_least(0.92) == Share(1, 2)
    counted = {(low, high): share.of for low, high, _, share in stated.bins()}
    assert counted[(0.9, 1.0)] == 2
    assert counted[(0, 0.1)] == 1
    assert stated.error == pytest.approx((2 * abs(0.94 - 0.5) + 0.5 + 0.05) / 4)
