"""One engineer's word about one edge: how likely it is, by whom, why and when; named by its hash, never changed."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from evidence.canonical import encode
from evidence.clock import parse_instant
from evidence.draft import JsonValue
from evidence.errors import SchemaError

MAX_LOG_ODDS: Final = 8.0
"""Strongest belief either way, natural log-odds: 1 in 3,000. Nobody is surer than that; impossibility is said apart."""
MAX_REASON: Final = 2_000
"""Longest reason, characters."""

_ODDS: Final = re.compile(r"-?\d{1,2}(?:\.\d{1,4})?", re.ASCII)


class Saying(StrEnum):
    """What is said of an edge."""

    BELIEF = "belief"
    IMPOSSIBLE = "impossible"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Word:
    """What one person says about one edge.

    Attributes:
        cause, effect: names of the columns.
        saying: a belief, a physical impossibility (the only thing that forbids an edge), or the withdrawal of what
            the same author said before.
        log_odds: natural log-odds that the edge is there, four decimals; 0 unless a belief.
        author: who says it.
        reason: why, in words; never empty.
        at: when, UTC, RFC 3339 ending in Z.
        digest: SHA-256 of all of this.
    """

    cause: str
    effect: str
    saying: Saying
    log_odds: float
    author: str
    reason: str
    at: str
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        place = f"edge {self.cause[:40]!r} -> {self.effect[:40]!r}"
        if not self.cause or not self.effect or self.cause == self.effect:
            raise SchemaError("an edge leads from one column to another", place=place)
        if not 0 < len(self.author) <= 200 or not self.reason.strip() or len(self.reason) > MAX_REASON:
            raise SchemaError("a word has an author and a reason", place=place, advice="Say why; others build on it.")
        parse_instant(self.at)
        if not self.at.endswith("Z"):
            raise SchemaError(f"time {self.at[:40]!r}", place=place, advice="UTC, as in 2026-11-26T10:00:00Z.")
        if not math.isfinite(self.log_odds) or abs(self.log_odds) > MAX_LOG_ODDS:
            raise SchemaError(
                f"log-odds {self.log_odds}; -{MAX_LOG_ODDS} to {MAX_LOG_ODDS} are allowed",
                place=place,
                advice="To say that an edge cannot be, say that it is impossible, and why.",
            )
        if self.saying is not Saying.BELIEF and self.log_odds != 0:
            raise SchemaError(f"{self.saying} carries no log-odds", place=place)
        object.__setattr__(self, "log_odds", round(self.log_odds, 4) + 0.0)
        object.__setattr__(self, "digest", hashlib.sha256(encode(self.document())).hexdigest())

    def document(self) -> dict[str, JsonValue]:
        """The JSON form; `word_from` reads it back."""
        return {
            "cause": self.cause,
            "effect": self.effect,
            "saying": self.saying.value,
            "log_odds": f"{self.log_odds:.4f}",
            "author": self.author,
            "reason": self.reason,
            "at": self.at,
        }


def belief(cause: str, effect: str, probability: float, *, author: str, reason: str, at: str) -> Word:
    """A belief given as a probability, above 0 and below 1 (people think in those).

    Raises:
        SchemaError: a probability of 0, 1 or beyond, or against the rules of a word.
    """
    if not 0 < probability < 1:
        raise SchemaError(
            f"a probability of {probability}",
            place=f"edge {cause[:40]!r} -> {effect[:40]!r}",
            advice="Beliefs lie between 0 and 1; say that an edge is impossible only when physics forbids it.",
        )
    odds = math.log(probability / (1 - probability))
    return Word(cause, effect, Saying.BELIEF, max(min(odds, MAX_LOG_ODDS), -MAX_LOG_ODDS), author, reason, at)


def word_from(document: Mapping[str, object], place: str) -> Word:
    """Read the JSON form of a word.

    Raises:
        SchemaError: a field missing, unknown or of a wrong type, or against the rules of a word.
    """
    fields = ("cause", "effect", "saying", "log_odds", "author", "reason", "at")
    if set(document) != set(fields) or not all(isinstance(document[one], str) for one in fields):
        raise SchemaError(f"a word has the texts {', '.join(fields)}", place=place)
    cause, effect, saying, odds, author, reason, at = (str(document[one]) for one in fields)
    if saying not in [one.value for one in Saying]:
        raise SchemaError(f"saying {saying[:40]!r}", place=place, advice=f"One of: {', '.join(Saying)}.")
    if not _ODDS.fullmatch(odds):
        raise SchemaError(f"log_odds {odds[:40]!r} is not a decimal number", place=place)
    return Word(cause, effect, Saying(saying), float(odds), author, reason, at)
