"""Agreement with SD-JWT software of other makers: they verify ours, and we read theirs where our profile allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jwcrypto.jwk import JWK
from jwcrypto.jws import InvalidJWSSignature
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from evidence import credential
from evidence.credential_status import StatusAnswer, StatusReference
from evidence.encoding import b64url_encode
from evidence.errors import DisclosureError, MalformedError, SignatureError
from evidence.keys import StatementKey, kid_of
from evidence.statement import TYP, parse
from tests.support.node_js import npm_project, run_script
from tests.support.statements import LEI, NOW, OTHER_LEI, issued, seeded, series, statement_key

VCT = "urn:credence:quality-credit:1"
AUDIENCE, NONCE = "bank.example", "n-0S6_WzA2Mj"
CLAIMS: dict[str, Any] = {"sub": str(OTHER_LEI), "points": "96.3", "band": "A", "说明": {"a": ["x", {"b": 1}]}}
SCALARS = {name: f"{name:=<32}".encode() for name in ("issuer", "holder")}
KEYS = {name: StatementKey.generate(lambda _, scalar=scalar: scalar) for name, scalar in SCALARS.items()}
ISSUER, HOLDER = KEYS["issuer"], KEYS["holder"]
STATUS = StatusReference(31337, b"\x11" * 20, b"\x22" * 32)


def private_jwk(name: str) -> dict[str, str]:
    return {**KEYS[name].public.jwk, "d": b64url_encode(SCALARS[name])}


def ours(**changes: Any) -> str:
    arguments: dict[str, Any] = {
        "vct": VCT,
        "issuer": str(LEI),
        "issued": NOW,
        "expires": NOW + timedelta(days=90),
        "key": ISSUER,
        "entropy": seeded("interop"),
        "always_open": ("sub",),
        "status": STATUS,
        "holder": HOLDER.public,
    }
    return credential.issue(CLAIMS, **(arguments | changes))


def verified_by_pypi(text: str, key: StatementKey, **expected: str) -> dict[str, Any]:
    payload = SDJWTVerifier(text, lambda _issuer, _header: JWK(**key.public.jwk), **expected).get_verified_payload()
    assert isinstance(payload, dict)
    return payload


def test_pypi_sd_jwt_verifies_our_statements() -> None:
    statement = issued()
    claims = verified_by_pypi(statement.sd_jwt(), statement_key())
    assert {name: claims[name] for name in series().fields} == series().fields
    assert (claims["iss"], claims["seq"]) == (str(LEI), 1)
    partial = verified_by_pypi(statement.sd_jwt({"lot"}), statement_key())
    assert partial["lot"] == "L-42" and "values" not in partial
    with pytest.raises(InvalidJWSSignature):
        verified_by_pypi(statement.sd_jwt(), ISSUER)


def test_pypi_sd_jwt_verifies_our_credentials_and_key_binding() -> None:
    shown = credential.present(ours(), ["points", "说明"], holder=HOLDER, audience=AUDIENCE, nonce=NONCE, now=NOW)
    claims = verified_by_pypi(shown, ISSUER, expected_aud=AUDIENCE, expected_nonce=NONCE)
    assert (claims["points"], claims["说明"], claims["vct"]) == ("96.3", CLAIMS["说明"], VCT)
    assert "band" not in claims
    with pytest.raises(ValueError, match="nonce"):
        verified_by_pypi(shown, ISSUER, expected_aud=AUDIENCE, expected_nonce="another")


def test_a_holder_with_pypi_sd_jwt_presents_our_credential_to_us() -> None:
    wall = datetime.now(UTC)
    holder = SDJWTHolder(ours(issued=wall, expires=wall + timedelta(days=1)))
    holder.create_presentation({"band": True}, NONCE, AUDIENCE, JWK(**private_jwk("holder")))
    shown = holder.sd_jwt_presentation
    read = credential.parse(shown)
    assert read.claims == {"sub": str(OTHER_LEI), "band": "A"}

    # Their library stamps the proof with the wall clock, so the wall clock is asked about it.
    expected: dict[str, Any] = {"issuer_key": ISSUER.public, "issuer": str(LEI), "vct": VCT}
    now = datetime.now(UTC)
    answer = credential.verify(read, now=now, audience=AUDIENCE, nonce=NONCE, **expected)
    assert answer is StatusAnswer.NOT_ESTABLISHED
    with pytest.raises(SignatureError):
        credential.verify(read, now=now, audience="another", nonce=NONCE, **expected)
    with pytest.raises(SignatureError, match="fresh"):
        credential.verify(read, now=now + timedelta(minutes=10), audience=AUDIENCE, nonce=NONCE, **expected)


def issued_by_pypi(**changes: Any) -> str:
    """A credential by the PyPI package, made anew until its signature is one of the half that we accept."""
    hidden = {SDObj("points"): "96.3", SDObj("band"): "A"}
    registered = {"iss": str(LEI), "vct": VCT, "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 9999}
    while True:
        made = SDJWTIssuer(
            {**registered, "sub": str(OTHER_LEI), **hidden, **changes.get("claims", {})},
            JWK(**private_jwk("issuer")),
            holder_key=changes.get("holder_key"),
            add_decoy_claims=changes.get("decoys", False),
            extra_header_parameters={"typ": changes.get("typ", credential.TYP), "kid": kid_of(ISSUER.public.key_id)},
        )
        text = str(made.sd_jwt_issuance)
        try:
            ISSUER.public.verify(made.sd_jwt.objects["signature"], text.split("~")[0].rpartition(".")[0].encode())
        except SignatureError:
            continue
        return text


@pytest.mark.parametrize("decoys", [False, True])
def test_we_verify_credentials_issued_with_pypi_sd_jwt(decoys: bool) -> None:
    read = credential.parse(issued_by_pypi(decoys=decoys))
    answer = credential.verify(read, issuer_key=ISSUER.public, issuer=str(LEI), vct=VCT, now=NOW)
    assert answer is StatusAnswer.ABSENT
    assert read.claims == {"sub": str(OTHER_LEI), "points": "96.3", "band": "A"}
    assert (read.hidden > 0) == decoys


def test_we_refuse_disclosures_inside_claims_which_our_profile_does_not_have() -> None:
    with pytest.raises(DisclosureError):
        credential.parse(issued_by_pypi(claims={"address": {SDObj("street"): "x"}}))
    with pytest.raises(MalformedError):
        credential.parse(issued_by_pypi(claims={"list": [SDObj("x")]}))


def test_we_refuse_a_statement_of_another_maker_in_another_layout() -> None:
    with pytest.raises(MalformedError):
        parse(issued_by_pypi(typ=TYP))


@pytest.mark.node_js
class TestNode:
    """@sd-jwt/sd-jwt-vc 0.19.0 with @sd-jwt/crypto-nodejs 0.19.0."""

    @staticmethod
    def ask(**job: Any) -> dict[str, Any]:
        answer = run_script(npm_project("sdjwt"), "bank.mjs", {"now": int(NOW.timestamp()) + 60, **job})
        assert isinstance(answer, dict)
        return answer

    def test_a_bank_verifies_our_credential(self) -> None:
        shown = credential.present(ours(), ["points"], holder=HOLDER, audience=AUDIENCE, nonce=NONCE, now=NOW)
        answer = self.ask(
            action="verify", credential=shown, issuer=ISSUER.public.jwk, nonce=NONCE, required=["points", "vct"]
        )
        payload = answer["ok"]["payload"]
        assert (payload["points"], payload["vct"], payload["iss"]) == ("96.3", VCT, str(LEI))
        assert payload["status"] == STATUS.to_json() and "band" not in payload
        assert answer["ok"]["kb"]["aud"] == AUDIENCE

    def test_a_bank_refuses_our_credential_when_anything_is_wrong(self) -> None:
        shown = credential.present(ours(), ["points"], holder=HOLDER, audience=AUDIENCE, nonce=NONCE, now=NOW)
        job = {"action": "verify", "credential": shown, "issuer": ISSUER.public.jwk, "nonce": NONCE}
        assert "ok" in self.ask(**job)
        head, _, tail = shown.partition(".")
        changed = f"{head}.{'f' if tail[0] == 'e' else 'e'}{tail[1:]}"
        for change in (
            {"credential": changed},
            {"issuer": HOLDER.public.jwk},
            {"nonce": "another"},
            {"now": int(NOW.timestamp()) + 91 * 86_400},
            {"required": ["band"]},
        ):
            assert "error" in self.ask(**{**job, **change}), change

    def test_a_holder_with_that_software_presents_our_credential_to_us(self) -> None:
        job = {"names": ["band"], "audience": AUDIENCE, "nonce": NONCE, "holderPrivate": private_jwk("holder")}
        answer = self.ask(action="present", credential=ours(), issuer=ISSUER.public.jwk, **job)
        read = credential.parse(answer["ok"])
        assert read.claims == {"sub": str(OTHER_LEI), "band": "A"}
        now, expected = NOW + timedelta(minutes=1), {"issuer_key": ISSUER.public, "issuer": str(LEI), "vct": VCT}
        status = credential.verify(read, now=now, audience=AUDIENCE, nonce=NONCE, **expected)
        assert status is StatusAnswer.NOT_ESTABLISHED
        with pytest.raises(SignatureError):
            credential.verify(read, now=now, audience=AUDIENCE, nonce="another", **expected)

    def test_we_read_a_credential_issued_with_that_software(self) -> None:
        claims = {"iss": str(LEI), "vct": VCT, "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 99}
        job = {"claims": claims | {"points": "96.3"}, "names": ["points"], "issuerPrivate": private_jwk("issuer")}
        answer = self.ask(action="issue", **job)
        read = credential.parse(answer["ok"])
        assert read.claims == {"points": "96.3"} and read.hidden == 0
