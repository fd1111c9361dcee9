import numpy as np
import pytest

from evidence.errors import SchemaError
from rca.alarm.onset import Onset, onset
from rca.alarm.watch import Alarm
from rca.columns import Column
from rca.table import table_of


def begun(values: np.ndarray, row: int, phase1: int = 100, level: float = 0.9) -> Onset:
    alarm = Alarm("x", row, "western-electric-1", "", float(values[row]), 0.0, 1.0, phase1)
    return onset(table_of([Column("x")], [values]), alarm, level=level)


def test_a_large_jump_is_dated_to_its_row() -> None:
    values = np.random.default_rng(0).normal(size=160)
    values[130:] += 8.0
    found = begun(values, 140)
    assert (found.low, found.row, found.high) == (130, 130, 130)


def test_the_interval_holds_the_true_row_about_as_often_as_it_says() -> None:
    hits, width = 0, 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        true = int(rng.integers(105, 170))
        values = rng.normal(size=185)
        values[true:] += float(rng.uniform(1.0, 4.0))
        found = begun(values, 184)
        hits += found.low <= true <= found.high
        width += found.high - found.low
    assert hits / 400 >= 0.86
    assert width / 400 < 15


def test_a_wider_spread_alone_is_dated_too() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=200)
    values[150:] *= 5.0
    found = begun(values, 199)
    assert abs(found.row - 150) <= 6


def test_values_that_resemble_their_neighbours_give_a_wider_interval() -> None:
    rng = np.random.default_rng(4)
    drift = np.zeros(400)
    for row in range(1, 400):
        drift[row] = 0.9 * drift[row - 1] + rng.normal()
    drift[350:] += 6.0
    loose = begun(drift, 360, phase1=300)
    tight = begun(np.concatenate([rng.normal(size=350), 6.0 / drift.std() * 3 + rng.normal(size=50)]), 360, phase1=300)
    assert loose.effective < 0.2
    assert tight.effective == 1.0
    assert loose.high - loose.low > tight.high - tight.low


def test_missing_rows_before_the_first_sign_belong_to_the_interval() -> None:
    values = np.random.default_rng(5).normal(size=160)
    values[130:] += 9.0
    values[125:130] = np.nan
    found = begun(values, 140)
    assert (found.low, found.row, found.high) == (125, 130, 130)


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(SchemaError, match="level"):
        begun(np.random.default_rng(6).normal(size=160), 140, level=1.0)
