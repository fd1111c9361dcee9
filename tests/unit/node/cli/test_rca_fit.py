"""`credence rca import | graph | fit | suggest` on files."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from evidence.errors import CredenceError, ImportRefusedError, MalformedError, NotFoundError, SchemaError
from node.cli.main import build

COLUMNS = [
    {"name": "lot", "tier": 0},
    {"name": "temp", "unit": "Cel", "tier": 1},
    {"name": "flash", "unit": "um", "tier": 2},
    {"name": "still", "tier": 1},
]


def run(*words: str | Path) -> Result:
    result = CliRunner().invoke(build(), ["rca", *map(str, words)])
    if isinstance(result.exception, CredenceError):
        raise result.exception
    return result


def said(*words: str | Path) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """parts.csv, columns.json, and all that the commands make of them."""
    place = tmp_path_factory.mktemp("rca")
    rng = np.random.default_rng(1)
    lot = rng.normal(size=300)
    temp = 80 + 2 * lot + rng.normal(size=300)
    flash = 10 + 0.8 * (temp - 80) + 0.5 * rng.normal(size=300)
    with (place / "parts.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["lot", "temp", "flash", "still"])
        writer.writerows(
            [[f"{a:.5f}", f"{b:.5f} Cel", f"{c:.5f}", "1"] for a, b, c in zip(lot, temp, flash, strict=True)]
        )
    (place / "columns.json").write_text(json.dumps({"format": "credence-rca-columns/1", "columns": COLUMNS}))
    said("import", place / "parts.csv", "--columns", place / "columns.json", "--out", place / "parts.npz")
    said("graph", "new", place / "columns.json", "--tier", "lot", "--tier", "press", "--out", place / "graph.json")
    said(
        *("graph", "say", place / "graph.json", "lot", "temp", "--probability", "0.9"),
        *("--author", "li", "--reason", "every lot change shows"),
    )
    said(
        *("fit", place / "parts.npz", "--graph", place / "graph.json", "--out", place / "fit.json"),
        *("--work", place / "work", "--twins", "8"),
    )
    return place


def test_import_names_what_can_be_asked_and_what_cannot(folder: Path) -> None:
    found = said("import", folder / "parts.csv", "--columns", folder / "columns.json")
    assert found["usable"] == ["flash", "lot", "temp"]
    assert found["abstained"] == {"still": "the value never changes"}


def test_guessed_columns_can_be_corrected_and_used(folder: Path) -> None:
    assert "frozen as" in run("import", folder / "parts.csv", "--guess", folder / "guessed.json").stdout
    again = said("import", folder / "parts.csv", "--columns", folder / "guessed.json")
    assert "temp" in again["usable"]
    assert '"Cel"' in (folder / "guessed.json").read_text()


def test_a_path_is_answered_with_probability_interval_and_twins(folder: Path) -> None:
    found = said("graph", "ask", folder / "fit.json", "lot", "temp", "flash")
    assert float(found["path"]["raw"]) > 0.5
    assert found["path"]["twins"] <= 8
    assert found["likely_paths"][0]["steps"] == ["lot", "temp", "flash"]
    assert "lot reaches flash" in run("graph", "ask", folder / "fit.json", "lot", "flash").stdout


def test_a_fit_that_goes_on_from_kept_twins_is_the_same(folder: Path) -> None:
    kept = len(list((folder / "work").glob("*.json")))
    said(
        *("fit", folder / "parts.npz", "--graph", folder / "graph.json", "--out", folder / "again.json"),
        *("--work", folder / "work", "--twins", "8"),
    )
    assert kept == 8
    assert (folder / "again.json").read_bytes() == (folder / "fit.json").read_bytes()


def test_what_was_said_is_shown_and_can_be_withdrawn(folder: Path) -> None:
    copy = folder / "copy.json"
    copy.write_bytes((folder / "graph.json").read_bytes())
    said("graph", "say", copy, "lot", "temp", "--withdraw", "--author", "li", "--reason", "mistaken")
    assert len(said("graph", "show", copy)["words"]) == 2
    changed = said("graph", "diff", folder / "graph.json", copy)
    assert changed["edges"][0]["after"]["log_odds"] is None
    merged = said("graph", "merge", folder / "graph.json", copy, "--out", folder / "merged.json")
    assert merged["words"] == 2
    assert "withdrawn" in run("graph", "show", copy).stdout


@pytest.mark.parametrize(("form", "start"), [("graphml", b"<?xml"), ("dot", b"digraph")])
def test_the_graph_is_exported_with_stated_probabilities(folder: Path, form: str, start: bytes) -> None:
    out = folder / f"graph.{form}"
    said("graph", "export", folder / "graph.json", "--format", form, "--fit", folder / "fit.json", "--out", out)
    assert out.read_bytes().startswith(start)
    assert b"temp" in out.read_bytes()


def test_a_suggestion_is_made_and_written(folder: Path) -> None:
    out = folder / "suggestion.json"
    found = said(
        *("suggest", folder / "parts.npz", folder / "fit.json", "--goal", "flash", "--usl", "12"),
        *("--lever", "temp=76:84,cost=0.01", "--lever", "still=0:2", "--out", out),
    )
    assert found["digest"]
    assert json.loads(out.read_text())["format"] == "credence-rca-suggestion/1"
    assert dict(found["left_out"])["still"].endswith("the value never changes")
    shown = run(
        "suggest", folder / "parts.npz", folder / "fit.json", "--goal", "flash", "--usl", "12", "--lever", "temp=76:84"
    )
    assert "interval" in shown.stdout


def test_wrong_input_is_told_with_what_to_do(folder: Path) -> None:
    fit, table = folder / "fit.json", folder / "parts.npz"
    with pytest.raises(NotFoundError):
        run("graph", "ask", fit, "lot", "nowhere")
    with pytest.raises(SchemaError, match="lever"):
        run("suggest", table, fit, "--goal", "flash", "--usl", "12", "--lever", "temp:1")
    with pytest.raises(SchemaError, match="say one of"):
        run("graph", "say", folder / "graph.json", "lot", "temp", "--author", "li", "--reason", "x")
    with pytest.raises(MalformedError):
        run("fit", folder / "parts.csv", "--out", folder / "no.json")
    with pytest.raises(NotFoundError):
        run("import", folder / "nowhere.csv")
    (folder / "mixed.csv").write_text("lot,temp\n" + "1,80\n" * 40 + "2,3 mm\n")
    with pytest.raises(ImportRefusedError, match="mixes units"):
        run("import", folder / "mixed.csv", "--columns", _two(folder))


def _two(folder: Path) -> Path:
    file = folder / "two.json"
    file.write_text(json.dumps({"format": "credence-rca-columns/1", "columns": COLUMNS[:2]}))
    return file
