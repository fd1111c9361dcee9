"""`credence rca explain` as typed: a table in, ranked causes out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from evidence.errors import NotFoundError, SchemaError
from node.cli.rca_commands import app
from rca.alarm.cause_case import case_from

COLUMNS = [("controller", 0), ("viscosity", 0), ("humidity", 0), ("temperature", 1), ("flash", 2)]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A controller drifts from line 321 on; humidity jumped earlier and reaches nothing."""
    rng = np.random.default_rng(3)
    line = np.arange(400)
    controller = rng.normal(size=400) + 4.0 * (line >= 320)
    humidity = rng.normal(size=400) + 5.0 * (line >= 300)
    viscosity = rng.normal(size=400)
    temperature = 180 + 2 * (0.9 * controller + 0.5 * rng.normal(size=400))
    flash = 0.4 * (temperature - 180) + 0.3 * viscosity + 0.5 * rng.normal(size=400)
    data = np.column_stack([controller, viscosity, humidity, temperature, flash])
    table, columns = tmp_path / "parts.csv", tmp_path / "columns.json"
    heading = ",".join(name for name, _ in COLUMNS)
    np.savetxt(table, data, fmt="%.5f", delimiter=",", header=heading, comments="")
    listed = [{"name": name, "tier": tier, "unit": "um" if name == "flash" else "1"} for name, tier in COLUMNS]
    columns.write_text(json.dumps({"format": "credence-rca-columns/1", "columns": listed}), encoding="utf-8")
    return table, columns


def call(*words: object, command: str = "explain") -> str:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(
        app, [command, *(str(word) for word in words)], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_cause_comes_first_with_its_three_figures_and_its_way(files: tuple[Path, Path]) -> None:
    table, columns = files
    words = (table, "--columns", columns, "--target", "flash", "--phase1", 250, "--twins", 6)
    told = json.loads(call(*words, "--json"))
    first = told["explanation"]["causes"][0]
    assert first["name"] == "controller"
    assert {"path", "changed", "explains"} <= set(first)
    assert told["explanation"]["names_cause"] is True
    assert 318 <= told["explanation"]["onset"]["row"] <= 322
    assert case_from(told["case"]).alarm.column == "flash"
    text = call(*words)
    assert "controller → temperature → flash" in text
    assert "Not explained by any column" in text


def test_without_an_alarm_nothing_is_explained(files: tuple[Path, Path], tmp_path: Path) -> None:
    table = tmp_path / "calm.csv"
    rows = "\n".join(
        f"{value},{1 + number % 3}" for number, value in enumerate([9.9, 10.0, 10.1, 10.0, 9.95, 10.02] * 50)
    )
    table.write_text(f"height,other\n{rows}\n", encoding="utf-8")
    assert "No alarm of height" in call(table, "--target", "height", "--phase1", 100)
    assert json.loads(call(table, "--target", "height", "--phase1", 100, "--json")) == {"alarm": None}


def test_a_missing_file_and_an_unknown_column_are_named(files: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="cannot be read"):
        call(tmp_path / "none.csv", "--target", "flash", "--phase1", 250)
    with pytest.raises(NotFoundError, match="'flush'"):
        call(files[0], "--target", "flush", "--phase1", 250)


def test_who_answers_for_the_columns_that_moved_gets_the_share(files: tuple[Path, Path]) -> None:
    table, columns = files
    words: tuple[object, ...] = (table, "--columns", columns, "--target", "flash", "--phase1", 250)
    words += ("--owner", "controller=Gear works", "--owner", "humidity=Hall keeper")
    told = json.loads(call(*words, "--json", command="responsibility"))["responsibility"]
    share = {one["party"]: float(one["share"]) for one in told["parties"]}
    assert told["settled"] and set(share) == {"Gear works", "Hall keeper", "unassigned", "unexplained"}
    assert share["Gear works"] > 0.7 and abs(share["Hall keeper"]) < 0.1
    assert abs(sum(share.values()) - 1) < 0.05
    outside = json.loads(call(*words, "--upper", 1.5, "--json", command="responsibility"))["responsibility"]
    assert outside["harm"] == "share outside the limits" and outside["parties"][0]["party"] == "Gear works"
    text = call(*words, command="responsibility")
    assert "Gear works" in text and "unexplained" in text and "%" in text


def test_an_owner_of_nothing_and_half_a_sentence_are_refused(files: tuple[Path, Path]) -> None:
    table, columns = files
    words = (table, "--columns", columns, "--target", "flash", "--phase1", 250)
    with pytest.raises(SchemaError, match="names no owner"):
        call(*words, "--owner", "controller", command="responsibility")
    with pytest.raises(NotFoundError, match="'pressure'"):
        call(*words, "--owner", "pressure=Gear works", command="responsibility")
