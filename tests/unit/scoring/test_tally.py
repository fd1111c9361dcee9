"""What no supplier may achieve, and what every supplier must be able to rely on."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.decay import DecayTable
from scoring.evidence_tuples import EvidenceTuple
from scoring.policy import PolicyIndicator, Prior
from scoring.policy_reader import published
from scoring.scale import MICRO, PPB
from scoring.tally import Tally, by_month
from scoring.tally import tally as tally_months
from tests.unit.scoring.builders import MONTH, observed

DECAY = DecayTable.of(12, 24)
DEFECTS = published("first-2026").indicator("defect-rate")
CAPABILITY = published("first-2026").indicator("capability")
PRIOR = Prior(1000, 499_000)


def tally(
    tuples: list[EvidenceTuple], indicator: PolicyIndicator, prior: Prior, decay: DecayTable, now: int, confidence: int
) -> Tally:
    return tally_months(by_month(tuples).get(indicator.id, {}), indicator, prior, decay, now, confidence)


def tallied(tuples: list[EvidenceTuple], current: int = MONTH) -> Tally:
    return tally(tuples, DEFECTS, PRIOR, DECAY, current, 900_000)


@st.composite
def evidence(draw: st.DrawFn) -> list[EvidenceTuple]:
    tuples = []
    for index in range(draw(st.integers(0, 12))):
        exposure = draw(st.integers(1, 500))
        tuples.append(
            observed(
                "defect-rate",
                index,
                exposure=exposure,
                bad=draw(st.integers(0, exposure)),
                month=MONTH - draw(st.integers(0, 26)),
                mended=draw(st.booleans()),
            )
        )
    return tuples


def one_more(draw: Any, *, exposure: int, bad: int) -> EvidenceTuple:
    return observed("defect-rate", "more", exposure=exposure, bad=bad, month=MONTH - draw(st.integers(0, 23)))


@given(evidence(), st.data())
def test_more_bad_never_lowers_theta(tuples: list[EvidenceTuple], data: Any) -> None:
    more = one_more(data.draw, exposure=(bad := data.draw(st.integers(1, 500))), bad=bad)
    assert tallied([*tuples, more]).theta >= tallied(tuples).theta


@given(evidence(), st.data())
def test_more_good_never_raises_theta(tuples: list[EvidenceTuple], data: Any) -> None:
    more = one_more(data.draw, exposure=data.draw(st.integers(1, 500)), bad=0)
    assert tallied([*tuples, more]).theta <= tallied(tuples).theta


@given(evidence(), st.integers(1, 500), st.integers(0, 23), st.data())
def test_turning_good_into_bad_never_lowers_theta(
    tuples: list[EvidenceTuple], exposure: int, back: int, data: Any
) -> None:
    fewer = data.draw(st.integers(0, exposure))
    more = data.draw(st.integers(fewer, exposure))
    mild = observed("defect-rate", "x", exposure=exposure, bad=fewer, month=MONTH - back)
    harsh = observed("defect-rate", "x", exposure=exposure, bad=more, month=MONTH - back)
    assert tallied([*tuples, harsh]).theta >= tallied([*tuples, mild]).theta


@given(evidence(), st.integers(1, 40), st.sampled_from([Prior(0, 0), PRIOR]))
def test_idling_never_lowers_theta_however_long(tuples: list[EvidenceTuple], idle: int, prior: Prior) -> None:
    unmended = [item for item in tuples if not item.mended]
    now = tally(unmended, DEFECTS, prior, DECAY, MONTH, 900_000).theta
    assert tally(unmended, DEFECTS, prior, DECAY, MONTH + idle, 900_000).theta >= now


@given(evidence(), st.data())
def test_splitting_a_lot_changes_nothing(tuples: list[EvidenceTuple], data: Any) -> None:
    exposure = data.draw(st.integers(2, 500))
    bad = data.draw(st.integers(0, exposure))
    first = data.draw(st.integers(1, exposure - 1))
    first_bad = data.draw(st.integers(max(0, bad - (exposure - first)), min(bad, first)))
    whole = observed("defect-rate", "lot", exposure=exposure, bad=bad)
    parts = [
        observed("defect-rate", "lot-a", exposure=first, bad=first_bad),
        observed("defect-rate", "lot-b", exposure=exposure - first, bad=bad - first_bad),
    ]
    assert tallied([*tuples, *parts]) == tallied([*tuples, whole])


@given(evidence())
def test_theta_is_the_formula_of_the_handbook(tuples: list[EvidenceTuple]) -> None:
    good_by_month: dict[int, int] = {}
    for item in tuples:
        good_by_month[item.month] = good_by_month.get(item.month, 0) + item.exposure - item.bad
    bad = good = 0
    for item in tuples:
        age = MONTH - item.month
        passed = sum(item.month < month <= MONTH and n >= DEFECTS.ageing_exposure for month, n in good_by_month.items())
        bad += DECAY.weight(age if item.mended else passed) * item.bad
        good += DECAY.weight(age) * (item.exposure - item.bad)
    one = 2**32
    assert tallied(tuples).theta == Fraction(one + bad, 500 * one + bad + good)


def test_bad_evidence_fades_only_as_good_months_follow() -> None:
    bad = observed("defect-rate", "bad", exposure=10, bad=10, month=MONTH - 12)
    idle = [observed("defect-rate", "idle", exposure=99, bad=0, month=MONTH - k) for k in range(12)]
    busy = [observed("defect-rate", ("busy", k), exposure=100, bad=0, month=MONTH - k) for k in range(12)]
    fresh = tally([bad], DEFECTS, Prior(0, 1000), DECAY, MONTH, 900_000).theta
    assert fresh == Fraction(10, 11)
    goods = sum(DECAY.weight(k) for k in range(12))
    one = 2**32
    assert tally([bad, *idle], DEFECTS, Prior(0, 1000), DECAY, MONTH, 900_000).theta == Fraction(
        10 * one, 11 * one + 99 * goods
    )
    assert tally([bad, *busy], DEFECTS, Prior(0, 1000), DECAY, MONTH, 900_000).theta == Fraction(
        10 * (one // 2), one + 10 * (one // 2) + 100 * goods
    )


def test_bounds_of_a_rate_are_those_of_its_posterior_when_nothing_aged() -> None:
    from scoring.beta import bounds

    found = tallied([observed("defect-rate", 1, exposure=2000, bad=4)])
    assert (found.theta_low, found.theta_high) == bounds(5 * MICRO, (1996 + 499) * MICRO, 900_000)


def test_measured_uncertainty_adds_as_squares() -> None:
    tuples = [
        observed("capability", index, exposure=MICRO, bad=300_000, spread=100_000, month=MONTH) for index in range(4)
    ]
    found = tally(tuples, CAPABILITY, Prior(0, 0), DECAY, MONTH, 900_000)
    assert found.theta == Fraction(3, 10)
    assert 0 <= 250_000_000 - found.theta_low < 1000
    assert 0 <= found.theta_high - 350_000_000 < 1000


def test_where_bounds_lean_the_better_bound_moves_out_by_the_bias_of_the_mean() -> None:
    straight = observed("capability", "x", exposure=MICRO, bad=300_000, spread=100_000)
    leaning = replace(straight, worst=500_000)
    before, after = (tally([item], CAPABILITY, Prior(0, 0), DECAY, MONTH, 900_000) for item in (straight, leaning))
    moved = 100_000 / (2 * 1.644854**2) * 1000
    assert abs((before.theta_low - after.theta_low) - moved) < 2
    assert after.theta_high - before.theta_high == 100_000_000


def test_no_evidence_and_no_prior_is_the_worst() -> None:
    found = tally([], CAPABILITY, Prior(0, 0), DECAY, MONTH, 900_000)
    assert (found.theta, found.theta_low, found.theta_high) == (1, 0, PPB)


@settings(max_examples=30)
@given(evidence())
def test_bounds_enclose_the_rate_they_are_about(tuples: list[EvidenceTuple]) -> None:
    found = tallied(tuples)
    assert 0 <= found.theta_low <= found.theta_high <= PPB
