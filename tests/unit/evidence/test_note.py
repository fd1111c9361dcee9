"""Signed notes against Go's published note, and everything that is not one."""

from __future__ import annotations

import random
from hashlib import sha256

import pytest

from evidence.encoding import b64_encode
from evidence.errors import CredenceError, LimitError, MalformedError, SignatureError
from evidence.keys import LogKey
from evidence.note import NoteKey, NoteSignature, SignedNote, check_name, open_note, parse_note, sign_note
from tests.support.fuzz import assert_refuses_cleanly

# The example that documents Go's sumdb/note: key, text and the signature over it.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
GO_NOTE = f"{GO_TEXT}\n\u2014 PeterNeumann {GO_SIGNATURE}\n"

ALICE = LogKey.generate(lambda size: sha256(b"alice").digest()[:size])
BOB = LogKey.generate(lambda size: sha256(b"bob").digest()[:size])
ALICE_KEY, BOB_KEY = NoteKey("alice.example/log", ALICE.public), NoteKey("bob.example", BOB.public)


def both(text: str = "hello\n") -> SignedNote:
    ours, theirs = sign_note(text, ALICE_KEY.name, ALICE), sign_note(text, BOB_KEY.name, BOB)
    return SignedNote(text, ours.signatures + theirs.signatures)


def test_the_note_of_gos_documentation_opens_with_its_key() -> None:
    opened = open_note(parse_note(GO_NOTE), [NoteKey.parse(GO_KEY)])
    assert opened.text == GO_TEXT
    assert [key.name for key in opened.signers] == ["PeterNeumann"]
    assert opened.ignored == ()


def test_verifier_keys_and_notes_encode_back_to_themselves() -> None:
    assert str(NoteKey.parse(GO_KEY)) == GO_KEY
    assert NoteKey.parse(str(ALICE_KEY)) == ALICE_KEY
    assert parse_note(GO_NOTE).encode() == GO_NOTE


def test_signatures_of_unknown_keys_are_ignored_and_named() -> None:
    opened = open_note(both(), [ALICE_KEY])
    assert opened.signers == (ALICE_KEY,)
    assert opened.ignored == (f"bob.example+{BOB_KEY.id.hex()}",)


def test_every_signature_of_a_known_key_must_hold() -> None:
    ours, theirs = both().signatures
    forged = NoteSignature(theirs.name, theirs.key_id, bytes(64))
    note = SignedNote("hello\n", (ours, forged))
    open_note(note, [ALICE_KEY])
    with pytest.raises(SignatureError):
        open_note(note, [ALICE_KEY, BOB_KEY])


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    with pytest.raises(SignatureError, match="none of the keys"):
        open_note(sign_note("hello\n", ALICE_KEY.name, ALICE), [BOB_KEY])


def test_the_same_key_under_another_name_is_another_key() -> None:
    note = sign_note("hello\n", "mallory.example", ALICE)
    with pytest.raises(SignatureError):
        open_note(note, [ALICE_KEY])


def test_a_colliding_key_id_does_not_help_a_forger() -> None:
    theirs = sign_note("hello\n", ALICE_KEY.name, BOB).signatures[0]
    forged = SignedNote("hello\n", (NoteSignature(ALICE_KEY.name, ALICE_KEY.id, theirs.signature),))
    with pytest.raises(SignatureError):
        open_note(forged, [ALICE_KEY])


def test_texts_with_empty_lines_are_divided_at_the_last_one() -> None:
    note = sign_note("first\n\nsecond\n", ALICE_KEY.name, ALICE)
    assert parse_note(note.encode()) == note
    assert open_note(parse_note(note.encode()), [ALICE_KEY]).text == "first\n\nsecond\n"


