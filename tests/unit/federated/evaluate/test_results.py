"""The evaluation goes on where it stopped, and its card says only what its figures say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer import Typer
from typer.testing import CliRunner

from federated.evaluate import card, results
from federated.evaluate.command import evaluate
from federated.evaluate.results import SCENES, Job, collect, jobs, versions
from federated.evaluate.statistics import paired, spread


def fake(job: Job, gain: float = 0.01, loss: float = 0.0) -> dict[str, Any]:
    jitter = job.seed / 1000
    if job.experiment == "milling":
        auc = {"central": 0.98 + jitter, "FedAvg": 0.977 + jitter, "alone": 0.95}
        return {"auc": auc, "f1": dict.fromkeys(auc, 0.65), "loss": {"FedAvg, before": 0.2}}
    if job.experiment == "steel":
        auc = {"alone": 0.83 + jitter, "alone, mean of 4": 0.832, card.SITE: 0.83 + gain + jitter * 1.1}
        sites = {name: {"a": value, "b": value} for name, value in auc.items()}
        return {"auc": auc, "by_site": sites, "calibration": {"before": 0.1, "after": 0.05}}
    if job.experiment == "poison":
        return {"auc": 0.95 + jitter - (loss if job.scene.startswith("3") else 0.0)}
    return {"auc": {"1": 0.9 + jitter}, "epsilon": {"1": 7.5}}


def some(**changes: float) -> Mapping[Job, Mapping[str, Any]]:
    return {job: fake(job, **changes) for job in jobs(5)}


def test_every_scene_and_seed_is_a_job_with_a_file_of_its_own() -> None:
    found = jobs(5)
    assert len(found) == 5 * (3 + len(SCENES)) and len({job.file for job in found}) == len(found)
    assert all("/" not in job.file and " " not in job.file for job in found)


def test_what_was_computed_is_not_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Job] = []

    def once(folder: Path, job: Job) -> dict[str, Any]:
        done.append(job)
        if len(done) == 3:
            raise KeyboardInterrupt
        return fake(job)

    monkeypatch.setattr(results, "work", once)
    wanted = jobs(4, ("milling",))
    with pytest.raises(KeyboardInterrupt):
        collect(tmp_path, tmp_path / "kept", wanted, 1, lambda _: None)
    told: list[str] = []
    found = collect(tmp_path, tmp_path / "kept", wanted, 1, told.append)
    assert list(found) == wanted and len(done) == 5 and len(told) == 2
    assert set(versions(tmp_path / "kept", wanted)) == {"milling"}


def test_a_gain_counts_only_when_its_interval_is_above_zero() -> None:
    assert card.figures(some())["steel"]["met"]
    assert not card.figures(some(gain=-0.0001))["steel"]["met"]


def test_a_loss_by_poison_beyond_the_bar_is_told() -> None:
    assert card.figures(some())["poison"]["met"]
    worse = some(loss=0.02)
    assert not card.figures(worse)["poison"]["met"]
    assert "**not met**" in card.card(worse, 5, {"poison": ("2.13.0",)})


def test_the_card_states_each_figure_with_its_spread() -> None:
    text = card.card(some(), 5, {"milling": ("2.13.0",)})
    assert "| FedAvg | 0.9790 ± 0.0016 |" in text and "**met**" in text and "torch 2.13.0" in text
    assert json.loads(json.dumps(card.plain(card.figures(some()))))["milling"]["met"] is True


def test_intervals_are_those_of_student() -> None:
    found = spread([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (found.mean, found.deviation) == (3.0, pytest.approx(1.5811, abs=1e-4))
    assert (found.low, found.high) == (pytest.approx(1.0368, abs=1e-4), pytest.approx(4.9632, abs=1e-4))
    assert paired([2.0, 3.0], [1.0, 2.0]).mean == 1.0


def test_the_command_writes_the_card_and_ends_1_when_a_bar_is_not_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Typer()
    app.command()(evaluate)
    base = ["--data", str(tmp_path), "--results", str(tmp_path / "kept"), "--card", str(tmp_path / "card.md")]
    monkeypatch.setattr(results, "work", lambda folder, job: fake(job))
    good = CliRunner().invoke(app, [*base, "--json"])
    assert good.exit_code == 0 and json.loads(good.stdout)["steel"]["met"]
    assert "# Model card" in (tmp_path / "card.md").read_text()
    monkeypatch.setattr(results, "work", lambda folder, job: fake(job, gain=-0.1))
    bad = CliRunner().invoke(app, [*base[:2], "--results", str(tmp_path / "other"), "--only", "steel"])
    assert bad.exit_code == 1
    assert CliRunner().invoke(app, [*base, "--only", "weather"]).exception


def test_real_rounds_are_told_once_there_are_some_to_compare_with() -> None:
    told = {0: {"rounds": 6, "auc": [0.5, 0.91]}, 2: {"rounds": 6, "auc": [0.6, 0.9]}}
    text = card.card(some(), 5, {"milling": ("2.13.0",)}, {"over Flower": {2: told[2]}})
    assert "real rounds" not in text
    text = card.card(some(), 5, {"milling": ("2.13.0",)}, {"over Flower": told, "one process": {}})
    assert "| over Flower | 2 | 6 | 0.9000 | -0.0100 |" in text and "| over Flower | 0 | 6 | 0.9100 |  |" in text
    assert "| one process |" not in text
