"""`.tlog-proof` files: leaf index, inclusion path and signed checkpoint in one text that is checked without network.

Source:
    C2SP tlog-proof (`c2sp.org/tlog-proof@v1`).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from evidence.checkpoint import Checkpoint, open_checkpoint, parse_decimal
from evidence.encoding import b64_decode, b64_encode
from evidence.errors import LimitError, MalformedError
from evidence.log import Digest, InclusionProof, LogHead, digest
from evidence.merkle import verify_inclusion
from evidence.note import MAX_NOTE_CHARACTERS, NoteKey, SignedNote, parse_note

FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
MAX_PATH: Final = 63
"""One hash a level, and no tree is higher."""

MAX_EXTRA_CHARACTERS: Final = 1 << 16
MAX_CHARACTERS: Final = MAX_NOTE_CHARACTERS + MAX_EXTRA_CHARACTERS + 4_096

IGNORED: Final = MappingProxyType(
    {
        "extra": "Data that nothing authenticates. Kept as it is, never used.",
        "extension lines": "Signed by the log with the rest of the checkpoint, but without a meaning we know.",
        "signature lines of unknown keys": "A reader ignores them, so that keys can rotate and witnesses can co-sign.",
    }
)
"""What the format tells every reader to ignore. `LogAnswer.ignored` names each that a proof contained; proof bundles
must contain none of it, so that there every byte counts."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A proof that some leaf is in a log; which leaf, the reader must know. Nothing is verified yet: see `verify`."""

    index: int
    path: tuple[Digest, ...]
    checkpoint: SignedNote
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if len(self.path) > MAX_PATH:
            raise LimitError(f"an inclusion path has at most {MAX_PATH} hashes, this one {len(self.path)}")
        # A proof that could never hold is no value: an index beyond the tree, a checkpoint that is none.
        InclusionProof(self.index, self.head.size, self.path)

    @property
    def head(self) -> LogHead:
        """The head that the checkpoint speaks of; believe it only after `verify`."""
        return Checkpoint.parse(self.checkpoint.text).head

    @property
    def inclusion(self) -> InclusionProof:
        """The inclusion proof in the checkpoint's tree."""
        return InclusionProof(self.index, self.head.size, self.path)

    def encode(self) -> str:
        """The proof as text."""
        extra = [] if self.extra is None else [f"extra {b64_encode(self.extra)}"]
        lines = [FIRST_LINE, *extra, f"index {self.index}", *(b64_encode(node) for node in self.path)]
        return "\n".join(lines) + "\n\n" + self.checkpoint.encode()

    @classmethod
    def parse(cls, text: str) -> TlogProof:
        """Read what `encode` writes.

        Raises:
            MalformedError: anything that would not encode back to `text`.
            LimitError: longer than any honest proof.
        """
        if len(text) > MAX_CHARACTERS:
            raise LimitError(f"a log proof has at most {MAX_CHARACTERS} characters, this one {len(text)}")
        head, divider, checkpoint = text.partition("\n\n")
        lines = head.split("\n", MAX_PATH + 4)
        if not divider or lines[0] != FIRST_LINE:
            raise MalformedError(f"a log proof begins with the line {FIRST_LINE} and holds a checkpoint")
        rest = lines[1:]
        extra = None
        if rest and rest[0].startswith("extra "):
            extra = b64_decode(rest.pop(0).removeprefix("extra "), limit=MAX_EXTRA_CHARACTERS)
        if not rest or not rest[0].startswith("index "):
            raise MalformedError("a log proof without its index line")
        index = parse_decimal(rest[0].removeprefix("index "))
        if len(rest) - 1 > MAX_PATH:
            raise LimitError(f"an inclusion path has at most {MAX_PATH} hashes")
        path = tuple(digest(b64_decode(line, limit=44)) for line in rest[1:])
        return cls(index, path, parse_note(checkpoint), extra)


@dataclass(frozen=True, slots=True)
class LogAnswer:
    """A log proof that holds.

    Attributes:
        head: the head that the log signed and that the leaf is in.
        ignored: what the reader ignored, named as in `IGNORED`, with the key for signature lines.
    """

    head: LogHead
    ignored: tuple[str, ...]


def verify(proof: TlogProof, leaf: Digest, log: NoteKey) -> LogAnswer:
    """Check that `leaf` (a leaf hash) is in the log that signs with `log`.

    Raises:
        SignatureError: the checkpoint is not signed by `log`.
        InclusionError: the leaf is not where the proof says.
        MalformedError: the checkpoint is another log's.
    """
    opened = open_checkpoint(proof.checkpoint, log)
    head = opened.checkpoint.head
    verify_inclusion(leaf, proof.inclusion, head.root)
    ignored = [
        *(["extra"] if proof.extra is not None else []),
        *(["extension lines"] if opened.checkpoint.extensions else []),
        *(f"signature lines of unknown keys: {key}" for key in opened.ignored),
    ]
    return LogAnswer(head, tuple(ignored))
