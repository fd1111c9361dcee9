"""Write the golden vectors of statements: `python -m tools.vectors_statements` writes, with `--check` it only compares.

Nothing here imports `evidence`: identifiers, curve points, canonical JSON and whole statements are made by other means,
so that the vectors judge the product instead of repeating it.
"""

from __future__ import annotations

import json
import sys
from base64 import urlsafe_b64encode
from hashlib import sha256, shake_256
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "vectors"

# Real entries of the public GLEIF register.
LEIS = ("506700GE1G29325QX363", "INR2EJN1ERAN0W5ZP974", "5493001KJTIIGC8Y1R12", "7LTWFZYICNSX8D621K86")


def remainder_97(text: str) -> int:
    """ISO/IEC 7064 remainder, one character at a time."""
    rest = 0
    for character in text:
        value = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(character)
        rest = (rest * (100 if value > 9 else 10) + value) % 97
    return rest


def identity() -> dict[str, Any]:
    refused = []
    for lei in LEIS:
        assert remainder_97(lei) == 1
        refused += [lei[:18] + lei[19] + lei[18]] if lei[18] != lei[19] else []
        refused += [lei.lower(), lei[:19], lei + "0", " " + lei[1:], lei[:18] + "\u0661\u0662"]
    # Second spellings that leave the remainder 1: check digits 97, 98 and 02 against 00, 01 and 99.
    for check, alias in (("97", "00"), ("98", "01"), ("02", "99")):
        prefix = next(p for n in range(10_000) if remainder_97((p := f"CREDENCE{n:010d}") + check) == 1)
        assert remainder_97(prefix + alias) == 1
        refused.append(prefix + alias)
    orgs = {lei: sha256(b"credence/org/v1:" + lei.encode()).hexdigest() for lei in LEIS}
    return {"org_ids": orgs, "refused": refused}


P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]


def add(a: Point, b: Point) -> Point:
    """Addition on the twisted Edwards curve of RFC 8032, affine."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def times(n: int, point: Point) -> Point:
    result = (0, 1)
    for bit in bin(n)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def lift(y: int) -> Point | None:
    """The point with this y and an even x, found by trial of the two candidate roots."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    for x in (root, root * pow(2, (P - 1) // 4, P) % P):
        if x * x % P == square:
            return (x if x % 2 == 0 else P - x), y
    return None


def encoded(y: int, sign: int) -> str:
    return (y | sign << 255).to_bytes(32, "little").hex()


def ed25519() -> dict[str, Any]:
    """The eight points of small torsion, reached as L times other points, and all second encodings there are."""
    torsion: set[Point] = set()
    for y in range(2, 30):
        if (point := lift(y)) is not None:
            torsion |= {times(n, times(L, point)) for n in range(8)}
    assert len(torsion) == 8
    assert all(times(8, point) == (0, 1) for point in torsion)
    # y + P fits into 255 bits only for y < 19; with x = 0 the sign bit is a second spelling as well.
    second = [encoded(y + P, sign) for y in range(19) if lift(y) is not None for sign in (0, 1)]
    second += [encoded(1, 1), encoded(P - 1, 1)]
    off_curve = [encoded(y, 0) for y in range(2, 40) if lift(y) is None]
    base = lift(4 * pow(5, -1, P) % P)
    assert base is not None and times(L, base) == (0, 1)
    sound = [times(n, base) for n in (1, 2, 3, 5, 8, 13, 2**200 + 7, L - 1)]
    return {
        "low_order": sorted(encoded(y, x & 1) for x, y in torsion),
        "second_encodings": second,
        "off_curve": off_curve,
        "sound": [encoded(y, x & 1) for x, y in sound],
    }


