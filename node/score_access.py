"""Scores and what explains them, wired over one node's database; the bootstrap makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from evidence.clock import Clock
from evidence.draft import JsonValue
from evidence.identity import Lei, OrgId
from node.chain.port import CreditLedger, MemberDirectory
from node.records.sql import SqlRecords
from node.services.chart_characteristic import ChartCharacteristic
from node.services.compare_peers import ComparePeers
from node.services.count_attesters import CountAttesters
from node.services.dry_run_policy import DryRunPolicy
from node.services.evidence_timeline import EvidenceTimeline
from node.services.explain_score import ExplainScore
from node.services.gather_evidence import GatherEvidence, no_repairs
from node.services.keep_scores import Attest, KeepScores
from node.services.policy_stops import PolicyStops
from node.services.review_policy import ReviewPolicy
from node.services.score_supplier import ScoreSupplier
from node.settings import Settings
from scoring.owners import Owners
from scoring.policy import Policy


@dataclass
class ScoreAccess:
    """The services of scores, each made when first asked for."""

    organisation: Lei
    records: SqlRecords
    directory: MemberDirectory
    policy: Policy | Callable[[], Policy]
    clock: Clock
    settings: Settings
    repaired: Callable[[OrgId, Mapping[str, JsonValue]], bool] = no_repairs

    @cached_property
    def owners(self) -> Owners:
        """Who belongs together."""
        return self.settings.owners()

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
        return ScoreSupplier(
            self.gather,
            self.records.scores,
            self.policy,
            self.clock,
            self.settings.commodities(),
            self.owners,
            self.stops.reasons,
        )

    def keep(
        self,
        attester: Callable[[], Attest | None],
        repairs: Callable[[], Mapping[str, str]],
        counts: Callable[[bytes], bool],
    ) -> KeepScores:
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
            counts,
        )

    @cached_property
    def stops(self) -> PolicyStops:
        """Policies that were stopped."""
        return PolicyStops(self.records.settings, self.records.events, self.clock)

    @cached_property
    def review(self) -> ReviewPolicy:
        """What the checks of a policy find here."""
        return ReviewPolicy(self.score, self.records.scores, self.stops, self.settings.groups())

    def standing(self, ledger: CreditLedger) -> CountAttesters:
        """Whether attested scores count."""
        return CountAttesters(self.directory, ledger, self.clock, self.owners)

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
