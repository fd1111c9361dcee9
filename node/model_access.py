"""Process-risk models at one node, wired over its folder and its log, for the API and the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from evidence.clock import Clock
from evidence.identity import Lei
from node.records.port import EvidenceStore
from node.records.port_house import EventStore
from node.services.process_risk.assess import ProcessRisk
from node.services.submit import SubmitDrafts

FOLDER: Final = "models"
TABLE: Final = "process"
"""Where a node keeps its process table unless its settings name another folder."""


def table_folder(home: Path, named: str) -> Path:
    """Where the process table of a node is; `named` is its setting, counted from `home`, empty for the usual place."""
    return home / (named or TABLE)


def process_risk(
    lei: Lei,
    home: Path,
    store: EvidenceStore,
    submit: SubmitDrafts,
    events: EventStore,
    clock: Clock,
    table: Path | None = None,
) -> ProcessRisk:
    """The models in `home`, and what they state of this node's own process; the table is `home/process` or `table`."""
    return ProcessRisk(lei, home / FOLDER, store, submit, events, clock, table=table or home / TABLE)
