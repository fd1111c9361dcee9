"""`credence score policy-diff`, `dry-run` and `model-card` as typed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evidence.errors import LimitError, NotFoundError, SchemaError
from node.cli.score import app
from node.cli.score_policies import read_policy
from scoring.policy_reader import MAX_BYTES, published
from tests.support.node_home import make_home

FIRST = published("first-2026")


def call(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def proposed(tmp_path: Path) -> Path:
    path = tmp_path / "proposed.json"
    path.write_bytes(replace(FIRST, eligibility_floor=60_000_000, version=2).encode())
    return path


def test_the_difference_of_a_name_and_a_file_is_told(proposed: Path) -> None:
    text = call("policy-diff", "first-2026", str(proposed))
    assert "eligibility floor falls from 70 points to 60 points  (/eligibility/floor)" in text
    data = json.loads(call("policy-diff", "first-2026", str(proposed), "--json"))
    assert [one["place"] for one in data["changes"]] == ["/eligibility/floor", "/version"]
    assert data["old"]["hash"] == FIRST.hash.hex()


def test_equal_policies_are_said_to_be_equal() -> None:
    assert "the same" in call("policy-diff", "first-2026", "first-2026")


def test_a_dry_run_of_an_empty_node_says_so(tmp_path: Path, proposed: Path) -> None:
    home = make_home(tmp_path / "home")
    data = json.loads(call("dry-run", str(proposed), "--home", str(home), "--json"))
    assert data["old"]["name"] == "first-2026"
    assert data["summary"]["suppliers"] == 0
    assert "0 suppliers" in call("dry-run", "balanced-2026", "--old", "first-2026", "--home", str(home))


def test_the_model_card_is_printed() -> None:
    assert json.loads(call("model-card", "first-2026", "--json"))["policy"]["hash"] == FIRST.hash.hex()
    assert "drift" in call("model-card", "balanced-2026")


def test_what_is_no_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_policy(str(tmp_path / "nothing.json"))
    with pytest.raises(NotFoundError):
        read_policy("a\0b")
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(LimitError):
        read_policy(str(large))
    wrong = tmp_path / "wrong.json"
    wrong.write_bytes(b"{}")
    with pytest.raises(SchemaError):
        read_policy(str(wrong))
