"""Keys: only sound public keys exist, and a signature has one spelling."""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK

from evidence.edwards import check_public_key
from evidence.encoding import b64url_decode
from evidence.errors import MalformedError, SignatureError
from evidence.keys import (
    KeyId,
    LogKey,
    LogPublicKey,
    StatementKey,
    StatementPublicKey,
    address_key_id,
    kid_of,
    parse_kid,
    thumbprint,
)
from tests.support.fuzz import assert_refuses_cleanly
from tests.support.statements import seeded, statement_key, vectors

ED25519 = vectors("ed25519")
RFC_8037_KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
RFC_8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.mark.parametrize("encoded", ED25519["sound"])
def test_sound_ed25519_keys_are_accepted(encoded: str) -> None:
    assert LogPublicKey(bytes.fromhex(encoded)).raw.hex() == encoded


@pytest.mark.parametrize("group", ["low_order", "second_encodings", "off_curve"])
def test_weak_and_misspelled_ed25519_keys_are_refused(group: str) -> None:
    assert len(ED25519[group]) >= 8
    for encoded in ED25519[group]:
        with pytest.raises(SignatureError):
            LogPublicKey(bytes.fromhex(encoded))


def test_some_of_those_keys_pass_the_crypto_library_which_is_why_they_are_checked() -> None:
    passing = 0
    for encoded in ED25519["low_order"] + ED25519["second_encodings"]:
        ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(encoded))
        passing += 1
    assert passing >= 8


@given(st.binary(min_size=32, max_size=32))
def test_every_generated_ed25519_key_is_sound(seed: bytes) -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    check_public_key(key)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_ed25519_keys_of_another_length_are_refused(size: int) -> None:
    with pytest.raises(SignatureError):
        LogPublicKey(bytes(size))


def test_a_key_is_named_by_its_thumbprint_as_in_rfc_8037() -> None:
    key = LogPublicKey(b64url_decode(RFC_8037_KEY))
    assert kid_of(key.key_id) == RFC_8037_THUMBPRINT


def test_thumbprints_are_those_of_another_implementation() -> None:
    for key in (statement_key().public, LogKey.generate(seeded("log")).public):
        assert kid_of(key.key_id) == JWK(**key.jwk).thumbprint()
        assert thumbprint(key.jwk) == key.key_id


def test_a_kid_reads_back_and_other_texts_are_refused() -> None:
    key_id = statement_key().public.key_id
    assert parse_kid(kid_of(key_id)) == key_id
    for text in ("", "AA", kid_of(key_id) + "A", kid_of(key_id)[:-1] + "B", kid_of(KeyId(key_id[:31]))):
        with pytest.raises(MalformedError):
            parse_kid(text)


def test_a_chain_address_is_named_with_zeros_on_the_left() -> None:
    assert address_key_id(b"\x11" * 20) == bytes(12) + b"\x11" * 20
    with pytest.raises(MalformedError):
        address_key_id(b"\x11" * 32)


def test_es256_signs_as_in_rfc_6979_but_for_the_sign_of_s() -> None:
    scalar = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    key = StatementKey.generate(lambda size: scalar.to_bytes(size, "big"))
    signature = key.sign(b"sample")
    r = 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
    s = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
    assert signature == r.to_bytes(32, "big") + (ORDER - s).to_bytes(32, "big")


@given(st.binary(max_size=200))
def test_signatures_hold_and_are_always_low(message: bytes) -> None:
    key = statement_key()
    signature = key.sign(message)
    key.public.verify(signature, message)
    assert int.from_bytes(signature[32:], "big") <= ORDER // 2


def test_the_other_value_of_s_is_refused_though_it_satisfies_the_equation() -> None:
    key, message = statement_key(), b"message"
    signature = key.sign(message)
    high = signature[:32] + (ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
    with pytest.raises(SignatureError):
        key.public.verify(high, message)


def test_no_bit_of_signature_or_message_can_change() -> None:
    for key in (statement_key(), LogKey.generate(seeded("log"))):
        message = b"what was signed"
        signature = key.sign(message)
        for place in range(len(signature) * 8):
            changed = bytearray(signature)
            changed[place // 8] ^= 1 << place % 8
            with pytest.raises(SignatureError):
                key.public.verify(bytes(changed), message)
        with pytest.raises(SignatureError):
            key.public.verify(signature, message + b"\0")


@pytest.mark.parametrize("signature", [b"", bytes(64), b"\xff" * 64, bytes(63), bytes(65), ORDER.to_bytes(32) * 2])
def test_signatures_out_of_range_are_refused(signature: bytes) -> None:
    with pytest.raises(SignatureError):
        statement_key().public.verify(signature, b"")


def test_p256_keys_off_the_curve_or_in_other_forms_are_refused() -> None:
    sec1 = statement_key().public.sec1
    compressed = bytes([2 + sec1[64] % 2]) + sec1[1:33]
    hybrid = bytes([6 + sec1[64] % 2]) + sec1[1:]
    off_curve = sec1[:-1] + bytes([sec1[64] ^ 1])
    for bad in (b"", b"\0", compressed, hybrid, off_curve, sec1 + b"\0", b"\x04" + bytes(64), b"\x04" + b"\xff" * 64):
        with pytest.raises(SignatureError):
            StatementPublicKey.from_sec1(bad)


def test_a_jwk_reads_back_and_other_members_are_refused() -> None:
    key = statement_key().public
    assert StatementPublicKey.from_jwk(key.jwk) == key
    short = {**key.jwk, "x": "AA"}
    for bad in ({**key.jwk, "d": "AA"}, {**key.jwk, "crv": "P-384"}, short, {**key.jwk, "y": 1}, {}, {"kty": "EC"}):
        with pytest.raises(MalformedError):
            StatementPublicKey.from_jwk(bad)


@pytest.mark.parametrize("password", [None, b"a password"])
def test_private_keys_survive_a_pem_file(password: bytes | None) -> None:
    statement, log = statement_key(), LogKey.generate(seeded("log"))
    assert StatementKey.from_pem(statement.to_pem(password), password).public == statement.public
    assert LogKey.from_pem(log.to_pem(password), password).public == log.public


def test_a_pem_file_of_another_kind_or_under_another_password_is_refused() -> None:
    statement, log = statement_key(), LogKey.generate(seeded("log"))
    other = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for pem, password in ((b"", None), (log.to_pem(), None), (other, None), (statement.to_pem(b"right"), b"wrong")):
        with pytest.raises(MalformedError):
            StatementKey.from_pem(pem, password)
    for pem, password in ((statement.to_pem(), None), (log.to_pem(b"right"), None), (log.to_pem(), b"needless")):
        with pytest.raises(MalformedError):
            LogKey.from_pem(pem, password)


def test_a_private_key_does_not_show_itself() -> None:
    key = StatementKey.generate(os.urandom)
    assert "_key" not in repr(key)
    assert "PRIVATE" not in repr(key)


def test_generating_skips_numbers_outside_the_group() -> None:
    answers = iter([bytes(32), b"\xff" * 32, (1).to_bytes(32)])
    assert StatementKey.generate(lambda _: next(answers)).public.sec1[1:5].hex() == "6b17d1f2"


def test_damaged_key_files_are_refused_cleanly() -> None:
    seeds = [statement_key().to_pem(), LogKey.generate(seeded("log")).to_pem(), statement_key().to_pem(b"password")]
    assert assert_refuses_cleanly(StatementKey.from_pem, seeds) > 100
    assert assert_refuses_cleanly(LogKey.from_pem, seeds) > 100
    assert_refuses_cleanly(lambda data: StatementKey.from_pem(data, b"password"), seeds, count=100)
