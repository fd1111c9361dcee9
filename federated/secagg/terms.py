"""What a round is, before anyone takes part: its run and step, the model and code it starts from, its shape."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from evidence.canonical import encode
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import InputError, MalformedError, SchemaError
from evidence.json_shape import integer, members, octets
from federated.secagg.ring import WIRE_BYTES, Words

DIGEST_BYTES: Final = 32
MAX_COMMITTEE: Final = 128
MAX_WORDS: Final = 1 << 24
MAX_TALLY: Final = 4_096
_NAMES: Final = ("run", "step", "base", "code", "bucket_size", "words", "width")
_TALLY: Final = "tally"


def sealed_digest(label: str, value: JsonValue) -> bytes:
    """SHA-256 over the label and the canonical form: digests of different kinds never meet."""
    return hashlib.sha256(b"credence-secagg/1 " + label.encode("ascii") + b"\0" + encode(value)).digest()


def signing_bytes(label: str, value: JsonValue) -> bytes:
    """What an organisation signs: the label keeps one kind of message from passing for another."""
    return b"credence-secagg/1 " + label.encode("ascii") + b"\0" + encode(value)


@dataclass(frozen=True, slots=True)
class RoundTerms:
    """One round of one run.

    Attributes:
        run: the run's 32-byte name.
        step: strictly rising within a run, also when a round is tried again: no party masks twice under one step.
        base: SHA-256 of the newest global model when the round's keys were made.
        code: hash of the client code that every party has pinned.
        bucket_size: 0 for one sum over all, else sums over buckets of so many parties, at least 3.
        words, width: how many words a party sends, and how many bytes of each.
        tally: how many of them, at the end, are counts: summed over all parties of the round, whatever its buckets.
    Raises:
        InputError: a field out of its range.
    """

    run: bytes
    step: int
    base: bytes
    code: bytes
    bucket_size: int
    words: int
    width: int
    tally: int = 0

    def __post_init__(self) -> None:
        if any(len(digest) != DIGEST_BYTES for digest in (self.run, self.base, self.code)):
            raise InputError("run, base and code of a round have 32 bytes each")
        if self.step < 1 or not 2 <= self.words <= MAX_WORDS or self.width not in WIRE_BYTES:
            raise InputError("a step from 1 on, 2 to 2^24 words, and 4 to 8 bytes of each are needed")
        if not 0 <= self.tally <= min(MAX_TALLY, self.words - 2):
            raise InputError(f"at most {MAX_TALLY} counts ride along, beside a value and its weight")
        if self.bucket_size and not 3 <= self.bucket_size <= MAX_COMMITTEE:
            raise InputError("a bucket of fewer than 3 parties would show what one of them sent")

    @property
    def digest(self) -> bytes:
        """The name of these terms."""
        return sealed_digest("terms", self.to_json())

    def parts(self, words: Words) -> tuple[Words, Words]:
        """Views of a party's words, or of a sum: values and weight, then counts."""
        cut = self.words - self.tally
        return words[:cut], words[cut:]

    def to_json(self) -> dict[str, JsonValue]:
        """For the wire."""
        return {
            "run": hex0x_encode(self.run),
            "step": self.step,
            "base": hex0x_encode(self.base),
            "code": hex0x_encode(self.code),
            "bucket_size": self.bucket_size,
            "words": self.words,
            "width": self.width,
            # Left out where nothing is counted, so that such rounds are named as they always were.
            **({_TALLY: self.tally} if self.tally else {}),
        }

    @classmethod
    def from_json(cls, value: JsonValue) -> RoundTerms:
        """From the wire; raises MalformedError or InputError."""
        counting = isinstance(value, Mapping) and _TALLY in value
        fields = members(value, "terms", (*_NAMES, _TALLY) if counting else _NAMES)
        run, base, code = (octets(fields[name], name, limit=32, size=32) for name in ("run", "base", "code"))
        numbers = {name: integer(fields[name], name) for name in ("step", "bucket_size", "words", "width")}
        if counting:
            numbers[_TALLY] = integer(fields[_TALLY], _TALLY)
            if not numbers[_TALLY]:
                raise MalformedError("terms without counts name none: one round has one form")
        return cls(run=run, base=base, code=code, **numbers)


@dataclass(frozen=True, slots=True)
class PartyPolicy:
    """What a party demands of every round, whatever the server says.

    Attributes:
        min_committee: fewer parties than this and it does not take part; never below 3.
        min_sum: it helps to open no sum over fewer contributions; never below 3.
        code: hash of the client code that it has pinned.
    """

    code: bytes
    min_committee: int = 3
    min_sum: int = 3

    def __post_init__(self) -> None:
        if self.min_committee < 3 or self.min_sum < 3 or len(self.code) != DIGEST_BYTES:
            raise InputError("committees and sums of fewer than 3 protect nobody, and code is named by 32 bytes")

    def check_terms(self, terms: RoundTerms) -> None:
        """Raises SchemaError when this party does not take part in such a round."""
        if terms.code != self.code:
            raise SchemaError(
                "the round is for other client code than this party has pinned",
                advice="Inspect the new code, install it, and pin it; until then this party stays out.",
            )
        if terms.bucket_size and terms.bucket_size < self.min_sum:
            raise SchemaError(f"buckets of {terms.bucket_size}, where this party wants at least {self.min_sum}")


def least_threshold(parties: int) -> int:
    """The smallest whole number above two thirds of the parties (Bonawitz et al. 2017, section 6.2)."""
    return 2 * parties // 3 + 1
