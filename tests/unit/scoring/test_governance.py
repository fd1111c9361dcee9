import math
from dataclasses import replace

import pytest

from evidence.errors import SchemaError
from scoring.card import Eligibility
from scoring.engine import score
from scoring.governance import LEAST_CARDS, bias, drift, stability_index
from scoring.policy_reader import published
from tests.unit.scoring.builders import AS_OF, SUPPLIER, enough
from tests.unit.scoring.test_engine import mixed

FIRST = published("first-2026")
USUAL = [score(mixed(seed), FIRST, AS_OF, subject=SUPPLIER) for seed in range(60)]
USUAL = [card for card in USUAL if not card.blockers]


def test_the_index_is_the_textbooks_sum() -> None:
    before, after = [10, 30, 40, 20], [25, 35, 30, 10]
    p, q = ([(count + 0.5) / 102 for count in counts] for counts in (before, after))
    expected = sum((a - b) * math.log(a / b) for a, b in zip(p, q, strict=True))
    assert abs(stability_index(before, after) - expected * 1e6) <= 0.51
    assert stability_index(before, before) == 0
    assert stability_index([0, 5], [5, 0]) > 0


@pytest.mark.parametrize(("before", "after"), [([1], [1, 2]), ([], []), ([-1], [1])])
def test_histograms_that_do_not_fit_are_refused(before: list[int], after: list[int]) -> None:
    with pytest.raises(SchemaError):
        stability_index(before, after)


def test_the_same_scores_do_not_drift_and_other_ones_stop_the_policy() -> None:
    assert drift(USUAL, USUAL[::-1]).findings == ()
    best = [score(enough(24), FIRST, AS_OF, subject=SUPPLIER)] * LEAST_CARDS
    review = drift(USUAL, best)
    assert review.stop
    assert "drift:score" in review.reasons


def test_too_few_cards_say_so_and_stop_nothing() -> None:
    review = drift(USUAL, USUAL[: LEAST_CARDS - 1])
    assert not review.stop
    assert review.findings[0].check == "too-few"


def test_cards_of_two_policies_are_not_compared() -> None:
    other = [replace(card, policy=published("balanced-2026").hash) for card in USUAL]
    with pytest.raises(SchemaError):
        drift(USUAL, other)


def test_a_group_that_is_eligible_much_more_rarely_stops_the_policy() -> None:
    yes = replace(USUAL[0], eligibility=Eligibility.ELIGIBLE)
    no = replace(USUAL[0], eligibility=Eligibility.NOT_ELIGIBLE)
    groups = {"north": [yes] * 40, "south": [yes] * 31 + [no] * 9, "west": [yes] * 32 + [no] * 8, "tiny": [no] * 3}
    review = bias(groups)
    assert review.reasons == ("bias:south",)
    assert {finding.about for finding in review.findings if finding.check == "too-few"} == {"tiny"}
    assert bias({"a": [no] * 40, "b": [no] * 40}).findings == ()
