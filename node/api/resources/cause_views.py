"""What causes look like over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from node.api.resources.session import STRICT
from node.records.port_house import JobState
from node.services.causes.case import CausalState
from node.services.causes.cases import Listed

DECIMAL = r"^-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?$"
Name = Annotated[str, Field(min_length=1, max_length=200)]
TableName = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Decimal = Annotated[str, Field(pattern=DECIMAL)]


class ColumnView(BaseModel):
    """One column of a table: what it is, and where on the process route it stands."""

    name: str
    kind: str
    unit: str = Field(description="UCUM code.")
    tier: int
    observation: bool = Field(description="It only watches: it causes no process variable.")
    categories: list[str]
    source: str


class TableView(BaseModel):
    """A table of lots, frozen by its hash."""

    name: str
    file: str
    rows: int
    window: str = Field(description="Digest of what the table holds.")
    first: str
    last: str
    columns: list[ColumnView]


class TablePage(BaseModel):
    """Tables, oldest first."""

    items: list[TableView]
    next: str | None


class CauseRow(BaseModel):
    """A causal case in a list."""

    id: str
    line: str
    column: str
    unit: str
    state: CausalState
    signals: int = Field(description="How often the chart's rules fired.")
    since: str = Field(description="When the first of them fired; empty when the table has no times.")
    by_itself: bool = Field(description="Whether a watch opened it.")
    correction: str
    eight_d: str
    opened: str
    changed: str


class CausePage(BaseModel):
    """Causal cases in the order in which they were opened."""

    items: list[CauseRow]
    next: str | None


class CauseDetail(CauseRow):
    """A causal case with what was made of it; the documents are as the room of causes writes them."""

    version: int
    table: str
    alarm: dict[str, Any]
    graph: str
    graph_version: int
    explanation: dict[str, Any] | None
    suggestion: dict[str, Any] | None
    effect: dict[str, Any] | None


class ImportedTable(BaseModel):
    """A table that was imported, and the cases that its watches opened."""

    table: TableView
    opened: list[CauseRow]


class WatchForm(BaseModel):
    """A characteristic to be watched."""

    model_config = STRICT
    line: Name
    column: Name
    phase1: int = Field(ge=30, le=1_000_000, description="Lots from the first that set the chart's limits.")
    rules: Literal["western-electric", "nelson", "nelson-either-side"] = "western-electric"
    lower: Decimal | Literal[""] = ""
    upper: Decimal | Literal[""] = ""


class WatchView(WatchForm):
    """A watch in force."""

    name: str


class WatchList(BaseModel):
    """Watches in force."""

    items: list[WatchView]


class OpenCauseForm(BaseModel):
    """A case that no chart raised."""

    model_config = STRICT
    table: TableName
    column: Name
    line: Name
    first_row: int = Field(ge=1, le=5_000_000, description="The first lot that is wrong, counted from 0.")
    why: str = Field(min_length=1, max_length=1_000)


class FilterForm(BaseModel):
    """Lots with one of these labels, or with a value in this range."""

    model_config = STRICT
    column: Name
    labels: list[Name] = Field(default=[], max_length=64)
    low: Decimal | Literal[""] = ""
    high: Decimal | Literal[""] = ""


class ExplainForm(BaseModel):
    """What is to be explained."""

    model_config = STRICT
    where: list[FilterForm] = Field(default=[], max_length=8, description="All must hold in the window.")
    against: Literal["before", "others"] = "before"
    graph: str = Field(default="", max_length=128, description="Whose beliefs count; empty for none.")
    seed: int = Field(default=1, ge=0, lt=2**31)


class ExplainJob(BaseModel):
    """An explanation on its way."""

    id: str
    state: JobState
    done: int = Field(description="Of `total`.")
    total: int
    step: str
    report: dict[str, Any]


class SeriesView(BaseModel):
    """A column lot by lot; `step` above 1 says that only every so manieth lot is shown."""

    column: str
    unit: str
    kind: str
    categories: list[str]
    step: int
    rows: list[int]
    lots: list[str]
    times: list[str]
    values: list[str | None]


class DraftView(BaseModel):
    """Drafted texts of an 8D by field; empty where no document says anything."""

    symptom: str
    problem: str
    cause: str
    cause_code: str
    actions: str
    validation: str
    prevention: str


class EightDForm(BaseModel):
    """Open the 8D of a causal case."""

    model_config = STRICT
    supplier: str = Field(pattern="^[A-Z0-9]{18}[0-9]{2}(/[A-Z0-9-]{1,20})?$")
    nonconformance: Name
    severity: Literal["minor", "major", "critical"]
    language: Literal["en", "zh"] = "en"
    evidence: list[Annotated[str, Field(pattern="^[0-9a-f]{64}$")]] = Field(default=[], max_length=200)


class SuggestForm(BaseModel):
    """What is to be raised, and what moving a set point costs."""

    model_config = STRICT
    measure: Literal["cpk", "yield"] = "cpk"
    costs: dict[Name, Annotated[str, Field(pattern=r"^[0-9]{1,6}(\.[0-9]{1,6})?$")]] = Field(
        default={}, max_length=20, description="Points of the goal for one unit, by column."
    )


class WhatIfCauseForm(BaseModel):
    """A set point as it might be."""

    model_config = STRICT
    column: Name
    value: Decimal


class CorrectionForm(BaseModel):
    """Propose the change of one column for release."""

    model_config = STRICT
    column: Name
    ground: str = Field(min_length=1, max_length=4_000)
    risk: Literal["low", "medium", "high"]
    proposed: Decimal | Literal[""] = Field(default="", description="Another value than the suggested one.")
    present: Decimal | Literal[""] = Field(default="", description="Where the machine cannot be read.")


class EffectForm(BaseModel):
    """Compare the lots since with the prediction."""

    model_config = STRICT
    table: TableName


class FlowLink(BaseModel):
    """A case of a flow that came of a causal case."""

    case: str = Field(description="Read and act in it at /v1/cases/{case}.")
    state: str


class PointView(BaseModel):
    """A set point that this node may write after two signatures."""

    machine: str
    parameter: str
    unit: str
    lowest: str
    highest: str
    resolution: str
    column: str
    present: str | None = Field(description="What the machine holds now; null when it does not answer.")


class PointList(BaseModel):
    """Set points of the plant."""

    items: list[PointView]


def row_of(listed: Listed) -> CauseRow:
    """A case as a row of a list."""
    case = listed.case
    signals: Any = case.alarm["signals"]
    return CauseRow(
        id=case.id,
        line=case.line,
        column=case.column,
        unit=str(case.alarm["unit"]),
        state=case.state,
        signals=len(signals),
        since=str(case.alarm["first_time"]),
        by_itself=bool(case.watch),
        correction=case.correction,
        eight_d=case.eight_d,
        opened=listed.opened,
        changed=listed.changed,
    )
