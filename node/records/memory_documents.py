"""Documents in memory, for trials and tests; the contract is in `port_documents`."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from node.records.port import MAX_PAGE
from node.records.port_documents import Document
from node.records.sql_documents import changed_meanwhile


class MemoryDocumentStore:
    """`DocumentStore` that forgets when the process ends."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._kept: dict[tuple[str, str], list[Document]] = {}

    def put_document(self, document: Document) -> None:
        with self._turn:
            versions = self._kept.get((document.kind, document.name), [])
            if document.version != len(versions) + 1:
                raise changed_meanwhile(document, len(versions))
            self._kept[document.kind, document.name] = [*versions, document]

    def document(self, kind: str, name: str, version: int | None = None) -> Document | None:
        versions = self._kept.get((kind, name), [])
        wanted = len(versions) if version is None else version
        return versions[wanted - 1] if 0 < wanted <= len(versions) else None

    def documents(
        self, kind: str, *, about: str = "", after: int = 0, limit: int = 100
    ) -> Sequence[tuple[int, Document]]:
        numbered = [(number, versions[-1]) for number, versions in enumerate(self._kept.values(), start=1) if versions]
        found = [
            (number, one)
            for number, one in numbered
            if one.kind == kind and about in ("", one.about) and number > after
        ]
        return found[: max(0, min(limit, MAX_PAGE))]

    def versions(self, kind: str, name: str, *, limit: int = 100) -> Sequence[Document]:
        return self._kept.get((kind, name), [])[::-1][: max(0, min(limit, MAX_PAGE))]
