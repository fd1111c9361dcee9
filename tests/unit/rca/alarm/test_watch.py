import numpy as np
import pytest

from evidence.errors import NotFoundError, SchemaError
from rca.alarm.watch import Subscription, watch
from rca.columns import Column, Kind
from rca.table import Table, table_of
from spc.rules import RuleSet


def table(values: np.ndarray) -> Table:
    return table_of([Column("height", unit="mm")], [values])


def quiet(seed: int = 0, rows: int = 120) -> np.ndarray:
    return np.random.default_rng(seed).normal(10.0, 0.1, rows)


def test_a_point_beyond_the_limits_raises_the_alarm_at_its_row() -> None:
    values = np.tile([9.9, 10.0, 10.1, 10.0], 30)
    values[100] = 12.0
    alarm = watch(table(values), Subscription("height", 60))
    assert alarm is not None
    assert (alarm.row, alarm.value) == (100, 12.0)
    assert {"western-electric-1", "moving-range"} <= {alarm.rule, *alarm.also}
    assert alarm.centre == pytest.approx(10.0)


def test_a_small_lasting_shift_is_caught_by_a_run() -> None:
    values = np.tile([9.9, 10.0, 10.1, 10.0], 40)
    values[100:] += 0.12
    alarm = watch(table(values), Subscription("height", 80, RuleSet.NELSON))
    assert alarm is not None
    assert 100 < alarm.row < 125
    assert alarm.rule.startswith("nelson")


def test_quiet_values_raise_none() -> None:
    values = np.tile([9.9, 10.0, 10.1, 10.0, 9.95, 10.02], 30)
    assert watch(table(values), Subscription("height", 60)) is None


def test_signals_of_phase_1_are_not_alarms() -> None:
    values = np.tile([9.9, 10.0, 10.1, 10.0, 9.95, 10.02], 30)
    values[5] = 14.0
    assert watch(table(values), Subscription("height", 60)) is None


def test_rows_are_rows_of_the_table_although_values_are_missing() -> None:
    values = np.tile([9.9, 10.0, 10.1, 10.0], 30)
    values[100] = 12.0
    values[[3, 50, 61, 99]] = np.nan
    alarm = watch(table(values), Subscription("height", 60))
    assert alarm is not None
    assert alarm.row == 100


def test_what_cannot_be_charted_is_refused() -> None:
    with pytest.raises(NotFoundError, match="'width'"):
        watch(table(quiet()), Subscription("width", 60))
    with pytest.raises(SchemaError, match="at least 30"):
        Subscription("height", 29)
    holes = quiet()
    holes[:40] = np.nan
    with pytest.raises(SchemaError, match="20 known values"):
        watch(table(holes), Subscription("height", 60))
    with pytest.raises(SchemaError):
        watch(table(np.full(100, 3.0)), Subscription("height", 60))
    labels = table_of([Column("mould", Kind.CATEGORICAL, categories=("a", "b", "c"))], [np.tile([0, 1, 2], 40)])
    with pytest.raises(SchemaError, match="labels"):
        watch(labels, Subscription("mould", 60))
