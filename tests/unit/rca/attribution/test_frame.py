import numpy as np
import pytest

from evidence.errors import NotFoundError, SchemaError
from rca.attribution.frame import Frame, frame_of
from rca.columns import Column
from rca.table import table_of


def frame(rows: int = 40, window: int = 5) -> Frame:
    rng = np.random.default_rng(0)
    return Frame(("a", "b"), rng.normal(size=(rows, 2)), rng.normal(size=(window, 2)), "b")


def test_a_frame_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="read-only"):
        frame().reference[0, 0] = 1.0


@pytest.mark.parametrize(("rows", "window"), [(29, 5), (40, 0)])
def test_too_few_rows_are_refused_with_advice(rows: int, window: int) -> None:
    with pytest.raises(SchemaError, match="at least 30 and 1") as caught:
        frame(rows, window)
    assert "Widen" in caught.value.advice


def test_two_columns_of_one_name_an_infinity_and_a_wrong_shape_are_refused() -> None:
    good = np.zeros((40, 2))
    with pytest.raises(SchemaError, match="one name"):
        Frame(("a", "a"), good, good, "a")
    with pytest.raises(SchemaError, match="infinite"):
        Frame(("a", "b"), np.full((40, 2), np.inf), good, "a")
    with pytest.raises(SchemaError, match="3 columns"):
        Frame(("a", "b", "c"), good, good, "a")


def test_a_target_without_values_is_refused() -> None:
    good, gone = np.zeros((40, 2)), np.zeros((5, 2))
    gone[:, 1] = np.nan
    with pytest.raises(SchemaError, match="too few values"):
        Frame(("a", "b"), good, gone, "b")


def test_an_unknown_target_is_named() -> None:
    with pytest.raises(NotFoundError, match="'c'"):
        Frame(("a", "b"), np.zeros((40, 2)), np.zeros((5, 2)), "c")


def test_tables_in_different_order_make_the_same_frame_and_different_units_none() -> None:
    rng = np.random.default_rng(1)
    a, b = Column("a", unit="mm"), Column("b", unit="K")
    before = table_of([a, b], [rng.normal(size=40), rng.normal(size=40)])
    after = table_of([b, a], [rng.normal(size=5), rng.normal(size=5)])
    made = frame_of(before, after, "a")
    assert np.array_equal(made.window[:, 0], after.column("a"))
    other = table_of([Column("a", unit="um"), b], [rng.normal(size=5), rng.normal(size=5)])
    with pytest.raises(SchemaError, match="unit"):
        frame_of(before, other, "a")
