"""Signing a record: who is there, what is bound, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence.errors import AuthenticationError, ConflictError, ForbiddenError, SchemaError
from node.auth.model import Outcome, Principal, TrailAction, TrailEntry, TrailQuery, Via
from node.auth.permissions import Role
from node.services.sign import SignRecord
from node.signing.port import Credentials, Meaning, Method, Signer
from node.signing.presence import DoorPresence, signer_of
from node.signing.sealed import verify
from tests.support.door import GOOD
from tests.support.signing import ORGANISATION, RECORD, SigningDesk, signing_desk


@pytest.fixture
def desk() -> SigningDesk:
    return signing_desk()


@pytest.fixture
def anna(desk: SigningDesk) -> Principal:
    return desk.house.person("Anna", Role.ENGINEER)


def trail(desk: SigningDesk, action: TrailAction = TrailAction.SIGNED) -> list[TrailEntry]:
    return list(desk.house.stores.trail.page(TrailQuery(limit=1000, action=action)))


def test_a_signature_is_bound_to_the_record_and_sealed(desk: SigningDesk, anna: Principal) -> None:
    made = desk(anna, name="Anna")
    assert (made.record, made.signer, made.name, made.meaning) == (RECORD, anna.id, "Anna", Meaning.APPROVAL)
    assert (made.at, made.zone, made.offset_minutes) == (desk.house.clock.now, "Asia/Shanghai", 480)
    assert made.organisation == ORGANISATION
    verify(RECORD, made, desk.key.public)
    assert [entry.signature for entry in desk.store.of_record(RECORD)] == [made]


def test_the_first_signing_of_a_session_asks_for_both_components(desk: SigningDesk, anna: Principal) -> None:
    with pytest.raises(AuthenticationError, match="user name and password"):
        desk(anna)
    assert desk(anna, name="Anna").method is Method.NAME_AND_PASSWORD
    assert desk(anna).method is Method.PASSWORD_IN_RUN


def test_a_name_that_was_forgotten_is_no_failure(desk: SigningDesk, anna: Principal) -> None:
    for _ in range(9):
        with pytest.raises(AuthenticationError):
            desk(anna)
    desk(anna, name="ANNA")


def test_after_a_break_both_components_are_asked_for_again(desk: SigningDesk, anna: Principal) -> None:
    desk(anna, name="Anna")
    desk.house.clock.move(minutes=9, seconds=59)
    desk(anna)
    desk.house.clock.move(minutes=10)
    assert desk.sign.needs_name(signer_of(anna))
    with pytest.raises(AuthenticationError, match="user name and password"):
        desk(anna)
    desk(anna, name="Anna")


def test_another_session_of_the_same_person_begins_its_own_run(desk: SigningDesk, anna: Principal) -> None:
    desk(anna, name="Anna")
    with pytest.raises(AuthenticationError, match="user name and password"):
        desk(desk.again("Anna"))


def test_a_password_is_asked_for_every_time(desk: SigningDesk, anna: Principal) -> None:
    desk(anna, name="Anna")
    with pytest.raises(AuthenticationError):
        desk(anna, password="")
    assert desk.store.head().number == 1


def test_wrong_passwords_lock_the_account_and_alert_and_the_right_one_does_not_help(
    desk: SigningDesk, anna: Principal
) -> None:
    for _ in range(5):
        with pytest.raises(AuthenticationError):
            desk(anna, name="Anna", password="wrong wrong wrong")
    assert [alert.action for alert in desk.house.alerts] == [TrailAction.LOCKED]
    with pytest.raises(AuthenticationError):
        desk(anna, name="Anna")
    assert {entry.event.outcome for entry in trail(desk)} == {Outcome.REFUSED}
    desk.house.clock.move(minutes=2)
    desk(anna, name="Anna")
    assert desk.house.stores.users.by_id(anna.user).failures == 0  # type: ignore[arg-type, union-attr]


def test_nobody_signs_as_somebody_else_even_with_their_password(desk: SigningDesk, anna: Principal) -> None:
    desk.house.person("Ben", Role.ENGINEER, password="seven quiet harbours at dawn")
    with pytest.raises(AuthenticationError):
        desk(anna, name="Ben", password="seven quiet harbours at dawn")
    with pytest.raises(AuthenticationError):
        desk(anna, name="Ben")
    assert desk.store.head().number == 0
    assert [entry.event.target for entry in trail(desk)] == ["Anna as Ben"] * 2
    ben = desk.house.stores.users.by_name("Ben")
    assert ben is not None
    assert ben.failures == 0, "nobody locks another's account this way"


def test_an_administrator_cannot_sign_as_a_user(desk: SigningDesk, anna: Principal) -> None:
    admin = desk.house.person("Root", Role.ADMIN)
    forged = Signer(anna.id, "Anna", admin.session.secret)  # type: ignore[union-attr]
    with pytest.raises(AuthenticationError, match="session has ended"):
        desk.sign(RECORD, Meaning.APPROVAL, forged, Credentials(GOOD, "Anna"), about="case/1", zone="UTC")
    renamed = replace(signer_of(admin), name="Anna")
    with pytest.raises(ForbiddenError, match="another name"):
        desk.sign(RECORD, Meaning.APPROVAL, renamed, Credentials(GOOD, "Root"), about="case/1", zone="UTC")
    assert desk.store.head().number == 0


def test_a_password_that_an_administrator_gave_does_not_sign(desk: SigningDesk, anna: Principal) -> None:
    temporary = desk.house.door.accounts.reset("usr_admin", anna.user, request="r")  # type: ignore[arg-type]
    with pytest.raises(AuthenticationError, match="session has ended"):
        desk(anna, name="Anna", password=temporary)
    again = desk.house.door.sign_in("Anna", temporary, request="r").principal
    with pytest.raises(ForbiddenError, match="somebody else knows"):
        desk(again, name="Anna", password=temporary)
    sneaked = Signer(again.id, again.name, again.session.secret)  # type: ignore[union-attr]
    with pytest.raises(ForbiddenError, match="somebody else knows"):
        desk.sign(RECORD, Meaning.APPROVAL, sneaked, Credentials(temporary, "Anna"), about="case/1", zone="UTC")


def test_tokens_and_other_nodes_never_sign(desk: SigningDesk, anna: Principal) -> None:
    for via in (Via.TOKEN, Via.PEER, Via.LOOPBACK, Via.PUBLIC):
        with pytest.raises(ForbiddenError, match="signed-in person"):
            signer_of(replace(anna, via=via))
    with pytest.raises(ForbiddenError):
        signer_of(replace(anna, session=None))


def test_an_ended_idle_or_closed_session_does_not_sign(desk: SigningDesk, anna: Principal) -> None:
    desk.house.clock.move(minutes=30)
    with pytest.raises(AuthenticationError, match="session has ended"):
        desk(anna, name="Anna")
    fresh = desk.again("Anna")
    desk.house.door.sign_in.end(fresh, request="r")
    with pytest.raises(AuthenticationError, match="session has ended"):
        desk(fresh, name="Anna")
    third = desk.again("Anna")
    desk.house.stores.users.set_disabled(anna.user, True)  # type: ignore[arg-type]
    with pytest.raises(AuthenticationError, match="closed"):
        desk(third, name="Anna")


def test_what_cannot_be_signed_is_refused_before_the_password_is_looked_at(desk: SigningDesk, anna: Principal) -> None:
    with pytest.raises(SchemaError):
        desk(anna, name="Anna", password="wrong", record=b"short")
    with pytest.raises(SchemaError):
        desk.sign(RECORD, Meaning.APPROVAL, signer_of(anna), Credentials("wrong", "Anna"), about="c", zone="Nowhere")
    assert trail(desk) == []


def test_an_id_that_was_used_before_is_refused(desk: SigningDesk, anna: Principal) -> None:
    stuck = SignRecord(
        ORGANISATION, desk.key, desk.store, DoorPresence(desk.house.door.sign_in), desk.house.clock, lambda n: bytes(n)
    )
    typed = Credentials(GOOD, "Anna")
    stuck(RECORD, Meaning.APPROVAL, signer_of(anna), typed, about="case/1", zone="UTC")
    with pytest.raises(ConflictError, match="already"):
        stuck(RECORD, Meaning.APPROVAL, signer_of(anna), typed, about="case/1", zone="UTC")


def test_every_signature_is_in_the_access_trail_with_its_call(desk: SigningDesk, anna: Principal) -> None:
    made = desk(anna, name="Anna")
    (entry,) = trail(desk)
    assert (entry.event.actor, entry.event.target, entry.event.request) == (anna.id, made.id, "req-1")
    assert entry.event.detail["record"] == RECORD.hex()
    assert entry.event.detail["meaning"] == "approval"


def test_a_run_tells_nothing_about_the_session(desk: SigningDesk, anna: Principal) -> None:
    desk(anna, name="Anna")
    (entry,) = desk.store.walk()
    assert anna.session is not None
    assert entry.run not in (anna.session.secret, bytes(32))
    assert entry.run.hex() not in entry.signature.sealed
    assert GOOD not in repr(Credentials(GOOD, "Anna"))
