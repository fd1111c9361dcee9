"""Looking after accounts, and the first administrator."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from evidence.errors import AuthenticationError, ConflictError, ForbiddenError, NotFoundError, SchemaError, StorageError
from node.auth.accounts import create_first_admin
from node.auth.model import TrailAction, TrailQuery, UserId
from node.auth.permissions import Permission, Role, peer_permissions, permissions_of
from tests.support.door import GOOD, House, house


@pytest.fixture
def home() -> House:
    return house()


def test_the_first_administrator_signs_in_with_the_secret_file_and_must_change_it(home: House, tmp_path: Path) -> None:
    file = tmp_path / "first-admin"
    admin = create_first_admin(home.door.accounts, file)
    assert admin is not None and admin.roles == {Role.ADMIN}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    principal = home.door.sign_in("admin", file.read_text().strip(), request="r").principal
    assert principal.must_change
    home.door.sign_in.change_password(principal, file.read_text().strip(), GOOD, request="r")
    assert create_first_admin(home.door.accounts, file) is None
    with pytest.raises(AuthenticationError):
        home.door.sign_in("admin", file.read_text().strip(), request="r")


def test_a_lost_secret_file_is_written_anew_until_it_was_used(home: House, tmp_path: Path) -> None:
    file = tmp_path / "first-admin"
    create_first_admin(home.door.accounts, file)
    lost = file.read_text().strip()
    home.clock.move(days=30)
    create_first_admin(home.door.accounts, file)
    assert home.door.sign_in("admin", file.read_text().strip(), request="r").principal.must_change
    with pytest.raises(AuthenticationError):
        home.door.sign_in("admin", lost, request="r")


def test_a_house_with_people_gets_no_second_first_administrator(home: House, tmp_path: Path) -> None:
    home.person("anna", Role.OPERATOR)
    assert create_first_admin(home.door.accounts, tmp_path / "f") is None
    assert not (tmp_path / "f").exists()


def test_an_admin_that_is_none_is_not_raised(home: House, tmp_path: Path) -> None:
    home.door.accounts.add("test", "admin", frozenset({Role.OPERATOR}), request="r")
    with pytest.raises(ConflictError):
        create_first_admin(home.door.accounts, tmp_path / "f")


def test_a_folder_that_cannot_be_written_is_a_fault(home: House, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        create_first_admin(home.door.accounts, tmp_path / "missing" / "f")


def test_nobody_changes_their_own_account(home: House) -> None:
    admin = home.person("root", Role.ADMIN)
    assert admin.user is not None
    with pytest.raises(ForbiddenError):
        home.door.accounts.change(admin, admin.user, roles=frozenset(Role), request="r")


def test_a_change_of_roles_is_recorded_with_old_and_new(home: House) -> None:
    admin, anna = home.person("root", Role.ADMIN), home.person("anna", Role.OPERATOR)
    assert anna.user is not None
    home.door.accounts.change(admin, anna.user, roles=frozenset({Role.AUDITOR}), request="r")
    (entry,) = home.stores.trail.page(TrailQuery(action=TrailAction.USER_CHANGED))
    assert entry.event.actor == admin.id
    assert entry.event.detail == {"roles": "auditor", "roles_before": "operator"}


def test_unlocking_lets_in_again(home: House) -> None:
    admin, anna = home.person("root", Role.ADMIN), home.person("anna", Role.OPERATOR)
    for _ in range(5):
        with pytest.raises(AuthenticationError):
            home.door.sign_in("anna", "wrong", request="r")
    assert anna.user is not None
    home.door.accounts.unlock(admin, anna.user, request="r")
    home.door.sign_in("anna", GOOD, request="r")


@pytest.mark.parametrize("name", ["", "a b", "a\nb", "x" * 65, "e\u0301", "<script>"])
def test_names_that_could_deceive_are_refused(home: House, name: str) -> None:
    with pytest.raises(SchemaError):
        home.door.accounts.add("test", name, frozenset(), request="r")


def test_an_unknown_user_is_not_found(home: House) -> None:
    with pytest.raises(NotFoundError):
        home.door.accounts.reset("test", UserId("usr_x"), request="r")


def test_no_role_grants_nothing_and_administrators_neither_submit_nor_disclose() -> None:
    assert permissions_of([]) == frozenset()
    admin = permissions_of([Role.ADMIN])
    assert not admin & {Permission.STATEMENTS_WRITE, Permission.STATEMENTS_DISCLOSE, Permission.SCORES_ATTEST}


def test_every_permission_is_granted_to_somebody() -> None:
    assert permissions_of(Role) | peer_permissions() == frozenset(Permission)


def test_the_exchange_is_for_peers_only() -> None:
    assert Permission.EXCHANGE_READ not in permissions_of(Role)
