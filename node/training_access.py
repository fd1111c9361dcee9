"""Federated training at one node, wired over its chain, its steward and its plant; the bootstrap makes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evidence.clock import Clock
from evidence.identity import Lei, org_id
from node.chain.port import MemberDirectory
from node.chain.port_models import ModelLedger
from node.model_access import process_risk
from node.records.port import EvidenceStore
from node.records.port_house import EventStore
from node.services.process_risk.assess import ProcessRisk
from node.services.process_risk.intake import TakeModel
from node.services.process_risk.provenance import FindOrigin
from node.services.record_rounds import RecordRounds
from node.services.submit import SubmitDrafts
from node.services.training.leave import LeaveFederation
from node.services.training.plant import OwnPlant
from node.services.training.runs import RecordFinished, TrainingRuns
from node.services.training.telling import Telling
from node.settings import Settings
from node.training.port import Steward


@dataclass
class TrainingAccess:
    """The services of federated training, each made when first asked for."""

    organisation: Lei
    settings: Settings
    ledger: Callable[[], ModelLedger]
    directory: Callable[[], MemberDirectory]
    store: EvidenceStore
    submit: SubmitDrafts
    events: EventStore
    clock: Clock

    @cached_property
    def tell(self) -> Telling:
        """What happens becomes an event of the node."""
        return Telling(self.events, self.clock)

    @cached_property
    def steward(self) -> Steward | None:
        """The steward beside this node; None when it looks after no federation."""
        if not self.settings.steward_url:
            return None
        from node.training.http import HttpSteward

        return HttpSteward(self.settings.steward_url, Path(self.settings.steward_token))

    @cached_property
    def runs(self) -> TrainingRuns:
        """Runs are started, watched and stopped."""
        return TrainingRuns(self.steward, self.ledger(), self.tell)

    @cached_property
    def risk(self) -> ProcessRisk:
        """The models kept here and what they state of our own process; needs no chain."""
        home, table = self.settings.home, self.settings.process_table
        folder = home / table if table else None
        return process_risk(self.organisation, home, self.store, self.submit, self.events, self.clock, folder)

    @cached_property
    def take(self) -> TakeModel:
        """Models come in, from a file or from a finished run."""
        return TakeModel(self.risk, FindOrigin(self.ledger), self.steward)

    @cached_property
    def leave(self) -> LeaveFederation:
        """A party leaves."""
        return LeaveFederation(self.steward, self.plant, self.risk, self.tell)

    @cached_property
    def record(self) -> RecordFinished | None:
        """Finished rounds go on chain."""
        if self.steward is None:
            return None
        return RecordFinished(self.steward, RecordRounds(self.steward, self.ledger(), org_id(self.organisation)))

    @cached_property
    def plant(self) -> OwnPlant:
        """What our plant gives and keeps."""
        return OwnPlant(Path(self.settings.plant_home) if self.settings.plant_home else None, self.tell)
