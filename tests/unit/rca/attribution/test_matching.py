import numpy as np
import pytest

from evidence.errors import NotFoundError, SchemaError
from rca.attribution.matching import matched, matched_frame
from rca.columns import Column, Kind
from rca.table import Table, table_of

LABELS = ("A", "B", "C")


def plant(seed: int = 0, rows: int = 600) -> tuple[Table, np.ndarray]:
    """Night makes more of product C, which leaks more by itself."""
    rng = np.random.default_rng(seed)
    night = rng.random(rows) < 0.3
    product = np.where(night, rng.choice(3, rows, p=[0.1, 0.2, 0.7]), rng.choice(3, rows, p=[0.6, 0.3, 0.1]))
    humidity = rng.normal(size=rows) + 0.5 * night
    leak = 2.0 * (product == 2) + 0.3 * humidity + rng.normal(size=rows)
    columns = [
        Column("product", Kind.CATEGORICAL, categories=LABELS),
        Column("humidity"),
        Column("leak", tier=1),
    ]
    return table_of(columns, [product.astype(float), humidity, leak]), night


def test_matching_removes_the_difference_that_products_make() -> None:
    table, night = plant()
    leak = table.column("leak")
    raw = leak[night].mean() - leak[~night].mean()
    frame = matched_frame(table, matched(table, night, ~night, ["product"]), "leak")
    fair = frame.window[:, 2].mean() - frame.reference[:, 2].mean()
    assert raw > 0.8
    assert abs(fair) < 0.5 * raw


def test_balance_says_how_far_apart_the_rows_were_and_are() -> None:
    table, night = plant(1)
    match = matched(table, night, ~night, ["product", "humidity"])
    before = {name: abs(one) for name, one, _ in match.balance}
    after = {name: abs(other) for name, _, other in match.balance}
    assert before["product"] > 0.5
    assert after["product"] < 0.25
    assert after["humidity"] < before["humidity"] + 0.05


def test_rows_without_counterpart_are_dropped_and_named() -> None:
    table, night = plant(2)
    candidates = ~night & (table.column("product") != 2)
    match = matched(table, night, candidates, ["product"])
    assert set(match.dropped) == set(np.flatnonzero(night & (table.column("product") == 2)).tolist())
    assert not set(match.window) & set(match.dropped)
    assert not set(match.reference) & set(np.flatnonzero(night).tolist())


def test_no_counterparts_are_an_error_with_advice() -> None:
    table, night = plant(3)
    with pytest.raises(SchemaError, match="rows match") as caught:
        matched(table, night, np.zeros(table.rows, dtype=bool), ["product"])
    assert "fewer columns" in caught.value.advice


def test_wrong_questions_are_refused() -> None:
    table, night = plant(4)
    with pytest.raises(SchemaError, match="0 columns"):
        matched(table, night, ~night, [])
    with pytest.raises(NotFoundError):
        matched(table, night, ~night, ["shift"])
    with pytest.raises(SchemaError, match="truth value"):
        matched(table, night[:5], ~night, ["product"])
