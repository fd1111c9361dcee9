"""Which lots an explanation learns the line from: those before the fault, and nothing of the fault itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evidence.errors import SchemaError
from node.services.causes.explain import ExplainCase
from node.services.causes.models import LineModels, model_name
from node.services.causes.selection import Against, Filter, Question
from rca.attribution.shipped import shipped_figures
from rca.posterior.fit import Beliefs
from sandbox.furnace.truth import Plan
from tests.support.causes import LINE, CausalRoom

NIGHT = (Filter("shift", ("night",)),)


def explain(room: CausalRoom, plan: Plan, first: int, question: Question) -> dict[str, Any]:
    lots = room.b7(plan)
    case = room.open(lots.name, "crown height", first, line=LINE, why="seen at the press", by="usr_eva")
    models = LineModels(room.desk)
    asks = ExplainCase(room.desk, room.read, lambda graph, table: (Beliefs(), 0), shipped_figures, 2, models)
    return dict(room.desk.read("rca.explanation", asks(case.id, question, by="usr_eva").explanation)[1])


def test_graphs_come_from_lots_before_the_fault_alone(tmp_path: Path) -> None:
    room = CausalRoom(tmp_path)
    told = explain(room, Plan(before=300, after=100), 300, Question(NIGHT))
    before = room.b7(Plan(before=300, after=100)).table.take(slice(0, 300))
    assert told["window"] == before.digest
    model = LineModels(room.desk).one(model_name(LINE))
    assert (model.card.rows, model.card.window) == (300, before.digest)


def test_a_line_that_was_never_well_is_held_against_its_other_lots_or_it_is_said_what_is_missing(
    tmp_path: Path,
) -> None:
    room, plan = CausalRoom(tmp_path), Plan(before=5, after=300)
    with pytest.raises(SchemaError) as refused:
        explain(room, plan, 5, Question(NIGHT))
    assert "lots before the fault" in refused.value.message and "other lots" in refused.value.advice
    told = explain(room, plan, 5, Question(NIGHT, Against.OTHERS))
    assert told["rows"]["reference"] + told["rows"]["window"] == 300
