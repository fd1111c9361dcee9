import json
from datetime import UTC, datetime

import numpy as np
import pytest

from evidence.canonical import encode
from evidence.errors import ConflictError, SchemaError
from rca.alarm.cause_case import CauseCase, case_from, open_case
from rca.alarm.watch import Subscription
from rca.columns import Column
from rca.table import Table, table_of

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
COLUMNS = [Column("heat", unit="K"), Column("leak", unit="mL", tier=1)]


def plant(shift: float = 6.0, seed: int = 0) -> Table:
    rng = np.random.default_rng(seed)
    heat = rng.normal(size=300)
    heat[240:] += shift
    return table_of(COLUMNS, [heat, 0.8 * heat + 0.5 * rng.normal(size=300)])


def opened(table: Table) -> CauseCase:
    case = open_case(table, Subscription("leak", 150), now=NOW)
    assert case is not None
    return case


def test_an_alarm_opens_a_case_that_freezes_both_sets_of_rows() -> None:
    table = plant()
    case = opened(table)
    assert case.onset.low <= 240 <= case.onset.high or case.alarm.row < 240
    frame = case.frame(table)
    assert frame.reference.shape[0] == case.reference_rows <= 240
    assert frame.window.shape[0] == case.window_rows[1] - case.window_rows[0] + 1
    assert frame.target == "leak"


def test_a_changed_value_is_noticed() -> None:
    table = plant()
    case = opened(table)
    values = np.array(table.values)
    values[10, 0] += 1e-9
    with pytest.raises(ConflictError, match="differs"):
        case.frame(Table(table.columns, values))
    with pytest.raises(ConflictError, match="fewer rows"):
        case.frame(table.take(slice(0, 100)))


def test_columns_in_another_order_are_the_same_table() -> None:
    table = plant()
    assert opened(table.select(["leak", "heat"])).digest == opened(table).digest


def test_no_alarm_opens_no_case() -> None:
    leak = np.tile([9.9, 10.0, 10.1, 10.0, 9.95, 10.02], 50)
    table = table_of(COLUMNS, [np.random.default_rng(0).normal(size=300), leak])
    assert open_case(table, Subscription("leak", 150), now=NOW) is None


def test_the_document_reads_back_to_the_same_case() -> None:
    case = opened(plant())
    assert case_from(json.loads(encode(case.document()))) == case


@pytest.mark.parametrize("damage", [{"format": "x"}, {"alarm": {}}, {"window": {"first": "1"}}, {"onset": 3}])
def test_a_damaged_document_is_refused(damage: dict[str, object]) -> None:
    with pytest.raises(SchemaError):
        case_from({**opened(plant()).document(), **damage})
