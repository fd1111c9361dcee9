"""What a plan says when it trains again from a checkpoint, because a party left: where it goes on, without whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import InputError
from evidence.identity import Lei
from evidence.json_shape import integer, items, members, octets, text
from evidence.model_round import NO_RECORD

_DIGESTS: Final = ("of", "record", "model", "leave")
MOST_LEFT: Final = 128


@dataclass(frozen=True, slots=True)
class Retrain:
    """Part of a plan, and so of its run's name on chain.

    Attributes:
        of: name of the run whose checkpoint is gone back to; round: number of that checkpoint, 0 = its start.
        record: digest of that round's record, NO_RECORD for round 0.
        model: SHA-256 of the checkpoint's bytes, the model that this run starts from.
        leave: digest of the leave plan (federated.learning.leaving) that asks for it.
        left: who may not take part, in order: whoever left this line of models so far.
    Raises:
        InputError: digests of other lengths, nobody who left, or a record that does not go with the round.
    """

    of: bytes
    round: int
    record: bytes
    model: bytes
    leave: bytes
    left: tuple[str, ...]

    def __post_init__(self) -> None:
        if any(len(getattr(self, name)) != 32 for name in _DIGESTS):
            raise InputError("the digests of a retraining have 32 bytes each")
        if not 1 <= len(self.left) <= MOST_LEFT or list(self.left) != sorted(set(self.left)):
            raise InputError(f"a retraining names 1 to {MOST_LEFT} parties that left, once each, in order")
        if (self.round == 0) != (self.record == NO_RECORD):
            raise InputError("the start of a run has no record, and every round has one")

    def to_json(self) -> dict[str, JsonValue]:
        """Its place in the plan."""
        digests: dict[str, JsonValue] = {name: hex0x_encode(getattr(self, name)) for name in _DIGESTS}
        return {**digests, "round": self.round, "left": list(self.left)}

    @classmethod
    def from_json(cls, value: JsonValue) -> Retrain:
        """From others; raises MalformedError or InputError."""
        fields = members(value, "retrain", (*_DIGESTS, "round", "left"))
        digests = {name: octets(fields[name], name, limit=32, size=32) for name in _DIGESTS}
        left = tuple(str(Lei(text(one, "left"))) for one in items(fields["left"], "left", limit=MOST_LEFT))
        return cls(round=integer(fields["round"], "round"), left=left, **digests)
