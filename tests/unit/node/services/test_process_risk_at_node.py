"""A month's parts become a KPI of the score, or nothing and the reasons."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evidence.draft import Kind
from evidence.errors import ConflictError, ImportRefusedError, NotFoundError, SchemaError
from evidence.statement import parse
from node.model_access import process_risk
from node.records.port import StatementFilter
from node.services.process_risk.assess import ProcessRisk, RiskReport
from node.services.process_risk.models import ModelRecord, ModelState
from node.services.process_risk.parts import read_parts
from scoring.process_risk import assess
from scoring.risk_model import decode
from tests.support.evidence_node import ISSUER, EvidenceNode
from tests.unit.scoring.risk_builders import UNITS, document, part

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
PARTS = [part(str(30 + n), str(20 * n), f"{300 + n}.5") for n in range(12)]
HEAD = "id,torque [N.m],wear [min],heat [K]"
WEIGHTS = json.dumps(document(1)).encode()
DRIFTED = json.dumps(
    {
        **document(1),
        "histograms": [[0] * 9 + [1000], *document(1)["histograms"][1:]],
        "limits": {**document(1)["limits"], "drift": 4_000_000},
    }
).encode()


def csv_of(parts: list[dict[str, str]]) -> bytes:
    lines = [f"p{n},{one['torque']},{one['wear']},{one['heat']}" for n, one in enumerate(parts)]
    return "\n".join([HEAD, *lines, ""]).encode()


def record(data: bytes) -> ModelRecord:
    return ModelRecord("milling", 3, hashlib.sha256(data).hexdigest(), "a" * 64, 5, "2026-11-01", {"auc": "0.91"})


@pytest.fixture
def evidence() -> EvidenceNode:
    return EvidenceNode()


@pytest.fixture
def risk(tmp_path: Path, evidence: EvidenceNode) -> ProcessRisk:
    return process_risk(
        ISSUER, tmp_path, evidence.records.evidence, evidence.submit, evidence.records.events, lambda: NOW
    )


def run(risk: ProcessRisk, parts: list[dict[str, str]] = PARTS, period: str = "2026-10") -> RiskReport:
    return risk.assess("milling", 3, file="october.csv", data=csv_of(parts), period=period)


def stated(evidence: EvidenceNode) -> list[dict[str, object]]:
    found = evidence.records.evidence.statements(StatementFilter(kind=Kind.KPI))
    return [dict(parse(one.sd_jwt).fields) for one in found]


def test_an_index_that_counts_is_stated_once_for_its_month(risk: ProcessRisk, evidence: EvidenceNode) -> None:
    risk.add(record(WEIGHTS), WEIGHTS)
    risk.release("milling", 3)
    report = run(risk)
    model = decode(WEIGHTS)
    expected = assess(model, PARTS, UNITS, NOW.date()).kpi(model, "2026-10")
    assert report.statement is not None and not report.known and stated(evidence) == [expected]
    (only,) = evidence.records.evidence.statements(StatementFilter(kind=Kind.KPI))
    assert (only.record.occurred, only.record.statement_id) == ("2026-10-31T23:59:59Z", report.statement)
    again = run(risk)
    assert again.known and again.statement == report.statement and len(stated(evidence)) == 1


def test_a_month_is_not_stated_again_with_parts_that_suit_better(risk: ProcessRisk, evidence: EvidenceNode) -> None:
    risk.add(record(WEIGHTS), WEIGHTS)
    risk.release("milling", 3)
    run(risk)
    with pytest.raises(ConflictError, match="was stated"):
        run(risk, PARTS[:8])
    assert run(risk, PARTS[:8], "2025-12").statement is not None
    assert [one["period"] for one in stated(evidence)] == ["2026-10", "2025-12"]


def test_a_drifted_process_states_nothing_and_says_why(risk: ProcessRisk, evidence: EvidenceNode) -> None:
    risk.add(record(DRIFTED), DRIFTED)
    risk.release("milling", 3)
    report = run(risk)
    assert report.statement is None and report.assessment.reasons == ("drift:torque",)
    assert stated(evidence) == []


def test_parts_out_of_range_and_too_few_state_nothing(risk: ProcessRisk, evidence: EvidenceNode) -> None:
    risk.add(record(WEIGHTS), WEIGHTS)
    risk.release("milling", 3)
    cold = [{**one, "heat": "100"} for one in PARTS[:6]] + PARTS[6:]
    assert run(risk, cold).assessment.reasons == ("out-of-range:6",)
    assert run(risk, PARTS[:3]).assessment.reasons == ("too-few-parts:3",)
    assert stated(evidence) == []


def test_a_model_on_trial_or_stopped_assesses_nothing(risk: ProcessRisk, evidence: EvidenceNode) -> None:
    with pytest.raises(NotFoundError):
        run(risk)
    assert risk.add(record(WEIGHTS), WEIGHTS).state is ModelState.TRIAL
    with pytest.raises(ConflictError, match="not released"):
        run(risk)
    risk.release("milling", 3)
    risk.stop("milling", 3, "tool steel changed")
    with pytest.raises(ConflictError, match="tool steel changed"):
        run(risk)
    assert stated(evidence) == []


@pytest.mark.parametrize("period", ["2026-11", "2027-01", "2026-13", "2026", "0000-01", "9999-12"])
def test_only_a_month_that_is_over_is_assessed(risk: ProcessRisk, period: str) -> None:
    with pytest.raises(SchemaError):
        run(risk, period=period)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("torque [N.m],wear [min]\n1,2\n", "'heat'"),
        ("torque,wear [min],heat [K]\n1,2,3\n", "'torque'"),
        (f"{HEAD},heat [K]\n", "two columns"),
        (f"{HEAD}\np,1,2\n", "line 2: the line is too short"),
        (f"{HEAD}\np,1,2,300\np,1,x,300\n", "line 3, wear"),
        (f'{HEAD}\n"p,1,2,300\n', "no CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place(text: str, why: str) -> None:
    with pytest.raises(ImportRefusedError, match=why):
        read_parts("a.csv", text.encode(), list(UNITS))


def test_empty_cells_are_missing_and_a_wrong_unit_is_refused(risk: ProcessRisk) -> None:
    assert read_parts("a.csv", f"{HEAD}\np,1,,300\n".encode(), list(UNITS)).rows == ({"torque": "1", "heat": "300"},)
    risk.add(record(WEIGHTS), WEIGHTS)
    risk.release("milling", 3)
    data = csv_of(PARTS).replace(b"[K]", b"[Cel]")
    with pytest.raises(SchemaError):
        risk.assess("milling", 3, file="a.csv", data=data, period="2026-10")
