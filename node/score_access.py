"""Scores and what explains them, wired over one node's database; the bootstrap makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from evidence.clock import Clock
from evidence.draft import JsonValue
from evidence.identity import Lei, OrgId
from node.chain.port import MemberDirectory
from node.records.sql import SqlRecords
from node.services.chart_characteristic import ChartCharacteristic
from node.services.compare_peers import ComparePeers
from node.services.dry_run_policy import DryRunPolicy
from node.services.evidence_timeline import EvidenceTimeline
from node.services.explain_score import ExplainScore
from node.services.gather_evidence import GatherEvidence, no_repairs
from node.services.keep_scores import Attest, KeepScores
from node.services.score_supplier import ScoreSupplier
from scoring.owners import NOBODY_OWNED, Owners
from scoring.policy import Policy


@dataclass
class ScoreAccess:
    """The services of scores, each made when first asked for."""

    organisation: Lei
    records: SqlRecords
    directory: MemberDirectory
    policy: Policy | Callable[[], Policy]
    clock: Clock
    commodities: Mapping[str, str]
    owners: Owners = NOBODY_OWNED
    repaired: Callable[[OrgId, Mapping[str, JsonValue]], bool] = no_repairs

    @cached_property
    def gather(self) -> GatherEvidence:
        """All evidence about a subject that this node holds."""
        records = self.records
        return GatherEvidence(
            self.organisation, records.evidence, records.log, records.exchange, self.directory, self.repaired
        )

    @cached_property
    def score(self) -> ScoreSupplier:
        """Scores by the policy in force."""
        return ScoreSupplier(self.gather, self.records.scores, self.policy, self.clock, self.commodities, self.owners)

    def keep(self, attester: Callable[[], Attest | None], repairs: Callable[[], Mapping[str, str]]) -> KeepScores:
        """Scores anew whom new evidence, repairs, another policy or a new day touches, and attests them."""
        records = self.records
        return KeepScores(
            self.organisation,
            self.score,
            records.evidence,
            records.log,
            records.exchange,
            records.scores,
            records.settings,
            records.events,
            self.clock,
            attester,
            repairs,
        )

    @cached_property
    def explain(self) -> ExplainScore:
        """Why a score is what it is, and what would change it."""
        return ExplainScore(self.score, self.records.scores)

    @cached_property
    def peers(self) -> ComparePeers:
        """A supplier beside its peers."""
        return ComparePeers(self.score, self.records.scores, self.directory)

    @cached_property
    def dry_run(self) -> DryRunPolicy:
        """A proposed policy, tried on every supplier."""
        return DryRunPolicy(self.score, self.records.evidence, self.records.exchange)

    @cached_property
    def charts(self) -> ChartCharacteristic:
        """Capability and control charts of key characteristics."""
        return ChartCharacteristic(self.score, self.records.evidence, self.records.exchange)

    @cached_property
    def timeline(self) -> EvidenceTimeline:
        """Evidence about a subject in time, and its gaps."""
        records = self.records
        return EvidenceTimeline(self.organisation, records.evidence, records.log, records.exchange)
