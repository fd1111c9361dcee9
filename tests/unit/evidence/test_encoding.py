"""Encodings: every value has one spelling."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import encoding
from evidence.errors import CredenceError, LimitError, MalformedError

PAIRS: list[tuple[Callable[[bytes], str], Callable[[str], bytes]]] = [
    (encoding.b64url_encode, encoding.b64url_decode),
    (encoding.b64_encode, encoding.b64_decode),
    (bytes.hex, encoding.hex_decode),
    (encoding.hex0x_encode, encoding.hex0x_decode),
]
PAIR_IDS = ["base64url", "base64", "hex", "0x"]


@pytest.mark.parametrize(("encode", "decode"), PAIRS, ids=PAIR_IDS)
@given(data=st.binary(max_size=80))
def test_bytes_come_back_as_they_went(
    encode: Callable[[bytes], str], decode: Callable[[str], bytes], data: bytes
) -> None:
    assert decode(encode(data)) == data


@given(data=st.binary(max_size=80))
def test_base64_is_that_of_the_standard_library(data: bytes) -> None:
    assert encoding.b64_encode(data) == base64.b64encode(data).decode()
    assert encoding.b64url_encode(data) == base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(("encode", "decode"), PAIRS, ids=PAIR_IDS)
@given(text=st.text(alphabet="AQgw01xafF+/-_= \n\u00e9", max_size=8))
def test_whatever_a_decoder_accepts_encodes_to_the_same_text(
    encode: Callable[[bytes], str], decode: Callable[[str], bytes], text: str
) -> None:
    try:
        data = decode(text)
    except CredenceError:
        return
    assert encode(data) == text


@pytest.mark.parametrize("text", ["A", "AB", "AA==", "AA=", "A A", "AAA\n", "AA+/", "AAB", "ÀA"])
def test_base64url_with_spare_bits_padding_or_foreign_characters_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        encoding.b64url_decode(text)


@pytest.mark.parametrize("text", ["AA", "AB==", "AAB=", "AA==\n", "AA==AA==", "A-_=", "====", "AA=="[:3], "ÀA=="])
def test_base64_with_spare_bits_or_missing_padding_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        encoding.b64_decode(text)


@pytest.mark.parametrize("text", ["0", "AB", "0g", "0x00", " 00", "٠٠"])
def test_hexadecimal_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        encoding.hex_decode(text)


def test_hexadecimal_of_the_wrong_size_is_refused() -> None:
    assert encoding.hex0x_decode("0x0a0b", size=2) == b"\x0a\x0b"
    with pytest.raises(MalformedError):
        encoding.hex0x_decode("0x0a0b", size=3)
    with pytest.raises(MalformedError):
        encoding.hex0x_decode("0a0b")


@pytest.mark.parametrize("decode", [encoding.b64url_decode, encoding.b64_decode, encoding.hex_decode])
def test_longer_text_than_allowed_is_refused_before_it_is_decoded(decode: Callable[..., bytes]) -> None:
    with pytest.raises(LimitError):
        decode("00000000", limit=7)
