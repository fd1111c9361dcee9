"""What a round's record rests on: committee, receipts and signed ballots, so that buckets and votes can be shown.

The record holds only digests of these. They name who sat in which bucket and who voted how on it; no update, no count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evidence.draft import JsonValue
from evidence.errors import MalformedError, ProofError, SchemaError, SignatureError
from evidence.json_shape import items, members, text
from evidence.model_round import ModelRound
from federated.learning.contribution import JudgedRound
from federated.learning.robust import Vote
from federated.model_bytes import Vector, model_bytes
from federated.secagg.committee import Committee, Roll
from federated.secagg.messages import Ballot, Receipt
from federated.secagg.registry import Registry
from federated.secagg.terms import MAX_COMMITTEE

FORMAT: Final = "credence-round-witness/1"
MAX_WITNESS: Final = 4 << 20
_NAMES: Final = ("format", "committee", "receipts", "dropped", "buckets", "ballots")


@dataclass(frozen=True, slots=True)
class Witness:
    """One round.

    Attributes:
        committee, roll: as the parties signed them.
        buckets: the parties of every opened sum, in the order of the sums.
        ballots: one for each party that voted, in the order of their names.
    """

    committee: Committee
    roll: Roll
    buckets: tuple[frozenset[str], ...]
    ballots: tuple[Ballot, ...]

    def __post_init__(self) -> None:
        voters = [ballot.org for ballot in self.ballots]
        if voters != sorted(set(voters)) or not set(voters) <= self.roll.alive:
            raise SchemaError("whoever votes is in, votes once, and stands in the order of names", place="ballots")
        if any(len(ballot.votes) != len(self.buckets) for ballot in self.ballots):
            raise SchemaError("a party votes once on each bucket", place="ballots")
        for bucket in self.buckets:
            if bucket not in {whole & self.roll.alive for whole in self.committee.buckets}:
                raise SchemaError("an opened sum is over everybody of a bucket who is in", place="buckets")

    @property
    def judged(self) -> JudgedRound:
        """The round as contributions are told from."""
        votes = {ballot.org: tuple(Vote(one) for one in ballot.votes) for ballot in self.ballots}
        return JudgedRound(tuple(tuple(sorted(bucket)) for bucket in self.buckets), votes)

    @property
    def voters(self) -> frozenset[str]:
        """Who voted."""
        return frozenset(ballot.org for ballot in self.ballots)

    def check(self, record: ModelRound, votes: Sequence[Sequence[int]]) -> None:
        """Raise ProofError unless this is what the record names, and the votes are those of the recorded sums."""
        if (self.committee.digest, self.roll.digest) != (record.committee, record.roll):
            raise ProofError(f"the witness of round {record.round} is of another committee or roll than its record")
        if frozenset[str]().union(*self.buckets) != record.contributors:
            raise ProofError(f"the buckets of round {record.round} hold others than its record says are in")
        if [list(ballot.votes) for ballot in self.ballots] != [list(row) for row in votes]:
            raise ProofError(f"the votes of round {record.round} are not those that its sums name")

    def check_signatures(self, registry: Registry, means: bytes) -> None:
        """Raise ProofError unless every ballot is signed by its party, for these means (`means_digest`)."""
        for ballot in self.ballots:
            try:
                key = registry.key_ever(ballot.org, self.committee.advert(ballot.org).key_id)
                key.verify(ballot.signature, ballot.signed_bytes(self.roll.digest, means))
            except SignatureError as error:
                raise ProofError(f"the ballot of {ballot.org} is not its own: {error.message}") from error

    def to_json(self) -> dict[str, JsonValue]:
        """As it is kept."""
        return {
            "format": FORMAT,
            "committee": self.committee.to_json(),
            "receipts": [one.to_json() for one in self.roll.receipts],
            "dropped": sorted(self.roll.dropped),
            "buckets": [sorted(bucket) for bucket in self.buckets],
            "ballots": [one.to_json() for one in self.ballots],
        }

    @classmethod
    def from_json(cls, value: JsonValue) -> Witness:
        """From a file; raises MalformedError or SchemaError."""
        fields = members(value, "witness", _NAMES)
        if fields["format"] != FORMAT:
            raise MalformedError(f"a witness of format {FORMAT} is needed")
        lists = {name: items(fields[name], name, limit=MAX_COMMITTEE) for name in _NAMES[2:]}
        committee = Committee.from_json(fields["committee"])
        receipts = tuple(Receipt.from_json(one) for one in lists["receipts"])
        dropped = frozenset(text(one, "dropped") for one in lists["dropped"])
        buckets = tuple(_names(one) for one in lists["buckets"])
        ballots = tuple(Ballot.from_json(one) for one in lists["ballots"])
        return cls(committee, Roll(committee.digest, receipts, dropped), buckets, ballots)


def means_bytes(model: Vector, means: Sequence[Vector]) -> bytes:
    """The letter that parties vote on: the model, then every bucket's mean update."""
    return model_bytes(model) + b"".join(model_bytes(mean[: len(model)]) for mean in means)


def means_digest(model: Vector, means: Sequence[Vector]) -> bytes:
    """What a ballot signs of it."""
    return hashlib.sha256(means_bytes(model, means)).digest()


def _names(value: JsonValue) -> frozenset[str]:
    return frozenset(text(one, "bucket") for one in items(value, "bucket", limit=MAX_COMMITTEE))
