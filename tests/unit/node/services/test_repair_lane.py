"""A repair claim and the chain: opened, co-signed, counted, revoked, and taken away with a barred body."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence.draft import Draft, JsonValue, Kind
from evidence.errors import ConflictError
from evidence.identity import Subject, lei_from_prefix, org_id
from evidence.keys import KeyPurpose
from evidence.receipt import Address
from nocode.case import CaseId
from node.chain.memory import MemoryAdmin
from node.chain.memory_books import MemoryRepairs
from node.chain.memory_chain import ENROLLER
from node.chain.memory_desks import MemoryAccreditations
from node.chain.memory_score import ACCREDITOR
from node.records.port import StatementFilter
from node.services.gather_evidence import GatherEvidence
from node.services.repair_claims import RepairStanding, repair_document
from node.services.repair_lane import claim_of
from node.services.scopes import scope_id
from node.services.sign_step import CounterSign
from node.signing.presence import signer_of
from tests.support.cases import BODY, SCOPE, TwoMembers, person, two_members, typed
from tests.support.consortium import address_of
from tests.support.evidence_node import ISSUER, inspection


@pytest.fixture
def two() -> TwoMembers:
    return two_members(lane=True)


def sealed_by_ben(two: TwoMembers, case: CaseId, step: str = "co-sign", **more: str) -> str:
    export = two.supplier.read.export(case)
    who = two.body.house.door.sign_in("Ben", typed().password, request="r").principal
    return two.body.countersign(export, step, person(who), signer_of(who), typed("Ben"), **more).sealed


def accreditations(two: TwoMembers) -> MemoryAccreditations:
    return MemoryAccreditations(two.supplier.evidence.chain, ACCREDITOR)


def gathered(two: TwoMembers) -> list[Kind]:
    """The kinds that a score of the supplier would count, by the chain as it is now."""
    evidence = two.supplier.evidence
    evidence.seal(limit=100)
    records = evidence.records
    standing = RepairStanding(two.supplier.repairs, accreditations(two))
    gather = GatherEvidence(ISSUER, records.evidence, records.log, records.exchange, evidence.directory, standing)
    return [fact.kind for fact in gather(Subject(ISSUER)).facts]


def co_signed(two: TwoMembers) -> CaseId:
    case = two.submitted()
    two.supplier.accept(case.id, "co-sign", sealed_by_ben(two, case.id))
    return case.id


def test_a_submitted_claim_is_opened_on_chain_over_what_it_says(two: TwoMembers) -> None:
    case, book = two.submitted(), two.supplier.repairs
    (claim,) = book.claims(org_id(ISSUER))
    assert claim.id == claim_of(book, case) and claim.scope == scope_id(SCOPE)
    said = {"about": two.event, "body": str(BODY), "claim": case.id, "accreditation": SCOPE}
    assert claim.document == repair_document({**said, "method": "ISO 2859-1", "exposure": 80, "nonconforming": 0})
    assert book.co_signs(claim.id) == () and gathered(two) == []


def test_a_co_signature_is_on_chain_over_the_record_that_was_signed_and_then_counts(two: TwoMembers) -> None:
    case, book = two.submitted(), two.supplier.repairs
    sealed = sealed_by_ben(two, case.id)
    (claim,) = book.claims(org_id(ISSUER))
    (made,) = book.co_signs(claim.id)
    assert (made.body, made.evidence) == (org_id(BODY), case.record)
    after, _ = two.supplier.accept(case.id, "co-sign", sealed)
    assert after.state == "co-signed"
    assert gathered(two) == [Kind.REPAIR]
    two.supplier.tick()
    assert two.supplier.scored == [Subject(ISSUER)]


def test_a_seal_without_its_co_sign_on_chain_is_not_accepted(two: TwoMembers) -> None:
    case = two.submitted()
    secret, two.body.secret = two.body.secret, b""
    sealed = sealed_by_ben_without_lane(two, case.id)
    two.body.secret = secret
    with pytest.raises(ConflictError, match="does not show this signature"):
        two.supplier.accept(case.id, "co-sign", sealed)
    assert two.supplier.read(case.id).case.state == "review"


def sealed_by_ben_without_lane(two: TwoMembers, case: CaseId) -> str:
    export = two.supplier.read.export(case)
    who = two.body.house.door.sign_in("Ben", typed().password, request="r").principal
    desk = two.body.desk
    trusting = replace(desk, facts=replace(desk.facts, accredited=lambda body, scope: True))
    sign = CounterSign(trusting, two.body.sign_record, None)
    return sign(export, "co-sign", person(who), signer_of(who), typed("Ben")).sealed


@pytest.mark.parametrize("change", ["withdrawn", "barred", "other scope"])
def test_a_body_that_is_not_accredited_for_the_scope_now_does_not_co_sign(two: TwoMembers, change: str) -> None:
    case = two.submitted() if change != "other scope" else None
    book, chain = accreditations(two), two.supplier.evidence.chain
    if change == "withdrawn":
        book.withdraw(org_id(BODY), scope_id(SCOPE))
    elif change == "barred":
        book.bar(org_id(BODY), chain.newest().time)
    else:
        opened = two.open(scope="repair-complaint")
        act = two.supplier.act
        act(opened.id, "attach", person(two.anna), {"evidence": [two.event]})
        act(opened.id, "describe", person(two.anna), {"method": "m", "exposure": 8, "nonconforming": 0})
        case = act(opened.id, "submit", person(two.anna), {})
    assert case is not None
    with pytest.raises(ConflictError, match="accredited on chain for this scope"):
        sealed_by_ben(two, case.id)
    (claim,) = two.supplier.repairs.claims(org_id(ISSUER))
    assert two.supplier.repairs.co_signs(claim.id) == ()


def test_a_revocation_takes_the_repair_out_of_the_score_and_the_case_follows(two: TwoMembers) -> None:
    case = co_signed(two)
    assert gathered(two) == [Kind.REPAIR]
    sealed = sealed_by_ben(two, case, "revoke", reason="The sample was not from this lot.")
    assert gathered(two) == []
    after, _ = two.supplier.accept(case, "revoke", sealed, reason="The sample was not from this lot.")
    assert after.state == "revoked"


def test_a_barred_body_takes_its_repairs_out_of_the_score_from_the_cut_off_on(two: TwoMembers) -> None:
    case = co_signed(two)
    chain = two.supplier.evidence.chain
    chain.mine()
    accreditations(two).bar(org_id(BODY), chain.newest().time)
    assert gathered(two) == []
    records = two.supplier.evidence.records.evidence
    assert len(records.records(StatementFilter(kind=Kind.REPAIR))) == 1, "what was said stays said"
    two.supplier.tick()
    found = two.supplier.read(case).case
    assert (found.state, found.history[-1].event) == ("revoked", "body-barred")


def test_another_bodys_co_sign_does_not_stand_in_for_one_that_fell(two: TwoMembers) -> None:
    case = co_signed(two)
    chain, other = two.supplier.evidence.chain, b"\xc0" * 32
    lei = lei_from_prefix("5299000000000000EE")
    admin = MemoryAdmin(chain, ENROLLER)
    admin.enrol(lei, "Second body", "", ["accredited-body"])
    admin.register_key(org_id(lei), KeyPurpose.ATTEST, address_of(other), 1)
    admin.open_account(org_id(lei))
    accreditations(two).grant(org_id(lei), [scope_id(SCOPE)], chain.newest().time + 10**6)
    (claim,) = two.supplier.repairs.claims(org_id(ISSUER))
    book = MemoryRepairs(chain, Address(address_of(other)), secret=other)
    book.co_sign(book.sign(claim.id, b"\x01" * 32, chain.newest().time + 10**6))
    assert gathered(two) == [Kind.REPAIR]
    accreditations(two).bar(org_id(BODY), chain.newest().time)
    assert book.is_cosigned(claim.id) and gathered(two) == []
    two.supplier.tick()
    assert two.supplier.read(case).case.state == "revoked"


def test_a_repair_statement_that_nobody_co_signed_counts_for_nothing(two: TwoMembers) -> None:
    fields: dict[str, JsonValue] = {
        "claim": "case_1",
        "about": two.event,
        "body": str(BODY),
        "accreditation": SCOPE,
        "result": "pass",
    }
    two.supplier.evidence.submit([Draft(Kind.REPAIR, "2026-03-01T08:00:00Z", fields)], subject=Subject(ISSUER))
    two.supplier.evidence.submit([inspection(1)], subject=Subject(ISSUER))
    assert gathered(two) == [Kind.INSPECTION_RESULT]
    case = co_signed(two)
    assert sorted(gathered(two)) == [Kind.INSPECTION_RESULT, Kind.REPAIR]
    assert two.supplier.read(case).case.state == "co-signed"
