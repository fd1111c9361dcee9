"""How federated training looks over the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from node.api.desk import LeiText
from node.api.resources.session import STRICT
from node.services.training.leave import Left
from node.services.training.plant import PlantView
from node.services.training.runs import RunView
from node.training.port import RunContributions, RunDrift

DECIMAL = r"^(0|[1-9][0-9]{0,5})(\.[0-9]{1,8})?$"


class WithdrawnRow(BaseModel):
    """A party left: models from a round on must not be used any more."""

    party: str
    first: int
    retrained: str = Field(description="Name of the run that goes on instead; empty when none has to.")


class RunRow(BaseModel):
    """A run: how far it is, who is in its newest round, how its loss moved, and what the chain holds of it."""

    name: str
    state: str = Field(description="running, paused (no quorum), stopped or finished.")
    rounds: int
    done: int
    parties: list[str] = Field(description="LEIs of those in the newest round.")
    out: list[str] = Field(description="LEIs of its committee that dropped out.")
    metrics: list[str] = Field(description="Mean loss before and after training, and share of bad outcomes.")
    leaving: str = Field(description="LEI of a party whose leave is under way; empty as a rule.")
    withdrawn: list[WithdrawnRow] = Field(description="What parties that left took along; nothing is added any more.")
    again: str = Field(description="Full name of the run that this one trains again without a party; empty as a rule.")
    on_chain: int
    agrees: bool = Field(description="Whether what the chain holds is what the steward tells.")


class FederationView(BaseModel):
    """The federation that this node looks after; `steward` is null where it looks after none."""

    steward: dict[str, Any] | None
    runs: list[RunRow]


class RoundView(BaseModel):
    """The record of one round (`credence-model-round/1`)."""

    round: int
    members: list[str]
    out: list[str]
    weight: int
    epsilon: str = Field(description="Privacy that any one record has spent so far; 0: not bounded.")
    model_before: str
    model_after: str
    record: str
    code: str


class RunDetail(RunRow):
    """A run with the records of its rounds and its newest events."""

    records: list[RoundView]
    events: list[dict[str, Any]]


class StartForm(BaseModel):
    """What a new run is to be; the steward knows the rest."""

    model_config = STRICT
    rounds: int = Field(ge=1, le=1_000)
    parties: int = Field(ge=3, le=128, description="How many must take part.")
    hop_ms: int = Field(default=30_000, ge=1_000, le=600_000, description="How long answers are waited for.")
    epochs: int = Field(default=2, ge=1, le=100)
    bucket_size: int = Field(
        default=0,
        ge=0,
        le=42,
        description="0: one sum over all; 3 or more: sums over so many, which parties judge.",
    )
    drift_every: int = Field(
        default=1, ge=0, le=10_000, description="Rows are counted for drift in every so many rounds; 0: never."
    )
    rate: str = Field(default="0.005", pattern=DECIMAL, description="Learning rate.")


class GivenView(BaseModel):
    """One contribution by our own record: nothing of it says anything about a row."""

    run: str
    step: int
    record: dict[str, Any]


class PlantDetail(BaseModel):
    """Our plant's part in a federation."""

    org: str
    superlink: str
    spec: dict[str, Any] = Field(description="The agreed features: names, units and ranges.")
    pinned: str = Field(description="Hash of the client code that somebody here looked at; nothing else runs.")
    paused: bool
    left: bool
    given: list[GivenView]


class PlantAnswer(BaseModel):
    """Our plant's part; null when we have none."""

    plant: PlantDetail | None


class DriftRow(BaseModel):
    """How far a feature's spread has moved over all plants."""

    feature: str
    index: int = Field(description="Population stability index, millionths.")
    state: str = Field(description="steady, watch (from 0.10 on) or stop (from 0.25 on).")


class DriftView(BaseModel):
    """Drift of a run's data from securely summed counts; no plant's own counts are seen by anybody."""

    run: str
    state: str = Field(description="The worst of its features: steady, watch or stop; unknown when nothing is told.")
    before: int = Field(description="Round whose sums are the start.")
    after: int = Field(description="Round whose sums are compared with it.")
    features: list[DriftRow]
    reason: str = Field(description="Why nothing can be told; empty otherwise.")


