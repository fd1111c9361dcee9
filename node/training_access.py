"""Federated training at one node, wired over its chain, its steward and its plant; the bootstrap makes one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evidence.identity import Lei, org_id
from node.chain.port_models import ModelLedger
from node.services.record_rounds import RecordRounds
from node.services.training.plant import OwnPlant
from node.services.training.runs import RecordFinished, TrainingRuns
from node.settings import Settings
from node.training.port import Steward


@dataclass
class TrainingAccess:
    """The services of federated training, each made when first asked for."""

    organisation: Lei
    settings: Settings
    ledger: ModelLedger

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
        return TrainingRuns(self.steward, self.ledger)

    @cached_property
    def record(self) -> RecordFinished | None:
        """Finished rounds go on chain."""
        if self.steward is None:
            return None
        return RecordFinished(self.steward, RecordRounds(self.steward, self.ledger, org_id(self.organisation)))

    @cached_property
    def plant(self) -> OwnPlant:
        """What our plant gives and keeps."""
        return OwnPlant(Path(self.settings.plant_home) if self.settings.plant_home else None)
