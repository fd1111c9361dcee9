"""Drift by summed counts, and leaving a federation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import ConflictError, NotFoundError, SchemaError
from federated.learning.dataset import Table, conform
from federated.learning.drift import counts, drift, flat, opened
from federated.learning.leaving import PastRound, descends, plan_leave
from tests.unit.federated.learning.builders import plant, spec, table


def test_summed_counts_are_those_of_all_rows_together() -> None:
    one, two = plant(300, 1), plant(400, 2)
    total = opened(flat(counts(one, 4)) + flat(counts(two, 4)), 4)
    assert [sum(row) for row in total] == [700] * 4
    assert np.array_equal(total, np.array(counts(one, 4)) + np.array(counts(two, 4)))


def test_what_moved_is_named_and_what_stayed_is_steady() -> None:
    later = table(2000, 2)
    hotter = {**later.values, "heat": np.clip(later.values["heat"] + 25, 0, 200)}
    moved = conform(spec(), Table(hotter, later.units, later.labels))
    found = {one.feature: one.state for one in drift(spec(), counts(plant(2000, 1), 4), counts(moved, 4))}
    assert found["heat"] == "stop" and found["force"] == "steady" and found["wear"] == "steady"


def test_a_sum_that_no_counts_can_give_is_refused() -> None:
    good = flat(counts(plant(300, 1), 4))
    negative, uneven = np.where(np.arange(len(good)) == 3, -5.0, good), good + np.eye(1, len(good))[0]
    for wrong in (good[:-1], good + 0.4, negative, uneven):
        with pytest.raises(SchemaError):
            opened(wrong, 4)
    with pytest.raises(SchemaError, match="rows"):
        drift(spec(), counts(plant(100, 1), 4), counts(plant(600, 1), 4))


def history(*parties: str) -> list[PastRound]:
    return [
        PastRound(number, frozenset(ones.split()), f"m{number - 1}", f"m{number}")
        for number, ones in enumerate(parties, start=1)
    ]


PAST = history("a b c", "a b c d", "a b c", "a b d e")


def test_leaving_goes_back_before_the_first_round_with_the_party() -> None:
    plan = plan_leave(PAST, "d")
    assert (plan.checkpoint, plan.first, plan.again) == ("m1", 2, 3)
    assert plan.withdrawn == ("m2", "m3", "m4") and plan.others == ("a", "b", "c", "e")
    assert plan.digest != plan_leave(PAST, "e").digest


def test_who_never_took_part_leaves_without_a_trace() -> None:
    plan = plan_leave(PAST, "z")
    assert plan.again == 0 and plan.withdrawn == () and plan.checkpoint == "m4"


def test_too_few_are_left_or_the_record_is_no_chain() -> None:
    with pytest.raises(ConflictError):
        plan_leave(history("a b c"), "a")
    with pytest.raises(SchemaError):
        plan_leave([PAST[0], PAST[2]], "a")
    with pytest.raises(NotFoundError):
        plan_leave([], "a")


@given(st.lists(st.sets(st.sampled_from("abcdefg"), min_size=3), min_size=1, max_size=8))
def test_the_checkpoint_never_descends_from_a_round_with_the_party(rounds: list[set[str]]) -> None:
    past = history(*(" ".join(sorted(one)) for one in rounds))
    everybody = set().union(*rounds)
    for party in everybody:
        if len(everybody) - 1 < 3:
            continue
        plan = plan_leave(past, party)
        assert not descends(past, plan.checkpoint, party)
        assert all(descends(past, model, party) for model in plan.withdrawn)
