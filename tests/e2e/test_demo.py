"""The main job, end to end, on real parts: anvil, seven node processes, files in real formats, bank and auditor."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.chain.anvil import AnvilProcess, AnvilSettings
from tests.support.anvil import anvil_binary
from tests.support.demo import ROOT, DemoRun, credence, run_demo

pytestmark = [pytest.mark.anvil, pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    return run_demo(tmp_path_factory.mktemp("demo"))


def suppliers(run: DemoRun) -> dict[str, dict[str, Any]]:
    return {one["supplier"]: one for one in run.summary["suppliers"]}


def test_every_supplier_is_scored_attested_and_verified(demo: DemoRun) -> None:
    assert demo.code == 0, demo.story
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


def test_the_members_adopted_the_policies_before_anyone_was_scored(demo: DemoRun) -> None:
    assert {one["name"] for one in demo.summary["policies"]} == {"complaint-first-2026", "first-2026"}
    assert all(one["in_favour"] >= 4 and one["counts_from"] for one in demo.summary["policies"])


def test_a_repair_freeze_thaw_and_objection_are_told_with_what_the_auditor_reads_of_each(demo: DemoRun) -> None:
    told = suppliers(demo)["boards"]["repair"]
    assert told["verified"] is True
    assert float(told["score_after"]["points"]) > float(told["score_before"]["points"])
    gates = [told[name]["state"] for name in ("gate_before", "gate_after", "gate_held")]
    assert gates == ["frozen", "open", "in-repair"]
    assert told["gate_after"]["reasons"] == [] and any("floor" in one for one in told["gate_before"]["reasons"])
    assert told["attestation_after"] == suppliers(demo)["boards"]["attestation"] != told["attestation_before"]
    proof = told["proof"]
    assert proof["repair_counts"] and proof["objection_stands"] and proof["gate"]["state"] == "in-repair"
    assert suppliers(demo)["housings"]["repair"] is None


@pytest.fixture(scope="module")
def rpc(demo: DemoRun) -> Iterator[str]:
    """The demo's chain, started again without the nodes."""
    with AnvilProcess(AnvilSettings(anvil_binary(), state=demo.network.parent / "chain" / "state.json")) as chain:
        yield chain.url


def on_chain(rpc: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command against the demo's chain."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CREDENCE_")}
    return subprocess.run(
        [sys.executable, "-m", "node", *arguments],
        cwd=ROOT,
        env={**environ, "CREDENCE_RPC_URL": rpc},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def answer(rpc: str, code: int, *arguments: str) -> dict[str, Any]:
    done = on_chain(rpc, *arguments, "--json")
    assert done.returncode == code, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def test_the_command_line_reads_and_changes_gate_capability_repair_and_objection(demo: DemoRun, rpc: str) -> None:
    told, lei = suppliers(demo)["boards"]["repair"], suppliers(demo)["boards"]["lei"]
    purchaser, own = ("--home", str(demo.node("purchaser"))), ("--home", str(demo.node("boards")))
    policies = answer(rpc, 0, "policy", "list", *purchaser)
    assert {one["name"] for one in policies["policies"] if one["counts"]} == {"complaint-first-2026", "first-2026"}
    assert answer(rpc, 0, "gate", "show", lei, *purchaser)["state"] == "in-repair"
    months = answer(rpc, 0, "gate", "capability", lei, "--attest", *purchaser)["months"]
    assert months and all(one["attestation"].startswith("0x") for one in months)
    literal = answer(rpc, 0, "gate", "rule", lei, "-c", months[0]["characteristic"], *purchaser)
    # Six months are there: the literal rule counts the six before them as failed. The claim that runs keeps it open.
    assert (literal["state"], literal["rule"]["rule"]) == ("in-repair", "point")
    assert [one["cause"] for one in literal["reasons"]].count("capability-missing") >= 6
    # The score thaws by the repair alone: what it was before lay under this floor, what it is now lies above.
    low = told["floor"] / 1_000_000
    asked = ("--floor", f"{low:.6f}", "--policy", "first-2026")
    assert float(told["score_before"]["low"]) < low < float(told["score_after"]["low"])
    assert answer(rpc, 0, "gate", "rule", lei, *asked, *purchaser)["state"] == "open"
    goal = answer(rpc, 0, "gate", "rule", lei, "--floor", "70", "--policy", "first-2026", *purchaser)
    assert goal["state"] == "in-repair"
    withdrawn = answer(rpc, 0, "repair", "withdraw", told["claim"], *own)
    assert not withdrawn["counts"]
    assert answer(rpc, 1, "gate", "show", lei, *purchaser)["state"] == "frozen"
    scored = answer(rpc, 0, "gate", "rule", lei, "--floor", "1", "--policy", "first-2026", *purchaser)
    assert (scored["state"], scored["reasons"]) == ("open", [])
    listed = answer(rpc, 0, "objection", "list", told["attestation_before"], *own)
    assert listed["standing"] == 1 and listed["objections"][0]["text"]
    assert answer(rpc, 0, "objection", "withdraw", told["attestation_before"], *own)["standing"] == 0


def test_a_wrong_expired_or_out_of_scope_accreditation_is_refused_by_the_contract(demo: DemoRun, rpc: str) -> None:
    body, bank = ("--home", str(demo.node("accredited-body"))), ("--home", str(demo.node("bank")))
    admin = ("--network", str(demo.network), "--key-file", str(demo.network.parent / "admin.key"), "--rpc-url", rpc)
    terms = answer(rpc, 0, "accreditation", "list", *body)["accreditations"]
    lei = terms[0]["body"]["lei"]
    from evidence.clock import utc_now
    from node.bootstrap import open_node

    with open_node(demo.node("boards"), {"CREDENCE_RPC_URL": rpc}) as node:
        inside = node.governance.open_repair(b"\x01" * 32, "repair-complaint")
        outside = node.governance.open_repair(b"\x01" * 32, "surprise-inspection")
    seen = ("--evidence", "ab" * 32)
    for claim, who in ((inside, bank), (outside, body)):
        refused = answer(rpc, 2, "repair", "co-sign", f"0x{claim.id.hex()}", *seen, *who)
        assert "not accredited for scope" in refused["error"]["message"]
    answer(rpc, 0, "accreditation", "withdraw", lei, "--scope", "repair-complaint", *admin)
    refused = answer(rpc, 2, "repair", "co-sign", f"0x{inside.id.hex()}", *seen, *body)
    assert "not accredited for scope" in refused["error"]["message"]
    far = f"{utc_now().year + 1}-01-01T00:00:00Z"
    answer(rpc, 0, "accreditation", "grant", lei, "--scope", "repair-complaint", "--until", far, *admin)
    signed = answer(rpc, 0, "repair", "co-sign", f"0x{inside.id.hex()}", *seen, *body)
    assert signed["counts"] and signed["co_signs"][0]["body"]["lei"] == lei
    answer(rpc, 0, "accreditation", "bar", lei, "--since", signed["co_signs"][0]["signed_at"], *admin)
    assert not answer(rpc, 0, "repair", "show", f"0x{inside.id.hex()}", *bank)["counts"]
    assert answer(rpc, 2, "accreditation", "grant", lei, "--scope", "x", "--until", far, *admin)["error"]


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
