"""The card of a causal model: read back whole, and honest about rows that no longer look like its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evidence.errors import SchemaError
from rca.calibration.calibrate import calibrated
from rca.calibration.curve import TOP
from rca.card import STOP, WATCH, Standing, card_from, card_of, drift, standing
from rca.columns import Column, Kind
from rca.fit_file import Fit
from rca.posterior.fit import Walk, fit
from rca.table import Table, table_of

SHORT = Walk(chains=2, burn=5, keep=10, draws=2)
COLUMNS = (
    Column("temp", unit="Cel"),
    Column("shift", Kind.BINARY, categories=("day", "night")),
    Column("pores", Kind.COUNT, unit="{count}", tier=1),
    Column("crown", unit="um", tier=2),
    Column("stuck", tier=2),
)


def lots(rows: int, seed: int, move: float = 0.0, nights: float = 0.5) -> Table:
    rng = np.random.default_rng(seed)
    temp = 800.0 + move + 3.0 * rng.standard_normal(rows)
    temp[rng.random(rows) < 0.2] = np.nan
    shift = (rng.random(rows) < nights).astype(float)
    pores = rng.poisson(2.0, rows).astype(float)
    crown = 50.0 + 0.5 * (np.nan_to_num(temp, nan=800.0) - 800.0) + rng.standard_normal(rows)
    return table_of(COLUMNS, [temp, shift, pores, crown, np.ones(rows)])


TABLE = lots(600, 1)
FIT = Fit(fit(TABLE, seed=1, walk=SHORT), calibrated(TABLE.select(COLUMNS[n].name for n in range(4)), seed=1, twins=2))
CARD = card_of(FIT, TABLE)


def test_a_card_is_read_back_whole() -> None:
    assert card_from(CARD.document()).document() == CARD.document()
    assert {one.column.name for one in CARD.seen} == {"temp", "shift", "pores", "crown"}
    assert dict(CARD.silent)["stuck"] == "the value never changes"
    assert (CARD.rows, CARD.twins, CARD.window) == (600, 2, TABLE.digest)
    # Nothing above its highest bin is ever said; with two twins no bin speaks at all.
    assert max(CARD.highest.values()) < TOP


@pytest.mark.parametrize("said", [{}, {**CARD.document(), "format": "other"}, {**CARD.document(), "columns": [{}]}])
def test_another_document_is_no_card(said: dict[str, object]) -> None:
    with pytest.raises(SchemaError):
        card_from(said)


def test_a_card_is_of_the_rows_it_was_made_from() -> None:
    with pytest.raises(SchemaError):
        card_of(FIT, lots(600, 2))


def test_chance_alone_is_no_drift() -> None:
    found = [drift(CARD, lots(200, seed)) for seed in range(20, 60)]
    assert all(standing(one) is Standing.IN_USE for one in found)
    assert np.mean([each.index for one in found for each in one]) < WATCH / 4


def test_a_column_that_moved_is_named_first_and_silences_only_itself() -> None:
    found = drift(CARD, lots(200, 3, nights=0.95))
    assert found[0].name == "shift" and found[0].index >= STOP
    assert [one.name for one in found if one.drifted] == ["shift"]
    assert standing(found) is Standing.DRIFTING
    # A warmer furnace moves what follows from it too: half of the columns, so the model is not to be asked.
    assert standing(drift(CARD, lots(200, 4, move=9.0))) is Standing.STOPPED


def test_few_rows_and_gaps_are_no_judgement() -> None:
    few = lots(40, 5, move=50.0)
    assert not any(one.judged for one in drift(CARD, few))
    assert standing(drift(CARD, few)) is Standing.IN_USE


def test_a_table_of_another_line_is_told_from_it() -> None:
    with pytest.raises(SchemaError) as missing:
        drift(CARD, lots(100, 6).select(["temp", "shift", "pores"]))
    assert "crown" in str(missing.value.place)
    other = lots(100, 7)
    foreign = Table((replace(other.columns[0], unit="K"), *other.columns[1:]), other.values)
    with pytest.raises(SchemaError):
        drift(CARD, foreign)
