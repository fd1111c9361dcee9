"""Statements: issued, read and verified, with no byte free to change."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.issuer import SDJWTIssuer

from evidence import sdjwt
from evidence.canonical import encode
from evidence.disclosure import make_disclosure, parse_disclosure
from evidence.draft import Draft, Kind, Tier
from evidence.encoding import b64url_decode, b64url_encode
from evidence.errors import CredenceError, DisclosureError, LimitError, MalformedError, SchemaError, SignatureError
from evidence.identity import Lei, Subject
from evidence.keys import StatementKey
from evidence.schema import tier_of
from evidence.statement import TYP, IssuedStatement, issue, parse, parse_leaf, shred, verify
from tests.support.fuzz import assert_refuses_cleanly
from tests.support.statements import LEI, NOW, SUBJECT, issued, minimal, seeded, series, statement_key, vectors

GOLDEN = vectors("statement")
KEY = statement_key()


def golden() -> IssuedStatement:
    scalar, salts = bytes.fromhex(GOLDEN["private_scalar"]), bytes.fromhex(GOLDEN["salts"])
    return issue(
        Draft(Kind.MEASUREMENT_SERIES, GOLDEN["occurred"], GOLDEN["fields"]),
        issuer=Lei(GOLDEN["issuer"]),
        subject=Subject.parse(GOLDEN["subject"]),
        sequence=GOLDEN["sequence"],
        issued=datetime.fromtimestamp(GOLDEN["issued"], UTC),
        key=StatementKey.generate(lambda _: scalar),
        entropy=lambda size: salts if size == len(salts) else b"",
    )


def test_a_statement_is_bit_by_bit_what_was_made_by_hand() -> None:
    statement = golden()
    assert statement.sd_jwt() == GOLDEN["sd_jwt"]
    assert statement.statement_id == GOLDEN["leaf_hash"]


def test_a_statement_reads_back_with_everything_it_says() -> None:
    statement = parse(GOLDEN["sd_jwt"])
    verify(statement, StatementKey.generate(lambda _: bytes.fromhex(GOLDEN["private_scalar"])).public)
    assert statement.fields == GOLDEN["fields"]
    assert (str(statement.issuer), str(statement.subject)) == (GOLDEN["issuer"], GOLDEN["subject"])
    assert (statement.kind, statement.sequence, statement.tier) == (Kind.MEASUREMENT_SERIES, 7, Tier.SENSITIVE)
    assert (statement.schema, statement.occurred) == ("credence:measurement-series:1", GOLDEN["occurred"])
    assert statement.issued == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert statement.occurred_at == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert statement.statement_id == GOLDEN["leaf_hash"]
    assert statement.is_complete and statement.disclosed == tuple(sorted(GOLDEN["fields"]))
    assert statement.sd_jwt() == GOLDEN["sd_jwt"]


def test_the_same_statement_with_the_other_signature_of_the_pair_is_refused() -> None:
    statement = parse(GOLDEN["same_with_high_s"])
    with pytest.raises(SignatureError):
        verify(statement, StatementKey.generate(lambda _: bytes.fromhex(GOLDEN["private_scalar"])).public)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_can_be_issued_and_read(kind: Kind) -> None:
    draft = minimal(kind)
    statement = parse(issued(draft).sd_jwt())
    verify(statement, KEY.public)
    assert statement.fields == draft.fields
    assert statement.tier is Tier.BASE


@settings(max_examples=40)
@given(st.sets(st.sampled_from(sorted(series().fields))))
def test_any_choice_of_fields_can_be_disclosed_and_no_other_shows(names: set[str]) -> None:
    whole = issued()
    text = whole.sd_jwt(names)
    statement = parse(text)
    verify(statement, KEY.public)
    assert statement.fields == {name: series().fields[name] for name in names}
    assert statement.statement_id == whole.statement_id
    for disclosure in whole.disclosures:
        assert (disclosure.encoded in text) == (disclosure.name in names)


def test_a_shredded_field_is_gone_and_the_statement_still_verifies() -> None:
    whole = issued()
    rest = IssuedStatement(whole.signed, shred(whole.disclosures, "operator"))
    statement = parse(rest.sd_jwt())
    verify(statement, KEY.public)
    assert not statement.is_complete and "operator" not in statement.fields
    assert statement.tier is Tier.SENSITIVE
    assert statement.statement_id == whole.statement_id


def test_a_log_entry_reads_without_disclosures() -> None:
    statement = parse_leaf(issued().leaf)
    verify(statement, KEY.public)
    assert statement.fields == {}
    for bad in (issued().leaf + b"~", b"", b"\xff", issued().sd_jwt().encode()):
        with pytest.raises(MalformedError):
            parse_leaf(bad)


def verify_text(text: str) -> None:
    verify(parse(text), KEY.public)


def test_no_byte_of_a_statement_can_change() -> None:
    text = issued(series(values=None)).sd_jwt()
    rng = random.Random(1)
    verify_text(text)
    for place, character in enumerate(text):
        others = {chr(ord(character) ^ 1 << rng.randrange(7)), character.swapcase(), rng.choice("AQgw_-~.= \n\0é")}
        for other in others - {character}:
            with pytest.raises(CredenceError):
                verify_text(text[:place] + other + text[place + 1 :])


def test_no_byte_of_a_statement_can_be_added_or_taken_away() -> None:
    text = issued(series(values=None)).sd_jwt()
    for place in range(len(text) + 1):
        for added in ("A", "~", ".", "=", " "):
            with pytest.raises(CredenceError):
                verify_text(text[:place] + added + text[place:])
        if place < len(text):
            with pytest.raises(CredenceError):
                verify_text(text[:place] + text[place + 1 :])


def test_disclosures_out_of_order_twice_or_from_elsewhere_are_refused() -> None:
    one, other = issued(), issued(seed="other salts")
    first, second, *rest = one.disclosures
    for disclosures in (
        (second, first, *rest),
        (first, first, second, *rest),
        (*one.disclosures, other.disclosures[0]),
        other.disclosures,
        (*one.disclosures, make_disclosure(bytes(16), "lot", "L-43")),
    ):
        with pytest.raises(DisclosureError):
            parse(sdjwt.join(one.signed, disclosures))


def test_another_key_is_refused() -> None:
    statement = parse(issued().sd_jwt())
    with pytest.raises(SignatureError, match="kid"):
        verify(statement, statement_key("another").public)


def forge(
    change: Callable[[dict[str, Any]], None] = lambda _: None,
    *,
    header: Mapping[str, Any] | None = None,
    write: Callable[[Any], bytes] = encode,
    draft: Draft | None = None,
    suffix: str = "",
) -> str:
    """A statement signed by the right key over claims or a header of the forger's choice."""
    real = issued(draft)
    claims = json.loads(json.dumps(dict(parse(real.sd_jwt()).jwt.payload)))
    change(claims)
    kid = parse(real.sd_jwt()).jwt
    head = {"alg": "ES256", "kid": b64url_encode(kid.key_id or b""), "typ": TYP} | dict(header or {})
    head = {name: value for name, value in head.items() if value is not None}
    signing_input = f"{b64url_encode(write(head))}.{b64url_encode(write(claims))}"
    signed = f"{signing_input}.{b64url_encode(KEY.sign(signing_input.encode()))}"
    return sdjwt.join(signed, real.disclosures) + suffix


