"""Write what must be refused: `python -m tools.vectors_tampered` writes, with `--check` it only compares.

Proof bundles that somebody changed, and credentials that must not count. Which part answers how is written down here by
hand, and the script stops when the product says otherwise; the portal's verification in the browser reads the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from evidence import credential, sdjwt
from evidence.canonical import encode
from evidence.credential_status import StatusReference
from evidence.disclosure import make_disclosure
from evidence.draft import JsonValue
from evidence.errors import CredenceError
from evidence.header import parse_header
from evidence.identity import OrgId
from evidence.keys import StatementKey
from evidence.verify import Trust, verify_bundle
from tests.support.bundles import BLOCK_TIME, BundleMaker, entropy
from tests.support.chain_state import ChainState

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "vectors"
HOLDS, FAILS, OPEN = "holds", "fails", "not established"
PARTS = ("statement", "log", "storage", "header")
Edit = tuple[str, JsonValue]
Expected = dict[str, str]
"""Part to class of the refusal, or to `not established`; parts left out hold."""

STORAGE, SIGNATURE, MALFORMED = "StorageProofError", "SignatureError", "MalformedError"
UNREAD: Expected = {"log": OPEN, "storage": OPEN, "header": OPEN}


def maker(**options: Any) -> BundleMaker:
    return BundleMaker(state=ChainState(neighbours=3), others=2, **options)


def member(bundle: Any, pointer: str) -> Any:
    for step in pointer.strip("/").split("/"):
        bundle = bundle[int(step) if isinstance(bundle, list) else step]
    return bundle


def with_edits(bundle: Any, edits: list[Edit]) -> Any:
    """A copy of the bundle with each member at a JSON pointer replaced (added when it was not there)."""
    copy = json.loads(json.dumps(bundle))
    for pointer, value in edits:
        above, _, last = pointer.rpartition("/")
        target = member(copy, above) if above else copy
        target[int(last) if isinstance(target, list) else last] = value
    return copy


def flipped(text: str, place: int) -> str:
    """`text` with another hexadecimal or base64 character at `place`."""
    return text[:place] + ("1" if text[place] == "0" else "0") + text[place + 1 :]


def edited(bundle: Any) -> list[tuple[str, list[Edit], Expected]]:
    """Changes of one member each, and what must come of it."""
    statement: str = bundle["statement"]
    signed, *shown = statement.rstrip("~").split("~")
    proof: str = bundle["tlog_proof"]
    anchor, log, registry = bundle["anchor"], bundle["anchor"]["log"], bundle["anchor"]["registry"]
    forged = make_disclosure(bytes(16), "inspected", 900).encoded
    other = maker(statement_key=StatementKey.generate(entropy("another key"))).bundle()
    no_statement = {"log": OPEN, "storage": OPEN}
    no_log = {"log": SIGNATURE, "storage": OPEN}
    return [
        ("a spare member", [("/spare", 1)], {"statement": MALFORMED, **UNREAD}),
        ("another format", [("/format", "credence-proof/2")], {"statement": MALFORMED, **UNREAD}),
        ("a statement key of another length", [("/keys/statement", "0x04")], {"statement": MALFORMED, **UNREAD}),
        ("a statement key off the curve", [("/keys/statement", "0x04" + "11" * 64)],
         {"statement": SIGNATURE} | UNREAD),
        ("a log key of low order", [("/keys/log", "0x" + "00" * 32)], {"statement": SIGNATURE, **UNREAD}),
        ("an upper-case digit", [("/anchor/root", anchor["root"].upper())], {"statement": MALFORMED, **UNREAD}),
        ("no statement at all", [("/statement", "e30.e30.e30~")], {"statement": MALFORMED, **no_statement}),
        ("a statement without its last tilde", [("/statement", statement[:-1])],
         {"statement": MALFORMED, **no_statement}),
        ("a disclosure of another value", [("/statement", "~".join([signed, forged, *shown[1:], ""]))],
         {"statement": "DisclosureError", **no_statement}),
        ("disclosures in another order", [("/statement", "~".join([signed, *reversed(shown), ""]))],
         {"statement": "DisclosureError", **no_statement}),
        ("a disclosure twice", [("/statement", "~".join([signed, shown[0], *shown, ""]))],
         {"statement": "DisclosureError", **no_statement}),
        ("the high one of the two values of s", [("/statement", "~".join([high_s(signed), *shown, ""]))],
         {"statement": SIGNATURE, "log": "InclusionError", "storage": OPEN}),
        ("a statement key that did not sign", [("/keys/statement", "0x" + other.statement_key.sec1.hex())],
         {"statement": SIGNATURE, "storage": STORAGE}),
        ("a log key that did not sign", [("/keys/log", "0x" + bytes.fromhex("58" + "66" * 31).hex())], no_log),
        ("another index", [("/tlog_proof", proof.replace("index 1", "index 0", 1))],
         {"log": "InclusionError", "storage": OPEN}),
        ("a path too short", [("/tlog_proof", "\n".join(line for at, line in enumerate(proof.split("\n")) if at != 2))],
         {"log": "InclusionError", "storage": OPEN}),
        ("extra data in the log proof", [("/tlog_proof", proof.replace("\nindex", "\nextra AAAA\nindex", 1))],
         {"log": MALFORMED, "storage": OPEN}),
        ("a log proof with a carriage return", [("/tlog_proof", proof.replace("\n", "\r\n"))],
         {"log": MALFORMED, "storage": OPEN}),
        ("another tree size in the checkpoint", [("/tlog_proof", proof.replace("\n3\n", "\n4\n", 1))], no_log),
        ("no anchor", [("/anchor", None)], {"storage": OPEN, "header": OPEN}),
        ("an anchor of another organisation", [("/anchor/org", "0x" + "11" * 32)], {"storage": STORAGE}),
        ("an anchor of another size", [("/anchor/size", 4)], {"storage": STORAGE}),
        ("an anchor of another root", [("/anchor/root", "0x" + "11" * 32)], {"storage": STORAGE}),
        ("another header", [("/anchor/header", flipped(anchor["header"], 200))], {"storage": STORAGE, "header": OPEN}),
        ("no header", [("/anchor/header", "0xc0")], {"storage": OPEN, "header": MALFORMED}),
        ("another contract", [("/anchor/log/address", "0x" + "33" * 20)], {"storage": STORAGE}),
        ("a registry of somebody else", [("/anchor/registry/address", "0x" + "33" * 20)], {"storage": STORAGE}),
        ("a trie node too many", [("/anchor/log/root_slot", [*log["root_slot"], log["root_slot"][0]])],
         {"storage": STORAGE}),
        ("a trie node too few", [("/anchor/log/account_proof", log["account_proof"][:-1])], {"storage": STORAGE}),
        ("a trie node changed", [("/anchor/log/registry_slot/0", flipped(log["registry_slot"][0], 30))],
         {"storage": STORAGE}),
        ("the keys in another order", [("/anchor/registry/keys", registry["keys"][::-1])], {"storage": STORAGE}),
        ("only one key proved", [("/anchor/registry/keys", registry["keys"][:1])], {"storage": STORAGE}),
    ]  # fmt: skip


def high_s(signed: str) -> str:
    """The signed part with the other value of s, which would hold in most libraries."""
    from evidence.encoding import b64url_decode, b64url_encode

    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    head, _, signature = signed.rpartition(".")
    raw = b64url_decode(signature)
    return f"{head}.{b64url_encode(raw[:32] + (order - int.from_bytes(raw[32:], 'big')).to_bytes(32, 'big'))}"


def registered() -> list[tuple[str, Any, Expected]]:
    """Whole bundles whose registry says something else of a key."""
    good = maker().records()
    cases: list[tuple[str, dict[str, Any]]] = [
        ("a statement key of another organisation", {"statement": replace(good["statement"], org=OrgId(b"\x11" * 32))}),
        ("a statement key registered for another purpose", {"statement": replace(good["statement"], purpose=2)}),
        ("a statement key valid only later", {"statement": replace(good["statement"], valid_from=BLOCK_TIME + 1)}),
        ("a statement key compromised before", {"statement": replace(good["statement"], compromised_at=BLOCK_TIME)}),
        ("a statement key retired before", {"statement": replace(good["statement"], retired_at=BLOCK_TIME - 86_000)}),
        ("a log key compromised before", {"log": replace(good["log"], compromised_at=BLOCK_TIME - 5)}),
    ]
    return [(name, json.loads(maker().bundle(**records).encode()), {"storage": STORAGE}) for name, records in cases]


def tampered() -> dict[str, Any]:
    golden = json.loads(maker().bundle().encode())
    cases: list[dict[str, Any]] = []
    for name, edits, expected in edited(golden):
        cases.append(case(name, with_edits(golden, edits), expected, block_of(golden), {"edits": edits}))
    for name, bundle, expected in registered():
        cases.append(case(name, bundle, expected, block_of(bundle), {"bundle": bundle}))
    return {"golden": golden, "cases": cases}


def block_of(bundle: Any) -> bytes:
    return parse_header(bytes.fromhex(bundle["anchor"]["header"][2:])).hash


def case(name: str, bundle: Any, expected: Expected, block: bytes, how: dict[str, Any]) -> dict[str, Any]:
    states = {part: expected.get(part, HOLDS) for part in PARTS}
    states = {part: state if state in (HOLDS, OPEN) else FAILS for part, state in states.items()}
    report = verify_bundle(encode(bundle), Trust(frozenset({block})))
    found = {part: answer.state.value for part, answer in report.answers.items()}
    assert found == states, (name, found, states, {p: a.detail for p, a in report.answers.items()})
    errors = {part: expected.get(part) if states[part] == FAILS else None for part in PARTS}
    return {"name": name, "trusted_block": block.hex(), "expected": states, "errors": errors, **how}


NOW = datetime(2026, 11, 26, 12, 0, 0, tzinfo=UTC)
VCT = "https://credence.example/score/1"
ISSUER = "5299009QN1WRHV3CPG53"
CLAIMS: dict[str, JsonValue] = {"subject": "5493001KJTIIGC8Y1R12", "points": 87_400_000, "band": "A", "low": 84_000_000}


def credentials() -> dict[str, Any]:
    """Credentials that hold, and those that must be refused, each with the class of the refusal."""
    key, stranger = (StatementKey.generate(entropy(seed)) for seed in ("bank vectors", "a stranger"))
    holder = StatementKey.generate(entropy("a holder"))
    status = StatusReference(31337, b"\x44" * 20, b"\x55" * 32)

    def made(**options: Any) -> str:
        values = {"vct": VCT, "issuer": ISSUER, "issued": NOW - timedelta(days=1), "expires": NOW + timedelta(days=89)}
        settings = {"key": key, "entropy": entropy("salts"), "status": status, **values, **options}
        return credential.issue(CLAIMS, **settings)

    good, bound = made(), made(holder=holder.public)
    shown = credential.present(bound, ["points"], holder=holder, audience="bank", nonce="n-1", now=NOW)
    signed, *disclosed = good.rstrip("~").split("~")
    ask = {"audience": "bank", "nonce": "n-1"}
    wrong_typ = sdjwt.sign_jwt("vc+sd-jwt", dict(credential.parse(good).jwt.payload), key) + "~"
    cases: list[tuple[str, str, dict[str, str], str | None]] = [
        ("a fresh credential", good, {}, None),
        ("one with a claim withheld", "~".join([signed, *disclosed[1:], ""]), {}, None),
        ("one without status", made(status=None), {}, None),
        ("one presented by its holder", shown, ask, None),
        ("one with the other value of s", "~".join([high_s(signed), *disclosed, ""]), {}, SIGNATURE),
        ("one signed by a stranger", made(key=stranger), {}, SIGNATURE),
        ("one with a changed signature", "~".join([flipped(signed, len(signed) - 30), *disclosed, ""]), {}, SIGNATURE),
        ("one with a changed payload", "~".join([flipped(signed, signed.index(".") + 60), *disclosed, ""]), {}, "*"),
        ("one with a foreign disclosure", "~".join([signed, flipped(disclosed[0], 40), ""]), {}, "*"),
        ("one with a disclosure twice", "~".join([signed, disclosed[0], *disclosed, ""]), {}, "DisclosureError"),
        ("one of another issuer", made(issuer="5493001KJTIIGC8Y1R12"), {}, "ProofError"),
        ("one of another type", made(vct="https://credence.example/other"), {}, "ProofError"),
        ("one that expired", made(expires=NOW), {}, "ProofError"),
        ("one from the future", made(issued=NOW + timedelta(minutes=2)), {}, "ProofError"),
        ("one of the old header type", wrong_typ, {}, MALFORMED),
        ("a stolen one", bound, {}, SIGNATURE),
        ("one presented to another bank", shown, {"audience": "other", "nonce": "n-1"}, SIGNATURE),
        ("one presented before", shown, {"audience": "bank", "nonce": "n-2"}, SIGNATURE),
        ("one shown without its proof", shown[: shown.rindex("~") + 1], ask, SIGNATURE),
        ("one whose key binding shows more", more_shown(bound, shown), ask, SIGNATURE),
        ("no credential", "not.a.jwt~", {}, MALFORMED),
        ("one cut off", good[:-20], {}, "*"),
    ]
    found = []
    for name, text, asked, error in cases:
        given = refusal(text, key, asked)
        assert given == error or (error == "*" and given is not None), (name, given, error)
        found.append({"name": name, "credential": text, **asked, "error": given})
    issuer = {"lei": ISSUER, "key": "0x" + key.public.sec1.hex()}
    return {"now": int(NOW.timestamp()), "vct": VCT, "issuer": issuer, "claims": CLAIMS, "cases": found}


def more_shown(whole: str, shown: str) -> str:
    """A presentation with one disclosure more than its key binding covers."""
    extra = next(one for one in whole.rstrip("~").split("~")[1:] if one not in shown)
    signed, *rest = shown.split("~")
    return "~".join([signed, extra, *rest])


def refusal(text: str, key: StatementKey, asked: dict[str, str]) -> str | None:
    try:
        read = credential.parse(text)
        audience, nonce = asked.get("audience"), asked.get("nonce")
        credential.verify(read, issuer_key=key.public, issuer=ISSUER, vct=VCT, now=NOW, audience=audience, nonce=nonce)
    except CredenceError as error:
        return error.name
    return None


FILES: dict[str, Callable[[], dict[str, Any]]] = {"tampered.json": tampered, "credential.json": credentials}


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` say which of them differ."""
    differing = 0
    for name, make in FILES.items():
        path = FOLDER / name
        text = json.dumps(make(), indent=1) + "\n"
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        differing = 1
        if "--check" in arguments:
            print(f"tests/vectors/{name} is not what tools/vectors_tampered.py makes")
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote tests/vectors/{name}")
    return differing if "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
