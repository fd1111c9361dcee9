"""Signed notes: a text with signature lines under it, Ed25519 only.

Reading is strict: what does not encode back to the same bytes is refused. A note may carry signatures of keys that the
reader does not know; the format says to ignore them, so `open_note` names each one that it ignored.

Source:
    C2SP signed-note; the text format of Go's sumdb/note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from evidence.encoding import b64_decode, b64_encode, hex_decode
from evidence.errors import LimitError, MalformedError, SignatureError
from evidence.keys import LogKey, LogPublicKey

MAX_NOTE_CHARACTERS: Final = 1 << 18
"""Room for the sixteen signatures that a reader must accept, post-quantum ones included (about 7,000 each)."""

MAX_SIGNATURES: Final = 64
ED25519: Final = 0x01
"""The format's type byte for plain Ed25519 signatures."""

_DASH: Final = "\u2014 "


def check_name(name: str) -> str:
    """Check that `name` may name a key: not empty, no white space, no control character, no plus sign.

    Raises:
        MalformedError: it may not.
    """
    if not name or len(name) > 256 or any(c.isspace() or c < " " or c in "+\x7f" or _is_surrogate(c) for c in name):
        raise MalformedError(f"not a name for a note's key: {name[:80]!r}")
    return name


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A named public key that signs notes; name and key together make its 4-byte id."""

    name: str
    public: LogPublicKey

    def __post_init__(self) -> None:
        check_name(self.name)

    @property
    def id(self) -> bytes:
        """4 bytes that, with the name, say which key signed. A hint, no proof: it is short enough to collide."""
        return sha256(self.name.encode() + b"\n" + bytes([ED25519]) + self.public.raw).digest()[:4]

    def __str__(self) -> str:
        """The verifier key: `<name>+<id in hex>+<base64 of type byte and key>`."""
        return f"{self.name}+{self.id.hex()}+{b64_encode(bytes([ED25519]) + self.public.raw)}"

    @classmethod
    def parse(cls, text: str) -> NoteKey:
        """Read what `str()` writes.

        Raises:
            MalformedError: not a verifier key, not Ed25519, or its id is another key's.
            SignatureError: a point that no honest key has.
        """
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise MalformedError(f"not a verifier key (name+id+key): {text[:80]!r}")
        name, key_id, encoded = parts
        material = b64_decode(encoded, limit=64)
        if len(material) != 33 or material[0] != ED25519:
            raise MalformedError("a verifier key that is not Ed25519")
        key = cls(check_name(name), LogPublicKey(material[1:]))
        if hex_decode(key_id, size=4) != key.id:
            raise MalformedError(f"the verifier key of {name} says id {key_id}, its key has {key.id.hex()}")
        return key


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: the key's name and id, and what it signed with (64 bytes for Ed25519)."""

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.key_id) != 4 or not self.signature:
            raise MalformedError(f"the signature line of {self.name} lacks a key id of 4 bytes or a signature")

    @property
    def line(self) -> str:
        """The line as it stands in the note, with its newline."""
        return f"{_DASH}{self.name} {b64_encode(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text (ending in a newline) and the signature lines under it. Nothing is verified yet: see `open_note`."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise MalformedError("a note's text ends with a newline")
        if any((c < " " and c != "\n") or _is_surrogate(c) for c in self.text):
            raise MalformedError("a note's text has no control characters and is valid Unicode")
        if not 0 < len(self.signatures) <= MAX_SIGNATURES:
            raise LimitError(f"a note has 1 to {MAX_SIGNATURES} signatures, this one {len(self.signatures)}")
        if len({(one.name, one.key_id) for one in self.signatures}) != len(self.signatures):
            # Readers that check only the first of several would let the others be anything.
            raise MalformedError("a note with two signatures of the same key")

    def encode(self) -> str:
        """The note as text."""
        return self.text + "\n" + "".join(signature.line for signature in self.signatures)


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note whose signatures were checked.

    Attributes:
        text: what was signed.
        signers: the keys whose signatures hold, at least one.
        ignored: the signature lines of keys the reader does not know, as `name+id`; they prove nothing.
    """

    text: str
    signers: tuple[NoteKey, ...]
    ignored: tuple[str, ...]


def parse_note(note: str) -> SignedNote:
    """Read a note.

    Raises:
        LimitError: too long, or too many signatures.
        MalformedError: anything that would not encode back to `note`.
    """
    if len(note) > MAX_NOTE_CHARACTERS:
        raise LimitError(f"a note has at most {MAX_NOTE_CHARACTERS} characters, this one {len(note)}")
    # The text may hold empty lines itself: the last one divides.
    text, divider, tail = note.rpartition("\n\n")
    if not divider or not tail.endswith("\n"):
        raise MalformedError("a note is a text, an empty line and signature lines, each ending with a newline")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise LimitError(f"a note has at most {MAX_SIGNATURES} signatures, this one {len(lines)}")
    return SignedNote(text + "\n", tuple(_parse_line(line) for line in lines))


def sign_note(text: str, name: str, key: LogKey) -> SignedNote:
    """Sign `text` (ending in a newline) with one key under `name`."""
    note_key = NoteKey(name, key.public)
    return SignedNote(text, (NoteSignature(name, note_key.id, key.sign(text.encode())),))


def open_note(note: SignedNote, keys: Sequence[NoteKey]) -> OpenedNote:
    """Check every signature of a known key.

    Raises:
        SignatureError: one of them does not hold (the whole note is refused), or no known key signed.
    """
    known = {(key.name, key.id): key for key in keys}
    signers: list[NoteKey] = []
    ignored: list[str] = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            ignored.append(f"{signature.name}+{signature.key_id.hex()}")
            continue
        key.public.verify(signature.signature, note.text.encode())
        signers.append(key)
    if not signers:
        raise SignatureError("the note is signed by none of the keys that may sign it")
    return OpenedNote(note.text, tuple(signers), tuple(ignored))


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _parse_line(line: str) -> NoteSignature:
    if not line.startswith(_DASH):
        raise MalformedError(f"not a signature line: {line[:80]!r}")
    name, _, encoded = line[len(_DASH) :].partition(" ")
    data = b64_decode(encoded)
    return NoteSignature(name, data[:4], data[4:])
