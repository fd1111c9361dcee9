"""What engineers know of a line's causes: words about edges, kept version by version, compared, merged, exported."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evidence.canonical import encode
from evidence.clock import format_instant
from evidence.draft import JsonValue
from evidence.errors import ConflictError, NotFoundError
from node.records.port_documents import Document
from node.services.causes.desk import GRAPH, CausalDesk
from node.services.causes.tables import ReadTable
from rca.graph.export import dot, graphml
from rca.graph.graph import CausalGraph, graph_from
from rca.graph.versions import diff, merge
from rca.graph.word import Saying, Word, belief
from rca.posterior.fit import Beliefs
from rca.table import Table

MOST_VERSIONS: Final = 500


def graph_name(line: str) -> str:
    """One graph a line."""
    return hashlib.sha256(f"graph\n{line}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Said:
    """One edit: what is said about an edge; `probability` (0 to 1, exclusive) of a belief only."""

    cause: str
    effect: str
    saying: Saying
    probability: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A graph as it is kept: its number among the versions, by whom and when, and itself."""

    name: str
    line: str
    number: int
    by: str
    at: str
    graph: CausalGraph


@dataclass(frozen=True, slots=True)
class EditGraph:
    """Adds words to a line's graph; nothing that was said is ever taken out."""

    desk: CausalDesk
    read: ReadTable

    def __call__(self, line: str, table: str, tiers: Sequence[str], *, by: str) -> Kept:
        """A graph over the columns of a table, or its columns brought up to the table's; words stay.

        Raises:
            NotFoundError: no such table.
            ConflictError: a word speaks of a column that the table does not have, or against its tiers.
        """
        columns = self.read(table).table.columns
        name, words = graph_name(line), tuple[Word, ...]()
        if (found := self.desk.documents.document(GRAPH, name)) is not None:
            words = graph_from(found.data).words
        try:
            graph = CausalGraph(columns, tuple(tiers), words)
        except NotFoundError as error:
            raise ConflictError(error.message, advice="Import a table that still has this column.") from error
        return self._keep(line, graph, by, None)

    def say(self, line: str, said: Sequence[Said], *, by: str, author: str, version: int) -> Kept:
        """Say something about edges, all of it or nothing.

        Args:
            author: the name that stands beside the words.
            version: the one that the author read.
        Raises:
            NotFoundError: no graph of this line, or no such column.
            ConflictError: somebody else changed it meanwhile; against the route; believed edges would form a cycle.
            SchemaError: against the rules of a word.
        """
        kept = _read(self.desk, line)
        if kept.number != version:
            raise ConflictError(
                f"the graph is at version {kept.number}, not {version}",
                advice="Somebody else changed it: read it again, then repeat the change.",
            )
        at = format_instant(self.desk.clock())
        words = [_word(one, author, at) for one in said]
        return self._keep(line, kept.graph.with_words(words), by, version + 1)

    def merge(self, line: str, other: bytes, *, by: str) -> Kept:
        """Take in a graph that somebody else drew (`credence-rca-graph/1`); errors as `rca.graph.versions.merge`."""
        kept = _read(self.desk, line)
        return self._keep(line, merge(kept.graph, graph_from(other)), by, None)

    def _keep(self, line: str, graph: CausalGraph, by: str, version: int | None) -> Kept:
        document = self.desk.keep(GRAPH, graph_name(line), graph.document(), about=line, by=by, version=version)
        return _kept(document, line)


@dataclass(frozen=True, slots=True)
class ReadGraph:
    """Reads graphs."""

    desk: CausalDesk

    def __call__(self, line: str, version: int | None = None) -> Kept:
        """A line's graph, the newest version unless one is named; NotFoundError when there is none."""
        return _read(self.desk, line, version)

    def exists(self, line: str) -> bool:
        """Whether anybody began one."""
        return self.desk.documents.document(GRAPH, graph_name(line)) is not None

    def versions(self, line: str) -> list[Kept]:
        """All versions, newest first, `MOST_VERSIONS` at most."""
        return [_kept(one, line) for one in self.desk.documents.versions(GRAPH, graph_name(line), limit=MOST_VERSIONS)]

    def diff(self, line: str, before: int, after: int) -> dict[str, JsonValue]:
        """What changed between two versions (`credence-rca-graph-diff/1`)."""
        return diff(self(line, before).graph, self(line, after).graph).document()

    def export(self, line: str, form: str, version: int | None = None) -> bytes:
        """The graph as `json`, `graphml` or `dot`; NotFoundError for another form."""
        graph = self(line, version).graph
        if form == "graphml":
            return graphml(graph)
        if form == "dot":
            return dot(graph).encode()
        if form == "json":
            return encode(graph.document())
        raise NotFoundError(f"no form {form[:20]!r}", advice="There are: json, graphml, dot.")

    def beliefs(self, line: str, table: Table) -> tuple[Beliefs, int]:
        """What engineers believe, as far as this table has the columns, and the version that says so."""
        kept = self(line)
        known = set(table.names)
        beliefs = kept.graph.beliefs()
        odds = {edge: one for edge, one in beliefs.log_odds.items() if known >= set(edge)}
        return Beliefs(odds, frozenset(edge for edge in beliefs.impossible if known >= set(edge))), kept.number


def _read(desk: CausalDesk, line: str, version: int | None = None) -> Kept:
    found = desk.documents.document(GRAPH, graph_name(line), version)
    if found is None:
        raise NotFoundError(
            f"there is no {f'version {version} of the ' if version else ''}graph of {line[:60]!r}",
            advice="Begin one from a table of the line.",
        )
    return _kept(found, line)


def _kept(document: Document, line: str) -> Kept:
    at = format_instant(document.at)
    return Kept(document.name, line, document.version, document.by, at, graph_from(document.data))


def _word(said: Said, author: str, at: str) -> Word:
    if said.saying is Saying.BELIEF:
        probability = 0.0 if said.probability is None else said.probability
        return belief(said.cause, said.effect, probability, author=author, reason=said.reason, at=at)
    return Word(said.cause, said.effect, said.saying, 0.0, author, said.reason, at)
