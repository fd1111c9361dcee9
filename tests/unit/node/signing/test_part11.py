"""Electronic signatures: each test names its item of the testable list (21 CFR Part 11, EU GMP Annex 11)."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from evidence.errors import AuthenticationError, ConflictError, ForbiddenError, SignatureError
from evidence.identity import lei_from_prefix
from nocode.archive import export_case, open_export
from nocode.case import Case
from nocode.events import Act, Actor, Sign, SignatureRef
from nocode.flow import Flow
from nocode.reader import shipped
from nocode.step import open_case, step
from node.auth.model import Principal, TrailAction, User, UserId
from node.auth.permissions import Role
from node.services.verify_signature import VerifySignature
from node.signing.chain import check_signatures
from node.signing.manifest import line_of, printed
from node.signing.port import Meaning, Method, Signature
from node.signing.sealed import verify
from tests.support.signing import ORGANISATION, RECORD, SigningDesk, signing_desk


@pytest.fixture
def desk() -> SigningDesk:
    return signing_desk()


def person(desk: SigningDesk, name: str, *roles: Role) -> Principal:
    return desk.house.person(name, *(roles or (Role.ENGINEER,)))


def actor(who: Principal, *roles: str) -> Actor:
    return Actor(ORGANISATION, who.id, who.name, frozenset(roles), "Asia/Shanghai")


def sign_case(
    desk: SigningDesk, flow: Flow, case: Case, name: str, who: Principal, *, typed: str | None = None
) -> Case:
    """As the node does it: sign the record as it is, then tell the flow."""
    asked = flow.states[case.state].steps[name]
    made = desk(who, name=typed, record=case.record, meaning=asked.meaning, about=f"case/{case.id}")
    verify(case.record, made, desk.key.public)
    reference = SignatureRef(made.id, made.record.hex(), made.meaning)
    return step(flow, case, Sign(name, actor(who, asked.role), reference), made.at)[0]


def correction(desk: SigningDesk, author: Principal) -> tuple[Flow, Case]:
    flow = shipped("release-correction.1")
    fields: dict[str, Any] = {
        "machine": "Kiln 7", "parameter": "zone 3", "unit": "Cel", "present": "1180", "proposed": "1184.5",
        "lowest": "1170", "highest": "1190", "ground": "Causal case 12", "risk": "low",
    }  # fmt: skip
    now, who = desk.house.clock(), actor(author, "engineer")
    case, _ = open_case(flow, "case-7", Act("open", who, fields), now)
    return flow, step(flow, case, Act("submit", who), now)[0]


def test_a_correction_is_released_by_two_signatures_that_others_can_verify(desk: SigningDesk) -> None:
    """Items 1-8 and 12-15 in one run: flow and signatures together, exported and proved elsewhere."""
    desk.enrol()
    eva, pia, paul = (person(desk, name) for name in ("Eva", "Pia", "Paul"))
    flow, case = correction(desk, eva)
    case = sign_case(desk, flow, case, "release", pia, typed="Pia")
    case = sign_case(desk, flow, case, "release", paul, typed="Paul")
    assert case.state == "released"
    _, proved = open_export(export_case(flow, case), known=case.head)
    references = [entry.signature for entry in proved.history if entry.signature]
    assert len(references) == 2
    for reference in references:
        kept = desk.store.by_id(reference.id)  # type: ignore[arg-type]
        assert kept is not None
        assert VerifySignature(desk.house.directory)(bytes.fromhex(reference.record), kept.signature.sealed)
    assert {entry.signature.name for entry in desk.store.page(about="case/case-7")} == {"Pia", "Paul"}


def test_an_author_does_not_release_though_his_signature_is_good(desk: SigningDesk) -> None:
    """Item 8: author never sole approver, not even of one of two."""
    eva = person(desk, "Eva")
    flow, case = correction(desk, eva)
    with pytest.raises(ForbiddenError, match="author"):
        sign_case(desk, flow, case, "release", eva, typed="Eva")


def test_signatures_are_never_changed_and_the_chain_would_show_it(desk: SigningDesk) -> None:
    """Item 2: not edited or switched off unnoticed; the store has no way to change, and the chain is checked."""
    anna = person(desk, "Anna")
    first = desk(anna, name="Anna")
    desk(anna)
    assert check_signatures(desk.store.walk()) == desk.store.head()
    assert not [name for name in dir(desk.store) if name.startswith(("set", "update", "delete", "remove", "purge"))]
    assert desk.store.of_record(RECORD)[0].signature == first


def test_the_review_of_an_export_is_itself_recorded(desk: SigningDesk) -> None:
    """Item 4: exportable, its review recorded: as a signature of the meaning `review` over the export's hash."""
    flow, case = correction(desk, person(desk, "Eva"))
    export = hashlib.sha256(export_case(flow, case)).digest()
    auditor = person(desk, "Aud", Role.AUDITOR)
    desk(auditor, name="Aud", record=export, meaning=Meaning.REVIEW, about="export/case-7")
    (entry,) = desk.store.of_record(export)
    assert (entry.signature.meaning, entry.signature.name) == (Meaning.REVIEW, "Aud")


