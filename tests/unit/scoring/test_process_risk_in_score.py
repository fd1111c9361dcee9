"""The process-risk index enters a score with its reasons, and a model beyond its limits does not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from evidence.draft import Draft, Kind
from evidence.schema import validate
from scoring.card import ScoreCard
from scoring.engine import score
from scoring.observe import observe
from scoring.policy_reader import published
from scoring.process_risk import Assessment, assess
from scoring.risk_model import RiskModel, decode
from scoring.scale import MICRO
from tests.unit.scoring.builders import AS_OF, SUPPLIER, enough, fact
from tests.unit.scoring.risk_builders import UNITS, document, model, part

BALANCED = published("balanced-2026")
PARTS = [part(str(30 + n), str(20 * n), f"{300 + n}.5") for n in range(12)]
TODAY = date(2026, 10, 31)


def card(assessment: Assessment, risk: RiskModel) -> ScoreCard:
    """The score with the index stated for six months, if it counts."""
    others = [one for one in enough() if one.indicator != "process-risk"]
    facts = []
    for month in range(5, 11):
        kpi = assessment.kpi(risk, f"2026-{month:02d}")
        if kpi is not None:
            facts.append(fact(Kind.KPI, f"2026-{month:02d}-28T00:00:00Z", dict(kpi), sequence=month - 4))
    return score([*others, *observe(facts, BALANCED, AS_OF)], BALANCED, AS_OF, subject=SUPPLIER)


def test_the_index_moves_the_score_and_its_features_share_the_points_exactly() -> None:
    risk = model(1)
    assessment = assess(risk, PARTS, UNITS, TODAY)
    line = next(one for one in card(assessment, risk).lines if one.indicator == "process-risk")
    assert line.present and assessment.index is not None
    assert (line.bad, line.exposure) == (6 * assessment.index, 6 * MICRO)
    shares = assessment.split(line.contribution)
    assert set(shares) == {"torque", "rise", "wear", "strain"} and sum(shares.values()) == line.contribution


def test_a_riskier_process_never_scores_higher() -> None:
    risk = model(1)
    worn = [{**one, "wear": "490"} for one in PARTS]
    calm, bad = (assess(risk, parts, UNITS, TODAY) for parts in ([{**one, "wear": "0"} for one in PARTS], worn))
    assert calm.index is not None and bad.index is not None
    points = [card(one, risk).points for one in (calm, bad)]
    assert (calm.index <= bad.index) == (points[0] >= points[1])


def test_a_model_that_drifted_stops_counting_with_a_reason_and_earns_nothing() -> None:
    doc = document(1)
    doc["histograms"] = [[0] * 9 + [1000], *doc["histograms"][1:]]
    doc["limits"] = {**doc["limits"], "drift": 4_000_000}
    risk = decode(json.dumps(doc).encode())
    assessment = assess(risk, PARTS, UNITS, TODAY)
    assert assessment.reasons == ("drift:torque",)
    stopped = card(assessment, risk)
    line = next(one for one in stopped.lines if one.indicator == "process-risk")
    assert not line.present and line.points == 0
    counted = replace(risk, limits=replace(risk.limits, drift=100 * MICRO))
    assert card(assess(counted, PARTS, UNITS, TODAY), counted).points > stopped.points


def test_the_statement_that_carries_the_index_follows_its_schema() -> None:
    risk = model(1)
    kpi = assess(risk, PARTS, UNITS, TODAY).kpi(risk, "2026-10")
    assert kpi is not None
    draft = Draft(Kind.KPI, "2026-10-31T00:00:00Z", dict(kpi))
    validate(draft)
