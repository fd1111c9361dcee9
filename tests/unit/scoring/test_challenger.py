"""Champion against challenger: figures by their definitions, intervals from a seeded generator, honest cards."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from evidence import canonical
from evidence.errors import SchemaError
from scoring.challenger import MEASURES, Comparison, auc, compare
from scoring.learned import learn
from scoring.learned_card import learned_card
from scoring.policy import Policy
from scoring.samples import before_and_after
from tests.unit.scoring.outcomes import FIRST, TITLE, history

EARLY, LATE = before_and_after(history(7, 120), date(2025, 7, 1))
FIT = learn(EARLY, FIRST, pull=1, name="learned", title=TITLE)


def judged(seed: int = 1, challenger: Policy = FIT.policy) -> Comparison:
    return compare(FIRST, challenger, EARLY, LATE, rng=np.random.default_rng(seed), draws=200)


def test_the_auc_counts_pairs() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        points, bad = rng.integers(0, 6, 30), rng.integers(0, 2, 30).astype(float)
        times = rng.integers(0, 3, 30)
        wrong = [p for p, b, t in zip(points, bad, times, strict=True) for _ in range(t) if b]
        right = [p for p, b, t in zip(points, bad, times, strict=True) for _ in range(t) if not b]
        if wrong and right:
            pairs = [(r > w) + (r == w) / 2 for w in wrong for r in right]
            assert auc(points, bad, times.astype(float)) == pytest.approx(sum(pairs) / len(pairs), abs=1e-12)


def test_equal_seeds_give_equal_bytes_and_other_seeds_other_intervals() -> None:
    first, again, other = (canonical.encode(judged(seed).to_json()) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_policy_learned_from_what_drives_the_outcomes_beats_the_published_one_later() -> None:
    found = judged()
    assert found.better
    assert found.difference["auc"].value > 0
    assert found.difference["brier"].value < 0
    for side in (found.of_champion, found.of_challenger, found.difference):
        assert set(side) == set(MEASURES)
        assert all(one.low <= one.value <= one.high for one in side.values())
    assert found.samples == len(LATE)
    assert found.bad == sum(one.outcome for one in LATE)


def test_a_policy_is_not_better_than_itself() -> None:
    found = judged(challenger=FIRST)
    assert not found.better
    assert {(one.value, one.low, one.high) for one in found.difference.values()} == {(0, 0, 0)}


def test_outcomes_that_were_learned_from_are_no_judge() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(SchemaError, match="after those learned from"):
        compare(FIRST, FIT.policy, LATE, EARLY, rng=rng)
    with pytest.raises(SchemaError, match="both outcomes"):
        compare(FIRST, FIT.policy, EARLY, [replace(one, outcome=0) for one in LATE], rng=rng)


def test_the_card_tells_the_data_window_and_the_limits() -> None:
    card: Any = learned_card(FIT, judged())
    assert canonical.encode(card)
    assert card["learned"]["samples"] == len(EARLY)
    assert card["learned"]["bad"] == sum(one.outcome for one in EARLY)
    assert card["learned"]["last_period"] == "2025-04-01"
    assert card["policy"]["hash"] == FIT.policy.hash.hex()
    assert card["interval"]["coverage"]["measured"] is False
    assert card["comparison"]["better"] is True
    assert any("before the members' vote" in limit for limit in card["limits"])
    assert any("not tried" in limit for limit in learned_card(FIT)["limits"])  # type: ignore[union-attr]


def test_a_card_with_the_wrong_comparison_is_refused() -> None:
    with pytest.raises(SchemaError, match="other policies"):
        learned_card(FIT, judged(challenger=FIRST))
    with pytest.raises(SchemaError, match="learned from"):
        learned_card(replace(FIT, samples=tuple(LATE)), judged())
