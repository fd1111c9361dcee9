"""The graph of what engineers know: the route's tiers and all words about edges, at one version.

Words are a set: a version is the hash of the words in it, so that two people's graphs merge without an order between
them, and nothing said is ever lost. Of one author's words about an edge the last counts; authors are averaged in
log-odds (the logarithmic opinion pool), so that ten echoes of one rumour weigh as one.

Source:
    Genest, Zidek, "Combining probability distributions", Statistical Science 1 (1986), section 3 (logarithmic pool).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from evidence.canonical import encode, loads
from evidence.draft import JsonValue
from evidence.errors import ConflictError, LimitError, NotFoundError, SchemaError
from rca.columns import Column, column_from
from rca.graph.word import Saying, Word, word_from
from rca.posterior.fit import Beliefs, Edge

FORMAT: Final = "credence-rca-graph/1"
MAX_WORDS: Final = 100_000
"""Most words in one graph."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one edge, all authors together.

    Attributes:
        log_odds: of all beliefs that count; None when only an impossibility stands.
        impossible: somebody says that physics forbids it.
        history: all words about it, oldest first.
    """

    log_odds: float | None
    impossible: bool
    history: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class CausalGraph:
    """Columns, names of tiers, and words about edges.

    Attributes:
        columns: the nodes.
        tiers: names of the route's tiers, 0 first: supplier, lot, station, test, field.
        words: all that was said, by time and hash.
        version: SHA-256 of columns, tiers and words.
    """

    columns: tuple[Column, ...]
    tiers: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    version: str = field(init=False)

    def __post_init__(self) -> None:
        if len(self.words) > MAX_WORDS:
            raise LimitError(f"{len(self.words)} words; at most {MAX_WORDS}")
        known = {column.name: column for column in self.columns}
        if len(known) != len(self.columns):
            raise SchemaError("two columns of one name")
        for word in self.words:
            for name in (word.cause, word.effect):
                if name not in known:
                    raise NotFoundError(f"no column {name[:60]!r}", advice=f"Columns: {', '.join(list(known)[:20])}.")
            if word.saying is Saying.BELIEF and not known[word.cause].may_cause(known[word.effect]):
                raise ConflictError(
                    f"{word.cause!r} cannot cause {word.effect!r}: it comes later on the route, or only watches",
                    advice="Correct the tier of one of them, or turn the edge round.",
                )
        unique = {word.digest: word for word in self.words}
        ordered = tuple(sorted(unique.values(), key=lambda word: (word.at, word.digest)))
        object.__setattr__(self, "words", ordered)
        object.__setattr__(self, "version", _version(self.columns, self.tiers, ordered))
        if loop := _cycle(edge for edge, one in self.standings().items() if (one.log_odds or 0) > 0):
            raise ConflictError(
                "believed edges form a cycle: " + " -> ".join(loop),
                advice="Nothing causes itself within one part; withdraw one of these edges, or split a column by time.",
            )

    def with_words(self, words: Iterable[Word]) -> CausalGraph:
        """The next version.

        Raises:
            NotFoundError: a word about an unknown column.
            ConflictError: against the route, or believed edges would form a cycle, which is named.
        """
        return CausalGraph(self.columns, self.tiers, (*self.words, *words))

    def standings(self) -> dict[Edge, Standing]:
        """What is known of each edge that somebody spoke about."""
        by_edge = dict[Edge, list[Word]]()
        for word in self.words:
            by_edge.setdefault((word.cause, word.effect), []).append(word)
        return {edge: _standing(said) for edge, said in by_edge.items()}

    def beliefs(self) -> Beliefs:
        """As `rca.posterior.fit` takes them."""
        standings = self.standings()
        odds = {edge: one.log_odds for edge, one in standings.items() if one.log_odds is not None}
        return Beliefs(odds, frozenset(edge for edge, one in standings.items() if one.impossible))

    def document(self) -> dict[str, JsonValue]:
        """The JSON form; `graph_from` reads it back."""
        return {
            "format": FORMAT,
            "tiers": list(self.tiers),
            "columns": [column.document() for column in self.columns],
            "words": [word.document() for word in self.words],
            "version": self.version,
        }


def graph_from(data: bytes) -> CausalGraph:
    """Read the JSON form of a graph.

    Raises:
        MalformedError: not JSON.
        SchemaError: not of this format, or its version is not the hash of its content.
        NotFoundError, ConflictError: as `CausalGraph.with_words`.
    """
    document = loads(data)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise SchemaError(f"not a graph of causes ({FORMAT})", place="/format")
    columns = [column_from(one, f"/columns/{place}") for place, one in _objects(document, "columns")]
    words = [word_from(one, f"/words/{place}") for place, one in _objects(document, "words")]
    tiers = document.get("tiers")
    if not isinstance(tiers, list) or not all(isinstance(one, str) for one in tiers):
        raise SchemaError("tiers are a list of texts", place="/tiers")
    graph = CausalGraph(tuple(columns), tuple(str(one) for one in tiers), tuple(words))
    if document.get("version") != graph.version:
        raise SchemaError("the version is not the hash of what is here", place="/version")
    return graph


def _objects(document: Mapping[str, JsonValue], name: str) -> list[tuple[int, Mapping[str, JsonValue]]]:
    listed = document.get(name)
    if not isinstance(listed, list):
        raise SchemaError("a list is expected", place=f"/{name}")
    found = list[tuple[int, Mapping[str, JsonValue]]]()
    for place, one in enumerate(listed):
        if not isinstance(one, dict):
            raise SchemaError("an object is expected", place=f"/{name}/{place}")
        found.append((place, one))
    return found


def _standing(said: Sequence[Word]) -> Standing:
    last = {word.author: word for word in said}
    beliefs = [word.log_odds for word in last.values() if word.saying is Saying.BELIEF]
    impossible = any(word.saying is Saying.IMPOSSIBLE for word in last.values())
    return Standing(sum(beliefs) / len(beliefs) if beliefs else None, impossible, tuple(said))


def _version(columns: tuple[Column, ...], tiers: tuple[str, ...], words: tuple[Word, ...]) -> str:
    about: list[JsonValue] = [list(tiers), [column.document() for column in columns], [word.digest for word in words]]
    return hashlib.sha256(encode(about)).hexdigest()


def _cycle(edges: Iterable[Edge]) -> list[str] | None:
    """One cycle among the edges, its first name again at the end; None when there is none."""
    out = dict[str, set[str]]()
    for cause, effect in edges:
        out.setdefault(cause, set()).add(effect)
    # Whatever leads nowhere lies on no cycle; what is left when nothing more can be taken away leads round and round.
    while ends := {effect for effects in out.values() for effect in effects} - set(out):
        out = {cause: rest for cause, effects in out.items() if (rest := effects - ends)}
    if not out:
        return None
    path = [min(out)]
    while (following := min(out[path[-1]])) not in path:
        path.append(following)
    return [*path[path.index(following) :], following]
