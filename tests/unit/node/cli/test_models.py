"""`credence model` as a user types it."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from evidence.errors import ConflictError, InputError, LimitError, NotFoundError, SchemaError
from node.auth.model import TrailQuery
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


def process(home: Path, *words: object) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(
        build(), ["process", *(str(word) for word in words), "--home", str(home)]
    )


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


def test_a_model_is_taken_from_a_run_only_where_there_is_a_steward(home: Path) -> None:
    refused = run(home, "add", "--run", "ab" * 16).exception
    assert isinstance(refused, NotFoundError) and "STEWARD_URL" in refused.advice
    assert isinstance(run(home, "add").exception, InputError)


def test_a_month_of_the_nodes_own_table_is_assessed_once_it_is_imported(home: Path, tmp_path: Path) -> None:
    added(home, WEIGHTS, "--release")
    assert isinstance(run(home, "assess", "milling", 3, "--table", "--period", PERIOD).exception, NotFoundError)
    assert isinstance(run(home, "assess", "milling", 3, "--period", PERIOD).exception, InputError)
    assert "credence process import" in process(home, "show").stdout
    file = tmp_path / "made.csv"
    lines = csv_of(PARTS).decode().splitlines()
    when = ["made", *(f"2026-02-0{n % 9 + 1} 06:00:00" for n in range(len(PARTS)))]
    file.write_text("".join(f"{line},{at}\n" for line, at in zip(lines, when, strict=True)))
    words = ["import", file, "--part", "id", "--time", "made", "--station", "mill-2", "--zone", "Asia/Shanghai"]
    first = json.loads(process(home, *words, "--json").stdout)
    assert first == {"values": 3 * len(PARTS), "known": False, "imports": 1}
    assert json.loads(process(home, *words, "--json").stdout)["known"]
    heat, _, _ = json.loads(process(home, "show", "--json").stdout)["names"]
    assert (heat["name"], heat["unit"], heat["parts"], heat["first"]) == ("heat", "K", 12, "2026-01-31T22:00:00Z")
    told_ = told(home, "assess", "milling", 3, "--table", "--period", PERIOD)
    # The first morning of February in Shanghai is January in UTC, and months are UTC's.
    later = [one for one in when[1:] if not one.startswith("2026-02-01")]
    assert told_["counts"] and told_["parts"] + told_["outside"] == len(later)
    assert isinstance(process(home, *words[:-1], "Atlantis/Centre").exception, InputError)
    assert isinstance(process(home, "import", tmp_path / "none.csv", "--time", "made").exception, NotFoundError)


def test_what_the_command_line_does_to_models_is_in_the_trail_with_the_name_of_the_account(home: Path) -> None:
    from node.bootstrap import open_node

    added(home, WEIGHTS, "--release")
    told(home, "stop", "milling", 3, "--reason", "tool steel changed")
    with open_node(home, {}) as node:
        entries = [one.event for one in node.auth.trail.page(TrailQuery(limit=100))]
        events = [one.type for one in node.records.events.events(limit=100)]
    acts = [one for one in entries if one.action.value.startswith("model-")]
    assert [one.action.value for one in acts] == ["model-added", "model-released", "model-stopped"]
    assert {one.actor for one in acts} == {f"command line: {getpass.getuser()}"}
    assert (acts[-1].target, acts[-1].detail["reason"]) == ("milling-3", "tool steel changed")
    assert [one for one in events if one.startswith("model.")] == ["model.added", "model.released", "model.stopped"]
