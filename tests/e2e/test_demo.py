"""The main job, end to end, on real parts: anvil, seven node processes, files in real formats, bank and auditor."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.demo import DemoRun, credence, run_demo

pytestmark = [pytest.mark.anvil, pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    return run_demo(tmp_path_factory.mktemp("demo"))


def suppliers(run: DemoRun) -> dict[str, dict[str, Any]]:
    return {one["supplier"]: one for one in run.summary["suppliers"]}


def test_every_supplier_is_scored_attested_and_verified(demo: DemoRun) -> None:
    assert demo.code == 0, demo.errors[-3000:]
    for one in suppliers(demo).values():
        assert one["statements"] > 50
        assert one["anchors"] >= 1
        assert one["score"]["state"] == "rated"
        assert one["attestation"].startswith("0x") and len(one["attestation"]) == 66
        assert one["bank"]["verified"] and one["bank"]["recomputed"] == "equal"
        assert one["auditor"]["verified"] and all(log["whole"] for log in one["auditor"]["logs"])
        assert one["verified"]


def test_the_scores_rank_the_suppliers_as_the_truth_does(demo: DemoRun) -> None:
    points = {key: float(one["score"]["points"]) for key, one in suppliers(demo).items()}
    assert points["housings"] > points["cathodes"] > points["boards"]


def test_no_file_of_the_sandbox_is_refused(demo: DemoRun) -> None:
    for one in suppliers(demo).values():
        assert {file["outcome"] for file in one["files"]} == {"imported"}


def test_a_second_run_resumes_and_changes_nothing(demo: DemoRun) -> None:
    again = run_demo(demo.home)
    assert again.code == 0
    for key, one in suppliers(demo).items():
        later = suppliers(again)[key]
        assert {file["outcome"] for file in later["files"]} == {"known"}
        assert (later["statements"], later["attestation"]) == (one["statements"], one["attestation"])


def test_a_proof_verifies_offline_and_not_without_a_trusted_block(demo: DemoRun) -> None:
    proof = next(demo.handed_over("housings").glob("*.proof"))
    block = suppliers(demo)["housings"]["auditor"]["proofs"][0]["trusted_block"][0]
    with_trust = sorted(demo.handed_over("housings").glob("*.proof"))[0]
    good = credence("verify", str(with_trust), "--trusted-block", block, "--network", str(demo.network), "--json")
    assert good.returncode == 0, good.stdout
    assert json.loads(good.stdout)["verified"] is True
    bad = credence("verify", str(proof), "--json")
    assert bad.returncode == 1
    assert json.loads(bad.stdout)["header"]["state"] == "not established"


def test_a_changed_proof_is_refused_by_the_command(demo: DemoRun, tmp_path: Path) -> None:
    proof = sorted(demo.handed_over("boards").glob("*.proof"))[0]
    block = suppliers(demo)["boards"]["auditor"]["proofs"][0]["trusted_block"][0]
    data = bytearray(proof.read_bytes())
    for place in range(100, len(data), len(data) // 7):
        changed = bytearray(data)
        changed[place] ^= 1
        path = tmp_path / "changed.proof"
        path.write_bytes(changed)
        done = credence("verify", str(path), "--trusted-block", block, "--network", str(demo.network))
        assert done.returncode == 1, (place, done.stdout)


def test_statements_are_listed_shown_and_found_by_their_beginning(demo: DemoRun) -> None:
    home = str(demo.node("cathodes"))
    listed = json.loads(credence("evidence", "list", "--home", home, "--json").stdout)["statements"]
    assert listed and all(one["anchored"] for one in listed)
    shown = credence("evidence", "show", listed[0]["id"][:12], "--home", home, "--json")
    assert json.loads(shown.stdout)["id"] == listed[0]["id"]
    assert credence("evidence", "show", "ffffffffffff", "--home", home).returncode == 2


def test_a_node_without_chain_or_network_still_lists_and_proves(demo: DemoRun, tmp_path: Path) -> None:
    home = tmp_path / "copy"
    shutil.copytree(demo.node("housings"), home)
    listed = json.loads(credence("evidence", "list", "--home", str(home), "--limit", "1", "--json").stdout)
    target = tmp_path / "out.proof"
    done = credence("evidence", "prove", listed["statements"][0]["id"], "-o", str(target), "--home", str(home))
    assert done.returncode == 0, done.stderr
    assert target.stat().st_size > 1000


def test_a_score_with_an_altered_bundle_is_refused_by_bank_and_auditor(demo: DemoRun, tmp_path: Path) -> None:
    from sandbox.checks import BankCheck

    folder = tmp_path / "boards"
    shutil.copytree(demo.handed_over("boards"), folder)
    bundle = json.loads((folder / "bundle.json").read_text())
    del bundle["statements"][0]
    (folder / "bundle.json").write_bytes(json.dumps(bundle, separators=(",", ":"), sort_keys=True).encode())
    answer = BankCheck(demo.node("bank"))(folder)
    assert answer["verified"] is False
