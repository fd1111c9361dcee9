"""What the services of causes share: documents with versions, and the tables of lots they speak of."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence.canonical import decode_canonical, encode
from evidence.clock import Clock
from evidence.draft import JsonValue
from evidence.errors import ConflictError, NotFoundError, StorageError
from node.records.port_documents import MAX_BYTES, Document, DocumentStore
from node.records.port_house import EventStore

TABLE: Final = "rca.table"
GRAPH: Final = "rca.graph"
CASE: Final = "rca.case"
WATCH: Final = "rca.watch"
EXPLANATION: Final = "rca.explanation"
SUGGESTION: Final = "rca.suggestion"
FMEA: Final = "rca.fmea"
_FILE: Final = re.compile(r"[0-9a-f]{64}\.csv", re.ASCII)


@dataclass(frozen=True, slots=True)
class CausalDesk:
    """Handed to every service of causes.

    Attributes:
        folder: where tables are kept, named by the SHA-256 of their bytes.
    """

    documents: DocumentStore
    events: EventStore
    folder: Path
    clock: Clock

    def read(self, kind: str, name: str, version: int | None = None) -> tuple[Document, dict[str, JsonValue]]:
        """A document and what it says; the newest version unless one is named.

        Raises:
            NotFoundError: there is none.
            StorageError: it is damaged.
        """
        found = self.documents.document(kind, name, version)
        if found is None:
            what = f"version {version} of " if version else ""
            raise NotFoundError(
                f"there is no {what}{kind.removeprefix('rca.')} {name[:64]!r}", advice="List what there is."
            )
        return found, said_by(found)

    def keep(
        self, kind: str, name: str, said: Mapping[str, JsonValue], *, about: str, by: str, version: int | None = None
    ) -> Document:
        """Keep a document behind its earlier versions; equal content adds none.

        Args:
            version: the one to become; None for the next, whichever it is.
        Raises:
            ConflictError: `version` does not follow the newest.
        """
        data = encode(dict(said))
        newest = self.documents.document(kind, name)
        if newest is not None and newest.data == data and version in (None, newest.version):
            return newest
        follows = 1 if newest is None else newest.version + 1
        if version is not None and version != follows:
            raise ConflictError(
                f"{kind.removeprefix('rca.')} {name} is at version {follows - 1}, not {version - 1}",
                advice="Somebody else changed it: read it again, then repeat the change.",
            )
        document = Document(kind, name, follows, about, by, self.clock(), data)
        self.documents.put_document(document)
        return document

    def keep_file(self, digest: str, data: bytes) -> None:
        """Keep a table's bytes under their SHA-256 (hexadecimal); the same a second time changes nothing."""
        path = self._path(digest)
        if path.exists():
            return
        draft = path.with_suffix(f".{os.getpid()}.draft")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with draft.open("wb") as handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise StorageError(f"The table could not be written to {self.folder}: {error.strerror}") from error

    def file(self, digest: str) -> bytes:
        """A kept table's bytes; StorageError when they are gone."""
        try:
            return self._path(digest).read_bytes()
        except OSError as error:
            raise StorageError(
                f"the table {digest[:12]} cannot be read: {error.strerror}", advice="Import its file again."
            ) from error

    def _path(self, digest: str) -> Path:
        name = f"{digest}.csv"
        if not _FILE.fullmatch(name):
            raise NotFoundError(f"there is no table {digest[:64]!r}", advice="List what there is.")
        return self.folder / name


def said_by(document: Document) -> dict[str, JsonValue]:
    """What a document says; raises StorageError for one that is damaged."""
    said = decode_canonical(document.data, limit=MAX_BYTES)
    if not isinstance(said, dict):
        raise StorageError(f"{document.kind} {document.name} is damaged", advice="Restore the database.")
    return said
