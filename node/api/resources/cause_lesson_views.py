"""What lessons of suggestions look like over HTTP."""

from __future__ import annotations

from pydantic import BaseModel, Field

from node.services.causes.lessons import Decision


class LessonView(BaseModel):
    """What engineers made of one suggestion, and what came of it."""

    case: str
    correction: str
    line: str
    goal: str = Field(description="The characteristic that was to be raised.")
    lever: str = Field(description="The column that was to be moved.")
    unit: str
    present: str
    suggested: str
    decided: str
    decision: Decision
    reasons: list[str]
    people: list[str] = Field(description="Who signed, by name.")
    at: str
    predicted: str
    observed: str
    outcome: str


class LessonList(BaseModel):
    """Lessons in the order in which their cases were opened."""

    items: list[LessonView]
