"""`/v1/training`: runs of the federation, round by round and on chain; and what our own plant gives and keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path, Request

from evidence.draft import JsonValue
from evidence.errors import NotFoundError
from node.api.acts import written
from node.api.desk import Caller, Desk
from node.api.resources.training_views import (
    ContributionsView,
    DriftView,
    FederationView,
    LeaveAnswer,
    LeaveForm,
    LeftView,
    PlantAnswer,
    RoundView,
    RunDetail,
    RunRow,
    StartForm,
    contributions_of,
    drift_of,
    left_of,
    plant_of,
    row_of,
)
from node.api.routing import GuardedRoute, Table
from node.auth.model import TrailAction
from node.auth.permissions import Permission
from node.services.training.leave import Left

Name = Annotated[str, Path(pattern="^[0-9A-Za-z]{1,64}$", examples=["ab" * 16])]


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
        told, adds, without = "How far the data moved", "What each party adds", "Train again without a party"
        table.add("GET", f"{run}/drift", self.drift, permission=read, summary=told, problems=both)
        table.add("GET", f"{run}/contributions", self.contributions, permission=read, summary=adds, problems=both)
        table.add("POST", f"{run}/leave", self.leave_run, permission=write, summary=without, problems=both)
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
        rows = [] if status is None else [row_of(one) for one in runs.all()]
        return FederationView(steward=None if status is None else dict(status), runs=rows)

    def start(self, request: Request, caller: Caller, form: StartForm) -> RunRow:
        """The parties train on their own rows; only masked sums come back."""
        train: JsonValue = {"epochs": form.epochs, "rate": form.rate}
        wishes: dict[str, JsonValue] = {
            "rounds": form.rounds,
            "parties": form.parties,
            "hop_ms": form.hop_ms,
            "bucket_size": form.bucket_size,
            "drift_every": form.drift_every,
            "train": train,
        }
        view = self.desk.node.training.runs.start(wishes, by=caller.name)
        name, rounds = view.run.name, view.run.rounds
        written(self.desk, request, caller, TrailAction.TRAINING_STARTED, name, rounds=rounds, parties=form.parties)
        return row_of(view)

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
        return RunDetail(**row_of(found).model_dump(), records=records, events=[dict(one) for one in found.run.events])

    def stop(self, request: Request, caller: Caller, run: Name) -> RunRow:
        """May happen twice."""
        view = self.desk.node.training.runs.stop(run, by=caller.name)
        written(self.desk, request, caller, TrailAction.TRAINING_STOPPED, run, done=view.run.done)
        return row_of(view)

    def resume(self, request: Request, caller: Caller, run: Name) -> RunRow:
        """A finished run is refused."""
        view = self.desk.node.training.runs.resume(run, by=caller.name)
        written(self.desk, request, caller, TrailAction.TRAINING_RESUMED, run, done=view.run.done)
        return row_of(view)

    def drift(self, run: Name) -> DriftView:
        """From sums over all plants; a run without counts says so in `reason`."""
        return drift_of(run, self.desk.node.training.runs.drift(run))

    def contributions(self, run: Name) -> ContributionsView:
        """From the plants' votes on buckets; a run without them tells rounds only."""
        names = {member.lei: member.name for member in self.desk.node.directory.members()}
        return contributions_of(run, self.desk.node.training.runs.contributions(run), names)

    def leave_run(self, request: Request, caller: Caller, run: Name, form: LeaveForm) -> LeftView:
        """Back to before the party's first round; models of this node that descend from its rounds are stopped."""
        left = self.desk.node.training.leave.party(run, form.party, by=caller.name)
        self._left(request, caller, left)
        return left_of(left, form.party)

    def plant(self) -> PlantAnswer:
        """By the plant's own files; the server is not asked."""
        return plant_of(self.desk.node.training.plant.view())

    def pause(self, request: Request, caller: Caller) -> PlantAnswer:
        """The round at hand counts us as dropped out."""
        self.desk.node.training.plant.pause(by=caller.name)
        written(self.desk, request, caller, TrailAction.PLANT_PAUSED, "plant")
        return self.plant()

    def go_on(self, request: Request, caller: Caller) -> PlantAnswer:
        """Not after leaving."""
        self.desk.node.training.plant.go_on(by=caller.name)
        written(self.desk, request, caller, TrailAction.PLANT_RESUMED, "plant")
        return self.plant()

    def leave(self, request: Request, caller: Caller) -> LeaveAnswer:
        """For good. Where this node looks after the federation, its runs are trained again without us at once.

        Elsewhere the member that does so asks its steward for it; until then models trained with us stay as they are.
        """
        training = self.desk.node.training
        lefts = training.leave.own(by=caller.name)
        written(self.desk, request, caller, TrailAction.PLANT_LEFT, "plant")
        for left in lefts:
            self._left(request, caller, left)
        told = plant_of(training.plant.view()).plant
        if told is None:
            raise NotFoundError("the plant's folder is gone", advice="See federated/README.md.")
        return LeaveAnswer(plant=told, runs=[left_of(left, told.org) for left in lefts])

    def _left(self, request: Request, caller: Caller, left: Left) -> None:
        if left.leaving is not None:
            detail = {"party": left.leaving.party, "again": str(left.leaving.again), "plan": left.leaving.digest}
            written(self.desk, request, caller, TrailAction.TRAINING_LEFT, left.run, **detail)
