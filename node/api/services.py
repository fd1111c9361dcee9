"""What the API needs of a node: use cases and ports, wired by `node.bootstrap`, by tests over memory adapters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from evidence.identity import Lei
from evidence.network import Network
from evidence.verify import VerificationReport
from node.cases.port import CaseStore
from node.chain.port import MemberDirectory
from node.chain.port_state import StateProver
from node.records.port import EvidenceStore, LogStore
from node.records.port_exchange import ScoreStore
from node.records.port_house import EventStore, JobStore
from node.services.accredit import AccreditBody, ReadAccreditations
from node.services.attach import AttachFile, ReadAttachment
from node.services.attest_capability import AttestCapability
from node.services.attest_score import AttestScore
from node.services.cases import ActOnCase, OpenCase, ReadCase
from node.services.causes.cases import OpenCausalCase, ReadCausalCases
from node.services.causes.desk import CausalDesk
from node.services.causes.effect import CheckEffect
from node.services.causes.eight_d import DraftEightD
from node.services.causes.explain import ExplainCase
from node.services.causes.graphs import EditGraph, ReadGraph
from node.services.causes.lessons import ReadLessons
from node.services.causes.models import LineModels
from node.services.causes.plant import ReadPlant
from node.services.causes.release import FollowCorrection, ProposeCorrection
from node.services.causes.suggest import SuggestCorrection
from node.services.causes.tables import KeepTable
from node.services.causes.watch import RaiseAlarms, SetWatch
from node.services.chart_characteristic import ChartCharacteristic
from node.services.compare_peers import ComparePeers
from node.services.count_attesters import CountAttesters
from node.services.dry_run_policy import DryRunPolicy
from node.services.evidence_timeline import EvidenceTimeline
from node.services.explain_score import ExplainScore
from node.services.fetch_evidence import FetchEvidence
from node.services.import_files import ImportFiles
from node.services.keep_process import KeepProcess
from node.services.log_reader import LogReader
from node.services.object_score import ObjectToScore, ReadObjections
from node.services.process_risk.assess import ProcessRisk
from node.services.process_risk.intake import TakeModel
from node.services.prove import ProveStatement
from node.services.read_gate import ReadGate, SetGateRule
from node.services.read_policies import ReadPolicies
from node.services.repair_claims import CoSignRepair, OpenRepair, ReadRepairs
from node.services.review_policy import ReviewPolicy
from node.services.score_supplier import ScoreSupplier
from node.services.seal import SealLog
from node.services.share_evidence import ShareEvidence
from node.services.sign_step import AcceptSignature, CounterSign, SignStep
from node.services.submit import SubmitDrafts
from node.services.submit_policy import SubmitPolicy
from node.services.training.leave import LeaveFederation
from node.services.training.plant import OwnPlant
from node.services.training.runs import TrainingRuns
from node.services.verify_credential import VerifyCredential
from node.services.vote_policy import AdoptPolicy, ProposePolicy, VotePolicy

Verify = Callable[[bytes, frozenset[bytes]], VerificationReport]
"""Check a proof bundle, trusting the blocks named (hashes) besides what the node is configured to ask."""


class AuditReport(Protocol):
    """What re-proving a log found."""

    def to_json(self) -> Mapping[str, Any]:
        """The report as a document."""


@dataclass(frozen=True, slots=True)
class CaseServices:
    """Cases of flows, as the API sees them; `kept` is for listing only."""

    kept: CaseStore
    open: OpenCase
    act: ActOnCase
    read: ReadCase
    sign: SignStep
    countersign: CounterSign
    accept: AcceptSignature


@dataclass(frozen=True, slots=True)
class ScoreServices:
    """What explains scores and policies, and the evidence behind them; none of it keeps or attests anything."""

    explain: ExplainScore
    peers: ComparePeers
    dry_run: DryRunPolicy
    charts: ChartCharacteristic
    timeline: EvidenceTimeline
    standing: CountAttesters
    review: ReviewPolicy


@dataclass(frozen=True, slots=True)
class GovernanceServices:
    """What the members decide together and say in public: votes, gates, accreditations, repairs, objections."""

    policies: ReadPolicies
    submit_policy: SubmitPolicy
    propose: ProposePolicy
    vote: VotePolicy
    adopt: AdoptPolicy
    gate: ReadGate
    set_rule: SetGateRule
    capability: AttestCapability
    accredit: AccreditBody
    accreditations: ReadAccreditations
    open_repair: OpenRepair
    co_sign: CoSignRepair
    repairs: ReadRepairs
    object: ObjectToScore
    objections: ReadObjections


@dataclass(frozen=True, slots=True)
class CausalServices:
    """Root causes in our own plant; process data never leaves."""

    desk: CausalDesk
    keep: KeepTable
    watches: SetWatch
    alarms: RaiseAlarms
    open: OpenCausalCase
    cases: ReadCausalCases
    explain: ExplainCase
    edit: EditGraph
    graphs: ReadGraph
    suggest: SuggestCorrection
    plant: ReadPlant
    propose: ProposeCorrection
    follow: FollowCorrection
    effect: CheckEffect
    eight_d: DraftEightD
    lessons: ReadLessons
    models: LineModels


@dataclass(frozen=True, slots=True)
class TrainingServices:
    """Federated training: the runs that we look after, the plant that takes part, and the models that came of it."""

    runs: TrainingRuns
    plant: OwnPlant
    risk: ProcessRisk
    take: TakeModel
    leave: LeaveFederation
    process: KeepProcess


@dataclass(frozen=True, slots=True)
class NodeServices:
    """One node as the API sees it.

    Attributes:
        audit: re-prove the log of a member, ours or another's.
        block: number of the chain's newest block; raises LedgerUnreachableError.
        ready: what the node depends on, each with "ok" or what is wrong with it.
    """

    lei: Lei
    name: str
    store: EvidenceStore
    log: LogStore
    events: EventStore
    jobs: JobStore
    scores: ScoreStore
    directory: MemberDirectory
    network: Network
    state: StateProver
    submit: SubmitDrafts
    seal: SealLog
    prove: ProveStatement
    read_log: LogReader
    import_files: ImportFiles
    share: ShareEvidence
    fetch: FetchEvidence
    score: ScoreSupplier
    attest: AttestScore
    verify: Verify
    attach: AttachFile
    read_attachment: ReadAttachment
    verify_credential: VerifyCredential
    cases: CaseServices
    causes: CausalServices
    training: TrainingServices
    scoring: ScoreServices
    governance: GovernanceServices
    audit: Callable[[Lei], AuditReport]
    block: Callable[[], int]
    ready: Callable[[], Mapping[str, str]]
