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
from federated.retrain import Retrain
from federated.secagg.quantise import Quantiser
from federated.secagg.terms import MAX_TALLY, RoundTerms
from scoring.risk_model import BINS

FORMAT: Final = "credence-federated-run/1"
METRICS: Final = 3
"""Metrics ride behind the update in the masked vector (federated.task.METRICS)."""
_NUMBERS: Final = (
    "rounds", "size", "parties", "max_weight", "width", "bucket_size", "hop_ms", "quorum_ms", "seed", "epsilon_micro",
)  # fmt: skip
_TEXTS: Final = ("spec", "strategy", "clip")
_TALLY: Final = ("tally", "tally_every")


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
        tally: counts that a party adds (features times bins of federated.learning.drift), 0 = none are asked for;
            tally_every: they are asked for in steps 1, 1 + tally_every, 1 + 2 tally_every, ...
        retrain: where the run goes on, and without whom, when it is there because a party left.
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
    tally: int = 0
    tally_every: int = 1
    retrain: Retrain | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.rounds <= 10_000 or not 1 <= self.size < 1 << 24 or not 3 <= self.parties <= 128:
            raise InputError("a run has 1 to 10,000 rounds, 3 to 128 parties and a model of up to 2^24 numbers")
        if not 100 <= self.hop_ms <= 86_400_000 or not 0 <= self.quorum_ms <= 604_800_000:
            raise InputError("a hop takes 0.1 s to a day, and a quorum is waited for at most a week")
        if len(self.code) != 32 or len(self.nonce) != 32:
            raise InputError("code and nonce have 32 bytes each")
        if not 0 <= self.tally <= MAX_TALLY or not 1 <= self.tally_every <= 10_000 or self.tally % BINS:
            raise InputError(f"counts come in {BINS} bins a feature, {MAX_TALLY} at most, every 1 to 10,000 steps")
        if self.tally and self.epsilon_micro:
            raise InputError(
                "counts of rows carry no noise, so a run that bounds privacy asks for none",
                advice="Leave the tally out of this run, or watch drift in a run of its own.",
            )
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

    def tally_at(self, step: int) -> int:
        """How many counts a party adds in this step."""
        return self.tally if self.tally and (step - 1) % self.tally_every == 0 else 0

    def terms(self, step: int, base: bytes) -> RoundTerms:
        """The terms of a round of this run; `base` is the digest of the newest model when its keys are made."""
        tally = self.tally_at(step)
        words = self.quantiser().words + tally
        return RoundTerms(self.run, step, base, self.code, self.bucket_size, words, self.width, tally)

    def settings(self) -> dict[str, str | int]:
        """The settings of local training."""
        return dict(self.train)

    def to_json(self) -> dict[str, JsonValue]:
        """For the wire and the run's folder."""
        train: list[JsonValue] = [[name, value] for name, value in self.train]
        numbers: dict[str, JsonValue] = {name: getattr(self, name) for name in _NUMBERS}
        texts: dict[str, JsonValue] = {name: getattr(self, name) for name in _TEXTS}
        named: dict[str, JsonValue] = {"code": hex0x_encode(self.code), "nonce": hex0x_encode(self.nonce)}
        # What a plan does not ask for is left out, so that runs from before are named as they always were.
        more: dict[str, JsonValue] = {name: getattr(self, name) for name in _TALLY} if self.tally else {}
        if self.retrain is not None:
            more["retrain"] = self.retrain.to_json()
        return {"format": FORMAT, "train": train, **numbers, **texts, **named, **more}

    @classmethod
    def from_json(cls, value: JsonValue) -> RunPlan:
        """From others; raises MalformedError or InputError."""
        given = set(value) if isinstance(value, Mapping) else set()
        more = (*(_TALLY if "tally" in given else ()), *(("retrain",) if "retrain" in given else ()))
        top = members(value, "plan", ("format", "train", "code", "nonce", *_NUMBERS, *_TEXTS, *more))
        if top["format"] != FORMAT or top.get("tally") == 0:
            raise MalformedError(f"a plan of format {FORMAT} is needed")
        train = tuple(_setting(one) for one in items(top["train"], "train", limit=64))
        numbers = {name: integer(top[name], name) for name in (*_NUMBERS, *(_TALLY if "tally" in given else ()))}
        texts = {name: text(top[name], name) for name in _TEXTS}
        code, nonce = (octets(top[name], name, limit=32, size=32) for name in ("code", "nonce"))
        again = Retrain.from_json(top["retrain"]) if "retrain" in given else None
        return cls(train=train, code=code, nonce=nonce, retrain=again, **numbers, **texts)  # type: ignore[arg-type]


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