@pytest.mark.parametrize(
    "damage",
    [
        lambda note: "",
        lambda note: note[:-1],
        lambda note: note + "\n",
        lambda note: note + " ",
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.replace("\n", "\r\n"),
        lambda note: note.replace("\u2014", "-"),
        lambda note: note.replace("\u2014 ", "\u2014  "),
        lambda note: note.replace("\u2014 P", "\u2014\u00a0P"),
        lambda note: note.replace("PeterNeumann", "Peter+Neumann"),
        lambda note: note.replace("PeterNeumann", ""),
        lambda note: note.replace("=", ""),
        lambda note: note.replace("AM=", "AN="),
        lambda note: note.replace("AM=", "AM=="),
        lambda note: note.replace("think", "thi\tnk"),
        lambda note: note.replace("think", "thi\x00nk"),
        lambda note: note.replace("think", "thi\ud800nk"),
        lambda note: note.replace("PeterNeumann", "Peter\ud800Neumann"),
        lambda note: note + note[note.index("\u2014") :],
        lambda note: GO_TEXT + "\n\u2014 PeterNeumann x08goA==\n",
        lambda note: GO_TEXT + "\n\u2014 PeterNeumann x08g\n",
        lambda note: GO_TEXT + "\n\u2014 PeterNeumann \n",
        lambda note: GO_TEXT + "\n\u2014 PeterNeumann\n",
    ],
)
def test_what_is_no_note_in_its_one_spelling_is_refused(damage: object) -> None:
    assert callable(damage)
    with pytest.raises(CredenceError):
        open_note(parse_note(damage(GO_NOTE)), [NoteKey.parse(GO_KEY)])


def test_no_byte_of_a_note_can_change() -> None:
    key, data = NoteKey.parse(GO_KEY), GO_NOTE.encode()
    for place in range(len(data)):
        for value in (data[place] ^ 1, data[place] ^ 0x20, 0x0A, 0x20):
            if value == data[place]:
                continue
            changed = data[:place] + bytes([value]) + data[place + 1 :]
            with pytest.raises((CredenceError, UnicodeDecodeError)):
                open_note(parse_note(changed.decode()), [key])


def test_no_byte_of_a_verifier_key_can_change() -> None:
    for place in range(len(GO_KEY)):
        for value in "0Aa+/= \n":
            if value != GO_KEY[place]:
                with pytest.raises(CredenceError):
                    NoteKey.parse(GO_KEY[:place] + value + GO_KEY[place + 1 :])


def test_keys_of_other_algorithms_are_refused() -> None:
    for material in (b"\x02" + bytes(32), b"\x04" + ALICE.public.raw, ALICE.public.raw, b"\x01" + bytes(31)):
        with pytest.raises(CredenceError):
            NoteKey.parse(f"name+{sha256(b'name' + material).hexdigest()[:8]}+{b64_encode(material)}")


def test_low_order_keys_are_refused() -> None:
    material = b"\x01" + b"\x01" + bytes(31)
    key_id = sha256(b"name\n" + material).digest()[:4]
    with pytest.raises(SignatureError):
        NoteKey.parse(f"name+{key_id.hex()}+{b64_encode(material)}")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb", "a\x7fb", "a\ud800", "x" * 257])
def test_names_that_cannot_be_told_apart_or_split_are_refused(name: str) -> None:
    with pytest.raises(MalformedError):
        check_name(name)


def test_notes_beyond_their_bounds_are_refused() -> None:
    with pytest.raises(LimitError):
        parse_note("x" * 300_000)
    line = GO_NOTE[GO_NOTE.index("\u2014") :]
    with pytest.raises(LimitError):
        parse_note(GO_NOTE + line * 64)
    with pytest.raises(LimitError):
        SignedNote("text\n", ())


def test_sixteen_signatures_of_post_quantum_size_are_read() -> None:
    rng = random.Random(1)
    lines = tuple(NoteSignature(f"witness{number}", rng.randbytes(4), rng.randbytes(4_900)) for number in range(16))
    note = SignedNote("text\n", lines)
    assert parse_note(note.encode()) == note


def test_damaged_notes_are_refused_cleanly() -> None:
    seeds = [GO_NOTE.encode(), both().encode().encode(), str(ALICE_KEY).encode()]
    key = NoteKey.parse(GO_KEY)

    def text(data: bytes) -> str:
        return data.decode("utf-8", "surrogateescape")

    assert assert_refuses_cleanly(lambda data: open_note(parse_note(text(data)), [key]), seeds)
    assert assert_refuses_cleanly(lambda data: NoteKey.parse(text(data)), seeds)
