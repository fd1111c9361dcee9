"""do() is answered where the data reach and refused, with the reason, where they do not."""

from __future__ import annotations

import numpy as np
import pytest

from evidence.errors import NotFoundError, SchemaError
from rca.columns import Column
from rca.effect.effect import Effects
from rca.posterior.fit import Walk, fit
from rca.table import Table, table_of

SHORT = Walk(chains=2, burn=10, keep=20, draws=2)


def line(*, true: float, hidden: float, rows: int = 2500, seed: int = 1) -> Table:
    """lot -> temp -> flash with a hidden cause of temp and flash; noise is on its own."""
    rng = np.random.default_rng(seed)
    lot, secret = rng.normal(size=rows), rng.normal(size=rows)
    temp = 80.0 + 2.0 * (1.2 * lot + hidden * secret + 0.6 * rng.normal(size=rows))
    flash = 5.0 + true * (temp - 80.0) / 2.0 + hidden * secret + 0.6 * rng.normal(size=rows)
    other = rng.normal(size=rows)
    columns = (
        Column("lot"),
        Column("temp", unit="Cel", tier=1),
        Column("flash", unit="um", tier=2),
        Column("noise", tier=1),
    )
    return table_of(columns, [lot, temp, flash, other])


def asked(table: Table) -> Effects:
    return Effects(table, fit(table, seed=1, walk=SHORT), seed=1)


def test_without_hidden_causes_the_true_effect_lies_in_the_interval() -> None:
    found = asked(line(true=1.0, hidden=0.0)).effect("temp", 78.0, 82.0, "flash")
    assert found.value == pytest.approx(2.0, rel=0.1)
    assert found.interval[0] < 2.0 < found.interval[1]
    assert not found.abstained


def test_a_cause_of_the_cause_that_acts_by_no_other_way_serves_as_instrument() -> None:
    assert asked(line(true=1.0, hidden=0.0)).effect("temp", 78.0, 82.0, "flash").instruments == ("lot",)


@pytest.mark.parametrize("hidden", [0.35, 0.8, 1.2])
def test_what_a_hidden_cause_would_look_like_is_not_stated_as_an_effect(hidden: float) -> None:
    found = asked(line(true=0.5, hidden=hidden)).effect("temp", 78.0, 82.0, "flash")
    assert found.value is None
    assert "hidden cause" in found.abstained


def test_levels_outside_of_what_was_seen_are_refused() -> None:
    found = asked(line(true=1.0, hidden=0.0)).effect("temp", 80.0, 140.0, "flash")
    assert found.value is None
    assert "never at 140" in found.abstained


def test_a_column_that_reaches_nothing_has_no_stated_effect() -> None:
    found = asked(line(true=1.0, hidden=0.0)).effect("noise", -0.5, 0.5, "flash")
    assert found.value is None
    assert found.abstained


def test_nothing_acts_backwards_on_the_route() -> None:
    found = asked(line(true=1.0, hidden=0.0)).effect("flash", 4.0, 6.0, "lot")
    assert found.value is None
    assert "0%" in found.abstained


def test_equal_levels_one_column_and_unknown_columns_are_refused() -> None:
    effects = asked(line(true=1.0, hidden=0.0, rows=300))
    with pytest.raises(SchemaError):
        effects.effect("temp", 80.0, 80.0, "flash")
    with pytest.raises(SchemaError):
        effects.effect("temp", 79.0, 81.0, "temp")
    with pytest.raises(NotFoundError):
        effects.effect("nowhere", 79.0, 81.0, "flash")


def test_graphs_of_another_table_are_refused() -> None:
    posterior = fit(line(true=1.0, hidden=0.0, rows=300), seed=1, walk=SHORT)
    with pytest.raises(SchemaError, match="another table"):
        Effects(line(true=1.0, hidden=0.0, rows=300, seed=2), posterior, seed=1)


def test_the_same_question_has_the_same_answer_and_a_document() -> None:
    table = line(true=1.0, hidden=0.3, rows=400)
    one, other = (asked(table).effect("temp", 78.0, 82.0, "flash") for _ in range(2))
    assert one == other
    assert one.document()["format"] == "credence-rca-effect/1"
