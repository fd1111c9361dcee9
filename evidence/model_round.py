"""The record of one round of federated training: what the chain's entry commits to, and what a party can prove by it.

Records are chained by hash. Each names the committee, what every member contributed (the digest of its masked vector,
which says nothing about its data) or that it dropped out, the global model before and after, the sum of the weights and
the privacy spent. Source of the canonical form: RFC 8785.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from evidence.canonical import encode, loads
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import MalformedError, ProofError
from evidence.identity import Lei
from evidence.json_shape import integer, items, members, octets, text

FORMAT: Final = "credence-model-round/1"
MAX_MEMBERS: Final = 128
NO_RECORD: Final = bytes(32)
"""What the first round of a run names as its previous one."""

_DIGESTS: Final = ("run", "code", "committee", "roll", "model_before", "model_after", "sums", "previous")
_NUMBERS: Final = ("round", "step", "weight", "epsilon_micro")
_NAMES: Final = ("format", "members", *_DIGESTS, *_NUMBERS)


@dataclass(frozen=True, slots=True)
class RoundMember:
    """A member of a round's committee; `vector` is the digest of its masked vector, None when it dropped out."""

    org: Lei
    vector: bytes | None


@dataclass(frozen=True, slots=True)
class ModelRound:
    """One round.

    Attributes:
        run: the run's name; code: hash of the client code that every party had pinned.
        round: 1, 2, 3, ... without gaps; step: the protocol's step, which also counts attempts that failed.
        committee, roll: digests of the protocol's committee and of who was in (see federated.secagg).
        members: the committee in the order of its names.
        model_before, model_after: SHA-256 of the global model's bytes.
        sums: SHA-256 over the opened sums, from which the model after follows.
        weight: sum of the weights of the opened sums.
        epsilon_micro: privacy that any one record has spent in this run so far, in millionths; 0 = not bounded.
        previous: digest of the record before, NO_RECORD for the first.
    """

    run: bytes
    code: bytes
    round: int
    step: int
    committee: bytes
    roll: bytes
    members: tuple[RoundMember, ...]
    model_before: bytes
    model_after: bytes
    sums: bytes
    weight: int
    epsilon_micro: int
    previous: bytes

    def __post_init__(self) -> None:
        if any(len(getattr(self, name)) != 32 for name in _DIGESTS):
            raise MalformedError("the digests of a round have 32 bytes each")
        names = [member.org for member in self.members]
        if names != sorted(set(names)) or not 3 <= len(names) <= MAX_MEMBERS:
            raise MalformedError("a round lists 3 to 128 members once each, in order")
        if self.round < 1 or self.step < self.round or self.weight < 1 or self.epsilon_micro < 0:
            raise MalformedError("rounds and weights count from 1, and a step is never below its round")
        if (self.round == 1) != (self.previous == NO_RECORD):
            raise MalformedError("the first round, and no other, has none before it")

    @property
    def digest(self) -> bytes:
        """SHA-256 of the canonical record: what the chain holds."""
        return hashlib.sha256(encode(self.to_json())).digest()

    @property
    def contributors(self) -> frozenset[str]:
        """Who is in."""
        return frozenset(member.org for member in self.members if member.vector is not None)

    def to_json(self) -> dict[str, JsonValue]:
        """The record as it is kept and published."""
        rows: list[JsonValue] = [
            {"org": str(one.org), "vector": None if one.vector is None else hex0x_encode(one.vector)}
            for one in self.members
        ]
        digests: dict[str, JsonValue] = {name: hex0x_encode(getattr(self, name)) for name in _DIGESTS}
        numbers: dict[str, JsonValue] = {name: getattr(self, name) for name in _NUMBERS}
        return {"format": FORMAT, "members": rows, **digests, **numbers}

    @classmethod
    def from_json(cls, value: JsonValue) -> ModelRound:
        """The record of others; raises MalformedError for anything else."""
        fields = members(value, "round", _NAMES)
        if fields["format"] != FORMAT:
            raise MalformedError(f"a record of format {FORMAT} is needed")
        rows = tuple(_member(row) for row in items(fields["members"], "members", limit=MAX_MEMBERS))
        rest: dict[str, Any] = {name: octets(fields[name], name, limit=32, size=32) for name in _DIGESTS}
        rest |= {name: integer(fields[name], name) for name in _NUMBERS}
        return cls(members=rows, **rest)


def read_rounds(documents: Sequence[bytes]) -> tuple[ModelRound, ...]:
    """Records out of their documents, first round first, each checked against the one before.

    Raises:
        MalformedError: no such documents. ProofError: the chain of records is broken, naming the round.
    """
    rounds = tuple(ModelRound.from_json(loads(document)) for document in documents)
    check_chain(rounds)
    return rounds


def check_chain(rounds: Sequence[ModelRound]) -> None:
    """Raise ProofError unless the rounds follow one another: number, step, previous record, model, run and code."""
    previous, model, step = NO_RECORD, None, 0
    for place, one in enumerate(rounds, start=1):
        wrong = [
            what
            for what, holds in (
                (f"is numbered {one.round}", one.round == place),
                ("names another record before it", one.previous == previous),
                ("starts from another model than the one before ended with", model in (None, one.model_before)),
                ("belongs to another run or code", (one.run, one.code) == (rounds[0].run, rounds[0].code)),
                ("does not come after the step before", one.step > step),
            )
            if not holds
        ]
        if wrong:
            raise ProofError(f"record {place} {wrong[0]}", advice="A round was removed, changed or put in between.")
        previous, model, step = one.digest, one.model_after, one.step


def contribution(rounds: Sequence[ModelRound], org: str, step: int, vector: bytes) -> bool:
    """Whether what `org` sent in `step` (by the digest in its own record) is in the model.

    Raises:
        ProofError: the record says that `org` sent something else: one of the two was made up.
    """
    for one in rounds:
        if one.step == step:
            found = next((member for member in one.members if member.org == org), None)
            if found is None or found.vector is None:
                return False
            if found.vector != vector:
                raise ProofError(f"round {one.round} names another vector of {org} than its own record")
            return True
    return False


def _member(value: JsonValue) -> RoundMember:
    fields = members(value, "member", ("org", "vector"))
    vector = fields["vector"]
    return RoundMember(
        Lei(text(fields["org"], "org")), None if vector is None else octets(vector, "vector", limit=32, size=32)
    )