def canonical() -> dict[str, Any]:
    values: list[Any] = [
        None,
        True,
        [],
        {},
        0,
        -1,
        2**53 - 1,
        1 - 2**53,
        "",
        '\u20ac$\u000f\nA\'B"\\\\"/',
        "\u0000\u001f\u007f\u0080\u2028\u2029\ufeff",
        {
            "\u20ac": "Euro",
            "\r": "CR",
            "\ufb33": "Dalet",
            "1": "One",
            "\U0001f600": "Smile",
            "\u0080": "C",
            "\u00f6": "o",
        },
        {"b": [1, {"z": None, "a": [True, False]}], "a": {"": "", " ": " "}, "aa": 2, "A": 1},
        {"\ue000": 1, "\U00010000": 2},
    ]
    return {
        "equal": [{"json": json.dumps(value), "canonical": rfc8785.dumps(value).decode()} for value in values],
        "refused": [
            "1.0", "1e3", "-0", "NaN", "Infinity", "9007199254740992", "-9007199254740992", '{"a":1,"a":1}', " 1", "1 ",
            '{"b":1,"a":2}', '"\\u0041"', '"\\ud800"', '{"\\udfff":1}', "[1,]", "01", "'a'", '"\t"', '"\\/"', "[1, 2]",
            "\ufeff1", '{"a": 1}', "", "tru", '"a', "[" * 40 + "]" * 40, "1" * 5000,
        ],
    }  # fmt: skip


def b64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


SERIES = {
    "part": "P-4711",
    "characteristic": "inner diameter",
    "unit": "mm",
    "nominal": "10.00",
    "lower_limit": "9.90",
    "upper_limit": "10.10",
    "lot": "批次-42",
    "operator": "B. \"Bo\" Müller",
    "subgroup_size": 2,
    "aggregate": {
        "decimals": "2", "n": "4", "sum": "4002", "sum_squares": "4004006", "min": "999", "max": "1002",
        "subgroups": "2", "subgroup_sum_squares": "8008004",
    },
    "values": ["10.01", "9.99", "10", "10.02"],
}  # fmt: skip


def statement() -> dict[str, Any]:
    """One measurement series, signed by hand: RFC 9901 with the profile of docs/architecture.md."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    scalar = int.from_bytes(sha256(b"credence test key").digest(), "big") % order
    private = ec.derive_private_key(scalar, ec.SECP256R1())
    numbers = private.public_key().public_numbers()
    x, y = (b64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    jwk = {"crv": "P-256", "kty": "EC", "x": x, "y": y}
    salts = shake_256(b"credence test salts").digest(16 * len(SERIES))
    disclosures = [
        b64url(rfc8785.dumps([b64url(salts[16 * place : 16 * place + 16]), name, SERIES[name]]))  # type: ignore[list-item]
        for place, name in enumerate(sorted(SERIES))
    ]
    lei = LEIS[2]
    header = {"typ": "credence-statement+sd-jwt", "alg": "ES256", "kid": b64url(sha256(rfc8785.dumps(jwk)).digest())}
    payload = {
        "schema": "credence:measurement-series:1",
        "kind": "measurement-series",
        "iss": lei,
        "sub": f"{lei}/PLANT-1",
        "seq": 7,
        "iat": 1_772_352_000,
        "occurred": "2026-03-01T08:00:00+01:00",
        "tier": "sensitive",
        "base": len(SERIES) - 2,  # all but operator (sensitive) and values (restricted)
        "_sd_alg": "sha-256",
        "_sd": sorted(b64url(sha256(text.encode()).digest()) for text in disclosures),
    }
    signing_input = f"{b64url(rfc8785.dumps(header))}.{b64url(rfc8785.dumps(payload))}"  # type: ignore[arg-type]
    der = private.sign(signing_input.encode(), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    r, s = utils.decode_dss_signature(der)
    low, high = min(s, order - s), max(s, order - s)
    signed, malleable = (
        f"{signing_input}.{b64url(r.to_bytes(32, 'big') + v.to_bytes(32, 'big'))}" for v in (low, high)
    )
    return {
        "private_scalar": f"{scalar:064x}",
        "jwk": jwk,
        "salts": salts.hex(),
        "issued": payload["iat"],
        "sequence": payload["seq"],
        "subject": payload["sub"],
        "issuer": lei,
        "occurred": payload["occurred"],
        "fields": SERIES,
        "sd_jwt": "~".join([signed, *disclosures, ""]),
        "same_with_high_s": "~".join([malleable, *disclosures, ""]),
        "leaf_hash": sha256(b"\x00" + signed.encode()).hexdigest(),
    }


def main() -> int:
    stale = []
    for name, make in (
        ("identity", identity),
        ("ed25519", ed25519),
        ("canonical", canonical),
        ("statement", statement),
    ):
        path, text = FOLDER / f"{name}.json", json.dumps(make(), indent=1, ensure_ascii=True) + "\n"
        if "--check" in sys.argv:
            stale += [] if path.exists() and path.read_text(encoding="utf-8") == text else [name]
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"not current: {', '.join(stale)}", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
