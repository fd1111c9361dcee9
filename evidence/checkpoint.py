"""Checkpoints: a log's head as a note that the log signed.

Source:
    C2SP tlog-checkpoint.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evidence.encoding import b64_decode, b64_encode
from evidence.errors import LimitError, MalformedError, SignatureError
from evidence.identity import Lei
from evidence.keys import LogKey
from evidence.log import LogHead, digest
from evidence.note import NoteKey, SignedNote, open_note, sign_note

MAX_EXTENSIONS: Final = 16
MAX_LINE: Final = 1_024

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def log_origin(lei: Lei) -> str:
    """The origin of an organisation's log, which is also the name of its log key: `credence/<LEI>`."""
    return f"credence/{lei}"


def parse_decimal(text: str) -> int:
    """A size or index: ASCII digits without leading zeros, at most 19 of them.

    Raises:
        MalformedError: anything else.
    """
    if not _DECIMAL.fullmatch(text):
        raise MalformedError(f"not a decimal number without leading zeros: {text[:40]!r}")
    return int(text)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log signs: its origin, its head, and extension lines (signed as well, but opaque to us)."""

    origin: str
    head: LogHead
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.extensions) > MAX_EXTENSIONS:
            raise LimitError(f"a checkpoint has at most {MAX_EXTENSIONS} extension lines, not {len(self.extensions)}")
        for line in (self.origin, *self.extensions):
            if not line or len(line) > MAX_LINE or any(c < " " for c in line):
                raise MalformedError(f"not a line of a checkpoint: {line[:80]!r}")

    @property
    def text(self) -> str:
        """The text of the note."""
        return "\n".join((self.origin, f"{self.head.size}", b64_encode(self.head.root), *self.extensions, ""))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read what `text` writes.

        Raises:
            MalformedError: anything else.
            LimitError: too many extension lines.
        """
        lines = text.split("\n", MAX_EXTENSIONS + 4)
        if len(lines) < 4 or lines[-1] != "":
            raise MalformedError("a checkpoint is an origin, a size and a root, each on a line")
        origin, size, root, *extensions = lines[:-1]
        head = LogHead(parse_decimal(size), digest(b64_decode(root, limit=44)))
        return cls(origin, head, tuple(extensions))


@dataclass(frozen=True, slots=True)
class OpenedCheckpoint:
    """A checkpoint whose log signature holds; `ignored` names the signature lines of unknown keys (`name+id`)."""

    checkpoint: Checkpoint
    ignored: tuple[str, ...]


def sign_checkpoint(origin: str, head: LogHead, key: LogKey) -> SignedNote:
    """Sign `head` as the log named `origin`, whose key has the same name."""
    return sign_note(Checkpoint(origin, head).text, origin, key)


def open_checkpoint(note: SignedNote, log: NoteKey, others: Sequence[NoteKey] = ()) -> OpenedCheckpoint:
    """Check a checkpoint's signatures and read it.

    Args:
        log: the log's key; its name must be the checkpoint's origin, so that no other log's head passes as this one's.
        others: further keys that the reader knows; their signatures must hold where present.
    Raises:
        SignatureError: a known key's signature does not hold, or the log did not sign.
        MalformedError: what is signed is no checkpoint, or one of another log.
    """
    opened = open_note(note, (log, *others))
    if log not in opened.signers:
        raise SignatureError(f"the checkpoint is not signed by the log {log.name}")
    checkpoint = Checkpoint.parse(opened.text)
    if checkpoint.origin != log.name:
        raise MalformedError(f"a checkpoint of {checkpoint.origin[:80]!r} where one of {log.name!r} is needed")
    return OpenedCheckpoint(checkpoint, opened.ignored)
