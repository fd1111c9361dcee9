"""Buckets and votes: who may be accepted, what a hostile minority can do, what it cannot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import SchemaError
from federated import task as tasks
from federated.evaluate.poison import ATTACKS, Scene, federate
from federated.evaluate.simulate import Plan
from federated.learning.config import TrainConfig
from federated.learning.contribution import JudgedRound, contributions, shared
from federated.learning.robust import Vote, accepted, combine, deal, median, vote
from federated.task import Task
from tests.unit.federated.learning.builders import plant, spec

TASK = Task(spec(), (8, 4))
VOTE = st.sampled_from(list(Vote))


@given(parties=st.integers(3, 100), seed=st.integers(0, 1000))
def test_everybody_sits_in_one_bucket_of_three_or_more(parties: int, seed: int) -> None:
    buckets = deal(parties, np.random.default_rng(seed))
    assert sorted(one for bucket in buckets for one in bucket) == list(range(parties))
    assert all(len(bucket) >= 3 for bucket in buckets)
    assert len(buckets) == 1 or len(buckets) >= 5


def test_buckets_are_dealt_anew_and_two_parties_are_too_few() -> None:
    rng = np.random.default_rng(0)
    assert deal(15, rng) != deal(15, rng)
    with pytest.raises(SchemaError):
        deal(2, rng)


def test_a_plant_votes_by_its_own_rows() -> None:
    model, data = tasks.new_model(TASK, 1), plant(400, 0)
    good = tasks.train(TASK, model, data, TrainConfig(epochs=5, balance="full", bound=100.0)).delta
    found = vote(TASK.shape, model, [good, -good, np.zeros_like(good)], data)
    assert found == [Vote.HELPS, Vote.HARMS, Vote.SAME]
    assert vote(TASK.shape, model, [good], data.take(np.zeros(400, dtype=bool))) == [Vote.SAME]


@given(st.lists(st.lists(VOTE, min_size=5, max_size=5), min_size=7, max_size=7), st.integers(0, 4))
def test_a_minority_accepts_nothing_that_all_others_find_harmful(votes: list[list[Vote]], bucket: int) -> None:
    """Seven liars of fifteen vote what they like; eight honest ones say that a bucket harms."""
    honest = [[Vote.HARMS if index == bucket else Vote.HELPS for index in range(5)]] * 8
    kept = accepted([*votes, *honest], 15)
    assert bucket not in kept
    assert set(kept) == set(range(5)) - {bucket}


def test_silence_accepts_nothing_harmful_and_a_crowd_is_refused() -> None:
    assert accepted([[Vote.SAME] * 5] * 3, 15) == (0, 1, 2, 3, 4)
    assert accepted([[Vote.HARMS] * 5] * 8, 15) == ()
    with pytest.raises(SchemaError):
        accepted([[Vote.SAME]] * 4, 3)


def test_an_accepted_mean_is_no_longer_than_the_usual_one() -> None:
    means = [np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.array([100.0, 0.0])]
    assert combine(means, (0, 1, 2)).tolist() == pytest.approx([2 / 3, 1 / 3])
    assert combine(means, ()).tolist() == [0.0, 0.0]
    assert median([np.array([1.0]), np.array([2.0]), np.array([1e9])]).tolist() == [2.0]


@pytest.mark.parametrize("attack", list(ATTACKS))
def test_three_hostile_of_fifteen_do_not_ruin_a_small_federation(attack: str) -> None:
    parties = [plant(60, seed) for seed in range(15)]
    plan = Plan(rounds=6, config=TrainConfig(epochs=2, batch=16, rate=0.02, balance="full", bound=5.0))
    test = plant(1000, 99)
    clean = federate(TASK, parties, Scene(0), plan, 0)
    model = federate(TASK, parties, Scene(3, ATTACKS[attack]), plan, 0)
    assert tasks.evaluate(TASK, clean, test)["auc"] > 0.8
    assert tasks.evaluate(TASK, model, test)["auc"] > 0.8
    if attack.startswith("labels"):
        ruined = federate(TASK, parties, Scene(3, ATTACKS[attack], "none"), plan, 0)
        assert tasks.evaluate(TASK, ruined, test)["auc"] < 0.5


def rounds(count: int, bad: str | None, seed: int = 0) -> list[JudgedRound]:
    """Rounds in which a bucket with the bad party helps fewer; everybody votes with some noise."""
    rng, names, found = np.random.default_rng(seed), [f"p{index:02d}" for index in range(15)], []
    for _ in range(count):
        buckets = tuple(tuple(names[one] for one in bucket) for bucket in deal(15, rng))
        odds = [0.2 if bad in bucket else 0.7 for bucket in buckets]
        votes = {name: tuple(Vote.HELPS if rng.random() < chance else Vote.HARMS for chance in odds) for name in names}
        found.append(JudgedRound(buckets, votes))
    return found


def test_the_party_that_harms_is_told_from_the_votes_alone() -> None:
    found = contributions(rounds(40, "p07"))
    assert found[-1].party == "p07" and found[-1].harmful
    assert [one.party for one in found if one.harmful] == ["p07"]
    assert sum(one.effect for one in found) == pytest.approx(0)
    assert shared(found[-1], 40) == 0 and shared(found[0], 40) == 1


def test_among_equals_hardly_anybody_is_called_harmful() -> None:
    called = sum(one.harmful for seed in range(10) for one in contributions(rounds(30, None, seed)))
    assert called <= 10  # of 150; two standard errors leave 2.3 % on average


def test_nobody_judges_the_bucket_that_it_sits_in() -> None:
    one = JudgedRound((("a", "b"), ("c", "d")), {"a": (Vote.HELPS, Vote.HARMS), "c": (Vote.SAME, Vote.HELPS)})
    assert one.worth(0) == 0.0 and one.worth(1) == -1.0
    with pytest.raises(SchemaError):
        JudgedRound((("a",), ("a",)), {})
    with pytest.raises(SchemaError):
        contributions(rounds(9, None))
