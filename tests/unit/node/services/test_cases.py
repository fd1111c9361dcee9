"""Cases on a node: a repair claim from its opening to the statement, four eyes, races, and crashes in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from evidence.canonical import encode, loads
from evidence.draft import JsonValue, Kind
from evidence.errors import (
    AuthenticationError,
    ConflictError,
    ForbiddenError,
    InputError,
    NotFoundError,
    SignatureError,
    StorageError,
)
from evidence.identity import Subject, org_id
from nocode.archive import export_case, open_export
from nocode.case import CaseId, check_history
from nocode.events import Act
from nocode.reader import decode
from nocode.step import open_case
from node.auth.permissions import Role
from node.cases.port import CaseFilter
from node.cases.sql import SqlCases
from node.chain.memory import MemoryAdmin
from node.chain.memory_chain import ENROLLER
from node.records.engine import open_engine
from node.records.migrate import migrate
from node.records.port import StatementFilter
from node.services.case_people import our_actor
from node.services.fault_point import FaultPoint
from node.services.submit import SubmitDrafts
from node.signing.presence import signer_of
from tests.support.cases import BODY, FLOWS, REPAIR, TwoMembers, person, two_members, typed
from tests.support.evidence_node import ISSUER, delivery


@pytest.fixture(params=["memory", "sql"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TwoMembers]:
    if request.param == "memory":
        yield two_members()
        return
    engine = open_engine(tmp_path / "node.db")
    migrate(engine)
    yield two_members(SqlCases(engine))
    engine.dispose()


@pytest.fixture
def two() -> TwoMembers:
    return two_members()


def sealed_by_ben(two: TwoMembers, case: CaseId, step: str = "co-sign", **more: str) -> str:
    export = two.supplier.read.export(case)
    who = two.body.house.door.sign_in("Ben", typed().password, request="r").principal
    return two.body.countersign(export, step, person(who), signer_of(who), typed("Ben"), **more).sealed


def repairs(two: TwoMembers) -> int:
    found = two.supplier.evidence.records.evidence.records(StatementFilter(kind=Kind.REPAIR))
    return len(found)


def events(two: TwoMembers, type_: str) -> list[dict[str, object]]:
    return [dict(one.data) for one in two.supplier.evidence.records.events.events(limit=1000) if one.type == type_]


def test_a_repair_claim_runs_from_its_opening_to_the_statement_and_the_score(both: TwoMembers) -> None:
    case = both.submitted()
    assert case.state == "review"
    assert [event["step"] for event in events(both, "case.sign-request")] == ["co-sign", "reject"]
    sealed = sealed_by_ben(both, case.id)
    after, signature = both.supplier.accept(case.id, "co-sign", sealed)
    assert (after.state, signature.organisation, signature.name) == ("co-signed", BODY, "Ben")
    # The statement is there once, and says what the case says.
    [(_, record)] = both.supplier.evidence.records.evidence.records(StatementFilter(kind=Kind.REPAIR))
    assert record.subject == Subject(ISSUER)
    # The score waits until it can count the statement.
    assert both.supplier.scored == []
    both.supplier.evidence.seal(limit=100)
    both.supplier.tick()
    both.supplier.tick()
    assert both.supplier.scored == [Subject(ISSUER)]
    # The history verifies, here and from the file alone.
    reading = both.supplier.read(case.id)
    check_history(reading.case, after.head)
    _, again = open_export(both.supplier.read.export(case.id), known=after.head)
    assert again == reading.case
    assert reading.seals == {signature.id: sealed}
    outcomes = {order.outcome for order in reading.orders}
    assert outcomes == {"told", "computed", f"submitted {record.statement_id}"}
    assert both.supplier.cases.count(CaseFilter(state="co-signed", subject=str(ISSUER), ended=False)) == 1
    assert "Ben" in reading.text() and "会签" in reading.text("zh")


def test_choices_are_those_of_the_person(two: TwoMembers) -> None:
    case = two.open()
    names = [choice.action.name for choice in two.supplier.read(case.id, person(two.anna)).choices]
    assert names == ["attach", "describe", "submit", "withdraw"]
    admin = two.supplier.house.person("Root", Role.ADMIN)
    assert two.supplier.read(case.id, person(admin)).choices == ()


def test_a_claim_is_only_on_an_event_of_our_own_and_once(two: TwoMembers) -> None:
    two.open()
    with pytest.raises(ConflictError, match="no open claim"):
        two.open()
    other = two.supplier.evidence.submit([delivery(2)], subject=Subject(BODY)).added[0]
    for about in (other, "0" * 64):
        with pytest.raises(ConflictError):
            two.open(about=about)
    for wrong in ({"about": "no statement"}, {"body": "nobody"}, {"subject": "../.."}):
        with pytest.raises(InputError):
            two.open(**wrong)
    with pytest.raises(NotFoundError):
        two.supplier.open("repair-claim.9", person(two.anna), {})


def test_two_claims_opened_at_once_on_one_event_are_one(two: TwoMembers) -> None:
    opening, gate = two.supplier.open, threading.Barrier(4)
    fields = {"about": two.event, "subject": str(ISSUER), "body": str(BODY)}

    def one(_: int) -> bool:
        gate.wait(10)
        try:
            opening(REPAIR, person(two.anna), fields)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, range(4))) == 1


def test_of_two_who_act_at_once_one_wins_and_the_other_is_told(both: TwoMembers) -> None:
    case, gate = both.submitted(), threading.Barrier(2)

    def together(step: str) -> None:
        if step == "stepped":
            gate.wait(10)

    both.supplier.reached = together

    def withdraw(_: int) -> str:
        try:
            return both.supplier.act(case.id, "withdraw", person(both.anna), {}).state
        except ConflictError as error:
            return error.message

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(withdraw, range(2)))
    assert answers[1] == "withdrawn" and "changed by somebody else" in answers[0]
    assert len(both.supplier.read(case.id).case.history) == len(case.history) + 1


def test_who_read_another_head_is_refused(two: TwoMembers) -> None:
    case = two.open()
    two.supplier.act(case.id, "attach", person(two.anna), {"evidence": [two.event]}, head=case.head)
    with pytest.raises(ConflictError, match="since you read"):
        two.supplier.act(case.id, "withdraw", person(two.anna), {}, head=case.head)


def test_a_body_that_is_not_accredited_now_does_not_co_sign(two: TwoMembers) -> None:
    case = two.submitted()
    sealed = sealed_by_ben(two, case.id)
    MemoryAdmin(two.supplier.evidence.chain, ENROLLER).set_roles(org_id(BODY), ["auditor"])
    with pytest.raises((ConflictError, ForbiddenError)):
        two.supplier.accept(case.id, "co-sign", sealed)
    assert repairs(two) == 0


def test_a_signature_for_another_step_record_or_organisation_counts_for_nothing(two: TwoMembers) -> None:
    case = two.submitted()
    rejected = sealed_by_ben(two, case.id, "reject", reason="No evidence of the root cause.")
    with pytest.raises(SignatureError, match="not for this step"):
        two.supplier.accept(case.id, "co-sign", rejected)
    sealed = sealed_by_ben(two, case.id)
    two.supplier.act(case.id, "withdraw", person(two.anna), {})
    with pytest.raises(SignatureError):
        two.supplier.accept(case.id, "co-sign", sealed)
    assert repairs(two) == 0


def test_our_own_people_do_not_co_sign_our_claim(two: TwoMembers) -> None:
    case = two.submitted()
    eve = two.supplier.house.person("Eve", Role.ACCREDITED_SIGNER)
    with pytest.raises(ConflictError, match="another organisation"):
        two.supplier.sign(case.id, "co-sign", person(eve), signer_of(eve), typed("Eve"))
    with pytest.raises(ForbiddenError):
        two.supplier.sign(case.id, "co-sign", person(two.anna), signer_of(two.anna), typed("Anna"))
    assert two.supplier.signatures.head().number == 0, "nobody signs what is then refused"


def release(two: TwoMembers) -> CaseId:
    carl = two.supplier.house.person("Carl", Role.ENGINEER)
    fields = {"machine": "AOI-2", "parameter": "offset", "unit": "mm", "present": "1.00", "proposed": "1.05"}
    more = {"lowest": "0.9", "highest": "1.1", "ground": "Drift of the mean since Monday.", "risk": "low"}
    case = two.supplier.open("release-correction.1", person(carl), {**fields, **more})
    after = two.supplier.act(case.id, "submit", person(carl), {})
    assert after.state == "review"
    with pytest.raises(ForbiddenError, match="author"):
        two.supplier.sign(case.id, "release", person(carl), signer_of(carl), typed("Carl"))
    return case.id


def test_a_release_needs_two_different_people_and_no_author(two: TwoMembers) -> None:
    case, sign = release(two), two.supplier.sign
    dora, emil = (two.supplier.house.person(name, Role.ENGINEER) for name in ("Dora", "Emil"))
    with pytest.raises(AuthenticationError, match="user name and password"):
        sign(case, "release", person(dora), signer_of(dora), typed())
    with pytest.raises(AuthenticationError):
        sign(case, "release", person(dora), signer_of(dora), typed("Dora", "not her password"))
    assert sign(case, "release", person(dora), signer_of(dora), typed("Dora"))[0].state == "review"
    with pytest.raises(ForbiddenError, match="different people"):
        sign(case, "release", person(dora), signer_of(dora), typed())
    assert sign(case, "release", person(emil), signer_of(emil), typed("Emil"))[0].state == "released"
    assert len(two.supplier.read(case).seals) == 2


class CrashError(Exception):
    """The node stops here."""


def crash_at(name: str) -> FaultPoint:
    def reached(step: str) -> None:
        if step == name:
            raise CrashError

    return reached


def test_a_crash_between_signature_and_step_does_not_double_either(two: TwoMembers) -> None:
    case = release(two)
    dora, emil = (two.supplier.house.person(name, Role.ENGINEER) for name in ("Dora", "Emil"))
    two.supplier.reached = crash_at("signed")
    with pytest.raises(CrashError):
        two.supplier.sign(case, "release", person(dora), signer_of(dora), typed("Dora"))
    two.supplier.reached = lambda step: None
    assert two.supplier.signatures.head().number == 1
    with pytest.raises(AuthenticationError):
        two.supplier.sign(case, "release", person(dora), signer_of(dora), typed("Dora", "somebody at her desk"))
    after, signature = two.supplier.sign(case, "release", person(dora), signer_of(dora), typed())
    assert two.supplier.signatures.head().number == 1, "the signature that was there is used"
    assert [entry.signature.id for entry in after.history if entry.signature] == [signature.id]
    two.supplier.reached = crash_at("kept")
    with pytest.raises(CrashError):
        two.supplier.sign(case, "release", person(emil), signer_of(emil), typed("Emil"))
    two.supplier.reached = lambda step: None
    with pytest.raises((ConflictError, ForbiddenError)):
        two.supplier.sign(case, "release", person(emil), signer_of(emil), typed("Emil"))
    assert two.supplier.signatures.head().number == 2
    assert two.supplier.read(case).case.state == "released"


def test_commands_that_a_crash_left_are_carried_out_once(two: TwoMembers) -> None:
    case = two.submitted()
    sealed = sealed_by_ben(two, case.id)
    two.supplier.reached = crash_at("kept")
    with pytest.raises(CrashError):
        two.supplier.accept(case.id, "co-sign", sealed)
    assert repairs(two) == 0
    two.supplier.reached = lambda step: None
    assert two.supplier.accept(case.id, "co-sign", sealed)[0].state == "co-signed", "sent again, it changes nothing"
    two.supplier.tick()
    two.supplier.tick()
    assert repairs(two) == 1
    assert len([event for event in events(two, "case.notify") if "purchaser" in str(event["roles"])]) == 1


def test_a_statement_made_before_the_crash_is_recognised(two: TwoMembers, monkeypatch: pytest.MonkeyPatch) -> None:
    case = two.submitted()
    sealed = sealed_by_ben(two, case.id)

    def lost(*_: object) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(two.supplier.cases, "carried_out", lost)
        assert two.supplier.accept(case.id, "co-sign", sealed)[0].state == "co-signed"
    assert events(two, "case.delayed") and repairs(two) == 1
    two.supplier.tick()
    assert repairs(two) == 1


def test_what_the_node_cannot_do_is_refused_for_good_and_told(two: TwoMembers, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConflictError("the policy is not in force")

    monkeypatch.setattr(SubmitDrafts, "__call__", refuse)
    case = two.submitted()
    two.supplier.accept(case.id, "co-sign", sealed_by_ben(two, case.id))
    orders = two.supplier.read(case.id).orders
    assert "refused: the policy is not in force" in [order.outcome for order in orders]
    assert len(events(two, "case.refused")) == 1


def test_deadlines_pass_by_themselves(two: TwoMembers) -> None:
    case = two.submitted()
    two.supplier.house.clock.move(days=15)
    assert two.supplier.tick() is False
    assert two.supplier.read(case.id).case.history[-1].event == "remind"
    two.supplier.house.clock.move(days=16)
    two.supplier.tick()
    reading = two.supplier.read(case.id)
    assert (reading.case.state, reading.due, reading.choices) == ("lapsed", None, ())
    assert len(events(two, "case.closed")) == 1


def test_a_body_signs_only_cases_of_definitions_it_knows(two: TwoMembers) -> None:
    definition = dict(cast("dict[str, JsonValue]", loads(FLOWS[REPAIR].document)))
    definition["title"] = {"en": "Repair claim, but easier", "zh": "信用修复申请"}
    easier = decode(encode(definition))
    case, _ = open_case(easier, "case_1", act_of_anna(two), two.supplier.house.clock())
    with pytest.raises(ConflictError, match="not known here"):
        two.body.countersign(export_case(easier, case), "co-sign", person(two.ben), signer_of(two.ben), typed("Ben"))
    assert two.body.signatures.head().number == 0


def act_of_anna(two: TwoMembers) -> Act:
    anna = our_actor(FLOWS[REPAIR], {}, ISSUER, person(two.anna))
    facts = {"event_is_ours": True, "claims_30_days": 0, "open_claims_on_event": 0}
    return Act("open", anna, {"about": two.event, "subject": str(ISSUER), "body": str(BODY)}, "", facts)


def test_the_two_sides_of_an_8d_are_two_organisations(two: TwoMembers) -> None:
    buyer = two.supplier.house.person("Bill", Role.PURCHASER)
    eight = FLOWS["eight-d.1"]
    for supplier, customer in ((ISSUER, False), (BODY, True)):
        fields = {"supplier": str(supplier)}
        assert ("customer" in our_actor(eight, fields, ISSUER, person(buyer)).roles) is customer
        assert ("champion" in our_actor(eight, fields, ISSUER, person(two.anna)).roles) is not customer
