"""Which passwords are accepted."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import SchemaError
from node.auth.passwords import PasswordHasher, PasswordPolicy
from tests.support.door import GOOD, quick_hasher

POLICY = PasswordPolicy()


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "x" * 14,
        "y" * 200,
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "passwordPassword1",
        "anna1anna2anna3anna",
    ],
)
def test_easily_guessed_passwords_are_refused(password: str) -> None:
    with pytest.raises(SchemaError):
        POLICY.check(password, name="anna")


@pytest.mark.parametrize("password", [GOOD, "correct horse battery staple", "十五个字的密码很长也容易记住吧真好用"])
def test_long_sentences_in_any_script_are_accepted(password: str) -> None:
    POLICY.check(password, name="anna")


def test_the_default_hasher_is_argon2id_with_the_parameters_of_rfc_9106() -> None:
    encoded = PasswordHasher(os.urandom).encode(GOOD)
    assert encoded.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_two_encodings_of_one_password_differ_and_both_match() -> None:
    hasher = quick_hasher()
    one, two = hasher.encode(GOOD), hasher.encode(GOOD)
    assert one != two
    assert hasher.matches(one, GOOD) and hasher.matches(two, GOOD)


def test_the_same_character_composed_differently_is_the_same_password() -> None:
    hasher = quick_hasher()
    assert hasher.matches(hasher.encode("caf\u00e9 au lait, bitte"), "cafe\u0301 au lait, bitte")


def test_an_unknown_user_never_matches() -> None:
    assert not quick_hasher().matches(None, GOOD)


@given(st.text(max_size=40))
def test_no_other_text_matches(text: str) -> None:
    hasher = HASHER
    assert hasher.matches(ENCODED, text) is (text == GOOD)


HASHER = quick_hasher()
ENCODED = HASHER.encode(GOOD)
