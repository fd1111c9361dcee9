from pathlib import Path

import pytest

from evidence.errors import NotFoundError
from rca.evaluate import causrca
from rca.evaluate.event_section import causrca_section
from rca.evaluate.work import Work
from tests.support.required import shared


def test_a_fault_run_is_read_with_its_truth_and_without_alarms() -> None:
    folder = shared("data", "causrca")
    places = causrca._fault_folders(folder)
    assert len(places) == 59
    signals = causrca._signals(folder)
    case = causrca._fault_run(folder / "dig_twin" / "exp_probe" / "exp_1" / "run_1", signals)
    assert case.roots == ("MPA_WorkPos",)
    assert set(case.roots) <= set(case.candidates)
    assert not any("_A_" in name for name in case.candidates)
    assert 0 < case.alarm < case.run.times[-1]


def test_a_few_runs_are_judged_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shared("data", "causrca")
    places = causrca._fault_folders(folder)
    few = [place for place in places if place.name == "run_1"]
    monkeypatch.setattr(causrca, "_fault_folders", lambda _: few)
    monkeypatch.setattr(causrca, "GRID", causrca.GRID[:2])
    found = causrca.evaluate_causrca(folder, Work(tmp_path))
    assert found.runs == len(few)
    assert found.by_group["exp_coolant"][0].top(1).value == 1.0
    assert "causRCA" in causrca_section(found).title


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="fault runs"):
        causrca.evaluate_causrca(tmp_path, Work(None))
