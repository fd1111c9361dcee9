"""A score recomputed by the command on another organisation's machine: the same digest, whatever its surroundings."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evidence import canonical
from scoring.bundle import decode
from tests.support.market import Market
from tests.unit.scoring.builders import year_of_drafts

ROOT = Path(__file__).resolve().parents[2]
SURROUNDINGS = (
    {"PYTHONHASHSEED": "random", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "random", "TZ": "Asia/Shanghai", "LC_ALL": "tr_TR.UTF-8"},
    {"PYTHONHASHSEED": "1234", "TZ": "America/St_Johns", "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"},
)


def recompute(bundle: Path, surroundings: dict[str, str], folder: Path) -> tuple[int, dict[str, object]]:
    """`credence score recompute` as another member runs it: elsewhere, with no node of ours and no network."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CREDENCE_")}
    done = subprocess.run(
        [sys.executable, "-m", "node", "score", "recompute", str(bundle), "--json"],
        cwd=folder,
        env={**environment, **surroundings, "HOME": str(folder), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout, done.stderr[-2000:]
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    market = Market()
    market.bring(year_of_drafts())
    path = tmp_path_factory.mktemp("handed-over") / "bundle.json"
    path.write_bytes(market.scorer.score(market.supplier.subject).bundle.encode())
    return path


@pytest.mark.parametrize("surroundings", SURROUNDINGS, ids=lambda one: one["TZ"])
def test_the_command_says_equal_in_any_surroundings(bundle: Path, surroundings: dict[str, str], tmp_path: Path) -> None:
    code, found = recompute(bundle, surroundings, tmp_path)
    assert (code, found["outcome"], found["differences"]) == (0, "equal", [])
    claimed = hashlib.sha256(canonical.encode(decode(bundle.read_bytes()).card)).hexdigest()
    assert found["card"] == claimed


def test_permuted_evidence_gives_the_same_digest(bundle: Path, tmp_path: Path) -> None:
    document = json.loads(bundle.read_bytes())
    document["statements"] = document["statements"][::-1]
    other = tmp_path / "permuted.json"
    other.write_bytes(canonical.encode(document))
    code, found = recompute(other, dict(SURROUNDINGS[1]), tmp_path)
    assert (code, found["outcome"]) == (0, "equal")
    assert found["card"] == recompute(bundle, dict(SURROUNDINGS[0]), tmp_path)[1]["card"]


def test_a_changed_point_is_named_and_the_command_fails(bundle: Path, tmp_path: Path) -> None:
    document = json.loads(bundle.read_bytes())
    document["card"]["points"] += 1
    other = tmp_path / "changed.json"
    other.write_bytes(canonical.encode(document))
    code, found = recompute(other, dict(SURROUNDINGS[2]), tmp_path)
    assert code == 1 and found["differences"][0]["place"] == "/card/points"  # type: ignore[index]
