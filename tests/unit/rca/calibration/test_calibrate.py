"""Calibration on twins: resumable, blind to names, and aware of what engineers said."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from evidence.errors import SchemaError, StorageError
from rca.calibration.calibrate import Calibration, calibrated, twin_beliefs, twins_wanted
from rca.calibration.keep import TwinFolder
from rca.calibration.statements import STRATA
from rca.columns import Column
from rca.posterior.fit import Beliefs, Walk, fit
from rca.table import Table
from rca.twins.family import likeness
from rca.twins.recipe import Recipe

SHORT = Walk(chains=1, burn=5, keep=10, draws=2)
LINE = Recipe(((0, 3), (1, 3))).draw(np.random.default_rng(1))
TABLE = LINE.sample(np.random.default_rng(2), 120)


def run(**more: object) -> Calibration:
    return calibrated(TABLE, seed=3, twins=6, walk=SHORT, **more)  # type: ignore[arg-type]


def test_a_run_that_was_cut_off_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    folder = TwinFolder(tmp_path / "work", {"window": TABLE.digest, "seed": 3})

    class CutOffError(Exception):
        pass

    def fall(number: int, tallies: object) -> None:
        folder.keep(number, tallies)  # type: ignore[arg-type]
        if number == 2:
            raise CutOffError

    with pytest.raises(CutOffError):
        run(keep=fall)
    assert sorted(folder.load()) == [0, 1, 2]
    later = list[int]()
    resumed = run(done=folder.load(), keep=lambda number, tallies: later.append(number))
    assert later == [3, 4, 5]
    assert resumed == run()


def test_kept_twins_of_another_table_or_cut_off_files_are_not_seen(tmp_path: Path) -> None:
    mine, other = (TwinFolder(tmp_path, {"window": name}) for name in ("mine", "other"))
    run(keep=mine.keep)
    assert not other.load()
    torn = next(tmp_path.glob("*-0.json"))
    torn.write_text(torn.read_text()[:100])
    assert 0 not in mine.load()
    assert len(mine.load()) == 5


def test_a_folder_that_cannot_be_written_is_a_storage_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        run(keep=TwinFolder(tmp_path / "file", {}).keep)


def test_names_and_the_order_of_columns_change_nothing() -> None:
    order = [3, 1, 5, 0, 2, 4]
    renamed = tuple(Column(f"q{place}", tier=TABLE.columns[place].tier) for place in order)
    turned = calibrated(Table(renamed, TABLE.values[:, order]), seed=3, twins=6, walk=SHORT)
    assert turned.curves == run().curves


def test_questions_are_answered_from_the_right_curve_and_a_column_does_not_cause_itself() -> None:
    posterior, found = fit(TABLE, seed=3, walk=SHORT), run()
    assert set(found.curves) == set(STRATA)
    one, other = posterior.names[0], posterior.names[1]
    assert found.edge(posterior, one, other) == found.path(posterior, one, other)
    with pytest.raises(SchemaError, match="one column"):
        found.reach(posterior, one, one)


def test_large_tables_need_fewer_twins() -> None:
    small = likeness(TABLE)
    large = likeness(Recipe(((0, 60), (1, 38))).draw(np.random.default_rng(1)).sample(np.random.default_rng(2), 60))
    assert twins_wanted(small) == 150
    assert twins_wanted(large) == 12


def test_twins_get_beliefs_that_are_right_as_often_as_experience_says() -> None:
    line = Recipe(((0, 40), (1, 40)), density=2.0).draw(np.random.default_rng(4))
    table = line.sample(np.random.default_rng(5), 40)
    odds = math.log(0.9 / 0.1)
    said = Beliefs({(f"a{number}", f"b{number}"): odds for number in range(300)})
    edges, right, total = line.edges(table.names), 0, 0
    for seed in range(5):
        for cause, effect in twin_beliefs(said, line, table, np.random.default_rng(seed)).log_odds:
            right += bool(edges[table.names.index(cause), table.names.index(effect)])
            total += 1
    # Of 100 beliefs 67 or so are right (0.9 * 0.75); true edges are few, so some are drawn twice and count once.
    assert 0.3 < right / total < 0.7
