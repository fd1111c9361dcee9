"""How a plant trains in one round; agreed by all parties and bound into the round."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from evidence.errors import SchemaError

BALANCES: Final = ("none", "root", "full")
_DEVICE: Final = re.compile(r"auto|cpu|cuda(:[0-9]{1,2})?|mps", re.ASCII)


@dataclass(frozen=True, slots=True)
class Privacy:
    """Record-level differential privacy of one plant's updates (DP-SGD).

    Attributes:
        clip: largest L2 norm of one record's gradient.
        noise: standard deviation of the noise on the sum of gradients, in multiples of `clip`.
        delta: the chance allowed for the guarantee to fail; below one over the number of records.
    """

    clip: float
    noise: float
    delta: float = 1e-5

    def __post_init__(self) -> None:
        if not (0 < self.clip < 1e6 and 0 < self.noise < 1e4 and 0 < self.delta < 0.01):
            raise SchemaError("clip and noise are positive, delta lies between 0 and 0.01", place="privacy")


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """Local training of one round.

    Attributes:
        epochs: passes over the plant's rows.
        batch: rows in a step.
        rate: learning rate of Adam (under `privacy` it works on the noisy gradients, which costs no more privacy).
        proximal: FedProx strength: mu/2 times the squared distance from the model received is added to the loss.
        decay: weight decay.
        balance: how rows with a bad outcome are weighted: `none`, `root` (square root of good to bad), `full`.
        bound: largest L2 norm of the update that leaves the plant; a longer one is shortened.
        most: largest weight of a plant, rows: nobody buys influence with rows beyond it.
        personal: names of parameters that stay at home.
        device: `cpu`, `cuda`, `cuda:1`, `mps`, or `auto`: a GPU where there is one.
        seed: of the order of the rows; never of the noise of `privacy`.
    """

    epochs: int = 2
    batch: int = 64
    rate: float = 0.003
    proximal: float = 0.0
    decay: float = 0.0
    balance: str = "root"
    bound: float = 10.0
    most: int = 100_000
    personal: tuple[str, ...] = ()
    device: str = "cpu"
    seed: int = 0
    privacy: Privacy | None = None

    def __post_init__(self) -> None:
        if not (1 <= self.epochs <= 1000 and 1 <= self.batch <= 1_000_000 and 0 < self.rate <= 10):
            raise SchemaError("epochs, batch or rate are out of bounds", place="config")
        if not (0 <= self.proximal <= 1e4 and 0 <= self.decay <= 1 and 0 < self.bound <= 1e6 and self.most >= 1):
            raise SchemaError("proximal, decay, bound or most are out of bounds", place="config")
        if self.balance not in BALANCES:
            raise SchemaError(f"balance is one of {', '.join(BALANCES)}", place="config/balance")
        if not _DEVICE.fullmatch(self.device):
            raise SchemaError(f"{self.device[:20]!r} is no device", place="config/device")
