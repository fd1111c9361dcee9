"""Federated training at one node, wired over its chain, its steward and its plant; the bootstrap makes one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from evidence.clock import Clock
from evidence.identity import Lei, Subject, org_id
from node.chain_access import ChainAccess
from node.model_access import process_risk, table_folder
from node.records.sql import SqlRecords
from node.services.keep_process import KeepProcess
from node.services.process_risk.assess import ProcessRisk
from node.services.process_risk.intake import TakeModel
from node.services.process_risk.provenance import FindOrigin
from node.services.process_risk.watch import WatchModels
from node.services.record_rounds import RecordRounds
from node.services.submit import SubmitDrafts
from node.services.training.leave import LeaveFederation, StopWithdrawn
from node.services.training.members_file import KeepMembersFile
from node.services.training.plant import SETTINGS, OwnPlant
from node.services.training.runs import RecordFinished, TrainingRuns
from node.services.training.state_contributions import StateContributions
from node.services.training.telling import Telling
from node.settings import Settings
from node.training.port import Steward

STEWARD: Final = "steward.json"
"""What a steward's folder has in it once somebody set it up."""


@dataclass
class TrainingAccess:
    """The services of federated training, each made when first asked for."""

    organisation: Lei
    settings: Settings
    chain: ChainAccess
    records: SqlRecords
    submit: SubmitDrafts
    clock: Clock

    @cached_property
    def tell(self) -> Telling:
        """What happens becomes an event of the node."""
        return Telling(self.records.events, self.clock)

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
        return TrainingRuns(self.steward, self.chain.models, self.tell)

    @cached_property
    def risk(self) -> ProcessRisk:
        """The models kept here and what they state of our own process; needs no chain."""
        home, table, records = self.settings.home, self.settings.process_table, self.records
        folder = table_folder(home, table)
        return process_risk(self.organisation, home, records.evidence, self.submit, records.events, self.clock, folder)

    @cached_property
    def process(self) -> KeepProcess:
        """Process data come into our own table."""
        folder = table_folder(self.settings.home, self.settings.process_table)
        return KeepProcess(folder, self.settings.default_zone, self.tell)

    @cached_property
    def take(self) -> TakeModel:
        """Models come in, from a file or from a finished run."""
        return TakeModel(self.risk, FindOrigin(lambda: self.chain.models), self.steward)

    @cached_property
    def leave(self) -> LeaveFederation:
        """A party leaves."""
        return LeaveFederation(self.steward, self.plant, self.risk, self.tell)

    @cached_property
    def record(self) -> RecordFinished | None:
        """Finished rounds go on chain."""
        if self.steward is None:
            return None
        return RecordFinished(self.steward, RecordRounds(self.steward, self.chain.models, org_id(self.organisation)))

    @cached_property
    def members_file(self) -> KeepMembersFile:
        """Whom our plant and our steward believe."""
        homes = [(Path(self.settings.plant_home), SETTINGS)] if self.settings.plant_home else []
        if self.settings.steward_token:
            homes.append((Path(self.settings.steward_token).parent, STEWARD))
        return KeepMembersFile(lambda: self.chain.directory, homes, self.tell)

    @cached_property
    def watch(self) -> WatchModels:
        """Models are held against the newest data."""
        return WatchModels(self.risk, Subject(self.organisation), self.steward, self.clock)

    @cached_property
    def withdrawn(self) -> StopWithdrawn | None:
        """Models that a party took along when it left are stopped."""
        return None if self.steward is None else StopWithdrawn(self.steward, self.risk)

    @cached_property
    def contributions(self) -> StateContributions | None:
        """What each party gave becomes evidence."""
        return (
            None
            if self.steward is None
            else StateContributions(self.steward, self.submit, self.records.settings, self.tell)
        )

    @cached_property
    def plant(self) -> OwnPlant:
        """What our plant gives and keeps."""
        return OwnPlant(Path(self.settings.plant_home) if self.settings.plant_home else None, self.tell)
