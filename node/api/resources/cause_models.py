"""`/v1/causes/models`: causal models of our lines, with their cards; asked by name, checked against lots, stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, Field

from node.api.desk import Caller, Desk
from node.api.resources.cause_views import Name, TableName
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission
from node.services.causes.models import Model
from rca.card import Standing, drift, standing

ModelName = Annotated[str, Path(pattern="^mdl_[0-9a-f]{24}$", examples=["mdl_" + "ab" * 12])]


class DriftView(BaseModel):
    """A column that has left what the model was made from."""

    column: str
    index: float = Field(description="Population stability index less chance; from 0.25 on the model is silent.")


class LineModelView(BaseModel):
    """A causal model in a list."""

    name: str
    line: str
    version: int
    made: str
    by: str
    until: str = Field(description="When the last of its rows was made; empty when they have no times.")
    standing: Standing
    reason: str
    rows: int
    columns: int
    twins: int
    drifted: list[DriftView]


class LineModelDetail(LineModelView):
    """A causal model with its card."""

    card: dict[str, Any]


class LineModelList(BaseModel):
    """Causal models, one a line."""

    items: list[LineModelView]


class AskForm(BaseModel):
    """Does the first of these columns act on the last, through those between?"""

    model_config = STRICT
    steps: list[Name] = Field(min_length=2, max_length=10)


class AskView(BaseModel):
    """What may be said; `probability` in `stated` is null where twins say too little."""

    steps: list[str]
    version: int
    stated: dict[str, Any]


class CheckForm(BaseModel):
    """Are these lots, of this line or another, like those the model was made from?"""

    model_config = STRICT
    table: TableName


class CheckView(BaseModel):
    """Every column, the furthest first, and what follows."""

    standing: Standing
    columns: list[DriftView]


class StopForm(BaseModel):
    """Stop a model."""

    model_config = STRICT
    reason: str = Field(min_length=1, max_length=1_000)


@dataclass(frozen=True, slots=True)
class CauseModelRoutes:
    """Own people only: a model tells of process data."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, write = Permission.CAUSES_READ, Permission.CAUSES_WRITE
        url, one = "/v1/causes/models", "/v1/causes/models/{model}"
        table.add("GET", url, self.all_models, permission=read, summary="Causal models of lines")
        table.add("GET", one, self.model, permission=read, summary="A causal model with its card", problems=(404,))
        asks, checks = "Ask a causal model", "Are these lots like the model's?"
        table.add("POST", f"{one}/ask", self.ask, permission=read, summary=asks, problems=(404, 409))
        table.add("POST", f"{one}/check", self.check, permission=read, summary=checks, problems=(404,))
        table.add("POST", f"{one}/stop", self.stop, permission=write, summary="Stop a causal model", problems=(404,))
        return table.routes

    def all_models(self) -> LineModelList:
        """The newest version of each; drift is judged whenever lots of its line come in."""
        return LineModelList(items=[_row(one) for one in self.desk.node.causes.models.all()])

    def model(self, model: ModelName) -> LineModelDetail:
        """What it was made from, how high it ever goes, and what each column looked like."""
        found = self.desk.node.causes.models.one(model)
        return LineModelDetail(**_row(found).model_dump(), card=found.card.document())

    def ask(self, model: ModelName, form: AskForm) -> AskView:
        """Refused beyond the model's limits: stopped, or a column that has drifted."""
        return AskView.model_validate(self.desk.node.causes.models.ask(model, form.steps))

    def check(self, model: ModelName, form: CheckForm) -> CheckView:
        """Nothing is kept; a table of another line may be held against it too."""
        causes = self.desk.node.causes
        found = drift(causes.models.one(model).card, causes.cases.read(form.table).table)
        columns = [DriftView(column=one.name, index=round(one.index, 4)) for one in found]
        return CheckView(standing=standing(found), columns=columns)

    def stop(self, caller: Caller, model: ModelName, form: StopForm) -> LineModelView:
        """With the reason; the next explanation of its line makes another version."""
        return _row(self.desk.node.causes.models.stop(model, form.reason, by=caller.id))


def _row(model: Model) -> LineModelView:
    return LineModelView(
        name=model.name,
        line=model.line,
        version=model.version,
        made=model.made,
        by=model.by,
        until=model.until,
        standing=model.standing,
        reason=model.reason,
        rows=model.card.rows,
        columns=len(model.card.seen),
        twins=model.card.twins,
        drifted=[DriftView(column=name, index=index) for name, index in model.drifted],
    )
