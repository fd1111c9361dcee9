import itertools
import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.card import Eligibility, RatingState
from scoring.engine import ENGINE, POLICY_NOT_VALID, interval, score
from scoring.evidence_tuples import EvidenceHead, EvidenceTuple
from scoring.policy import Missing, Policy
from scoring.policy_reader import published
from scoring.scale import FULL, MICRO
from tests.unit.scoring.builders import AS_OF, MONTH, PURCHASER, SUPPLIER, enough, observed

FIRST = published("first-2026")
HEADS = [EvidenceHead(PURCHASER, 7, b"\x01" * 32), EvidenceHead(SUPPLIER.lei, 900, b"\x02" * 32)]


def scored(tuples: list[EvidenceTuple], policy: Policy = FIRST, as_of: date = AS_OF):
    return score(tuples, policy, as_of, subject=SUPPLIER, heads=HEADS)


def mixed(seed: int = 1, count: int = 60) -> list[EvidenceTuple]:
    """A supplier with all kinds of evidence, some of it bad."""
    rng = random.Random(seed)
    tuples = []
    for index in range(count):
        name = ("capability", "defect-rate", "closure-time")[index % 3]
        exposure = {"capability": MICRO, "defect-rate": rng.randint(100, 5000), "closure-time": 1}[name]
        bad = {"capability": rng.randint(0, MICRO // 2), "defect-rate": rng.randint(0, 3)}.get(name, rng.randint(0, 1))
        spread = 100_000 if name == "capability" else 0
        month = MONTH - rng.randint(0, 23)
        tuples.append(observed(name, index, exposure=exposure, bad=bad, month=month, spread=spread))
    return tuples


def test_the_score_is_the_reference_plus_its_contributions_to_the_last_micro_point() -> None:
    card = scored(mixed())
    assert card.state is RatingState.RATED
    assert card.reference + sum(line.contribution for line in card.lines) == card.points
    assert card.points == sum(line.weight * line.utility // MICRO for line in card.lines)
    assert 0 < card.low < card.points < card.high < FULL


def test_contributions_are_the_shapley_values_of_every_order() -> None:
    card = scored(mixed())
    parts = {line.indicator: (line.points, line.reference_points) for line in card.lines}

    def worth(coalition: tuple[str, ...]) -> int:
        return sum(own if name in coalition else reference for name, (own, reference) in parts.items())

    for line in card.lines:
        total = Fraction(0)
        for order in itertools.permutations(parts):
            before = order[: order.index(line.indicator)]
            total += worth((*before, line.indicator)) - worth(before)
        assert total / factorial(len(parts)) == line.contribution


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_order_and_repetition_change_not_a_bit(rng: random.Random) -> None:
    tuples = mixed()
    again = tuples + rng.sample(tuples, 10)
    rng.shuffle(again)
    assert score(again, FIRST, AS_OF, subject=SUPPLIER, heads=[*reversed(HEADS), HEADS[0]]) == scored(tuples)


def test_hash_seed_locale_and_time_zone_change_not_a_bit() -> None:
    program = "from tests.unit.scoring.test_engine import mixed, scored; print(scored(mixed()).digest.hex())"
    digests = set()
    for seed, zone, locale in (
        ("0", "UTC", "C"),
        ("1", "Asia/Shanghai", "de_DE.UTF-8"),
        ("77", "America/New_York", "C"),
    ):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        digests.add(done.stdout.strip())
    assert digests == {scored(mixed()).digest.hex()}


def test_any_other_evidence_or_head_is_another_digest_of_inputs() -> None:
    tuples = mixed()
    base = scored(tuples).inputs
    assert scored(tuples[:-1]).inputs != base
    assert score(tuples, FIRST, AS_OF, subject=SUPPLIER, heads=HEADS[:1]).inputs != base
    assert score(tuples, FIRST, AS_OF, subject=SUPPLIER, heads=HEADS).inputs == base


def test_a_subject_without_the_minimum_evidence_is_not_rated_and_told_why() -> None:
    card = scored([item for item in enough() if item.indicator != "closure-time"])
    assert card.state is RatingState.NOT_RATED
    assert card.blockers == ("closure-time",)
    assert (card.points, card.low, card.high) == (0, 0, 0)
    assert card.eligibility is Eligibility.NOT_ELIGIBLE
    assert scored([]).blockers == ("capability", "defect-rate", "closure-time")


def test_a_missing_indicator_under_a_pessimistic_policy_gets_nothing_and_nobody_gets_its_weight() -> None:
    policy = replace(FIRST, missing=Missing.PESSIMISTIC)
    tuples = [item for item in enough() if item.indicator != "closure-time"]
    card, full = scored(tuples, policy), scored(enough(), policy)
    assert card.state is RatingState.RATED
    by_name = {line.indicator: line for line in card.lines}
    assert (by_name["closure-time"].points, by_name["closure-time"].high) == (0, 0)
    assert [line for line in card.lines if line.present] == [
        line for line in full.lines if line.indicator != "closure-time"
    ]


def test_the_perfect_supplier_gets_nearly_everything_and_the_worst_nothing() -> None:
    best = scored(enough(24))
    assert best.points > 90 * MICRO
    worst = scored([replace(item, bad=item.exposure, best=item.exposure, worst=item.exposure) for item in enough(24)])
    assert worst.points < 2 * MICRO
    assert worst.eligibility is Eligibility.NOT_ELIGIBLE
    assert worst.band_name == FIRST.bands[-1].name


def test_the_lower_bound_decides_eligibility() -> None:
    card = scored(mixed())
    for floor, expected in ((card.low, Eligibility.ELIGIBLE), (card.low + 1, Eligibility.NOT_ELIGIBLE)):
        assert scored(mixed(), replace(FIRST, eligibility_floor=floor)).eligibility is expected
    assert card.low < card.points


def test_a_policy_out_of_its_days_rates_nobody() -> None:
    assert scored(enough(), as_of=date(2028, 1, 1)).blockers[0] == POLICY_NOT_VALID
    assert scored(enough(), as_of=date(2025, 12, 31)).blockers[0] == POLICY_NOT_VALID


def test_reasons_are_the_costliest_indicators_dearest_first() -> None:
    card = scored(mixed())
    costs = {line.indicator: line.contribution for line in card.lines}
    assert list(card.reasons) == sorted((name for name in costs if costs[name] < 0), key=lambda name: costs[name])


def test_the_interval_adds_independent_parts_as_squares_and_rounds_outward() -> None:
    card = scored(mixed())
    low, high = interval(card.lines)
    below = sum((line.points - line.low) ** 2 for line in card.lines)
    above = sum((line.high - line.points) ** 2 for line in card.lines)
    assert (card.points - low) ** 2 >= below > (card.points - low - 1) ** 2
    assert (high - card.points) ** 2 >= above > (high - card.points - 1) ** 2


@pytest.mark.parametrize("commodity", ["*", "pcb"])
def test_an_unknown_commodity_uses_the_general_prior(commodity: str) -> None:
    card = score(mixed(), FIRST, AS_OF, subject=SUPPLIER, commodity=commodity)
    assert [line.theta for line in card.lines] == [line.theta for line in scored(mixed()).lines]
    assert (card.engine, card.commodity) == (ENGINE, commodity)
