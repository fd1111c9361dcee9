"""Credentials: nothing counts as verified before signature, type, time, holder and status were looked at."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from evidence import credential, sdjwt
from evidence.credential_status import StatusAnswer, StatusReference
from evidence.disclosure import make_disclosure
from evidence.encoding import b64url_decode, b64url_encode
from evidence.errors import CredenceError, DisclosureError, MalformedError, NotFoundError, ProofError, SchemaError
from tests.support.fuzz import assert_refuses_cleanly
from tests.support.statements import LEI, NOW, OTHER_LEI, seeded, statement_key

VCT = "urn:credence:quality-credit:1"
KEY, HOLDER = statement_key("issuer"), statement_key("holder")
STATUS = StatusReference(31337, b"\x11" * 20, b"\x22" * 32)
CLAIMS: dict[str, Any] = {
    "sub": str(OTHER_LEI),
    "points": "96.3",
    "band": "A",
    "heads": [{"size": 4, "root": "ab" * 32}],
}
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
AUDIENCE, NONCE = "bank.example", "n-0S6_WzA2Mj"


def issued(**changes: Any) -> str:
    arguments: dict[str, Any] = {
        "vct": VCT,
        "issuer": str(LEI),
        "issued": NOW,
        "expires": NOW + timedelta(days=90),
        "key": KEY,
        "entropy": seeded("credential"),
        "always_open": ("sub",),
        "status": STATUS,
    }
    return credential.issue(changes.pop("claims", CLAIMS), **(arguments | changes))


def check(text: str, **changes: Any) -> StatusAnswer:
    arguments: dict[str, Any] = {
        "issuer_key": KEY.public,
        "issuer": str(LEI),
        "vct": VCT,
        "now": NOW + timedelta(days=1),
    }
    return credential.verify(credential.parse(text), **(arguments | changes))


def bound(**changes: Any) -> str:
    arguments: dict[str, Any] = {"holder": HOLDER, "audience": AUDIENCE, "nonce": NONCE, "now": NOW + timedelta(days=1)}
    return credential.present(issued(holder=HOLDER.public), ["band"], **(arguments | changes))


def test_a_credential_reads_back_with_its_claims() -> None:
    read = credential.parse(issued())
    assert (read.issuer, read.vct, read.issued, read.expires) == (LEI, VCT, NOW, NOW + timedelta(days=90))
    assert (read.claims, read.hidden, read.status, read.holder) == (CLAIMS, 0, STATUS, None)


def test_the_answer_says_whether_the_status_was_looked_up() -> None:
    asked: list[StatusReference] = []

    def is_in_force(status: StatusReference) -> bool:
        asked.append(status)
        return True

    assert check(issued(), is_in_force=is_in_force) is StatusAnswer.HOLDS
    assert asked == [STATUS]
    assert check(issued()) is StatusAnswer.NOT_ESTABLISHED
    assert check(issued(status=None)) is StatusAnswer.ABSENT


def test_a_revoked_credential_is_refused() -> None:
    with pytest.raises(ProofError, match="revoked"):
        check(issued(), is_in_force=lambda _: False)


def test_a_presentation_shows_what_was_chosen_and_no_more() -> None:
    shown = credential.parse(credential.present(issued(), ["band"]))
    assert shown.claims == {"sub": str(OTHER_LEI), "band": "A"}
    assert shown.hidden == 2
    assert "96.3" not in json.dumps(shown.claims)
    with pytest.raises(NotFoundError):
        credential.present(issued(), ["colour"])


@pytest.mark.parametrize(
    "changes",
    [
        {"now": NOW + timedelta(days=90)},
        {"now": NOW - timedelta(seconds=61)},
        {"vct": "urn:other"},
        {"issuer": str(OTHER_LEI)},
        {"issuer_key": HOLDER.public},
    ],
    ids=["expired", "from the future", "another type", "another issuer", "another key"],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ProofError):
        check(issued(), **changes)


def test_clocks_may_differ_a_little() -> None:
    check(issued(), now=NOW - timedelta(seconds=60))


def test_a_bound_credential_is_accepted_with_its_holders_proof() -> None:
    assert check(bound(), audience=AUDIENCE, nonce=NONCE) is StatusAnswer.NOT_ESTABLISHED


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": None}, {"nonce": None}, {"audience": "another"}, {"nonce": "another"},
        {"now": NOW + timedelta(days=1, minutes=6)}, {"now": NOW + timedelta(days=1, minutes=-2)},
    ],
    ids=str,
)  # fmt: skip
def test_a_holders_proof_for_another_verifier_or_time_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ProofError):
        check(bound(), **({"audience": AUDIENCE, "nonce": NONCE} | changes))


@pytest.mark.parametrize(
    "tamper",
    [
        lambda text: text.rpartition("~")[0] + "~",
        lambda text: credential.present(issued(holder=HOLDER.public), []) + text.rpartition("~")[2],
        lambda text: issued(holder=HOLDER.public) + text.rpartition("~")[2],
        lambda text: credential.present(issued(), ["band"]) + text.rpartition("~")[2],
    ],
    ids=["taken off", "put under fewer disclosures", "put under more disclosures", "put on an unbound credential"],
)
def test_a_holders_proof_belongs_to_one_presentation(tamper: Callable[[str], str]) -> None:
    with pytest.raises(CredenceError):
        check(tamper(bound()), audience=AUDIENCE, nonce=NONCE)


def test_a_proof_by_another_key_is_refused() -> None:
    with pytest.raises(ProofError):
        check(bound(holder=KEY), audience=AUDIENCE, nonce=NONCE)


def test_a_holders_software_may_emit_either_half_of_a_signature() -> None:
    shown, _, proof = bound().rpartition("~")
    signing_input, _, signature = proof.rpartition(".")
    raw = b64url_decode(signature)
    high = (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    other = f"{shown}~{signing_input}.{b64url_encode(raw[:32] + high)}"
    assert check(other, audience=AUDIENCE, nonce=NONCE) is StatusAnswer.NOT_ESTABLISHED


def test_an_issuers_signature_has_one_form() -> None:
    signed, _, rest = issued().partition("~")
    signing_input, _, signature = signed.rpartition(".")
    raw = b64url_decode(signature)
    high = (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    with pytest.raises(ProofError):
        check(f"{signing_input}.{b64url_encode(raw[:32] + high)}~{rest}")


def test_presenting_without_a_challenge_is_refused() -> None:
    for missing in ("audience", "nonce"):
        with pytest.raises(SchemaError):
            bound(**{missing: ""})
    with pytest.raises(SchemaError):
        bound(now=None)


@pytest.mark.parametrize(
    "name", ["iss", "exp", "iat", "nbf", "cnf", "vct", "status", "_sd", "_sd_alg", "...", "vct#integrity"]
)
def test_a_claim_cannot_shadow_what_the_issuer_sets(name: str) -> None:
    with pytest.raises(SchemaError):
        issued(claims=CLAIMS | {name: "x"})
    if name in ("_sd", "_sd_alg", "..."):
        return
    disclosure = make_disclosure(bytes(16), name, 1)
    payload = _payload() | {"_sd": [disclosure.digest], "_sd_alg": "sha-256"}
    with pytest.raises(DisclosureError):
        credential.parse(sdjwt.join(sdjwt.sign_jwt(credential.TYP, payload, KEY), [disclosure]))


def test_a_disclosure_cannot_replace_an_open_claim() -> None:
    disclosure = make_disclosure(bytes(16), "sub", str(LEI))
    payload = _payload() | {"_sd": [disclosure.digest], "_sd_alg": "sha-256"}
    with pytest.raises(DisclosureError):
        credential.parse(sdjwt.join(sdjwt.sign_jwt(credential.TYP, payload, KEY), [disclosure]))


def _payload() -> dict[str, Any]:
    return dict(credential.parse(issued()).jwt.payload)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": None}, {"vct": None}, {"iat": None}, {"exp": None}, {"exp": "1"}, {"exp": True}, {"exp": 2**50},
        {"vct": 1}, {"nbf": 1}, {"status": {}}, {"status": {"status_list": {"idx": 1, "uri": "x"}}},
        {"status": {"eas": {}}},
        {"status": {"eas": {"chain_id": True, "contract": "0x" + "11" * 20, "uid": "0x" + "22" * 32}}},
        {"status": {"eas": {"chain_id": 1, "contract": "0x" + "11" * 19, "uid": "0x" + "22" * 32}}},
        {"status": {"eas": {"chain_id": 0, "contract": "0x" + "11" * 20, "uid": "0x" + "22" * 32}}},
        {"cnf": {}}, {"cnf": {"kid": "x"}}, {"cnf": {"jwk": {"kty": "EC"}}}, {"_sd_alg": "md5"},
        {"_sd": []},
        {"nested": {"_sd": ["x"]}}, {"list": [{"...": "x"}]},
    ],
    ids=str,
)  # fmt: skip
def test_payloads_outside_the_profile_are_refused_though_well_signed(changes: dict[str, Any]) -> None:
    payload = {name: value for name, value in (_payload() | changes).items() if value is not None}
    with pytest.raises(CredenceError):
        check(sdjwt.join(sdjwt.sign_jwt(credential.TYP, payload, KEY), []))


def test_another_type_of_token_is_refused() -> None:
    for typ in ("vc+sd-jwt", "JWT", "credence-statement+sd-jwt"):
        with pytest.raises(MalformedError):
            credential.parse(sdjwt.join(sdjwt.sign_jwt(typ, _payload(), KEY), []))


def test_an_expiry_before_the_issue_is_refused() -> None:
    with pytest.raises(SchemaError):
        issued(expires=NOW)


def test_a_credential_without_disclosable_claims_is_sound() -> None:
    text = issued(always_open=tuple(CLAIMS))
    assert text.count("~") == 1
    check(text)
    assert credential.parse(text).claims == CLAIMS


def test_no_byte_of_a_credential_can_change() -> None:
    text = bound()
    for place, character in enumerate(text):
        for other in {chr(ord(character) ^ 1), character.swapcase(), "~"} - {character}:
            with pytest.raises(CredenceError):
                check(text[:place] + other + text[place + 1 :], audience=AUDIENCE, nonce=NONCE)


def test_damaged_credentials_are_refused_cleanly() -> None:
    seeds = [bound().encode(), issued().encode()]
    assert assert_refuses_cleanly(lambda data: credential.parse(data.decode("latin-1")), seeds) > 100
    assert_refuses_cleanly(lambda data: check(data.decode("latin-1"), audience=AUDIENCE, nonce=NONCE), seeds)
