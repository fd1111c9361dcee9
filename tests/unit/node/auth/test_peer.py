"""Signed calls between nodes: what holds, and everything that must not."""

from __future__ import annotations

import base64
import os
import re
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evidence.errors import AuthenticationError, LedgerUnreachableError
from evidence.identity import org_id
from evidence.keys import KeyPurpose, LogKey
from node.auth.model import Principal, Via
from node.auth.peer import PeerSigner, PeerVerifier, content_digest, signature_base
from node.auth.permissions import peer_permissions
from tests.support.door import BASE_URL, PEER_LEI, House, house

TARGET = "/v1/exchange/statements?subject=X&after=0"
KEY = LogKey.generate(os.urandom)


@pytest.fixture
def home() -> House:
    home = house()
    home.directory.enrol(PEER_LEI, KEY)
    return home


def signed(
    home: House, method: str = "GET", target: str = TARGET, body: bytes = b"", key: LogKey = KEY
) -> dict[str, str]:
    fields = PeerSigner(key, home.clock, os.urandom).headers(method, BASE_URL + target, body)
    return {name.lower(): value for name, value in fields.items()}


def check(
    home: House, fields: dict[str, str], method: str = "GET", target: str = TARGET, body: bytes = b""
) -> Principal:
    return home.door.peers(method, target, fields, body)


def test_a_signed_call_names_the_member_and_may_do_what_peers_may(home: House) -> None:
    principal = check(home, signed(home))
    assert (principal.via, principal.id, principal.permissions) == (Via.PEER, PEER_LEI, peer_permissions())


def test_the_signature_base_agrees_with_the_example_of_rfc_9421() -> None:
    """RFC 9421 appendix B.2.6: same input, same deterministic Ed25519 signature."""
    der = base64.b64decode("MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF")
    params = (
        '("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"'
    )
    base = signature_base(
        [
            ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            ("@method", "POST"),
            ("@path", "/foo"),
            ("@authority", "example.com"),
            ("content-type", "application/json"),
            ("content-length", "18"),
        ],
        params,
    )
    signature = Ed25519PrivateKey.from_private_bytes(der[-32:]).sign(base)
    expected = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    assert base64.b64encode(signature).decode() == expected


def test_the_content_digest_agrees_with_the_example_of_rfc_9530() -> None:
    """RFC 9530 appendix B.1, body with its line feed."""
    assert content_digest(b'{"hello": "world"}\n') == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


def test_a_call_counts_once(home: House) -> None:
    fields = signed(home)
    check(home, fields)
    with pytest.raises(AuthenticationError, match="came before"):
        check(home, fields)


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [("POST", TARGET, b""), ("GET", TARGET + "&x=1", b""), ("GET", "/v1/log/checkpoint", b""), ("GET", TARGET, b"x")],
)
def test_a_signature_fits_one_method_target_and_body(home: House, method: str, target: str, body: bytes) -> None:
    with pytest.raises(AuthenticationError):
        check(home, signed(home), method, target, body)


def test_a_call_for_another_node_is_refused(home: House) -> None:
    ours = home.door.peers
    other = PeerVerifier(ours.directory, ours.nonces, ours.clock, "https://other.example")
    with pytest.raises(AuthenticationError, match="does not hold"):
        other("GET", TARGET, signed(home), b"")


@pytest.mark.parametrize("seconds", [-31, 91, 3600])
def test_calls_out_of_time_are_refused(home: House, seconds: int) -> None:
    fields = signed(home)
    home.clock.move(seconds=seconds)
    with pytest.raises(AuthenticationError):
        check(home, fields)


@pytest.mark.parametrize("seconds", [-30, 0, 60, 89])
def test_clocks_may_differ_a_little(home: House, seconds: int) -> None:
    fields = signed(home)
    home.clock.move(seconds=seconds)
    check(home, fields)


def test_a_replay_is_refused_for_as_long_as_the_call_would_be_in_time(home: House) -> None:
    fields = signed(home)
    home.clock.move(seconds=-30)
    check(home, fields)
    for _ in range(12):
        home.clock.move(seconds=10)
        with pytest.raises(AuthenticationError):
            check(home, fields)


def test_a_call_that_asks_to_be_valid_for_long_is_refused(home: House) -> None:
    created = int(home.clock().timestamp())
    params = (
        signed(home)["signature-input"]
        .removeprefix("sig=")
        .replace(f"expires={created + 60}", f"expires={created + 61}")
    )
    base = signature_base(
        [("@method", "GET"), ("@target-uri", BASE_URL + TARGET), ("content-digest", content_digest(b""))], params
    )
    fields = {
        "content-digest": content_digest(b""),
        "signature-input": f"sig={params}",
        "signature": f"sig=:{base64.b64encode(KEY.sign(base)).decode()}:",
    }
    with pytest.raises(AuthenticationError, match="too long"):
        check(home, fields)


@pytest.mark.parametrize("field", ["signature", "signature-input", "content-digest"])
def test_every_changed_or_missing_character_is_refused(home: House, field: str) -> None:
    fields = signed(home)
    for place in range(len(fields[field])):
        text = fields[field]
        for changed in (text[:place] + text[place + 1 :], text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]):
            with pytest.raises(AuthenticationError):
                check(home, {**fields, field: changed})
    with pytest.raises(AuthenticationError):
        check(home, {name: value for name, value in fields.items() if name != field})
    check(home, fields)


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": KeyPurpose.LOG},
        {"valid_from": 2**40},
        {"retired_at": 1},
        {"compromised_at": 1},
        {"compromised_at": 2**40},
        {"org": org_id(PEER_LEI)[::-1]},
    ],
)
def test_a_key_that_may_not_sign_now_is_refused(home: House, change: dict[str, int]) -> None:
    key = KEY.public.key_id
    home.directory.records[key] = replace(home.directory.records[key], **change)
    with pytest.raises(AuthenticationError):
        check(home, signed(home))


def test_an_unknown_key_and_a_suspended_member_are_refused(home: House) -> None:
    with pytest.raises(AuthenticationError):
        check(home, signed(home, key=LogKey.generate(os.urandom)))
    home.directory.enrol(PEER_LEI, KEY, active=False)
    with pytest.raises(AuthenticationError, match="active"):
        check(home, signed(home))


def test_a_directory_that_swaps_the_published_key_is_not_believed(home: House) -> None:
    thief = LogKey.generate(os.urandom)
    home.directory.publics[KEY.public.key_id] = thief.public.raw
    fields = signed(home, key=thief)
    fields["signature-input"] = re.sub(
        'keyid="[^"]*"', signed(home)["signature-input"].split(";")[4], fields["signature-input"]
    )
    with pytest.raises(AuthenticationError, match="may not sign"):
        check(home, fields)


def test_a_key_of_low_order_is_refused(home: House) -> None:
    home.directory.publics[KEY.public.key_id] = bytes(32)
    with pytest.raises(AuthenticationError, match="usable"):
        check(home, signed(home))


def test_a_chain_that_cannot_be_asked_is_a_fault_and_not_a_refusal(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(_: object) -> None:
        raise LedgerUnreachableError("no answer")

    monkeypatch.setattr(home.directory, "key", unreachable)
    with pytest.raises(LedgerUnreachableError):
        check(home, signed(home))


def test_a_forged_call_does_not_burn_the_nonce_of_a_true_one(home: House) -> None:
    fields = signed(home)
    forged = {**fields, "signature": "sig=:" + base64.b64encode(bytes(64)).decode() + ":"}
    with pytest.raises(AuthenticationError):
        check(home, forged)
    check(home, fields)
