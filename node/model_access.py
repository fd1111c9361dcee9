"""Process-risk models at one node, wired over its folder and its log, for the API and the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from evidence.clock import Clock
from evidence.identity import Lei
from node.records.port import EvidenceStore
from node.services.process_risk.assess import ProcessRisk
from node.services.submit import SubmitDrafts

FOLDER: Final = "models"


def process_risk(lei: Lei, home: Path, store: EvidenceStore, submit: SubmitDrafts, clock: Clock) -> ProcessRisk:
    """The models in `home`, and what they state of this node's own process."""
    return ProcessRisk(lei, home / FOLDER, store, submit, clock)
