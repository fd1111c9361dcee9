"""Instruments tell a cause from a hidden common cause."""

from __future__ import annotations

import numpy as np
import pytest

from rca.columns import Column
from rca.posterior.features import Moments, moments
from rca.posterior.witness import Witness, survival, two_stage, witnesses
from rca.table import table_of

NAMES = ("z", "u", "v")


def line(*, true: float, hidden: float) -> Moments:
    """z -> u, a hidden cause of u and v, and u -> v of strength `true`; columns on three tiers."""
    rng = np.random.default_rng(1)
    z, h = rng.normal(size=3000), rng.normal(size=3000)
    u = z + hidden * h + rng.normal(size=3000)
    v = true * u + hidden * h + rng.normal(size=3000)
    return moments(table_of([Column(name, tier=place) for place, name in enumerate(NAMES)], [z, u, v]))


FREQUENCY = np.array([[0, 1.0, 0.0], [0, 0, 1.0], [0, 0, 0]])


def test_a_true_cause_is_confirmed_even_under_a_hidden_one() -> None:
    assert witnesses(line(true=0.8, hidden=1.0), FREQUENCY)[1, 2] == Witness.CONFIRMED


def test_a_hidden_common_cause_alone_is_contradicted() -> None:
    assert witnesses(line(true=0.0, hidden=1.5), FREQUENCY)[1, 2] == Witness.CONTRADICTED


def test_without_an_instrument_nothing_is_said() -> None:
    assert witnesses(line(true=0.8, hidden=0.0), FREQUENCY)[0, 1] == Witness.NONE


def test_two_stages_find_the_true_slope_where_least_squares_does_not() -> None:
    one = line(true=0.5, hidden=1.5)
    slope, plain, _, strength = two_stage(
        one.products[np.ix_([0, 2, 4], [0, 2, 4])], 1, 2, np.array([0]), np.array([], dtype=np.int64)
    )
    # In standard deviations: u has sqrt(1 + 2.25 + 1), v follows.
    scale = np.sqrt(4.25) / np.sqrt(0.25 * 4.25 + 2 * 0.5 * 2.25 + 2.25 + 1)
    assert slope == pytest.approx(0.5 * scale, abs=0.05)
    assert plain > slope + 0.2
    assert 0.15 < strength < 0.35


def test_confirmed_edges_survive_more_often_than_contradicted_ones() -> None:
    route = np.triu(np.ones((3, 3), dtype=bool), 1)
    confirmed = survival(line(true=0.8, hidden=1.0), FREQUENCY, route)[1, 2]
    contradicted = survival(line(true=0.0, hidden=1.5), FREQUENCY, route)[1, 2]
    assert confirmed > contradicted + 0.1
