"""Port to the steward of a federation, a process of its own: runs are started, watched and stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from evidence.draft import JsonValue
from evidence.model_round import ModelRound


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A run at one moment.

    Attributes:
        name: 32 hexadecimal digits; state: running, paused (no quorum), stopped or finished.
        rounds, done: how many are planned and recorded.
        parties, out: who is in the newest round, and who of its committee dropped out.
        metrics: mean loss before and after training and share of bad outcomes, newest round; empty before the first.
        events: newest events of the run, oldest first.
        leaving: LEI of a party whose leave is under way; empty as a rule.
        withdrawn: what parties that left took along, oldest first; nothing is added to such a run any more.
        again: full name (hexadecimal) of the run that this one trains again without a party; empty as a rule.
    """

    name: str
    state: str
    rounds: int
    done: int
    parties: tuple[str, ...]
    out: tuple[str, ...]
    metrics: tuple[str, ...]
    events: tuple[Mapping[str, JsonValue], ...]
    leaving: str = ""
    withdrawn: tuple[Withdrawal, ...] = ()
    again: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What must not be used any more because a party left a run; digests of 64 hexadecimal digits.

    Attributes:
        first: the first withdrawn round; retrained: name of the run that goes on instead, empty when none has to.
        records, models: of the withdrawn rounds' records and global models; sources: what weight files exported from
            one of these models name as theirs.
    """

    party: str
    first: int
    retrained: str
    records: frozenset[str]
    models: frozenset[str]
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """How far a feature's spread has moved over all plants: index in millionths; state steady, watch or stop."""

    feature: str
    index: int
    state: str


@dataclass(frozen=True, slots=True)
class RunDrift:
    """Drift of a run's data from its securely summed counts.

    Attributes:
        features: in the order of the spec; empty while nothing can be told.
        before, after: rounds whose sums are compared.
        reason: why nothing can be told; empty otherwise.
    """

    features: tuple[FeatureDrift, ...]
    before: int
    after: int
    reason: str


@dataclass(frozen=True, slots=True)
class PartyContribution:
    """What a party adds to a run's model, against the average party.

    Attributes:
        effect, error: in votes with its standard error, decimal texts; empty while nothing tells parties apart.
        rounds: in which it took part.
        harmful: clearly below the average; its rounds do not count then, a reason for a look and not a verdict.
        shared: share of the rounds that counts towards data-sharing completeness, 0 to 1, decimal text.
        reason: why nothing counts, `harmful` or `never-in`; empty when it does.
    """

    org: str
    effect: str
    error: str
    rounds: int
    harmful: bool
    shared: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RunContributions:
    """Contributions of all parties of a run; `reason` says why effects cannot be told, empty when they can."""

    rounds: int
    parties: tuple[PartyContribution, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a party's leaving entails.

    Attributes:
        run: name of the run that trains again without it; empty when nothing has to be trained again.
        first, again: first round that is trained again, 0 when the party never took part, and how many are.
        withdrawn: digests of global models that must not be used any more, 64 hexadecimal digits each.
        digest: of the plan of leaving, 64 hexadecimal digits.
        state: `asked` while the run still ends its round at hand, then `done`; what is withdrawn may grow until then.
    """

    party: str
    run: str
    first: int
    again: int
    withdrawn: tuple[str, ...]
    digest: str
    state: str = "done"


class Steward(Protocol):
    """All MUST raise PeerUnreachableError when the steward does not answer, NotFoundError for an unknown run."""

    def status(self) -> Mapping[str, JsonValue]:
        """What runs (superlink, worker, front), and the hash of the client code."""

    def runs(self) -> Sequence[TrainingRun]:
        """All runs, oldest first."""

    def run(self, name: str) -> TrainingRun:
        """One run."""

    def start(self, wishes: Mapping[str, JsonValue]) -> TrainingRun:
        """Begin a run; MUST raise InputError for settings that do not fit."""

    def stop(self, name: str) -> TrainingRun:
        """Stop after the round at hand; MAY happen twice."""

    def resume(self, name: str) -> TrainingRun:
        """Go on from the newest checkpoint; ConflictError when it is finished."""

    def record(self, name: str, number: int) -> ModelRound:
        """The record of a finished round."""

    def model(self, name: str, number: int) -> bytes:
        """The global model's bytes after round `number` (0: the starting model)."""

    def export(self, name: str, *, version: int, until: date) -> bytes:
        """The weight file (`credence-risk-model/1`) of the last model of a finished run.

        MUST raise ConflictError when the run is not finished, InputError when its model cannot be exported.
        """

    def drift(self, name: str) -> RunDrift:
        """How far the data of the run's plants moved while it was trained."""

    def contributions(self, name: str) -> RunContributions:
        """What each party added."""

    def leave(self, name: str, party: str) -> Leaving:
        """Let a party leave: go back to before its first round and train again without it.

        MAY happen twice, with the same answer. MUST raise ConflictError when too few parties would be left.
        """
