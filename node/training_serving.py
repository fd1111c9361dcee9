"""Federated training as the API and the worker of a served node get it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from node.api.services import TrainingServices
from node.bootstrap import Node
from node.worker.chores import Chore, looking, recording

RECORD_EVERY: Final = timedelta(seconds=5)
MEMBERS_EVERY: Final = timedelta(seconds=30)
WITHDRAW_EVERY: Final = timedelta(seconds=30)
STATE_EVERY: Final = timedelta(minutes=1)
WATCH_EVERY: Final = timedelta(hours=6)


def training_services(node: Node) -> TrainingServices:
    """The services of federated training as the API sees them."""
    found = node.training
    return TrainingServices(found.runs, found.plant, found.risk, found.take, found.leave, found.process)


def training_chores(node: Node) -> list[Chore]:
    """What federated training and its models ask of the worker."""
    found = node.training
    chores = [looking("models", found.watch, every=WATCH_EVERY)]
    if node.chain.chosen:
        chores.append(looking("members-file", found.members_file, every=MEMBERS_EVERY))
    if found.record is not None:
        chores.append(recording(found.record, every=RECORD_EVERY))
    if found.withdrawn is not None:
        chores.append(looking("withdrawn", found.withdrawn, every=WITHDRAW_EVERY))
    if found.contributions is not None:
        chores.append(looking("contributions", found.contributions, every=STATE_EVERY))
    return chores
