from pathlib import Path

import numpy as np
import pytest

from evidence.errors import NotFoundError
from rca.calibration.statements import STRATA
from rca.evaluate import paths
from rca.evaluate.assembly import station
from rca.evaluate.graph_sections import paths_section
from rca.evaluate.work import Work
from tests.support.required import shared


def test_stations_are_read_with_their_true_edges() -> None:
    table, edges = station(shared("data", "causal_assembly"), 1)
    assert (table.rows, len(table.columns)) == (500, 6)
    assert edges.shape == (6, 6)
    assert edges.any()
    assert not np.diagonal(edges).any()


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="station1"):
        station(tmp_path, 1)


def test_paths_are_judged_on_plants_with_twins_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "PLANTS", range(71_000, 71_001))
    monkeypatch.setattr(paths, "TIERS", ((0, 5), (1, 5), (2, 5)))
    monkeypatch.setattr(paths, "STATIONS", ())
    monkeypatch.setattr(paths, "twins_wanted", lambda like: 6)
    found = paths.evaluate_paths(tmp_path, Work(tmp_path))
    assert found.twins == 6
    assert found.plants.points
    assert 0 <= found.edges_and_paths.ece < 0.2
    assert "Stated paths" in paths_section(found).title


def test_counts_survive_being_kept() -> None:
    rng = np.random.default_rng(0)
    stated = rng.integers(0, 5, paths.BINS)
    tally = paths.Tally(stated, np.minimum(stated, rng.integers(0, 3, paths.BINS)))
    kept = paths._tallies(paths._document(dict.fromkeys(STRATA, tally)))
    assert all(np.array_equal(kept[one].stated, tally.stated) for one in STRATA)
    assert all(np.array_equal(kept[one].true, tally.true) for one in STRATA)
