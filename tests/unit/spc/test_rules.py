from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import SchemaError
from spc.attribute_charts import p
from spc.charts import i_mr
from spc.rules import NELSON, NELSON_EITHER_SIDE, WESTERN_ELECTRIC, Pattern, Rule, RuleSet, judge, signals
from spc.weighted_charts import ewma

ALL = {rule.name: rule for rule in (*WESTERN_ELECTRIC, *NELSON, NELSON_EITHER_SIDE[-1])}
standings = st.lists(st.sampled_from([-3.5, -2.5, -1.5, -0.5, -0.2, 0.0, 0.2, 0.5, 1.5, 2.5, 3.5]), max_size=40)


def points(standing: list[float], name: str) -> list[int]:
    return [signal.point for signal in signals(np.array(standing, dtype=float), [ALL[name]])]


def plainly(standing: list[float], rule: Rule) -> list[int]:
    """The rule read word by word, slowly."""
    found = []
    for end in range(1, len(standing) + 1):
        window = standing[max(0, end - rule.window) : end]
        full = len(window) == rule.window
        steps = [b - a for a, b in pairwise(window)]
        if rule.pattern is Pattern.BEYOND:
            hit = any(
                side * window[-1] > rule.zone and sum(side * one > rule.zone for one in window) >= rule.needed
                for side in (1, -1)
            )
        elif rule.pattern is Pattern.TREND:
            hit = full and (all(step > 0 for step in steps) or all(step < 0 for step in steps))
        elif rule.pattern is Pattern.ALTERNATION:
            hit = full and all(a * b < 0 for a, b in pairwise(steps))
        elif rule.pattern is Pattern.HUGGING:
            hit = full and all(abs(one) < rule.zone for one in window)
        else:
            hit = full and all(abs(one) > rule.zone for one in window)
            if rule.pattern is Pattern.AVOIDANCE:
                hit = hit and min(window) < 0 < max(window)
        if hit:
            found.append(end)
    return found


@pytest.mark.parametrize("name", ALL)
@given(standing=standings)
@settings(deadline=None)
def test_a_rule_fires_exactly_where_its_words_say(name: str, standing: list[float]) -> None:
    assert points(standing, name) == plainly(standing, ALL[name])


@pytest.mark.parametrize("name", ALL)
@given(standing=standings)
@settings(deadline=None)
def test_a_rule_sees_a_mirrored_chart_alike(name: str, standing: list[float]) -> None:
    assert points(standing, name) == points([-one for one in standing], name)


def test_eight_points_on_one_side_are_western_electric_and_not_yet_nelson() -> None:
    assert points([0.5] * 8, "western-electric-4") == [8] and points([0.5] * 8, "nelson-2") == []
    assert points([0.5] * 9, "nelson-2") == [9]
    assert points([0.5] * 4 + [0.0] + [0.5] * 7, "western-electric-4") == []


def test_avoidance_on_one_side_is_a_signal_only_in_the_other_reading() -> None:
    assert points([1.2] * 8, "nelson-8") == [] and points([1.2] * 8, "nelson-8-either-side") == [8]


def test_a_quiet_point_after_two_alarms_is_no_alarm() -> None:
    assert points([2.5, 2.5, 0.1], "western-electric-2") == [2]


def test_a_signal_names_all_points_of_its_pattern() -> None:
    found = signals(np.array([0.0, 2.5, 1.0, 2.6]), [ALL["western-electric-2"]])
    assert [signal.points for signal in found] == [(2, 4)]
    found = signals(np.arange(6.0) / 10, [ALL["nelson-3"]])
    assert found[0].points == (1, 2, 3, 4, 5, 6)


def test_nelsons_rules_together_raise_the_stated_share_of_false_alarms() -> None:
    calm = np.random.default_rng(6).normal(0, 1, 60_000)
    alone = {signal.point for signal in signals(calm, NELSON[:1])}
    first = {signal.point for signal in signals(calm, NELSON)}
    assert len(alone) / 60_000 == pytest.approx(1 / 370, rel=0.2)
    assert 4 < len(first) / len(alone) < 9


def test_rules_judge_a_chart_with_lots_of_different_size() -> None:
    panel = p([4, 6, 60, 5], [100, 120, 110, 90], phase1=2).location
    assert judge(panel, RuleSet.WESTERN_ELECTRIC.rules)[0].point == 3


def test_rules_refuse_points_that_depend_on_each_other() -> None:
    values = np.random.default_rng(1).normal(0, 1, 30)
    with pytest.raises(SchemaError, match="do not apply to EWMA"):
        judge(ewma(values).location, NELSON)
    with pytest.raises(SchemaError, match="do not apply to MR"):
        judge(i_mr(values).panels[1], NELSON)


def test_every_set_has_its_rules_by_name() -> None:
    assert [rule.name for rule in RuleSet.WESTERN_ELECTRIC.rules] == [f"western-electric-{n}" for n in range(1, 5)]
    assert [rule.name for rule in RuleSet.NELSON.rules] == [f"nelson-{n}" for n in range(1, 9)]
    assert RuleSet.NELSON_EITHER_SIDE.rules[:7] == RuleSet.NELSON.rules[:7]
    assert all(rule.text for rule in ALL.values())
