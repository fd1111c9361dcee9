"""Whole rounds: sums are right whoever falls silent within what is allowed, and nothing opens beyond it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.errors import FaultError
from federated.secagg.terms import least_threshold
from tests.support.secagg import HOPS, Federation, org


@pytest.mark.parametrize("number", range(3, 21))
def test_the_sum_is_exact_within_the_bound_for_every_size_with_all_allowed_dropouts(number: int) -> None:
    allowed = number - least_threshold(number)
    for hop in HOPS:
        federation = Federation(number, seed=number)
        silent = frozenset(org(place) for place in range(0, allowed))
        outcome = federation.run({hop: silent})
        alive = federation.roll.alive
        assert len(alive) == (number - allowed if hop in {"share", "mask"} else number)
        check(federation, outcome.sums, {alive})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), number=st.integers(3, 20), seed=st.integers(0, 1_000))
def test_dropouts_at_every_hop_leave_an_exact_sum(data: st.DataObject, number: int, seed: int) -> None:
    federation = Federation(number, seed=seed)
    allowed = number - least_threshold(number)
    gone = data.draw(st.lists(st.integers(0, number - 1), max_size=allowed, unique=True))
    silent: dict[str, frozenset[str]] = {}
    for place in gone:
        hop = data.draw(st.sampled_from(HOPS))
        silent[hop] = silent.get(hop, frozenset()) | {org(place)}
    outcome = federation.run(silent)
    expected = frozenset(federation.parties) - silent.get("share", frozenset()) - silent.get("mask", frozenset())
    check(federation, outcome.sums, {expected})


@pytest.mark.parametrize("hop", HOPS)
def test_one_dropout_too_many_opens_nothing(hop: str) -> None:
    federation = Federation(9)
    silent = frozenset(org(place) for place in range(9 - least_threshold(9) + 1))
    with pytest.raises(FaultError, match="are needed"):
        federation.run({hop: silent})


@settings(max_examples=15, deadline=None)
@given(number=st.integers(15, 20), seed=st.integers(0, 1_000))
def test_bucket_sums_are_those_of_disjoint_groups_of_at_least_three(number: int, seed: int) -> None:
    federation = Federation(number, bucket_size=3, seed=seed)
    outcome = federation.run()
    groups = {one.parties for one in outcome.sums}
    assert len(groups) >= 5
    assert all(len(group) >= 3 for group in groups)
    assert sum(len(group) for group in groups) == number
    check(federation, outcome.sums, groups)


def test_a_bucket_that_loses_a_party_stays_closed_and_the_others_open() -> None:
    federation = Federation(15, bucket_size=3)
    federation.advertise()
    federation.share()
    victim = org(4)
    federation.mask(frozenset({victim}))
    federation.confirm()
    outcome = federation.open()
    bucket = federation.committee.bucket_of(victim)
    assert set(outcome.closed) == bucket
    assert {one.parties for one in outcome.sums} == set(federation.committee.buckets) - {bucket}
    check(federation, outcome.sums, set(federation.committee.buckets) - {bucket})


def test_no_share_of_a_closed_bucket_leaves_any_party() -> None:
    federation = Federation(15, bucket_size=3)
    federation.advertise()
    federation.share()
    federation.mask(frozenset({org(4)}))
    federation.confirm()
    bucket = federation.committee.bucket_of(org(4))
    for one in federation.confirmations:
        opening = federation.parties[one.org].open(federation.confirmations, 1_800_000_000)
        assert not (set(opening.seeds) | set(opening.keys)) & bucket


def test_masked_vectors_look_the_same_for_equal_values_and_say_nothing_alone() -> None:
    federation = Federation(4, count=4_096)
    for name in federation.values:
        federation.values[name] = np.full(4_096, 1.25)
    federation.run()
    for vector in federation.vectors.values():
        octets = np.frombuffer(vector, dtype=np.uint8)
        counts = np.bincount(octets, minlength=256)
        expected = len(octets) / 256
        # 255 degrees of freedom: 400 lies ten standard deviations out.
        assert ((counts - expected) ** 2 / expected).sum() < 400


def check(federation: Federation, sums: tuple, groups: set[frozenset[str]]) -> None:  # type: ignore[type-arg]
    assert {one.parties for one in sums} == groups
    for one in sums:
        mean, weight = federation.quantiser.decode(one.words)
        wanted, total = federation.mean_of(one.parties)
        assert weight == total
        assert np.abs(mean - wanted).max() <= federation.quantiser.bound + 1e-12
