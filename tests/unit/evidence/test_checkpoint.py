"""Checkpoints against vectors made by hand and an independent implementation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import proofbundle.checkpoint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.checkpoint import Checkpoint, log_origin, open_checkpoint, parse_decimal, sign_checkpoint
from evidence.encoding import b64_encode
from evidence.errors import CredenceError, LimitError, MalformedError, SignatureError
from evidence.identity import lei_from_prefix
from evidence.keys import LogKey
from evidence.log import Digest, LogHead
from evidence.note import NoteKey, SignedNote, parse_note, sign_note
from tests.support.fuzz import assert_refuses_cleanly

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "checkpoint.json").read_text())
ORIGIN = log_origin(lei_from_prefix("5299009QN1WRHV3CPG"))
KEY = LogKey.generate(lambda size: bytes(range(size)))
WITNESS = LogKey.generate(lambda size: bytes(range(100, 100 + size)))
HEAD = LogHead(109_482, Digest(bytes(range(32))))
LOG = NoteKey(ORIGIN, KEY.public)


@pytest.mark.parametrize("case", VECTORS["checkpoints"], ids=lambda case: f"size {case['size']}")
def test_checkpoints_of_the_vectors_open_to_their_heads(case: dict[str, Any]) -> None:
    log = NoteKey.parse(VECTORS["verifier_key"])
    opened = open_checkpoint(parse_note(case["note"]), log)
    assert opened.checkpoint == Checkpoint(
        VECTORS["origin"], LogHead(case["size"], Digest(bytes.fromhex(case["root"])))
    )
    assert opened.ignored == ()
    assert log.public.raw.hex() == VECTORS["public_key"]


def test_proofbundle_accepts_our_checkpoints_and_verifier_keys() -> None:
    found = proofbundle.checkpoint.verify_checkpoint(sign_checkpoint(ORIGIN, HEAD, KEY).encode(), str(LOG))
    assert found["ok"]
    assert (found["origin"], found["tree_size"], found["root"]) == (ORIGIN, HEAD.size, HEAD.root)


def test_we_accept_checkpoints_and_verifier_keys_of_proofbundle() -> None:
    note = proofbundle.checkpoint.sign_checkpoint(ORIGIN, HEAD.size, HEAD.root, KEY._key, ORIGIN)
    log = NoteKey.parse(proofbundle.checkpoint.vkey(ORIGIN, KEY.public.raw))
    assert log == LOG
    assert open_checkpoint(parse_note(note), log).checkpoint.head == HEAD
    assert note == sign_checkpoint(ORIGIN, HEAD, KEY).encode()


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(st.text("abc +/\u2014", min_size=1)))
def test_checkpoints_are_read_back(size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(ORIGIN, LogHead(size, Digest(root)), tuple(extensions[:16]))
    assert Checkpoint.parse(checkpoint.text) == checkpoint


def test_extension_lines_are_kept_and_signed() -> None:
    text = Checkpoint(ORIGIN, HEAD, ("anything", "more")).text
    assert text.endswith("\nanything\nmore\n")
    note = sign_note(text, ORIGIN, KEY)
    assert open_checkpoint(note, LOG).checkpoint.extensions == ("anything", "more")
    with pytest.raises(SignatureError):
        open_checkpoint(SignedNote(Checkpoint(ORIGIN, HEAD).text, note.signatures), LOG)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "origin\n1\n",
        f"\n1\n{b64_encode(bytes(32))}\n",
        f"origin\n01\n{b64_encode(bytes(32))}\n",
        f"origin\n+1\n{b64_encode(bytes(32))}\n",
        f"origin\n 1\n{b64_encode(bytes(32))}\n",
        f"origin\n1_0\n{b64_encode(bytes(32))}\n",
        f"origin\n\u0661\n{b64_encode(bytes(32))}\n",
        f"origin\n9223372036854775808\n{b64_encode(bytes(32))}\n",
        f"origin\n{'9' * 5000}\n{b64_encode(bytes(32))}\n",
        f"origin\n1\n{b64_encode(bytes(31))}\n",
        f"origin\n1\n{b64_encode(bytes(33))}\n",
        f"origin\n1\n{bytes(32).hex()}\n",
        f"origin\n1\n{b64_encode(bytes(32))}",
        f"origin\n1\n{b64_encode(bytes(32))}\n\n",
        f"origin\n1\n{b64_encode(bytes(32))}\n\nextension\n",
        f"origin\n1\n{b64_encode(bytes(32))}\r\n",
        f"origin\n1\n{b64_encode(bytes(32))}\n" + "extension\n" * 17,
        f"{'o' * 1025}\n1\n{b64_encode(bytes(32))}\n",
    ],
)
def test_what_is_no_checkpoint_in_its_one_spelling_is_refused(text: str) -> None:
    with pytest.raises(CredenceError):
        Checkpoint.parse(text)


def test_another_logs_checkpoint_does_not_pass_even_when_our_key_signed_it() -> None:
    note = sign_note(Checkpoint("credence/other", HEAD).text, ORIGIN, KEY)
    with pytest.raises(MalformedError, match="credence/other"):
        open_checkpoint(note, LOG)


def test_a_witness_alone_cannot_speak_for_the_log() -> None:
    witness = NoteKey("witness.example", WITNESS.public)
    alone = sign_note(Checkpoint(ORIGIN, HEAD).text, "witness.example", WITNESS)
    with pytest.raises(SignatureError, match="not signed by the log"):
        open_checkpoint(alone, LOG, [witness])
    together = SignedNote(alone.text, sign_checkpoint(ORIGIN, HEAD, KEY).signatures + alone.signatures)
    assert open_checkpoint(together, LOG, [witness]).ignored == ()
    assert open_checkpoint(together, LOG).ignored == (f"witness.example+{witness.id.hex()}",)


def test_decimals_have_one_spelling() -> None:
    assert [parse_decimal(text) for text in ("0", "7", "9223372036854775807")] == [0, 7, 2**63 - 1]
    for text in ("", "00", "-0", "1 ", "1\n", "0x1", "\uff11", "1" * 20):
        with pytest.raises(MalformedError):
            parse_decimal(text)


def test_a_checkpoint_with_too_many_extension_lines_cannot_be_made() -> None:
    with pytest.raises(LimitError):
        Checkpoint(ORIGIN, HEAD, ("line",) * 17)


def test_damaged_checkpoints_are_refused_cleanly() -> None:
    seeds = [Checkpoint(ORIGIN, HEAD, extensions).text.encode() for extensions in ((), ("one", "two"))]
    assert assert_refuses_cleanly(lambda data: Checkpoint.parse(data.decode("utf-8", "surrogateescape")), seeds)
