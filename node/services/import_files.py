"""Import inspection files: read each whole, then submit what it says."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from evidence.clock import Clock
from evidence.draft import Draft, JsonValue
from evidence.errors import ImportRefusedError, InputError, LimitError, StorageError
from evidence.identity import Subject
from evidence.statement import StatementId
from node.records.port_house import EventStore
from node.services.submit import SubmitDrafts

MAX_FILES: Final = 10_000
"""Most files of one import."""


class FileContent(Protocol):
    """What a reader gives back for one file; `lake.FileContent` is one."""

    @property
    def format(self) -> str:
        """Name of the detected format."""

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """The records read, in order; none when the file carries no values."""

    @property
    def note(self) -> str:
        """Why there are none, or what a reader of the report should know."""


class FileReader(Protocol):
    """Reads one file; `lake.read` with its time zone filled in is one."""

    def __call__(self, name: str, content: BinaryIO, *, mapping: bytes | None) -> FileContent:
        """The file's content; MUST raise an InputError for a file that cannot be taken whole."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to import: its name for reports, and how to open it."""

    name: str
    open: Callable[[], BinaryIO]

    @classmethod
    def from_path(cls, path: Path) -> SourceFile:
        """A file on disk, opened when its turn comes."""
        return cls(path.name, lambda: path.open("rb"))

    @classmethod
    def from_bytes(cls, name: str, content: bytes) -> SourceFile:
        """A file that is in memory already."""
        return cls(name, lambda: io.BytesIO(content))


class Outcome(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    KNOWN = "known"
    NO_VALUES = "no values"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file's line of the report.

    Attributes:
        format: as detected; empty when the file was refused before that.
        added: how many statements it became; `known` how many of its records had become statements before.
        reason: why it was refused, with file and place, or the reader's note.
        advice: what to do about a refusal.
        statements: ids of the statements added.
    """

    name: str
    outcome: Outcome
    format: str = ""
    added: int = 0
    known: int = 0
    reason: str = ""
    advice: str = ""
    statements: tuple[StatementId, ...] = ()

    def to_json(self) -> dict[str, JsonValue]:
        """The line as JSON, without the ids."""
        return {
            "name": self.name,
            "outcome": self.outcome.value,
            "format": self.format,
            "added": self.added,
            "known": self.known,
            "reason": self.reason,
            "advice": self.advice,
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of an import, file by file in the order given."""

    supplier: Subject
    files: tuple[FileReport, ...]

    @property
    def added(self) -> int:
        """Statements added by all files."""
        return sum(file.added for file in self.files)

    @property
    def known(self) -> int:
        """Records of all files that were statements before."""
        return sum(file.known for file in self.files)

    def to_json(self) -> dict[str, JsonValue]:
        """The report as JSON."""
        return {
            "supplier": str(self.supplier),
            "added": self.added,
            "known": self.known,
            "refused": sum(file.outcome is Outcome.REFUSED for file in self.files),
            "files": [file.to_json() for file in self.files],
        }


Progress = Callable[[int, int], None]
"""Called with the number of files done and of all files."""


def unwatched(_done: int, _total: int) -> None:
    """The progress that nobody watches."""


class ImportFiles:
    """Make statements of inspection files. Importing a file again changes nothing."""

    def __init__(self, read: FileReader, submit: SubmitDrafts, events: EventStore, *, clock: Clock) -> None:
        self._read, self._submit, self._events, self._clock = read, submit, events, clock

    def __call__(
        self,
        files: Sequence[SourceFile],
        *,
        supplier: Subject,
        mapping: bytes | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import `files` as evidence about `supplier`, one after the other.

        A file that is refused changes nothing and does not hold up the others; the report says which and why.

        Args:
            mapping: the mapping file for CSV and Excel.
        Raises:
            LimitError: more than `MAX_FILES` files.
            StorageError: the disk failed; what was imported before stays, and importing again goes on from there.
        """
        if len(files) > MAX_FILES:
            raise LimitError(f"{len(files)} files in one import; at most {MAX_FILES} are taken")
        progress = progress or unwatched
        progress(0, len(files))
        reports: list[FileReport] = []
        for done, file in enumerate(files, start=1):
            reports.append(self._import(file, supplier, mapping))
            progress(done, len(files))
        report = ImportReport(supplier, tuple(reports))
        summary: dict[str, JsonValue] = {"supplier": str(supplier), "files": len(files)}
        summary |= {"added": report.added, "known": report.known}
        summary |= {"refused": sum(file.outcome is Outcome.REFUSED for file in reports)}
        self._events.add_event("import.finished", summary, self._clock())
        return report

    def _import(self, file: SourceFile, supplier: Subject, mapping: bytes | None) -> FileReport:
        format_ = ""
        try:
            # (1) The whole file is read and understood before anything of it is kept.
            with _opened(file) as stream:
                content = self._read(file.name, stream, mapping=mapping)
            format_ = content.format
            if not content.drafts:
                return FileReport(file.name, Outcome.NO_VALUES, format_, reason=content.note)
            # (2) Submitting checks every draft before it keeps the first; records known before are recognised.
            submitted = self._submit(content.drafts, subject=supplier)
        except InputError as error:
            return FileReport(file.name, Outcome.REFUSED, format_, reason=error.message, advice=error.advice)
        return FileReport(
            file.name,
            Outcome.IMPORTED if submitted.added else Outcome.KNOWN,
            format_,
            len(submitted.added),
            len(submitted.known),
            content.note,
            statements=submitted.added,
        )


@contextmanager
def _opened(file: SourceFile) -> Iterator[BinaryIO]:
    try:
        with file.open() as stream:
            yield stream
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise ImportRefusedError(file.name, "start", f"cannot be opened: {error.strerror}") from error
    except OSError as error:
        raise StorageError(f"cannot read {file.name}: {error.strerror or error}") from error
