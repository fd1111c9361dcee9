"""`/v1/training`: runs of the federation, round by round and on chain; and what our own plant gives and keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, Field

from evidence.draft import JsonValue
from node.api.desk import Desk
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission
from node.services.training.plant import PlantView
from node.services.training.runs import RunView

Name = Annotated[str, Path(pattern="^[0-9A-Za-z]{1,64}$", examples=["ab" * 16])]
DECIMAL = r"^(0|[1-9][0-9]{0,5})(\.[0-9]{1,8})?$"


class RunRow(BaseModel):
    """A run: how far it is, who is in its newest round, how its loss moved, and what the chain holds of it."""

    name: str
    state: str = Field(description="running, paused (no quorum), stopped or finished.")
    rounds: int
    done: int
    parties: list[str] = Field(description="LEIs of those in the newest round.")
    out: list[str] = Field(description="LEIs of its committee that dropped out.")
    metrics: list[str] = Field(description="Mean loss before and after training, and share of bad outcomes.")
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


@dataclass(frozen=True, slots=True)
class TrainingRoutes:
    """Federated training."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, write, plant = Permission.TRAINING_READ, Permission.TRAINING_WRITE, Permission.PLANT_WRITE
        run, both, away = "/v1/training/runs/{run}", (404, 409, 503), (503,)
        all_ = "The federation and its runs"
        table.add("GET", "/v1/training", self.get, permission=read, summary=all_, problems=away)
        begins = "Begin a run"
        table.add("POST", "/v1/training/runs", self.start, permission=write, summary=begins, status=201, problems=both)
        table.add("GET", run, self.one, permission=read, summary="One run, round by round", problems=both)
        stops = "Stop after the round at hand"
        table.add("POST", f"{run}/stop", self.stop, permission=write, summary=stops, problems=both)
        goes = "Go on from the newest checkpoint"
        table.add("POST", f"{run}/resume", self.resume, permission=write, summary=goes, problems=both)
        own = "What our plant gives and keeps"
        table.add("GET", "/v1/training/plant", self.plant, permission=read, summary=own)
        table.add("POST", "/v1/training/plant/pause", self.pause, permission=plant, summary="Pause", problems=(404,))
        again = "Take part again"
        table.add("POST", "/v1/training/plant/resume", self.go_on, permission=plant, summary=again, problems=(404, 409))
        leaves = "Leave the federation"
        table.add("POST", "/v1/training/plant/leave", self.leave, permission=plant, summary=leaves, problems=(404,))
        return table.routes

    def get(self) -> FederationView:
        """Newest runs first."""
        runs = self.desk.node.training.runs
        status = runs.status()
        rows = [] if status is None else [_row(one) for one in runs.all()]
        return FederationView(steward=None if status is None else dict(status), runs=rows)

    def start(self, form: StartForm) -> RunRow:
        """The parties train on their own rows; only masked sums come back."""
        train: JsonValue = {"epochs": form.epochs, "rate": form.rate}
        wishes: dict[str, JsonValue] = {
            "rounds": form.rounds,
            "parties": form.parties,
            "hop_ms": form.hop_ms,
            "train": train,
        }
        return _row(self.desk.node.training.runs.start(wishes))

    def one(self, run: Name) -> RunDetail:
        """With the records that the chain commits to."""
        runs = self.desk.node.training.runs
        found = runs.one(run)
        records = [
            RoundView(
                round=record.round,
                members=[str(one.org) for one in record.members],
                out=[str(one.org) for one in record.members if one.vector is None],
                weight=record.weight,
                epsilon=f"{record.epsilon_micro / 1_000_000:g}",
                model_before=record.model_before.hex(),
                model_after=record.model_after.hex(),
                record=record.digest.hex(),
                code=record.code.hex(),
            )
            for record in runs.rounds(run)
        ]
        return RunDetail(**_row(found).model_dump(), records=records, events=[dict(one) for one in found.run.events])

    def stop(self, run: Name) -> RunRow:
        """May happen twice."""
        return _row(self.desk.node.training.runs.stop(run))

    def resume(self, run: Name) -> RunRow:
        """A finished run is refused."""
        return _row(self.desk.node.training.runs.resume(run))

    def plant(self) -> PlantAnswer:
        """By the plant's own files; the server is not asked."""
        return _plant(self.desk.node.training.plant.view())

    def pause(self) -> PlantAnswer:
        """The round at hand counts us as dropped out."""
        self.desk.node.training.plant.pause()
        return self.plant()

    def go_on(self) -> PlantAnswer:
        """Not after leaving."""
        self.desk.node.training.plant.go_on()
        return self.plant()

    def leave(self) -> PlantAnswer:
        """For good; models trained with us stay as they are until the steward retrains without us."""
        self.desk.node.training.plant.leave()
        return self.plant()


def _row(view: RunView) -> RunRow:
    run = view.run
    return RunRow(
        name=run.name,
        state=run.state,
        rounds=run.rounds,
        done=run.done,
        parties=list(run.parties),
        out=list(run.out),
        metrics=list(run.metrics),
        on_chain=view.on_chain,
        agrees=view.agrees,
    )


def _plant(view: PlantView | None) -> PlantAnswer:
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