def test_the_forger_of_these_tests_can_make_a_sound_statement() -> None:
    verify_text(forge())
    verify_text(forge(lambda claims: claims.update(seq=2)))


CLAIMS: list[dict[str, Any]] = [
    {"iss": "5493001KJTIIGC8Y1R13"}, {"iss": None}, {"iss": 1}, {"sub": str(LEI) + "/"}, {"kind": "study"},
    {"kind": "x"}, {"schema": "credence:measurement-series:2"}, {"schema": "credence:kpi:1"}, {"seq": 0},
    {"seq": True},
    {"seq": "1"}, {"seq": -1}, {"iat": -1}, {"iat": 2**50}, {"iat": "0"}, {"iat": None}, {"occurred": "2026-03-01"},
    {"occurred": None}, {"tier": "base"}, {"tier": "secret"}, {"tier": "restricted"}, {"_sd_alg": "sha-512"},
    {"_sd_alg": None}, {"_sd": []}, {"_sd": "x"}, {"exp": 1}, {"operator": "x"}, {"...": "x"}, {"cnf": {}},
    {"lot": "L"}, {"base": -1}, {"base": 0}, {"base": 99}, {"base": "9"}, {"base": None}, {"base": True},
]  # fmt: skip


def test_withholding_a_base_field_shows_although_the_rest_holds() -> None:
    whole = parse(forge())
    base = [name for name in whole.disclosed if tier_of(whole.kind, name) is Tier.BASE]
    assert whole.is_base_complete and parse(whole.sd_jwt(base)).is_base_complete
    for name in base:
        assert not parse(whole.sd_jwt([other for other in base if other != name])).is_base_complete