def test_the_copy_for_print_has_every_signature(desk: SigningDesk) -> None:
    """Items 5 and 12: readable copies with signatures; name, time with zone, meaning, on screen and print."""
    made = desk(person(desk, "Anna"), name="Anna")
    line = line_of(made)
    assert (line.name, line.meaning) == ("Anna", "approval")
    assert (line.utc, line.local) == ("2026-11-23T08:00:00Z", "2026-11-23 16:00:00+08:00 Asia/Shanghai")
    assert str(line) in printed([made])


def test_a_signature_cannot_be_moved_to_another_record(desk: SigningDesk) -> None:
    """Item 13: bound to the record's hash."""
    made = desk(person(desk, "Anna"), name="Anna")
    with pytest.raises(SignatureError, match="another record"):
        verify(hashlib.sha256(b"another").digest(), made, desk.key.public)


def test_signature_ids_are_unique_and_user_ids_and_names_are_never_given_again(desk: SigningDesk) -> None:
    """Item 14: ids unique, never reused: users are closed, never deleted, so nobody inherits a signature."""
    anna = person(desk, "Anna")
    desk(anna, name="Anna")
    made: list[Signature] = [desk(anna) for _ in range(50)]
    assert len({signature.id for signature in made}) == 50
    users = desk.house.stores.users
    users.set_disabled(UserId(anna.id), True)
    with pytest.raises(ConflictError):
        desk.house.door.accounts.add("admin", "ANNA", frozenset(), request="r")
    known = users.by_id(UserId(anna.id))
    assert isinstance(known, User)
    with pytest.raises(ConflictError):
        users.add(known)
    assert not [name for name in dir(users) if name.startswith(("delete", "remove", "rename"))]


def test_two_components_first_and_after_a_break_one_within_a_run(desk: SigningDesk) -> None:
    """Item 15: two components at first signing and after a break."""
    anna = person(desk, "Anna")
    with pytest.raises(AuthenticationError):
        desk(anna)
    methods = [desk(anna, name="Anna").method, desk(anna).method]
    desk.house.clock.move(minutes=11)
    with pytest.raises(AuthenticationError):
        desk(anna)
    methods.append(desk(anna, name="Anna").method)
    assert methods == [Method.NAME_AND_PASSWORD, Method.PASSWORD_IN_RUN, Method.NAME_AND_PASSWORD]


def test_an_administrator_signs_as_nobody_else(desk: SigningDesk) -> None:
    """Item 16: no administrator signs as another, with their own session or with a password they set."""
    person(desk, "Anna")
    admin = person(desk, "Root", Role.ADMIN)
    with pytest.raises(AuthenticationError):
        desk(admin, name="Anna")
    anna = desk.house.stores.users.by_name("Anna")
    assert anna is not None
    temporary = desk.house.door.accounts.reset(admin.id, anna.id, request="r")
    taken_over = desk.house.door.sign_in("Anna", temporary, request="r").principal
    with pytest.raises(ForbiddenError):
        desk(taken_over, name="Anna", password=temporary)
    assert desk.store.head().number == 0


def test_a_takeover_by_an_administrator_stays_visible(desk: SigningDesk) -> None:
    """Item 16, its limit: who resets a password can sign in with it; the trail names them before the signature."""
    person(desk, "Anna")
    admin = person(desk, "Root", Role.ADMIN)
    anna = desk.house.stores.users.by_name("Anna")
    assert anna is not None
    temporary = desk.house.door.accounts.reset(admin.id, anna.id, request="r")
    session = desk.house.door.sign_in("Anna", temporary, request="r").principal
    changed = desk.house.door.sign_in.change_password(session, temporary, "two red kilns beside a canal", request="r")
    desk(changed.principal, name="Anna", password="two red kilns beside a canal")
    told = [
        (entry.event.action, entry.event.actor, dict(entry.event.detail)) for entry in desk.house.stores.trail.walk()
    ]
    reset = told.index((TrailAction.PASSWORD, admin.id, {"reset": "true"}))
    assert reset < max(place for place, entry in enumerate(told) if entry[0] is TrailAction.SIGNED)


def test_failures_lock_and_alert(desk: SigningDesk) -> None:
    """Item 17: lockout and alert, for signing as for signing in."""
    anna = person(desk, "Anna")
    for _ in range(5):
        with pytest.raises(AuthenticationError):
            desk(anna, name="Anna", password="not the right words")
    assert [alert.target for alert in desk.house.alerts] == ["Anna"]


def test_what_crosses_to_another_company_is_signed_by_the_organisation(desk: SigningDesk) -> None:
    """Item 18, its half that is here: signed between companies; encryption is the transport's."""
    made = desk(person(desk, "Anna"), name="Anna")
    assert made.organisation == ORGANISATION != lei_from_prefix("5493000OTHERORG000")
    verify(RECORD, made, desk.key.public)
