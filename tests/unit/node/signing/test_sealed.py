"""Sealed signatures: what another member can hold against us."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence import canonical
from evidence.encoding import b64url_decode, b64url_encode
from evidence.errors import CredenceError, MalformedError, SchemaError, SignatureError
from evidence.identity import lei_from_prefix
from evidence.keys import StatementKey
from evidence.sdjwt import sign_jwt
from node.signing.port import Meaning, Method, Signature, SignatureId
from node.signing.sealed import FORMAT, TYP, key_of, seal, unseal, verify
from tests.support.fuzz import assert_refuses_cleanly

KEY = StatementKey.generate(os.urandom)
RECORD = bytes(range(32))
PLAIN: dict[str, Any] = {
    "id_": SignatureId("sig_" + "0a" * 16),
    "record": RECORD,
    "about": "case/1",
    "meaning": Meaning.RELEASE,
    "organisation": lei_from_prefix("5493000KILNWORKS00"),
    "signer": "usr_anna",
    "name": "安娜 Lí",
    "at": datetime(2026, 11, 23, 8, 0, 0, 5, tzinfo=UTC),
    "zone": "Asia/Shanghai",
    "method": Method.NAME_AND_PASSWORD,
}


def make(**other: Any) -> Signature:
    return seal(KEY, **{**PLAIN, **other})


def claims_of(signature: Signature) -> dict[str, Any]:
    return canonical.loads(b64url_decode(signature.sealed.split(".")[1]))  # type: ignore[return-value]


def test_a_sealed_signature_says_everything_and_verifies() -> None:
    made = make()
    assert (made.name, made.meaning, made.at, made.offset_minutes) == ("安娜 Lí", Meaning.RELEASE, PLAIN["at"], 480)
    assert unseal(made.sealed) == made
    assert key_of(made.sealed) == KEY.public.key_id
    verify(RECORD, made, KEY.public)


def test_another_record_or_another_key_does_not_verify() -> None:
    with pytest.raises(SignatureError, match="another record"):
        verify(bytes(32), make(), KEY.public)
    with pytest.raises(SignatureError):
        verify(RECORD, make(), StatementKey.generate(os.urandom).public)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Ben"},
        {"signer": "usr_ben"},
        {"meaning": Meaning.REVIEW},
        {"record": bytes(32)},
        {"at": PLAIN["at"] + timedelta(microseconds=1)},
        {"zone": "UTC"},
        {"offset_minutes": 0},
        {"method": Method.PASSWORD_IN_RUN},
        {"about": "case/2"},
        {"id": SignatureId("sig_" + "0b" * 16)},
        {"organisation": lei_from_prefix("5493000OTHERORG000")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_signature_that_says_otherwise_than_its_seal_does_not_verify(change: dict[str, Any]) -> None:
    forged = replace(make(), **change)
    with pytest.raises(SignatureError):
        verify(forged.record, forged, KEY.public)


@pytest.mark.parametrize(
    ("other", "place"),
    [
        ({"record": b"short"}, ""),
        ({"about": ""}, ""),
        ({"about": "x" * 201}, ""),
        ({"name": "a\nb"}, ""),
        ({"zone": "Mars/Olympus"}, "/zone"),
        ({"zone": "../../etc/passwd"}, "/zone"),
        ({"id_": SignatureId("7")}, ""),
    ],
)
def test_what_cannot_be_signed_is_refused(other: dict[str, Any], place: str) -> None:
    with pytest.raises(SchemaError) as refused:
        make(**other)
    assert refused.value.place == place


@pytest.mark.parametrize(
    "change",
    [
        {"format": "credence-signature/2"},
        {"at": "2026-11-23T16:00:00+08:00"},
        {"at": "2026-11-23"},
        {"offset_minutes": "480"},
        {"offset_minutes": True},
        {"offset_minutes": 1440},
        {"meaning": "ok"},
        {"method": "handshake"},
        {"record": "00" * 31},
        {"iss": "x"},
        {"extra": 1},
    ],
)
def test_claims_in_any_other_form_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        unseal(sign_jwt(TYP, {**claims_of(make()), **change}, KEY))


def test_a_statement_of_the_same_key_is_no_signature() -> None:
    claims = claims_of(make())
    assert claims["format"] == FORMAT
    with pytest.raises(MalformedError, match="typ"):
        unseal(sign_jwt("credence-statement+sd-jwt", claims, KEY))
    with pytest.raises(MalformedError):
        unseal(sign_jwt(TYP, claims, KEY, name_key=False))


def test_a_header_that_asks_for_another_algorithm_is_refused() -> None:
    head, payload, value = make().sealed.split(".")
    for header in ({"alg": "none", "typ": TYP}, {"alg": "HS256", "typ": TYP}):
        forged = b64url_encode(canonical.encode(header))
        with pytest.raises(MalformedError):
            unseal(f"{forged}.{payload}.{value}")
    with pytest.raises(MalformedError):
        unseal(f"{head}.{payload}")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_character_of_a_seal_changes_unnoticed(data: st.DataObject) -> None:
    sealed = make().sealed
    place = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda character: character != sealed[place]))
    with pytest.raises(CredenceError):
        changed = unseal(sealed[:place] + other + sealed[place + 1 :])
        verify(RECORD, changed, KEY.public)


def test_damaged_seals_are_refused_cleanly() -> None:
    assert assert_refuses_cleanly(lambda data: unseal(data.decode("utf-8", "replace")), [make().sealed.encode()]) > 300
