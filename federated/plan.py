"""The plan of a run: everything that all parties agree to before it starts; its digest is the run's name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from evidence.canonical import encode
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import InputError, MalformedError
from evidence.json_shape import integer, items, members, octets, text
from federated.secagg.quantise import Quantiser

FORMAT: Final = "credence-federated-run/1"
METRICS: Final = 3
"""Metrics ride behind the update in the masked vector (federated.task.METRICS)."""
_NUMBERS: Final = (
    "rounds", "size", "parties", "max_weight", "width", "bucket_size", "hop_ms", "quorum_ms", "seed", "epsilon_micro",
)  # fmt: skip
_TEXTS: Final = ("spec", "strategy", "clip")


@dataclass(frozen=True, slots=True)
class RunPlan:
    """One run.

    Attributes:
        spec: digest of the feature spec, 64 hexadecimal digits; size: numbers in the model.
        rounds: how many; parties: at most so many take part; strategy: what the server does with the sums.
        clip: largest absolute value of an update's entries, a decimal text; max_weight: largest weight of a party.
        width: bytes of a masked word on the wire; bucket_size: 0 = one sum over all, else sums over so many parties.
        hop_ms: how long the server waits for answers; quorum_ms: how long it waits for enough parties.
        seed: of the starting model; epsilon_micro: privacy budget of a record in millionths, 0 = not bounded.
        train: settings of local training as pairs of name and value (numbers with a fraction as decimal texts).
        code: hash of the client code; nonce: makes two runs of equal plans different.
    """

    spec: str
    size: int
    rounds: int
    parties: int
    code: bytes
    nonce: bytes
    clip: str = "10"
    max_weight: int = 100_000
    width: int = 6
    bucket_size: int = 0
    hop_ms: int = 30_000
    quorum_ms: int = 600_000
    seed: int = 0
    epsilon_micro: int = 0
    strategy: str = "fed-avg"
    train: tuple[tuple[str, str | int], ...] = field(default=())

    def __post_init__(self) -> None:
        if not 1 <= self.rounds <= 10_000 or not 1 <= self.size < 1 << 24 or not 3 <= self.parties <= 128:
            raise InputError("a run has 1 to 10,000 rounds, 3 to 128 parties and a model of up to 2^24 numbers")
        if not 100 <= self.hop_ms <= 86_400_000 or not 0 <= self.quorum_ms <= 604_800_000:
            raise InputError("a hop takes 0.1 s to a day, and a quorum is waited for at most a week")
        if len(self.code) != 32 or len(self.nonce) != 32:
            raise InputError("code and nonce have 32 bytes each")
        self.quantiser()

    @property
    def run(self) -> bytes:
        """The run's name: SHA-256 of the plan."""
        return hashlib.sha256(b"credence federated run\0" + encode(self.to_json())).digest()

    def quantiser(self) -> Quantiser:
        """How updates become words; raises InputError when they do not fit."""
        try:
            clip = float(self.clip)
        except ValueError as error:
            raise InputError(f"the clip {self.clip[:20]!r} is no number") from error
        return Quantiser(self.size + METRICS, clip, self.max_weight, self.parties, self.width)

    def settings(self) -> dict[str, str | int]:
        """The settings of local training."""
        return dict(self.train)

    def to_json(self) -> dict[str, JsonValue]:
        """For the wire and the run's folder."""
        train: list[JsonValue] = [[name, value] for name, value in self.train]
        numbers: dict[str, JsonValue] = {name: getattr(self, name) for name in _NUMBERS}
        texts: dict[str, JsonValue] = {name: getattr(self, name) for name in _TEXTS}
        named: dict[str, JsonValue] = {"code": hex0x_encode(self.code), "nonce": hex0x_encode(self.nonce)}
        return {"format": FORMAT, "train": train, **numbers, **texts, **named}

    @classmethod
    def from_json(cls, value: JsonValue) -> RunPlan:
        """From others; raises MalformedError or InputError."""
        top = members(value, "plan", ("format", "train", "code", "nonce", *_NUMBERS, *_TEXTS))
        if top["format"] != FORMAT:
            raise MalformedError(f"a plan of format {FORMAT} is needed")
        train = tuple(_setting(one) for one in items(top["train"], "train", limit=64))
        numbers = {name: integer(top[name], name) for name in _NUMBERS}
        texts = {name: text(top[name], name) for name in _TEXTS}
        code, nonce = (octets(top[name], name, limit=32, size=32) for name in ("code", "nonce"))
        return cls(train=train, code=code, nonce=nonce, **numbers, **texts)  # type: ignore[arg-type]


def config_of(kind: type[Any], settings: Mapping[str, str | int]) -> Any:
    """A dataclass of plain settings filled from a plan; raises InputError for a name or value that does not fit."""
    sorts = {one.name: type(one.default) for one in fields(kind)}
    values: dict[str, Any] = {}
    for name, value in settings.items():
        sort = sorts.get(name)
        if sort not in (int, float, str, tuple):
            raise InputError(f"{name[:40]!r} is no setting of training")
        try:
            values[name] = tuple(str(value).split()) if sort is tuple else sort(value)
        except ValueError as error:
            raise InputError(f"{value!r} does not fit the setting {name}") from error
    return kind(**values)


def _setting(value: JsonValue) -> tuple[str, str | int]:
    pair = items(value, "train", limit=2)
    if len(pair) != 2 or not isinstance(pair[1], str | int) or isinstance(pair[1], bool):
        raise MalformedError("train: not a pair of a name and a text or integer")
    return text(pair[0], "train"), pair[1]
