"""`.tlog-proof` files against vectors made by hand and an independent implementation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import proofbundle.tlogproof
import pytest

from evidence.checkpoint import sign_checkpoint
from evidence.encoding import b64_encode
from evidence.errors import CredenceError, InclusionError, LimitError, MalformedError, SignatureError
from evidence.keys import LogKey, LogPublicKey
from evidence.log import Digest, LogHead
from evidence.merkle import leaf_hash
from evidence.note import NoteKey, SignedNote, sign_note
from evidence.tlog_proof import IGNORED, TlogProof, verify
from tests.support.bundles import BundleMaker
from tests.support.fuzz import assert_refuses_cleanly

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "tlog_proof.json").read_text())
MAKER = BundleMaker()
LOG = NoteKey(f"credence/{MAKER.lei}", MAKER.log_key.public)
LEAF = b"header.payload.signature"
HEAD, PROOF = MAKER.log(LEAF)


@pytest.mark.parametrize("case", VECTORS["proofs"], ids=lambda case: f"{case['index']} of {case['size']}")
def test_proofs_of_the_vectors_hold_and_encode_back_to_themselves(case: dict[str, Any]) -> None:
    log = NoteKey(VECTORS["origin"], LogPublicKey(bytes.fromhex(VECTORS["public_key"])))
    proof = TlogProof.parse(case["proof"])
    assert proof.encode() == case["proof"]
    assert proof.index == case["index"]
    answer = verify(proof, Digest(bytes.fromhex(case["leaf"])), log)
    assert answer.head.size == case["size"]
    assert answer.ignored == ()


def test_proofbundle_accepts_our_proofs() -> None:
    found = proofbundle.tlogproof.verify_tlog_proof(PROOF.encode(), LEAF, str(LOG), expected_origin=LOG.name)
    assert found["ok"]
    assert (found["index"], found["tree_size"], found["root"]) == (PROOF.index, HEAD.size, HEAD.root)
    assert not proofbundle.tlogproof.verify_tlog_proof(PROOF.encode(), LEAF + b"x", str(LOG))["ok"]


@pytest.mark.parametrize("extra", [None, b"", b"some context"])
def test_we_accept_proofs_of_proofbundle(extra: bytes | None) -> None:
    text = proofbundle.tlogproof.format_tlog_proof(PROOF.index, PROOF.path, PROOF.checkpoint.encode(), extra)
    proof = TlogProof.parse(text)
    assert proof == replace(PROOF, extra=extra)
    assert proof.encode() == text
    assert verify(proof, leaf_hash(LEAF), LOG).ignored == (() if extra is None else ("extra",))


def test_everything_ignored_is_named() -> None:
    witness = LogKey.generate(lambda size: bytes(size))
    text = PROOF.checkpoint.text + "an extension\n"
    both = sign_note(text, LOG.name, MAKER.log_key).signatures + sign_note(text, "w.example", witness).signatures
    answer = verify(replace(PROOF, checkpoint=SignedNote(text, both), extra=b"x"), leaf_hash(LEAF), LOG)
    assert answer.ignored == (
        "extra",
        "extension lines",
        f"signature lines of unknown keys: w.example+{NoteKey('w.example', witness.public).id.hex()}",
    )
    assert all(any(name.startswith(known) for known in IGNORED) for name in answer.ignored)


def test_a_proof_holds_for_no_other_leaf_index_path_or_log() -> None:
    with pytest.raises(InclusionError):
        verify(PROOF, leaf_hash(LEAF + b"x"), LOG)
    with pytest.raises(InclusionError):
        verify(replace(PROOF, index=PROOF.index - 1), leaf_hash(LEAF), LOG)
    with pytest.raises(InclusionError):
        verify(replace(PROOF, path=PROOF.path[:-1]), leaf_hash(LEAF), LOG)
    other = LogKey.generate(lambda size: bytes([7]) * size)
    with pytest.raises(SignatureError):
        verify(PROOF, leaf_hash(LEAF), NoteKey(LOG.name, other.public))
    with pytest.raises(SignatureError):
        verify(PROOF, leaf_hash(LEAF), NoteKey("credence/other", MAKER.log_key.public))


def test_no_byte_of_a_proof_can_change_be_left_out_or_added() -> None:
    data, leaf = PROOF.encode().encode(), leaf_hash(LEAF)
    for place in range(len(data)):
        values = {data[place] ^ 1, data[place] ^ 0x20, 0x0A, 0x20, 0x41} - {data[place]}
        changes = [data[:place] + bytes([value]) + data[place + 1 :] for value in sorted(values)]
        changes.append(data[:place] + data[place + 1 :])
        changes += [data[:place] + added + data[place:] for added in (b"\n", b"A")]
        for changed in changes:
            if changed != data:
                with pytest.raises((CredenceError, UnicodeDecodeError)):
                    verify(TlogProof.parse(changed.decode()), leaf, LOG)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("@v1", "@v2"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\n" + text,
        lambda text: text.replace("index 3", "index 03"),
        lambda text: text.replace("index 3", "index  3"),
        lambda text: text.replace("index 3", "index 7"),
        lambda text: text.replace("index 3\n", ""),
        lambda text: text.replace("index 3\n", "index 3\nindex 3\n"),
        lambda text: text.replace("index 3", "extra\nindex 3"),
        lambda text: text.replace("index 3", "extra AA=\nindex 3"),
        lambda text: text.replace("index 3", "index 3\nextra AA=="),
        lambda text: text.replace("index 3", f"index 3\n{b64_encode(bytes(31))}"),
        lambda text: text.split("\n\n", 1)[0] + "\n",
        lambda text: text.replace("\n\n", "\n\n\n", 1),
    ],
)
def test_what_is_no_proof_in_its_one_spelling_is_refused(damage: object) -> None:
    assert callable(damage)
    with pytest.raises(MalformedError):
        TlogProof.parse(damage(PROOF.encode()))


def test_proofs_beyond_their_bounds_are_refused() -> None:
    with pytest.raises(LimitError):
        TlogProof.parse("x" * 400_000)
    with pytest.raises(LimitError):
        TlogProof.parse(PROOF.encode().replace("index 3\n", "index 3\n" + f"{b64_encode(bytes(32))}\n" * 64))
    with pytest.raises(LimitError):
        replace(PROOF, path=(Digest(bytes(32)),) * 64)


def test_a_proof_in_a_log_of_a_million_leaves_has_at_most_1200_bytes() -> None:
    checkpoint = sign_checkpoint(LOG.name, LogHead(1_000_000, HEAD.root), MAKER.log_key)
    proof = TlogProof(999_999, (Digest(bytes(32)),) * 20, checkpoint)
    assert len(proof.encode().encode()) <= 1_200


def test_damaged_proofs_are_refused_cleanly() -> None:
    seeds = [PROOF.encode().encode(), *(case["proof"].encode() for case in VECTORS["proofs"])]
    leaf = leaf_hash(LEAF)
    assert assert_refuses_cleanly(
        lambda data: verify(TlogProof.parse(data.decode("utf-8", "surrogateescape")), leaf, LOG), seeds
    )
