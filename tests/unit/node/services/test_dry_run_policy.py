"""A dry run over everything that a node holds: its own statements and those received."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from evidence.draft import Draft, Kind
from evidence.identity import Subject, lei_from_prefix
from evidence.keys import KeyId
from node.chain.port import KeyRecord
from node.services.dry_run_policy import DryRunPolicy
from node.services.gather_evidence import GatherEvidence
from node.services.score_supplier import ScoreSupplier
from scoring.engine import score
from scoring.observe import observe
from scoring.policy import Missing
from scoring.policy_reader import published
from tests.support.evidence_node import ISSUER, SUPPLIER, EvidenceNode

FIRST = published("first-2026")
OPEN = replace(FIRST, missing=Missing.PESSIMISTIC, name="open", eligibility_floor=0)
NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
OTHER = Subject(lei_from_prefix("5299000000000000EE"))


def inspected(number: int, month: int) -> Draft:
    fields = {"lot": f"L-{number}", "inspected": 900, "nonconforming": number % 2, "result": "pass"}
    return Draft(Kind.INSPECTION_RESULT, f"2026-{month:02d}-03T12:30:00Z", fields)


def stocked() -> EvidenceNode:
    """A node with anchored inspections of itself, one of its sites and a supplier, and one not anchored yet."""
    node = EvidenceNode()
    node.submit([inspected(number, 1 + number % 3) for number in range(6)], subject=SUPPLIER)
    node.submit([inspected(10, 2)], subject=Subject(ISSUER, "KILN2"))
    node.submit([inspected(number, 1 + number % 3) for number in range(3)], subject=OTHER)
    node.seal(limit=100)
    node.submit([inspected(20, 2)], subject=Subject(lei_from_prefix("5299000000000000FF")))
    return node


def service(node: EvidenceNode, gather: GatherEvidence | None = None) -> DryRunPolicy:
    records = node.records
    gather = gather or GatherEvidence(ISSUER, records.evidence, records.log, records.exchange, node.directory)
    score = ScoreSupplier(gather, records.scores, FIRST, lambda: NOW, {})
    return DryRunPolicy(score, records.evidence, records.exchange)


def test_everyone_with_anchored_evidence_is_scored_by_both_policies() -> None:
    node = stocked()
    run = service(node)
    found = run(OPEN)
    assert found.old == FIRST
    assert [row.after.subject for row in found.rows] == sorted([SUPPLIER, OTHER], key=str)
    for row in found.rows:
        facts = run.score.gather(row.after.subject).facts
        assert row.after == score(observe(facts, OPEN, NOW.date()), OPEN, NOW.date(), subject=row.after.subject)
        assert row.before.blockers
        assert row.after.points > 0


def test_sites_stand_beside_their_organisation_when_asked_for() -> None:
    found = service(stocked())(OPEN, sites=True)
    assert Subject(ISSUER, "KILN2") in {row.after.subject for row in found.rows}
    assert len(found.rows) == 3


def test_a_compromised_key_is_told_and_does_not_hide_the_others() -> None:
    node = stocked()

    class Distrusting:
        """The directory, on which the statement key was declared compromised once `OTHER` is asked for."""

        def __init__(self) -> None:
            self.asked = 0

        def public_key(self, key: KeyId) -> bytes | None:
            return node.directory.public_key(key)

        def key(self, key: KeyId) -> KeyRecord | None:
            self.asked += 1
            return node.directory.key(key) if self.asked > 1 else None

    records = node.records
    gather = GatherEvidence(ISSUER, records.evidence, records.log, records.exchange, Distrusting())  # type: ignore[arg-type]
    found = service(node, gather)(OPEN)
    assert len(found.refused) == 1
    assert "compromised" in found.refused[0].reason
    assert len(found.rows) == 1


def test_another_old_policy_may_be_named() -> None:
    found = service(stocked())(OPEN, old=OPEN)
    assert {row.change for row in found.rows} == {0}