@pytest.mark.parametrize("changes", CLAIMS, ids=str)
def test_claims_outside_the_profile_are_refused_though_well_signed(changes: dict[str, Any]) -> None:
    def change(claims: dict[str, Any]) -> None:
        claims.update(changes)
        for name, value in changes.items():
            if value is None:
                del claims[name]

    with pytest.raises(CredenceError):
        verify_text(forge(change))


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"}, {"alg": "HS256"}, {"alg": "ES384"}, {"alg": None}, {"typ": "JWT"}, {"typ": None},
        {"kid": None},
        {"kid": "x"}, {"kid": 1}, {"crit": ["b64"], "b64": False}, {"jwk": {}}, {"x5c": []}, {"typ": "dc+sd-jwt"},
    ],
    ids=str,
)  # fmt: skip
def test_headers_outside_the_profile_are_refused_though_well_signed(header: dict[str, Any]) -> None:
    with pytest.raises(CredenceError):
        verify_text(forge(header=header))


def test_claims_in_another_layout_are_refused_though_well_signed() -> None:
    with pytest.raises(MalformedError):
        verify_text(forge(write=lambda value: json.dumps(value).encode()))


def test_a_digest_too_many_is_refused_and_a_decoy_hides_nothing_else() -> None:
    decoys = [make_disclosure(bytes(16), "a", number).digest for number in range(40)]
    with pytest.raises(MalformedError):
        verify_text(forge(lambda claims: claims.update(_sd=sorted(claims["_sd"] + decoys))))


def test_fields_that_break_the_schema_are_refused_though_well_signed() -> None:
    real = issued()
    bad = make_disclosure(bytes(16), "lot", 7)
    unknown = make_disclosure(bytes(16), "colour", "red")
    for disclosure in (bad, unknown):
        jwt = parse(real.sd_jwt()).jwt
        claims = dict(jwt.payload) | {"_sd": [disclosure.digest]}
        with pytest.raises(SchemaError):
            parse(sdjwt.join(sdjwt.sign_jwt(TYP, claims, KEY), [disclosure]))


def test_key_binding_has_no_place_in_a_statement() -> None:
    with pytest.raises(MalformedError):
        parse(forge(suffix="a.b.c"))


def test_a_draft_that_breaks_its_schema_is_not_signed() -> None:
    with pytest.raises(SchemaError):
        issued(series(unit="inch"))
    with pytest.raises(MalformedError):
        issued(sequence=0)
    with pytest.raises(MalformedError):
        issue(
            series(), issuer=LEI, subject=SUBJECT, sequence=1, issued=datetime(2026, 3, 1), key=KEY, entropy=seeded("x")
        )


