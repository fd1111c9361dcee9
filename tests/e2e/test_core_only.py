"""`credence verify` on a machine that has only the core: no node, no web framework, no chain library, no network."""

from __future__ import annotations

import json
import subprocess
import venv
from pathlib import Path

import pytest

from evidence import canonical
from tests.support.demo import ROOT
from tests.support.required import skip_or_fail

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ABSENT = ("fastapi", "web3", "sqlmodel", "uvicorn", "lxml", "numpy", "pyrage", "httpx")


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a fresh environment with `credence` and nothing but its core's needs."""
    place = tmp_path_factory.mktemp("core") / "env"
    venv.create(place, with_pip=True)
    done = subprocess.run(
        [
            str(place / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--constraint",
            str(ROOT / "requirements" / "constraints.txt"),
            str(ROOT),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    if done.returncode != 0:
        skip_or_fail(f"the core could not be installed: {done.stderr[-500:]}")
    return place / "bin"


def run(core: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # An empty working folder and environment: nothing of this repository may help.
    return subprocess.run(
        [str(core / "credence"), *arguments], cwd=core, env={}, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_core_brings_none_of_the_nodes_libraries(core: Path) -> None:
    code = f"import importlib.util as u; print([n for n in {ABSENT!r} if u.find_spec(n)])"
    done = subprocess.run([str(core / "python"), "-c", code], cwd=core, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_proof_is_verified_with_the_core_alone(core: Path, tmp_path: Path) -> None:
    vector = json.loads((ROOT / "tests" / "vectors" / "proof_bundle.json").read_text())["bundles"][0]
    proof = tmp_path / "statement.proof"
    proof.write_bytes(canonical.encode(vector["bundle"]))
    block = "0x" + vector["trusted_block"]
    good = run(core, "verify", str(proof), "--trusted-block", block, "--json")
    assert good.returncode == 0, good.stdout + good.stderr
    assert json.loads(good.stdout)["verified"] is True
    alone = run(core, "verify", str(proof), "--json")
    assert alone.returncode == 1
    assert json.loads(alone.stdout)["header"]["state"] == "not established"
    data = bytearray(proof.read_bytes())
    data[len(data) // 2] ^= 1
    proof.write_bytes(data)
    assert run(core, "verify", str(proof), "--trusted-block", block).returncode == 1


def test_help_and_score_recomputation_need_no_node(core: Path, tmp_path: Path) -> None:
    assert run(core, "--help").returncode == 0
    nonsense = tmp_path / "bundle.json"
    nonsense.write_text("{}")
    done = run(core, "score", "recompute", str(nonsense), "--json")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "error" in json.loads(done.stdout)
