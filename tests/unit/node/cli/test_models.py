"""`credence model` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from evidence.errors import ConflictError, LimitError, NotFoundError, SchemaError
from node.cli.main import build
from tests.support.node_home import make_home
from tests.unit.node.services.test_process_risk_at_node import DRIFTED, PARTS, WEIGHTS, csv_of

PERIOD = "2026-02"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    file = tmp_path / "parts.csv"
    file.write_bytes(csv_of(PARTS))
    return file


def run(home: Path, *words: object) -> Result:
    runner = CliRunner(env={"COLUMNS": "200"})
    return runner.invoke(build(), ["model", *(str(word) for word in words), "--home", str(home)])


def told(home: Path, *words: object, code: int = 0) -> Any:
    result = run(home, *words, "--json")
    assert result.exit_code == code, (result.output, result.exception)
    return json.loads(result.stdout)


def added(home: Path, data: bytes, *words: object) -> Any:
    file = home.parent / "milling.risk.json"
    file.write_bytes(data)
    return told(home, "add", file, "--round", "0x" + "ab" * 32, "--parties", 5, "--figure", "auc=0.91", *words)


def test_a_model_is_added_released_shown_and_states_a_month(home: Path, parts: Path, tmp_path: Path) -> None:
    assert told(home, "list") == {"models": []}
    assert "credence model add" in run(home, "list").stdout
    assert added(home, WEIGHTS)["state"] == "trial"
    assert isinstance(run(home, "assess", "milling", 3, parts, "--period", PERIOD).exception, ConflictError)
    assert told(home, "release", "milling", 3)["state"] == "released"
    (row,) = told(home, "list")["models"]
    assert (row["figures"], row["round"], row["parties"]) == ({"auc": "0.91"}, "ab" * 32, 5)
    back = tmp_path / "back.json"
    assert told(home, "show", "milling", 3, "-o", back)["columns"][0] == {"name": "torque", "unit": "N.m"}
    assert back.read_bytes() == WEIGHTS
    assert "torque [N.m]" in run(home, "show", "milling", 3).stdout
    first = told(home, "assess", "milling", 3, parts, "--period", PERIOD)
    assert first["counts"] and not first["known"]
    assert told(home, "assess", "milling", 3, parts, "--period", PERIOD)["statement"] == first["statement"]
    assert (
        f"stated before as {first['statement']}" in run(home, "assess", "milling", 3, parts, "--period", PERIOD).stdout
    )
    listed = CliRunner().invoke(build(), ["evidence", "list", "--kind", "kpi", "--home", str(home), "--json"])
    assert [one["id"] for one in json.loads(listed.stdout)["statements"]] == [first["statement"]]


def test_an_index_that_does_not_count_ends_with_1_and_its_reasons(home: Path, parts: Path) -> None:
    assert added(home, DRIFTED, "--release")["state"] == "released"
    assert told(home, "assess", "milling", 3, parts, "--period", PERIOD, code=1)["reasons"] == ["drift:torque"]
    result = run(home, "assess", "milling", 3, parts, "--period", PERIOD)
    assert "nothing was stated: drift:torque" in result.stdout


def test_a_stopped_model_is_refused_with_its_reason(home: Path, parts: Path) -> None:
    added(home, WEIGHTS, "--release")
    assert told(home, "stop", "milling", 3, "--reason", "tool steel changed")["reason"] == "tool steel changed"
    refused = run(home, "assess", "milling", 3, parts, "--period", PERIOD).exception
    assert isinstance(refused, ConflictError) and "tool steel changed" in refused.message
    assert "tool steel changed" in run(home, "list").stdout


def test_what_is_not_a_model_or_not_here_is_refused(home: Path, tmp_path: Path) -> None:
    assert isinstance(run(home, "show", "milling", 3).exception, NotFoundError)
    file = tmp_path / "big.json"
    file.write_bytes(b" " * (2**20 + 1))
    assert isinstance(run(home, "add", file, "--round", "ab" * 32, "--parties", 5).exception, LimitError)
    file.write_bytes(WEIGHTS)
    for words in (["--round", "ab"], ["--round", "ab" * 32, "--figure", "auc"]):
        assert isinstance(run(home, "add", file, "--parties", 5, *words).exception, SchemaError)
    assert told(home, "list") == {"models": []}
