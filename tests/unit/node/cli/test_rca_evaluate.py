"""`credence rca evaluate` as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evidence.errors import NotFoundError, StorageError
from node.cli.rca_commands import app
from tests.support.required import shared


def call(*words: object) -> str:
    result = CliRunner().invoke(app, ["evaluate", *(str(word) for word in words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_figures_are_told_and_the_page_is_written(tmp_path: Path) -> None:
    data, page = shared("data", "petshop").parent, tmp_path / "page.md"
    words = ("--data", data, "--only", "petshop", "--work", tmp_path / "work", "--out", page)
    told = json.loads(call(*words, "--json"))
    top = next(one for one in told["figures"] if one["measure"] == "top-1")
    assert top["met"] is True
    assert page.read_text(encoding="utf-8").startswith("# How well causes are found")
    assert "reached" in call(*words)


def test_an_unknown_part_and_a_page_that_cannot_be_written_are_errors(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="'shop'"):
        call("--only", "shop")
    data = shared("data", "petshop").parent
    with pytest.raises(StorageError, match="cannot be written"):
        call("--data", data, "--only", "petshop", "--out", tmp_path / "no" / "page.md")
