"""What a reader gives back, and the bounds that hold for every file from others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import BinaryIO, Final

from evidence.draft import Draft
from evidence.errors import ImportRefusedError, LimitError, MalformedError, SchemaError

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
"""Longest file read, bytes."""
MAX_VALUES: Final = 1_000_000
"""Most measured values taken from one file."""
MAX_TEXT: Final = 200
"""Longest name, code or title taken from a file, characters."""


@dataclass(frozen=True, slots=True)
class FileContent:
    """What one file says.

    Attributes:
        format: "QIF 3.0", "Q-DAS AQDEF", "IPC-CFX", "CSV" or "Excel", as detected from the content.
        drafts: the records read, in the file's order; none when the file carries no values.
        note: what a reader of the report should know: why there are no drafts, what was left out and why, which
            doubtful spot was read how.
    """

    format: str
    drafts: tuple[Draft, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The file being read and what its reader may assume about times.

    Attributes:
        name: file name, for messages; some formats also take the message class from it.
        zone: zone of local times that name none.
        default_time: when a record counts as having occurred if its file names no time at all; None refuses those.
    """

    name: str
    zone: tzinfo
    default_time: datetime | None = None

    def refusal(self, where: str, reason: str, advice: str | None = None) -> ImportRefusedError:
        """The error that refuses this file whole."""
        return ImportRefusedError(self.name, where, reason, advice=advice)

    @contextmanager
    def at(self, where: str) -> Iterator[None]:
        """Turn errors of the small parsers into a refusal that names the file and the place."""
        try:
            yield
        except (MalformedError, SchemaError, LimitError) as error:
            advice = None if error.advice == type(error).default_advice else error.advice
            raise ImportRefusedError(self.name, where, error.message, advice=advice) from error

    def time_or_default(self, moment: datetime | None, where: str) -> datetime:
        """`moment`, or the default time.

        Raises:
            ImportRefusedError: there is neither.
        """
        if moment is not None:
            return moment
        if self.default_time is not None:
            return self.default_time
        raise self.refusal(
            where,
            "the file names no time at which this was measured",
            "Say when it was: pass a default time for files that carry none.",
        )


def read_bounded(name: str, content: BinaryIO) -> bytes:
    """All bytes of a file, at most MAX_FILE_BYTES.

    Raises:
        ImportRefusedError: longer, or empty.
    """
    data = content.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise ImportRefusedError(
            name, "end", f"longer than {MAX_FILE_BYTES // 2**20} MiB", advice="Split it into smaller files."
        )
    if not data:
        raise ImportRefusedError(name, "start", "the file is empty")
    return data


def clean_text(text: str) -> str:
    """A name from a file with its white space tidied.

    Raises:
        MalformedError: empty, longer than MAX_TEXT, or with control characters.
    """
    tidy = " ".join(text.split())
    if not tidy:
        raise MalformedError("an empty text where a name is needed")
    if len(tidy) > MAX_TEXT:
        raise LimitError(f"a text of {len(tidy)} characters; at most {MAX_TEXT} are read")
    if not tidy.isprintable():
        raise MalformedError(f"{tidy[:40]!r} holds characters that cannot be printed")
    return tidy
