"""The flows that ship, each from beginning to end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evidence.errors import ConflictError, ForbiddenError
from evidence.schema import validate
from nocode.commands import Close, Notify, RecomputeScore, SubmitStatement
from nocode.reader import shipped
from tests.unit.nocode.people import BODY, BUYER, SUPPLIER, Desk, actor

SAM = actor("sam", "supplier")
BO = actor("bo", "accredited-body", organisation=BODY)
NODE = actor("node", "registry", "control-system", organisation=BUYER)
CLAIM: dict[str, Any] = {"about": "ab" * 32, "subject": f"{SUPPLIER}/PLANT-1", "body": BODY}
FREE: dict[str, Any] = {"event_is_ours": True, "claims_30_days": 0, "open_claims_on_event": 0}
HOLDS: dict[str, Any] = {"accreditation_holds": True, "co_signs_24_hours": 0}


def claim() -> Desk:
    desk = Desk(shipped("repair-claim.1"))
    desk.open(SAM, FREE, **CLAIM)
    return desk


def in_review() -> Desk:
    desk = claim()
    desk.act("attach", SAM, evidence=["cd" * 32])
    desk.act("describe", SAM, method="100 % check", exposure=500, nonconforming=0, description="New nozzle.")
    desk.act("submit", SAM)
    return desk


def co_signed() -> Desk:
    desk = in_review()
    desk.sign("co-sign", BO, facts=HOLDS)
    return desk


def statements(desk: Desk) -> list[SubmitStatement]:
    return [command for command in desk.commands if isinstance(command, SubmitStatement)]


def test_a_repair_is_claimed_shown_co_signed_and_scored_at_once() -> None:
    desk = co_signed()
    assert desk.state == "co-signed"
    (statement,) = statements(desk)
    assert statement.draft.fields["claim"] == "case-1"
    assert statement.draft.fields["result"] == "pass"
    assert "accreditation" not in statement.draft.fields
    validate(statement.draft)
    scores = [command for command in desk.commands if isinstance(command, RecomputeScore)]
    assert [str(command.subject) for command in scores] == [f"{SUPPLIER}/PLANT-1"]
    desk.wait(days=800)
    assert desk.state == "settled"


@pytest.mark.parametrize(
    "facts",
    [
        {**FREE, "event_is_ours": False},
        {**FREE, "claims_30_days": 10},
        {**FREE, "open_claims_on_event": 1},
    ],
)
def test_a_claim_beyond_the_limits_or_on_a_foreign_event_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(ConflictError, match="conditions for 'open'"):
        Desk(shipped("repair-claim.1")).open(SAM, facts, **CLAIM)


def test_a_supplier_cannot_name_itself_as_the_body() -> None:
    with pytest.raises(ConflictError):
        Desk(shipped("repair-claim.1")).open(SAM, FREE, **{**CLAIM, "body": SUPPLIER})


def test_a_claim_without_evidence_is_not_submitted_and_evidence_is_rate_limited() -> None:
    desk = claim()
    with pytest.raises(ConflictError, match="evidence and a description"):
        desk.act("submit", SAM)
    for number in range(20):
        desk.act("attach", SAM, evidence=[f"{number:064x}"])
    with pytest.raises(ConflictError, match="20 times a day"):
        desk.act("attach", SAM, evidence=["ff" * 32])
    desk.wait(days=1, seconds=1)
    desk.act("attach", SAM, evidence=["ff" * 32])


@pytest.mark.parametrize("facts", [{**HOLDS, "accreditation_holds": False}, {**HOLDS, "co_signs_24_hours": 50}])
def test_a_body_without_accreditation_or_beyond_its_rate_does_not_co_sign(facts: dict[str, Any]) -> None:
    with pytest.raises(ConflictError, match="accredited for this now"):
        in_review().sign("co-sign", BO, facts=facts)


def test_only_the_body_that_was_named_co_signs_rejects_or_revokes() -> None:
    other = replace(BO, organisation=BUYER)
    with pytest.raises(ConflictError):
        in_review().sign("co-sign", other, facts=HOLDS)
    with pytest.raises(ConflictError):
        in_review().sign("reject", other, reason="r")
    with pytest.raises(ConflictError):
        co_signed().sign("revoke", other, reason="r")
    with pytest.raises(ForbiddenError):
        in_review().sign("co-sign", SAM, facts=HOLDS)


def test_a_rejection_says_why_and_counts_nothing() -> None:
    desk = in_review()
    desk.sign("reject", BO, reason="the nozzle was not changed")
    assert desk.state == "rejected"
    assert statements(desk) == []


def test_a_returned_claim_gets_more_evidence_and_needs_a_fresh_signature() -> None:
    desk = in_review()
    assert desk.case is not None
    old = desk.case.record
    desk.act("return", BO, reason="show the lot numbers")
    desk.act("attach", SAM, evidence=["ef" * 32])
    desk.act("submit", SAM)
    with pytest.raises(ConflictError, match="another record"):
        desk.sign("co-sign", BO, facts=HOLDS, record=old)
    desk.sign("co-sign", BO, facts=HOLDS)
    assert desk.state == "co-signed"


@pytest.mark.parametrize("revoke", [True, False])
def test_a_revoked_co_signature_or_a_barred_body_is_scored_again_at_once(revoke: bool) -> None:
    desk = co_signed()
    before = len(desk.commands)
    if revoke:
        desk.sign("revoke", BO, reason="samples were mixed up")
    else:
        desk.act("body-barred", NODE, reason="barred from 2026-11-20")
    assert desk.state == "revoked"
    assert [type(command) for command in desk.commands[before:]] == [RecomputeScore, Notify, Close]


def test_a_body_that_does_not_answer_is_reminded_and_the_claim_lapses() -> None:
    desk = in_review()
    desk.wait(days=15)
    assert desk.state == "review"
    desk.wait(days=16)
    assert desk.state == "lapsed"


CORRECTION: dict[str, Any] = {
    "machine": "Kiln 7", "parameter": "zone 3", "unit": "Cel", "present": "1180", "proposed": "1184.5",
    "lowest": "1170", "highest": "1190", "ground": "Causal case 12", "risk": "low",
}  # fmt: skip
EVA = actor("eva", "engineer", "process-engineer")
PIA = actor("pia", "process-engineer")
PAUL = actor("paul", "process-engineer")


def correction(**other: Any) -> Desk:
    desk = Desk(shipped("release-correction.1"))
    desk.open(EVA, None, **{**CORRECTION, **other})
    return desk


def test_a_correction_is_released_by_two_process_engineers_who_did_not_write_it() -> None:
    desk = correction()
    desk.act("submit", EVA)
    with pytest.raises(ForbiddenError, match="author"):
        desk.sign("release", EVA)
    desk.sign("release", PIA)
    with pytest.raises(ForbiddenError, match="different people"):
        desk.sign("release", PIA)
    desk.sign("release", PAUL)
    assert desk.state == "released"
    desk.act("applied", NODE, applied_at="2026-11-23T09:00:00Z")
    assert desk.state == "applied"


def test_a_value_outside_its_limits_is_refused_and_high_risk_needs_evidence() -> None:
    with pytest.raises(ConflictError, match="between the lowest"):
        correction(proposed="1200")
    desk = correction(risk="high")
    with pytest.raises(ConflictError, match="high risk"):
        desk.act("submit", EVA)
    desk.act("amend", EVA, evidence=["ab" * 32])
    desk.act("submit", EVA)


def test_amending_in_review_starts_the_signatures_again() -> None:
    desk = correction()
    desk.act("submit", EVA)
    desk.sign("release", PIA)
    desk.act("amend", EVA, reason="better value", proposed="1185")
    desk.act("submit", EVA)
    desk.sign("release", PAUL)
    assert desk.state == "review"


def test_a_correction_that_nobody_releases_or_takes_over_lapses() -> None:
    desk = correction()
    desk.act("submit", EVA)
    desk.wait(days=8)
    assert desk.state == "lapsed"


TIM = actor("tim", "team")
CHRIS = actor("chris", "champion")
KIM = actor("kim", "customer", organisation=BUYER)
LEE = actor("lee", "customer", organisation=BUYER)
STEPS: list[tuple[str, dict[str, Any]]] = [
    ("finish-d0", {}),
    ("finish-d1", {"team": "Tim, Ann"}),
    ("finish-d2", {"problem": "Glaze cracks, lot 12, 40 of 5000"}),
    ("finish-d3", {"containment": "100 % sorting"}),
    ("finish-d4", {"cause": "Cooling too fast", "cause_code": "KILN-COOL", "recurrence": False}),
    ("finish-d5", {"actions": "Ramp limited to 3 K/min"}),
    ("finish-d6", {"implemented": "2026-11-25", "validation": "3 lots", "exposure": 9000, "nonconforming": 1}),
    ("finish-d7", {"prevention": "PFMEA updated"}),
]


def eight_d() -> Desk:
    desk = Desk(shipped("eight-d.1"))
    desk.open(KIM, None, supplier=SUPPLIER, severity="major", symptom="Cracked glaze", complaint="C-7")
    return desk


def test_an_8d_goes_from_d0_to_d8_and_states_every_step() -> None:
    desk = eight_d()
    for event, fields in STEPS:
        desk.act(event, TIM, **fields)
    desk.sign("supplier-approve", CHRIS)
    with pytest.raises(ForbiddenError, match="author"):
        desk.sign("accept", KIM)
    desk.sign("accept", LEE)
    assert desk.state == "closed"
    assert [one.draft.fields["step"] for one in statements(desk)] == [f"D{number}" for number in range(9)]
    for one in statements(desk):
        validate(one.draft)


def test_an_8d_without_complaint_or_nonconformance_is_not_opened() -> None:
    with pytest.raises(ConflictError):
        Desk(shipped("eight-d.1")).open(KIM, None, supplier=SUPPLIER, severity="minor", symptom="s")


def test_the_clocks_of_an_8d_warn_once_each_and_move_nothing() -> None:
    desk = eight_d()
    desk.act("finish-d0", TIM)
    desk.wait(hours=49)
    desk.act("finish-d1", TIM, team="Tim")
    desk.act("finish-d2", TIM, problem="p")
    assert desk.state == "d3"
    late = [command for command in desk.commands if isinstance(command, Notify) and "48 hours" in command.text.en]
    assert len(late) == 1


def test_an_8d_that_is_sent_back_needs_new_signatures() -> None:
    desk = eight_d()
    for event, fields in STEPS:
        desk.act(event, TIM, **fields)
    desk.sign("supplier-approve", CHRIS)
    desk.act("send-back", KIM, reason="the cause does not explain lot 14")
    assert desk.state == "d4"
    desk.act("finish-d4", TIM, reason="new cause", cause="Wrong frit", cause_code="FRIT", recurrence=False)
    assert desk.case is not None
    assert desk.case.history[-1].old == {"cause": "Cooling too fast", "cause_code": "KILN-COOL"}
