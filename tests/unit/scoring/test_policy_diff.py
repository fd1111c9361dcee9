"""Differences of policies: nothing is hidden, every pointer leads to the entry, the words are right."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from evidence import canonical
from scoring.decay import DecayTable
from scoring.document import Node
from scoring.knots import Curve
from scoring.policy import Band, Missing, Policy, Prior
from scoring.policy_diff import PolicyChange, policy_diff
from scoring.policy_reader import PUBLISHED, published, read

FIRST = published("first-2026")


def at(policy: Policy, place: str) -> Any:
    value: Any = policy.to_json()
    for part in place.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part.replace("~1", "/").replace("~0", "~")]
    return value


def edited(place: str, value: Any) -> Policy:
    """The first policy with one entry of its document replaced; it must still be a valid policy."""
    document: Any = canonical.decode_canonical(FIRST.encode(), limit=10**6)
    *path, last = place.split("/")[1:]
    entry = document
    for part in path:
        entry = entry[int(part)] if isinstance(entry, list) else entry[part]
    entry[int(last) if isinstance(entry, list) else last] = value
    return read(Node(document))


def only(new: Policy) -> PolicyChange:
    [change] = policy_diff(FIRST, new)
    return change


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_policy_does_not_differ_from_itself(name: str) -> None:
    assert policy_diff(published(name), published(name)) == ()


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("/attesters", 3, "independent attesters needed rises from 1 to 3"),
        ("/validity_days", 30, "days for which an attestation holds"),
        ("/confidence_ppm", 950_000, "confidence of the interval rises from 90 % to 95 %"),
        ("/eligibility/floor", 65_500_000, "eligibility floor falls from 70 points to 65.5 points"),
        ("/missing", "pessimistic", 'what a lack of evidence does changes from "not-rated" to "pessimistic"'),
        ("/version", 2, "version rises from 1 to 2"),
        ("/title/zh", "新", "title zh changes from"),
        ("/valid/until", "2099-01-01", "valid until changes from"),
        ("/bands/1/floor", 81_000_000, "floor of band B rises from 80 points to 81 points"),
        ("/priors/*/closure-time/bad", 2500, "closure-time: bad part of the prior of every other commodity"),
        (
            "/effort/defect-rate/1/theta",
            3_000_000,
            "defect-rate: theta of effort rung 2 rises from 2000 ppm to 3000 ppm",
        ),
        ("/effort/defect-rate/1/effort", 16, "from 15 person-days to 16 person-days"),
        ("/indicators/1/minimum/exposure", 2000, "defect-rate: observations needed rises from 1000 to 2000"),
        (
            "/indicators/1/ageing_exposure",
            50,
            "defect-rate: good observations that make a month age bad evidence falls",
        ),
        ("/indicators/1/reference", 700_000, "defect-rate: reference utility falls from 0.75 to 0.7"),
        ("/indicators/1/curve/4/1", 760_000, "defect-rate: utility where 100 ppm goes wrong rises from 0.75 to 0.76"),
        ("/indicators/0/options/gaps_fail", False, "capability: option gaps_fail changes from yes to no"),
        ("/indicators/0/options/curve/2/1", 610_000, "capability: utility at index 1.33 rises from 0.6 to 0.61"),
        (
            "/indicators/2/options/deadline_days/major",
            10,
            "closure-time: option deadline_days major falls from 14 to 10",
        ),
        ("/indicators/2/reason/en", "Late.", "closure-time: reason en changes from"),
    ],
)
def test_each_entry_that_changes_is_told_alone_with_its_place(place: str, value: Any, words: str) -> None:
    change = only(edited(place, value))
    assert change.after == value
    assert change.before == at(FIRST, place)
    assert place in (change.place, f"{change.place}/1")  # a knot is named by its pair
    assert words in change.words


def test_weights_bands_knots_and_priors_that_come_and_go_are_told() -> None:
    one, two, three = FIRST.indicators
    new = replace(
        FIRST,
        indicators=(replace(one, weight=one.weight + 500_000), replace(two, weight=two.weight - 500_000), three),
        bands=(*FIRST.bands[:-1], Band("D-", 40_000_000), FIRST.bands[-1]),
        priors={**FIRST.priors, "a/b~c": {two.id: Prior(1, 2000)}},
    )
    new = replace(
        new,
        indicators=(*new.indicators[:2], replace(three, curve=Curve((0, 10**9), (10**6, 0)))),
        missing=Missing.PESSIMISTIC,
    )
    words = {change.place: change.words for change in policy_diff(FIRST, new)}
    assert words["/indicators/0/weight"] == "capability: weight rises from 40 points to 40.5 points"
    assert words["/indicators/1/weight"] == "defect-rate: weight falls from 35 points to 34.5 points"
    assert words["/bands/4/floor"] == "floor of band D- is new: 40 points"
    gone = "closure-time: utility where 5 % goes wrong is gone; it was 0.9"
    assert words["/indicators/2/curve/1"] == gone
    assert "is new: 2 observations" in words["/priors/a~1b~0c/defect-rate/good"]
    assert len(words) == 2 + 1 + 4 + 2 + 1


def test_a_longer_half_life_is_told_in_months_instead_of_two_dozen_numbers() -> None:
    changes = policy_diff(FIRST, replace(FIRST, decay=DecayTable.of(18, 36)))
    assert [change.words for change in changes] == [
        "half-life of evidence rises from 12 months to 18 months",
        "window of evidence rises from 24 months to 36 months",
    ]


def test_another_order_is_a_change_as_cards_follow_it() -> None:
    [change] = policy_diff(FIRST, replace(FIRST, indicators=FIRST.indicators[::-1]))
    assert change.place == "/indicators"
    assert "closure-time, defect-rate, capability" in change.words


@pytest.mark.parametrize(("old", "new"), list(permutations(PUBLISHED, 2)))
def test_between_shipped_policies_every_pointer_leads_to_its_entry(old: str, new: str) -> None:
    before, after = published(old), published(new)
    changes = policy_diff(before, after)
    assert changes
    for change in changes:
        where = after if change.after is not None else before
        told = change.after if change.after is not None else change.before
        found = at(where, change.place)
        if change.place == "/decay/table":
            found = len(found)
        elif change.place == "/indicators":
            continue
        elif "/curve/" in change.place:
            found = found[1]
        assert found == told
    came = {one.id for one in after.indicators} - {one.id for one in before.indicators}
    assert {f"indicator {name}" for name in came} == {
        change.words.split(" is new")[0] for change in changes if change.words.startswith("indicator ") and change.after
    }
