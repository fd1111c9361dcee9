"""Port to documents of rooms that keep versions: graphs, causal cases, explanations, suggestions, model cards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from evidence.errors import SchemaError

MAX_BYTES: Final = 32 * 1024 * 1024
"""Largest document."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Document:
    """One version of a document.

    Attributes:
        kind: what it is, such as `rca.case`.
        name: which one; versions of one document share it.
        version: from 1, without gaps.
        about: what it belongs to, such as a case; empty for nothing.
        by: who wrote it: a user's id, or what wrote it by itself.
        at: when.
        data: the document itself.
    Raises:
        SchemaError: a kind or name that is no name, or more than `MAX_BYTES`.
    """

    kind: str
    name: str
    version: int
    about: str
    by: str
    at: datetime
    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        for place, text in (("kind", self.kind), ("name", self.name)):
            if not _NAME.fullmatch(text):
                raise SchemaError("1 to 128 letters, digits, '_', '.', ':' or '-' are expected", place=place)
        if len(self.about) > 200 or len(self.by) > 200:
            raise SchemaError("at most 200 characters are expected", place="about")
        if len(self.data) > MAX_BYTES:
            raise SchemaError(f"a document has at most {MAX_BYTES} bytes", place="data")


class DocumentStore(Protocol):
    """Versioned documents, append-only. What if we lose it? Evidence stands; causes are sought and graphs drawn again.

    Every method MUST raise StorageError, with its cause, when the disk or database fails, and MAY be called from
    several threads.
    """

    def put_document(self, document: Document) -> None:
        """Keep a version behind the others.

        MUST raise ConflictError, and keep nothing, unless `document.version` is the newest kept plus one: of two who
        write at once, one is told. MUST survive a crash after return.
        """

    def document(self, kind: str, name: str, version: int | None = None) -> Document | None:
        """That version, or the newest; None when there is none."""

    def documents(
        self, kind: str, *, about: str = "", after: int = 0, limit: int = 100
    ) -> Sequence[tuple[int, Document]]:
        """The newest version of each document of a kind, numbered, oldest document first, behind the number `after`."""

    def versions(self, kind: str, name: str, *, limit: int = 100) -> Sequence[Document]:
        """The newest `limit` versions of one document, newest first."""
