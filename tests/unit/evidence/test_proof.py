"""Proof bundles as files: one encoding, and the format as it was first published."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.encoding import hex_decode
from evidence.errors import CredenceError, LimitError, MalformedError, SignatureError
from evidence.proof import MAX_BYTES, decode
from evidence.verify import Trust, verify_bundle
from tests.support.bundles import BundleMaker, without_anchor
from tests.support.fuzz import assert_refuses_cleanly

MAKER = BundleMaker()
BUNDLE = MAKER.bundle()
VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "proof_bundle.json").read_text())


def test_a_bundle_is_read_back_from_its_file() -> None:
    assert decode(BUNDLE.encode()) == BUNDLE
    assert decode(without_anchor(BUNDLE).encode()) == without_anchor(BUNDLE)


@pytest.mark.parametrize("case", VECTORS["bundles"], ids=lambda case: str(case["format"]))
def test_bundles_of_every_version_still_verify(case: dict[str, Any]) -> None:
    data = json.dumps(case["bundle"], separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    trust = Trust(frozenset({hex_decode(case["trusted_block"])}))
    report = verify_bundle(data, trust)
    assert report.verified, report.answers
    assert report.about is not None
    assert report.about.statement_id == case["statement_id"]
    assert report.about.fields == case["fields"]


DAMAGES: list[Callable[[Any], object]] = [
    lambda bundle: bundle.update(format="credence-proof/2"),
    lambda bundle: bundle.pop("format"),
    lambda bundle: bundle.update(comment="read me"),
    lambda bundle: bundle.update(statement=None),
    lambda bundle: bundle.update(tlog_proof=["a"]),
    lambda bundle: bundle.pop("anchor"),
    lambda bundle: bundle.update(anchor={}),
    lambda bundle: bundle.update(anchor=False),
    lambda bundle: bundle["keys"].pop("log"),
    lambda bundle: bundle["keys"].update(witness="0x00"),
    lambda bundle: bundle["keys"].update(log=bundle["keys"]["log"][2:]),
    lambda bundle: bundle["keys"].update(statement=bundle["keys"]["statement"][:68]),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_no_bundle_is_refused(damage: Callable[[Any], object]) -> None:
    bundle = json.loads(BUNDLE.encode())
    damage(bundle)
    with pytest.raises(MalformedError):
        decode(json.dumps(bundle, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode())


def test_the_same_bundle_in_another_layout_is_refused() -> None:
    value = json.loads(BUNDLE.encode())
    for text in (json.dumps(value), json.dumps(value, indent=1), json.dumps(value, separators=(",", ":"))[:-1] + " }"):
        with pytest.raises(MalformedError):
            decode(text.encode())


def test_keys_that_no_honest_signer_has_are_refused() -> None:
    bundle = json.loads(BUNDLE.encode())
    for keys in ({"log": "0x" + "00" * 32}, {"log": "0x01" + "00" * 31}, {"statement": "0x04" + "11" * 64}):
        changed = {**bundle, "keys": bundle["keys"] | keys}
        with pytest.raises(SignatureError):
            decode(json.dumps(changed, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode())


def test_bundles_beyond_their_bounds_are_neither_written_nor_read() -> None:
    with pytest.raises(LimitError):
        replace(BUNDLE, statement="x" * MAX_BYTES).encode()
    with pytest.raises(LimitError):
        decode(b"x" * (MAX_BYTES + 1))


def test_damaged_bundles_are_refused_cleanly() -> None:
    seeds = [BUNDLE.encode(), without_anchor(BUNDLE).encode()]
    assert assert_refuses_cleanly(decode, seeds)

    def verify(data: bytes) -> None:
        # It must never raise, whatever it is given, and never verify what was damaged.
        report = verify_bundle(data, MAKER.trust(BUNDLE))
        assert report.verified == (data == BUNDLE.encode())
        if not report.verified:
            raise MalformedError("not verified")

    assert assert_refuses_cleanly(verify, seeds)
    with pytest.raises(CredenceError):
        decode(b"")