class ContributionRow(BaseModel):
    """What a party adds to the run's model, against the average party."""

    org: str = Field(description="LEI.")
    name: str = Field(description="As the registry knows it; empty when it does not.")
    rounds: int = Field(description="Rounds that it took part in.")
    effect: str = Field(description="In votes, decimal; positive is better; empty while nothing tells parties apart.")
    error: str = Field(description="Standard error of the effect.")
    harmful: bool = Field(description="Clearly below the average: a reason for a look, not a verdict.")
    shared: str = Field(description="Share of rounds that is stated, 0 to 1; from 0.5 on the month counts as shared.")
    reason: str = Field(description="Why its rounds do not count: `harmful` or `never-in`; empty when they do.")


class ContributionsView(BaseModel):
    """Contributions of a run's parties; no update is revealed for them."""

    run: str
    rounds: int
    parties: list[ContributionRow]
    reason: str = Field(description="Why effects cannot be told (too few rounds or buckets); empty when they can.")


class LeaveForm(BaseModel):
    """Who leaves a run."""

    model_config = STRICT
    party: LeiText


class StoppedModel(BaseModel):
    """A model that was stopped because it descends from rounds with whoever left."""

    name: str
    version: int
    reason: str


class LeftView(BaseModel):
    """What leaving a run entails."""

    run: str
    party: str
    retrained: str = Field(description="Name of the run that trains again without the party; empty when none has to.")
    first: int = Field(description="First round that is trained again; 0 when the party never took part.")
    again: int = Field(description="How many rounds are trained again.")
    withdrawn: list[str] = Field(description="Digests of global models that must not be used any more.")
    digest: str = Field(description="Of the plan of leaving, which the run that trains again names on chain.")
    state: str = Field(description="`asked` while the run ends its round at hand, then `done`; empty when refused.")
    stopped: list[StoppedModel]
    problem: str = Field(description="Why the steward refused; empty when it did not.")


class LeaveAnswer(BaseModel):
    """Our plant has left; `runs` tells what became of the runs that this node looks after."""

    plant: PlantDetail
    runs: list[LeftView]


def row_of(view: RunView) -> RunRow:
    run = view.run
    return RunRow(
        name=run.name,
        state=run.state,
        rounds=run.rounds,
        done=run.done,
        parties=list(run.parties),
        out=list(run.out),
        metrics=list(run.metrics),
        leaving=run.leaving,
        withdrawn=[WithdrawnRow(party=one.party, first=one.first, retrained=one.retrained) for one in run.withdrawn],
        again=run.again,
        on_chain=view.on_chain,
        agrees=view.agrees,
    )


def plant_of(view: PlantView | None) -> PlantAnswer:
    if view is None:
        return PlantAnswer(plant=None)
    given = [GivenView(run=one.run, step=one.step, record=dict(one.record)) for one in view.given]
    told = PlantDetail(
        org=view.org,
        superlink=view.superlink,
        spec=dict(view.spec),
        pinned=view.pinned,
        paused=view.paused,
        left=view.left,
        given=given,
    )
    return PlantAnswer(plant=told)


def drift_of(run: str, found: RunDrift) -> DriftView:
    """Drift of a run."""
    states = {one.state for one in found.features}
    worst = next((one for one in ("stop", "watch", "steady") if one in states), "unknown")
    rows = [DriftRow(feature=one.feature, index=one.index, state=one.state) for one in found.features]
    return DriftView(run=run, state=worst, before=found.before, after=found.after, features=rows, reason=found.reason)


def contributions_of(run: str, found: RunContributions, names: Mapping[str, str]) -> ContributionsView:
    """Contributions of a run; `names` of members by LEI."""
    rows = [
        ContributionRow(
            org=one.org,
            name=names.get(one.org, ""),
            rounds=one.rounds,
            effect=one.effect,
            error=one.error,
            harmful=one.harmful,
            shared=one.shared,
            reason=one.reason,
        )
        for one in found.parties
    ]
    return ContributionsView(run=run, rounds=found.rounds, parties=rows, reason=found.reason)


def left_of(left: Left, party: str) -> LeftView:
    """What leaving a run came to."""
    told = left.leaving
    return LeftView(
        run=left.run,
        party=party if told is None else told.party,
        retrained="" if told is None else told.run,
        first=0 if told is None else told.first,
        again=0 if told is None else told.again,
        withdrawn=[] if told is None else list(told.withdrawn),
        digest="" if told is None else told.digest,
        state="" if told is None else told.state,
        stopped=[StoppedModel(name=one.name, version=one.version, reason=one.reason) for one in left.stopped],
        problem=left.problem,
    )
