"""Learned policies are ordinary policies: monotone, summing, the same bytes from the same samples."""

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import SchemaError
from scoring.engine import score
from scoring.evidence_tuples import EvidenceTuple
from scoring.learned import Fit, learn, quantise
from scoring.policy_reader import decode, published
from scoring.samples import Sample, SupplierPeriod, before_and_after, points_of, sample_of
from scoring.scale import FULL, MICRO, PPB
from tests.unit.scoring.builders import AS_OF, SUPPLIER, enough, observed
from tests.unit.scoring.outcomes import FIRST, TITLE, history


def learned(samples: list[Sample], pull: int = 10) -> Fit:
    return learn(samples, FIRST, pull=pull, name="learned", title=TITLE)


FITS = [learned(history(seed)) for seed in range(4)]


@pytest.mark.parametrize("fit", FITS)
def test_a_learned_policy_is_read_like_any_other_and_sums_to_100_points(fit: Fit) -> None:
    assert decode(fit.policy.encode()) == fit.policy
    assert sum(one.weight for one in fit.policy.indicators) == FULL
    assert fit.policy.hash != FIRST.hash
    for one, old in zip(fit.policy.indicators, FIRST.indicators, strict=True):
        assert not one.curve.rising
        assert (one.id in fit.kept_curves) == (one.curve == old.curve)
        assert replace(one, weight=0, curve=old.curve, reference=0) == replace(old, weight=0, reference=0)
    assert replace(fit.policy, name="", title=TITLE, indicators=()) == replace(
        FIRST, name="", title=TITLE, indicators=()
    )


def test_what_drives_the_outcomes_gains_weight_and_what_does_not_loses_it() -> None:
    fit = learned(history(5, 200), pull=1)
    capability, defects, closure = (one.weight for one in fit.policy.indicators)
    assert defects > 55_000_000
    assert closure < 15_000_000
    assert defects > capability > closure


def test_a_strong_pull_gives_the_published_weights_back() -> None:
    fit = learned(history(1), pull=10**9)
    for one, old in zip(fit.policy.indicators, FIRST.indicators, strict=True):
        assert abs(one.weight - old.weight) <= 50


def test_the_same_samples_in_any_order_give_the_same_bytes() -> None:
    samples = history(2)
    expected = learned(samples).policy.encode()
    for seed in range(3):
        random.Random(seed).shuffle(samples)
        assert learned(samples).policy.encode() == expected
    assert learned(history(3)).policy.encode() != expected


def test_an_indicator_whose_outcomes_get_better_with_theta_keeps_its_curve_and_gains_nothing() -> None:
    fit = learned(history(4, 150, slopes=(1.0, 5.0, -6.0)), pull=1)
    assert fit.kept_curves == ("closure-time",)
    assert fit.policy.indicator("closure-time").weight == 1  # the least that a policy may give


worse = st.tuples(st.integers(0, len(FITS) - 1), st.integers(0, 11), st.integers(0, 1000), st.integers(0, 1000))


@given(worse, st.sampled_from([one.id for one in FIRST.indicators]))
@settings(max_examples=100, deadline=None)
def test_more_bad_never_raises_points_under_a_learned_policy(case: tuple[int, int, int, int], name: str) -> None:
    which, back, some, more = case
    policy = FITS[which].policy

    def points(bad: int) -> int:
        size = 1000 if name != "capability" else MICRO
        month = AS_OF.year * 12 + AS_OF.month - 1 - back
        extra: list[EvidenceTuple] = [
            observed(name, "extra", exposure=size, bad=bad * size // 1000, month=month),
        ]
        return score([*enough(), *extra], policy, AS_OF, subject=SUPPLIER).points

    low, high = sorted((some, more))
    assert points(high) <= points(low)


@given(st.integers(0, len(FITS) - 1), st.lists(st.integers(0, PPB), min_size=3, max_size=3), st.integers(0, PPB))
@settings(max_examples=300, deadline=None)
def test_a_larger_theta_never_has_more_points(which: int, thetas: list[int], added: int) -> None:
    policy = FITS[which].policy
    key = SupplierPeriod("one", date(2026, 1, 1))
    names = [one.id for one in policy.indicators]
    before = points_of(Sample(key, dict(zip(names, thetas, strict=True)), 0), policy)
    for index in range(3):
        higher = list(thetas)
        higher[index] = min(PPB, higher[index] + added)
        assert points_of(Sample(key, dict(zip(names, higher, strict=True)), 0), policy) <= before
    assert points_of(Sample(key, {**dict(zip(names, thetas, strict=True)), names[0]: None}, 0), policy) <= before


@given(st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=12).filter(any))
@settings(max_examples=200, deadline=None)
def test_weights_sum_exactly_and_keep_their_order(beta: list[float]) -> None:
    weights = quantise(beta)
    assert sum(weights) == FULL
    assert min(weights) >= 1
    for value, weight in zip(beta, weights, strict=True):
        assert abs(weight - value / sum(beta) * FULL) <= len(beta) + 2
        assert all(weight <= other for bigger, other in zip(beta, weights, strict=True) if bigger > value)


def test_a_card_that_knows_the_period_is_refused() -> None:
    card = score(enough(), FIRST, AS_OF, subject=SUPPLIER)
    sample = sample_of(card, date(2026, 12, 1), 1)
    assert points_of(sample, FIRST) == card.points
    with pytest.raises(SchemaError, match="knows more"):
        sample_of(card, AS_OF, 1)


def test_too_few_outcomes_doubled_periods_and_foreign_indicators_are_refused() -> None:
    samples = history(1)
    for wrong, text in (
        ([replace(one, outcome=0) for one in samples], "outcomes"),
        ([*samples, samples[0]], "twice"),
        ([replace(samples[0], thetas={}), *samples[1:]], "thetas"),
        ([replace(one, outcome=1 - one.outcome) for one in samples], "nothing can be learned"),
    ):
        with pytest.raises(SchemaError, match=text):
            learned(wrong)
    with pytest.raises(SchemaError, match="pull"):
        learned(samples, pull=0)
    with pytest.raises(SchemaError):
        learn(samples, published("balanced-2026"), pull=1, name="x", title=TITLE)
    with pytest.raises(SchemaError):
        replace(samples[0], outcome=2)


def test_a_cut_in_time_leaves_no_period_out() -> None:
    early, late = before_and_after(history(1), date(2025, 7, 1))
    assert len(early) + len(late) == len(history(1))
    assert max(one.key.start for one in early) < date(2025, 7, 1) <= min(one.key.start for one in late)
