"""Suggestions raise the goal within limits, data and cost, or say why there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evidence.errors import NotFoundError, SchemaError
from rca.columns import Column, Kind
from rca.posterior.fit import Walk, fit
from rca.posterior.posterior import Posterior
from rca.suggest.lever import Goal, Lever, Measure
from rca.suggest.outcome import Verdict, outcome
from rca.suggest.search import suggest
from rca.suggest.suggestion import Suggestion
from rca.table import Table, table_of
from spc.specification import Specification

SHORT = Walk(chains=2, burn=10, keep=20, draws=2)
GOAL = Goal("flash", Specification(upper=12.0))
TEMP = Lever("temp", 74.0, 86.0)


def made(rng: np.random.Generator, rows: int, temp_shift: float = 0.0, scatter: float = 1.0) -> list[np.ndarray]:
    lot = rng.normal(size=rows)
    temp = 80.0 + temp_shift + scatter * 2.0 * (0.7 * lot + 0.7 * rng.normal(size=rows))
    hold = 3.0 + 0.3 * rng.normal(size=rows)
    flash = 10.0 + 0.8 * (temp - 80.0) - 2.0 * (hold - 3.0) + 0.5 * rng.normal(size=rows)
    return [lot, temp, hold, flash, (flash > 12).astype(float)]


COLUMNS = (
    Column("lot"),
    Column("temp", unit="Cel", tier=1),
    Column("hold", unit="s", tier=1),
    Column("flash", unit="um", tier=2),
    Column("scrap", Kind.BINARY, tier=3, observation=True),
)
TABLE = table_of(COLUMNS, made(np.random.default_rng(1), 800))
POSTERIOR = fit(TABLE, seed=1, walk=SHORT)


def ask(levers: list[Lever], goal: Goal = GOAL, table: Table = TABLE, posterior: Posterior = POSTERIOR) -> Suggestion:
    return suggest(table, posterior, goal, levers, seed=2)


def test_the_set_point_moves_the_right_way_and_the_real_line_answers_as_predicted() -> None:
    found = ask([TEMP])
    (move,) = found.moves
    old, new = move.set_point
    assert new < old
    assert found.measure.tenth > found.measure.before
    after = made(np.random.default_rng(5), 2000, temp_shift=new - old)[3]
    seen = outcome(found, after, seed=1)
    assert seen.verdict is Verdict.AS_PREDICTED
    assert seen.measure[1] > seen.measure[0]


def test_tolerances_are_tightened_where_they_may_be() -> None:
    two_sided = Goal("flash", Specification(lower=8.0, upper=12.0))
    (move,) = ask([replace(TEMP, lower=79.9, upper=80.1, least_tolerance=0.4)], two_sided).moves
    assert move.tolerance[1] < move.tolerance[0]
    assert move.tolerance[1] >= 0.4 * move.tolerance[0] - 1e-9


def test_a_cost_above_the_gain_leaves_everything_as_it_is() -> None:
    found = ask([replace(TEMP, cost=100.0)])
    assert not found.moves
    assert "cost" in found.notes[0]


def test_a_lever_that_people_keep_rejecting_needs_more_gain_for_its_cost() -> None:
    assert ask([replace(TEMP, cost=0.05)]).moves
    assert not ask([replace(TEMP, cost=0.05, trust=0.5)]).moves


def test_engineering_limits_are_kept() -> None:
    (move,) = ask([replace(TEMP, lower=79.0)]).moves
    assert move.set_point[1] >= 79.0


def test_limits_outside_of_what_was_seen_are_refused_and_it_is_said_so() -> None:
    found = ask([Lever("temp", 60.0, 65.0)])
    assert not found.moves
    assert "outside what was seen" in dict(found.left_out)["temp"]


def test_parts_stay_where_parts_were_seen_however_wide_the_limits() -> None:
    (move,) = ask([replace(TEMP, lower=0.0, upper=200.0)]).moves
    moved = TABLE.column("temp") - move.set_point[0] + move.set_point[1]
    assert (moved >= TABLE.column("temp").min()).mean() > 0.9


def test_what_does_not_reach_the_goal_or_only_watches_is_left_with_its_reason() -> None:
    found = ask([TEMP, Lever("scrap", 0.0, 1.0), Lever("nowhere", 0.0, 1.0)])
    assert {name for name, _ in found.left_out} == {"scrap", "nowhere"}
    assert "watches" in dict(found.left_out)["scrap"]


def test_yield_is_raised_too() -> None:
    found = ask([TEMP], replace(GOAL, measure=Measure.YIELD))
    assert found.measure.median > found.measure.before
    assert "yield" in found.document()


def test_equal_seeds_give_one_digest_in_any_order_of_levers_and_columns() -> None:
    levers = [TEMP, Lever("hold", 2.5, 3.5)]
    turned = TABLE.select(TABLE.names[::-1])
    other = fit(turned, seed=1, walk=SHORT)
    assert ask(levers).digest == ask(levers[::-1], table=turned, posterior=other).digest


def test_questions_that_make_no_sense_are_refused() -> None:
    for levers in ([], [TEMP, TEMP], [Lever("flash", 0.0, 1.0)]):
        with pytest.raises(SchemaError):
            ask(levers)
    with pytest.raises(SchemaError, match="measured"):
        ask([TEMP], Goal("scrap", Specification(upper=0.5)))
    with pytest.raises(NotFoundError):
        ask([TEMP], Goal("nowhere", Specification(upper=0.5)))


def test_outcomes_tell_less_more_and_too_few() -> None:
    found = ask([TEMP])
    worse = made(np.random.default_rng(6), 500, temp_shift=2.0)[3]
    better = made(np.random.default_rng(7), 500, temp_shift=-6.0, scatter=0.2)[3]
    assert outcome(found, worse, seed=1).verdict is Verdict.LESS
    assert outcome(found, better, seed=1).verdict is Verdict.MORE
    assert outcome(found, worse[:10], seed=1).verdict is Verdict.TOO_FEW
    with pytest.raises(SchemaError):
        outcome(found, np.array([np.nan]), seed=1)
