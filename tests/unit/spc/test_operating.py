"""Operating characteristics: against simulation, against the figures that were measured before, and as a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest

from evidence.errors import SchemaError
from spc.operating import Plan, operating, passes
from spc.svg_operating import render_operating


@pytest.mark.parametrize(
    ("true", "literal", "bound"),
    [(1.5, 0.000, 0.004), (1.67, 0.000, 0.417), (2.0, 0.60, 0.998), (2.2, 0.97, 1.0)],
)
def test_the_curves_go_through_the_known_points(true: float, literal: float, bound: float) -> None:
    """The literal rule freezes a process whose true Cpk is the goal almost surely; the bound-based one does not."""
    (found,) = operating(Plan(), [true])
    assert found.literal == pytest.approx(literal, abs=0.005)
    assert found.bound == pytest.approx(bound, abs=0.006)


def test_a_month_passes_as_often_as_in_simulation() -> None:
    rng, n, true, count = np.random.default_rng(1), 50, 1.8, 400_000
    mean = rng.normal(0, 1 / np.sqrt(n), count)
    deviation = np.sqrt(rng.chisquare(n - 1, count) / (n - 1))
    estimates = (3 * true - np.abs(mean)) / (3 * deviation)
    for least in (1.5, 1.67, 1.9):
        share = float((estimates >= least).mean())
        assert passes(least, true, n) == pytest.approx(share, abs=4 * np.sqrt(0.25 / count))


def test_the_bound_based_rule_freezes_where_the_upper_bound_meets_the_goal() -> None:
    plan = Plan()
    least = plan.least_estimate
    error = np.sqrt(1 / (9 * plan.values) + least**2 / (2 * (plan.values - 1)))
    assert least + 1.6448536269514722 * error == pytest.approx(plan.goal, abs=1e-9)


def test_both_curves_rise_and_the_bound_based_one_is_never_stricter() -> None:
    curves = operating(Plan())
    assert len(curves) == 76 and curves[0].true == 1.0 and curves[-1].true == 2.5
    for one, after in pairwise(curves):
        assert one.literal <= after.literal + 1e-12 and one.bound <= after.bound + 1e-12
    assert all(one.literal <= one.bound for one in curves)


def test_more_values_help_and_more_months_hurt() -> None:
    base, more, longer = (operating(plan, [2.0])[0].literal for plan in (Plan(), Plan(values=200), Plan(months=24)))
    assert longer < base < more


@pytest.mark.parametrize("goal", [1.1e-308, 0.01, 0.2])
def test_a_goal_within_the_error_of_few_values_freezes_nothing(goal: float) -> None:
    plan = Plan(goal=goal, months=25, values=5)
    assert plan.least_estimate == 0.0
    assert all(point.bound >= 1 - 1e-9 for point in operating(plan))


@pytest.mark.parametrize("wrong", [{"goal": 0.0}, {"months": 0}, {"values": 2}, {"confidence": 0.4}])
def test_a_plan_of_nothing_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SchemaError):
        Plan(**wrong)  # type: ignore[arg-type]
    with pytest.raises(SchemaError):
        operating(Plan(), [11.0])


def test_the_picture_says_what_it_shows() -> None:
    plan = Plan()
    picture = render_operating(plan, operating(plan))
    root = ET.fromstring(picture)
    words = root.findtext("{http://www.w3.org/2000/svg}desc")
    assert words is not None and "0.0%" in words and "41.7%" in words
    assert "NaN" not in picture and "nan" not in picture.split("</style>")[1]