def test_all_salts_come_from_one_request_and_differ() -> None:
    asked: list[int] = []
    source = seeded("salts")

    def entropy(size: int) -> bytes:
        asked.append(size)
        return source(size)

    made = issue(series(), issuer=LEI, subject=SUBJECT, sequence=1, issued=NOW, key=KEY, entropy=entropy)
    assert asked == [16 * len(series().fields)]
    assert len({disclosure.salt for disclosure in made.disclosures}) == len(made.disclosures)


def test_a_source_of_randomness_that_gives_too_little_is_noticed() -> None:
    with pytest.raises(MalformedError):
        issue(series(), issuer=LEI, subject=SUBJECT, sequence=1, issued=NOW, key=KEY, entropy=lambda size: b"\0" * 20)


def test_oversized_statements_are_refused() -> None:
    real = issued().sd_jwt()
    with pytest.raises(LimitError):
        parse(real + "A" * sdjwt.MAX_TEXT)
    with pytest.raises(LimitError):
        parse(real + "A~" * 300)
    with pytest.raises(LimitError):
        parse("A" * (sdjwt.MAX_SIGNED + 1) + "~")


def test_statements_are_frozen() -> None:
    statement = parse(issued().sd_jwt())
    with pytest.raises(AttributeError):
        statement.sequence = 2  # type: ignore[misc]
    assert replace(statement, sequence=2).sequence == 2


def test_damaged_statements_are_refused_cleanly() -> None:
    seeds = [issued().sd_jwt().encode(), issued(minimal(Kind.KPI)).sd_jwt().encode()]
    assert assert_refuses_cleanly(lambda data: parse(data.decode("latin-1")), seeds) > 100
    assert assert_refuses_cleanly(parse_leaf, [issued().leaf]) > 100


def test_damaged_headers_claims_and_fields_inside_the_encoding_are_refused_cleanly() -> None:
    statement = parse(issued().sd_jwt())
    parts = statement.signed.split(".")
    header, payload = (b64url_decode(part) for part in parts[:2])
    fields = [b64url_decode(disclosure.encoded) for disclosure in statement.disclosures]

    def read_header(data: bytes) -> None:
        parse(f"{b64url_encode(data)}.{parts[1]}.{parts[2]}~")

    def read_payload(data: bytes) -> None:
        parse(f"{parts[0]}.{b64url_encode(data)}.{parts[2]}~")

    def read_field(data: bytes) -> None:
        disclosure = parse_disclosure(b64url_encode(data))
        claims = {**statement.jwt.payload, "_sd": [disclosure.digest]}
        parse(f"{parts[0]}.{b64url_encode(encode(claims))}.{parts[2]}~{disclosure.encoded}~")

    for read, seeds in ((read_header, [header]), (read_payload, [payload]), (read_field, fields)):
        assert assert_refuses_cleanly(read, seeds) > 100


def test_issuing_twenty_fields_costs_less_than_signing_them_with_another_library() -> None:
    extra = dict.fromkeys(("process", "revision", "method", "order", "tool", "shift", "gauge", "description"), "x")
    draft = series(**extra)
    assert len(draft.fields) == 20
    claims = {SDObj(name): value for name, value in draft.fields.items()}
    key = JWK.from_pem(KEY.to_pem())

    def sign() -> IssuedStatement:
        return issue(draft, issuer=LEI, subject=SUBJECT, sequence=1, issued=NOW, key=KEY, entropy=os.urandom)

    # Taken in turns, so that whatever else the machine does slows both.
    rounds = [(_seconds(sign), _seconds(lambda: SDJWTIssuer(claims, key))) for _ in range(12)]
    assert min(ours for ours, _ in rounds) < min(theirs for _, theirs in rounds)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    for _ in range(20):
        work()
    return time.process_time() - begun
