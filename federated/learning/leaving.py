"""Leaving a federation: which checkpoint still knows nothing of the party, and how the others go on from it.

A model is unlearnt honestly in one way only: go back to the last checkpoint before the party's first round and train
again without it. The plan that says so has a hash, made to be anchored like a round, so that an auditor sees that the
models in use descend from no round with the party.

Source:
    Bourtoule et al., "Machine Unlearning", IEEE S&P 2021: retraining from a checkpoint is exact, shortcuts are not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from evidence.errors import ConflictError, NotFoundError, SchemaError

FORMAT = "credence-federated-leave/1"


@dataclass(frozen=True, slots=True)
class PastRound:
    """A round as it stands in the record: its number from 1, who took part, hashes of the model before and after."""

    number: int
    parties: frozenset[str]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LeavePlan:
    """What leaving entails.

    Attributes:
        party: who leaves.
        checkpoint: hash of the model to go back to.
        first: number of the first round to be trained again; 0 when the party never took part.
        again: how many rounds are lost and trained again.
        others: who trains them.
        withdrawn: hashes of models that must not be used any more, among them every export of them.
    """

    party: str
    checkpoint: str
    first: int
    again: int
    others: tuple[str, ...]
    withdrawn: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical plan, to be anchored."""
        document: Any = {
            "format": FORMAT,
            "party": self.party,
            "checkpoint": self.checkpoint,
            "first": self.first,
            "again": self.again,
            "others": list(self.others),
            "withdrawn": list(self.withdrawn),
        }
        return hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def plan_leave(history: Sequence[PastRound], party: str, least: int = 3) -> LeavePlan:
    """Plan a party's leaving.

    Args:
        history: all rounds in order.
        least: parties that secure aggregation needs.
    Raises:
        SchemaError: the history is no chain.
        NotFoundError: there is no round.
        ConflictError: too few parties would be left to go on.
    """
    if not history:
        raise NotFoundError("there is no round to go back before")
    for index, (one, following) in enumerate(zip(history, [*history[1:], None], strict=True), start=1):
        if one.number != index or (following is not None and following.before != one.after):
            raise SchemaError(f"round {one.number} does not follow from the one before it", place="history")
    others = tuple(sorted(frozenset().union(*(one.parties for one in history)) - {party}))
    tainted = [one for one in history if party in one.parties]
    if not tainted:
        return LeavePlan(party, history[-1].after, 0, 0, others, ())
    if len(others) < least:
        raise ConflictError(
            f"{len(others)} parties would be left; secure aggregation needs {least}",
            advice="Stop the federation and withdraw its models, or let another party join first.",
        )
    first = tainted[0].number
    lost = history[first - 1 :]
    return LeavePlan(party, lost[0].before, first, len(lost), others, tuple(one.after for one in lost))


def descends(history: Sequence[PastRound], model: str, party: str) -> bool:
    """Whether a model came about with a party in any of its rounds: the auditor's question after a leave."""
    by_after = {one.after: one for one in history}
    while (one := by_after.pop(model, None)) is not None:
        if party in one.parties:
            return True
        model = one.before
    return False
