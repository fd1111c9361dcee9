"""Another member checks our people's signatures with nothing but the registry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence.errors import MalformedError, SignatureError
from evidence.identity import lei_from_prefix, org_id
from evidence.keys import KeyPurpose, StatementKey
from node.auth.permissions import Role
from node.services.verify_signature import VerifySignature
from node.signing.port import Signature
from tests.support.signing import ORGANISATION, RECORD, SigningDesk, signing_desk


@pytest.fixture
def desk() -> SigningDesk:
    return signing_desk()


def signed(desk: SigningDesk) -> Signature:
    return desk(desk.house.person("Anna", Role.ENGINEER), name="Anna")


def check(desk: SigningDesk, made: Signature, record: bytes = RECORD) -> Signature:
    return VerifySignature(desk.house.directory)(record, made.sealed)


def test_a_signature_holds_for_whoever_has_the_registry(desk: SigningDesk) -> None:
    desk.enrol()
    made = signed(desk)
    assert check(desk, made) == made


def test_a_signature_over_another_record_does_not_hold(desk: SigningDesk) -> None:
    desk.enrol()
    with pytest.raises(SignatureError, match="another record"):
        check(desk, signed(desk), bytes(32))


def test_an_unknown_key_vouches_for_nobody(desk: SigningDesk) -> None:
    with pytest.raises(SignatureError, match="registered key"):
        check(desk, signed(desk))


def test_a_key_of_another_organisation_does_not_vouch_for_our_people(desk: SigningDesk) -> None:
    desk.enrol()
    other = org_id(lei_from_prefix("5493000OTHERORG000"))
    key = desk.key.public.key_id
    desk.house.directory.records[key] = replace(desk.house.directory.records[key], org=other)
    with pytest.raises(SignatureError, match="registered key"):
        check(desk, signed(desk))


@pytest.mark.parametrize(
    "terms",
    [{"purpose": KeyPurpose.NODE}, {"retired": 1_700_000_000}, {"compromised": 1_900_000_000}],
    ids=lambda terms: next(iter(terms)),
)
def test_a_key_for_other_ends_retired_or_stolen_does_not_vouch(desk: SigningDesk, terms: dict[str, int]) -> None:
    desk.enrol(**terms)
    with pytest.raises(SignatureError):
        check(desk, signed(desk))


def test_a_key_retired_later_still_vouches_for_then(desk: SigningDesk) -> None:
    desk.enrol(retired=1_900_000_000)
    check(desk, signed(desk))


def test_a_registry_that_lies_about_the_key_is_not_believed(desk: SigningDesk) -> None:
    desk.enrol()
    made = signed(desk)
    other = StatementKey.generate(lambda n: bytes([7]) * n).public
    desk.house.directory.publics[desk.key.public.key_id] = other.sec1
    with pytest.raises(SignatureError, match="another key"):
        check(desk, made)


def test_what_is_no_signature_is_malformed(desk: SigningDesk) -> None:
    with pytest.raises(MalformedError):
        VerifySignature(desk.house.directory)(RECORD, "a.b.c")
    assert ORGANISATION in signed(desk).organisation
