"""What the worker does for federated training: whom our plant believes, and what each party gave as evidence."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evidence.draft import Kind
from evidence.errors import LedgerUnreachableError, StorageError
from evidence.keys import KeyPurpose
from evidence.statement import parse
from federated.secagg.identity import FederatedKey
from federated.secagg.registry import read_registry
from node.chain.port import MemberDirectory
from node.records.port import StatementFilter
from node.services.training.members_file import KeepMembersFile
from node.services.training.state_contributions import StateContributions
from node.services.training.telling import Telling
from node.training.port import PartyContribution, RunContributions, TrainingRun
from scoring.facts import Fact, fact_of
from scoring.observe import observe
from scoring.policy_reader import published
from tests.ports.test_chain_memory import MemoryHarness
from tests.support.consortium import Org
from tests.support.evidence_node import EvidenceNode
from tests.support.steward import NAME, PARTIES, SimulatedSteward
from tests.unit.scoring.builders import AS_OF

ENDED = int(datetime(2026, 10, 31, 23, 30, tzinfo=UTC).timestamp() * 1_000)


@pytest.fixture
def evidence() -> EvidenceNode:
    return EvidenceNode()


@pytest.fixture
def tell(evidence: EvidenceNode) -> Telling:
    return Telling(evidence.records.events, evidence.clock)


def told(evidence: EvidenceNode, kind: str) -> list[dict[str, object]]:
    return [dict(one.data) for one in evidence.records.events.events(limit=100) if one.type == kind]


def homes(tmp_path: Path) -> list[tuple[Path, str]]:
    plant, steward, nobody = (tmp_path / name for name in ("plant", "steward", "nobody"))
    for folder in (plant, steward, nobody):
        folder.mkdir()
    (plant / "settings.json").write_text("{}")
    (steward / "steward.json").write_text("{}")
    return [(plant, "settings.json"), (steward, "steward.json"), (nobody, "settings.json")]


def test_the_members_file_follows_the_chain_and_is_left_alone_otherwise(
    tmp_path: Path, evidence: EvidenceNode, tell: Telling
) -> None:
    chain, orgs = MemoryHarness(), [Org("kiln"), Org("buyer")]
    for org in orgs:
        org.enrol(chain.admin, "supplier")
        chain.admin.register_key(org.org, KeyPurpose.FEDERATED, FederatedKey.generate().public.sec1, 5)
    folders = homes(tmp_path)
    keep = KeepMembersFile(lambda: chain.directory, folders, tell)
    assert keep()
    files = [folder / "federation.json" for folder, _ in folders]
    assert [one.exists() for one in files] == [True, True, False]
    assert all(read_registry(one).organisations == {org.lei for org in orgs} for one in files[:2])
    before = [one.stat().st_mtime_ns for one in files[:2]]
    assert not keep() and [one.stat().st_mtime_ns for one in files[:2]] == before
    chain.admin.set_active(orgs[1].org, False)
    files[1].unlink()
    assert keep() and all(read_registry(one).organisations == {orgs[0].lei} for one in files[:2])
    assert [(one["folders"], one["keys"]) for one in told(evidence, "federation.members")] == [(2, 2), (2, 1)]
    assert not list(tmp_path.rglob("*.new"))


def test_without_chain_or_disk_the_old_members_file_stands(tmp_path: Path, tell: Telling) -> None:
    folders = homes(tmp_path)
    file = folders[0][0] / "federation.json"
    file.write_text("old")

    def away() -> MemberDirectory:
        raise LedgerUnreachableError("the chain is down")

    with pytest.raises(LedgerUnreachableError):
        KeepMembersFile(away, folders, tell)()
    (folders[0][0] / "federation.new").mkdir()
    with pytest.raises(StorageError):
        KeepMembersFile(lambda: MemoryHarness().directory, folders, tell)()
    assert file.read_text() == "old"


class FinishedSteward(SimulatedSteward):
    """Ten rounds; the third party was harmful, the fourth never there."""

    def run(self, name: str) -> TrainingRun:
        return replace(super().run(name), events=({"event": "finished", "at_ms": ENDED},))

    def contributions(self, name: str) -> RunContributions:
        found = [PartyContribution(str(PARTIES[1]), "0.1", "0.2", 9, False, "0.9")]
        found.append(PartyContribution(str(PARTIES[2]), "-0.8", "0.1", 10, True, "0", "harmful"))
        found.append(PartyContribution(str(PARTIES[3]), "", "", 0, False, "0", "never-in"))
        return RunContributions(10, tuple(found), "")


def test_what_each_party_gave_to_a_finished_run_is_stated_once_with_the_reason_where_it_counts_for_nothing(
    evidence: EvidenceNode, tell: Telling
) -> None:
    steward, kept = FinishedSteward(done=10), evidence.records.settings
    state = StateContributions(steward, evidence.submit, kept, tell)
    assert not state()
    steward.state = "finished"
    assert state() and not state()
    found = evidence.records.evidence.statements(StatementFilter(kind=Kind.KPI))
    said: dict[str, dict[str, Any]] = {str(one.record.subject): dict(parse(one.sd_jwt).fields) for one in found}
    assert len(found) == 3 and said[str(PARTIES[1])] == {
        "name": "federated-learning", "value": "0.9", "unit": "1", "period": "2026-10",
        "process": f"run {NAME}: 9 of 10 rounds",
    }  # fmt: skip
    assert said[str(PARTIES[2])]["process"].endswith("10 of 10 rounds; counts for nothing: harmful")
    assert (said[str(PARTIES[3])]["value"], said[str(PARTIES[3])]["process"][-8:]) == ("0", "never-in")
    # Whoever came is paid in data-sharing completeness; who harmed or stayed away is not.
    facts = [fact for one in found if (fact := fact_of(parse(one.sd_jwt))) is not None]
    paid = {
        str(party): [item.bad for item in observe(_about(facts, party), published("balanced-2026"), AS_OF)]
        for party in (PARTIES[1], PARTIES[2], PARTIES[3])
    }
    assert paid == {str(PARTIES[1]): [0], str(PARTIES[2]): [], str(PARTIES[3]): []}
    # A crash between the statements and the note that they were made: the same again, and nothing twice.
    kept.put_setting(f"contributions-stated:{NAME}", "")
    assert state() and len(evidence.records.evidence.statements(StatementFilter(kind=Kind.KPI))) == 3
    assert json.loads(json.dumps(told(evidence, "training.contributions")[0])) == {"run": NAME, "parties": 3}


def _about(facts: list[Fact], party: object) -> list[Fact]:
    return [fact for fact in facts if str(fact.subject) == str(party)]
