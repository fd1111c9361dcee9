"""Documents in an SQL table; the contract is in `port_documents`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Row, func, insert, select

from evidence.errors import ConflictError
from node.records.engine import micros, moment, reading, writing
from node.records.port import MAX_PAGE
from node.records.port_documents import Document
from node.records.tables import table


class SqlDocumentStore:
    """`DocumentStore` over an engine made by `open_engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._documents = table("documents")

    def put_document(self, document: Document) -> None:
        columns = self._documents.c
        mine = (columns.kind == document.kind) & (columns.name == document.name)
        with writing(self._engine) as connection:
            newest, first = connection.execute(
                select(func.max(columns.version), func.min(columns.first)).where(mine)
            ).one()
            if document.version != (newest or 0) + 1:
                raise changed_meanwhile(document, newest or 0)
            number = (connection.execute(select(func.max(columns.number))).scalar_one() or 0) + 1
            row = {
                "number": number,
                "first": first or number,
                "kind": document.kind,
                "name": document.name,
                "version": document.version,
                "about": document.about,
                "by": document.by,
                "at_us": micros(document.at),
                "data": document.data,
            }
            connection.execute(insert(self._documents), [row])

    def document(self, kind: str, name: str, version: int | None = None) -> Document | None:
        columns = self._documents.c
        query = select(self._documents).where((columns.kind == kind) & (columns.name == name))
        if version is not None:
            query = query.where(columns.version == version)
        with reading(self._engine) as connection:
            row = connection.execute(query.order_by(columns.version.desc()).limit(1)).one_or_none()
            return None if row is None else _document(row)

    def documents(
        self, kind: str, *, about: str = "", after: int = 0, limit: int = 100
    ) -> Sequence[tuple[int, Document]]:
        columns = self._documents.c
        newest = select(func.max(columns.number)).where(columns.kind == kind).group_by(columns.name)
        query = select(self._documents).where(columns.number.in_(newest) & (columns.first > after))
        if about:
            query = query.where(columns.about == about)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(columns.first).limit(max(0, min(limit, MAX_PAGE))))
            return [(row.first, _document(row)) for row in rows]

    def versions(self, kind: str, name: str, *, limit: int = 100) -> Sequence[Document]:
        columns = self._documents.c
        query = select(self._documents).where((columns.kind == kind) & (columns.name == name))
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(columns.version.desc()).limit(max(0, min(limit, MAX_PAGE))))
            return [_document(row) for row in rows]


def changed_meanwhile(document: Document, newest: int) -> ConflictError:
    """The refusal of a version that does not follow."""
    return ConflictError(
        f"{document.kind} {document.name} is at version {newest}, and version {document.version} was to be kept",
        advice="Somebody else changed it meanwhile: read it again.",
    )


def _document(row: Row[Any]) -> Document:
    return Document(row.kind, row.name, row.version, row.about, row.by, moment(row.at_us), bytes(row.data))
