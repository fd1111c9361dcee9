"""Real numbers as elements of the ring and back, with a bound on the error that holds without any assumption.

A party with values x (each |x| <= clip) and weight w in 1..max_weight sends w * round(x * S) and w itself, S = 2^bits.
The sum over at most `parties` of them stays below 2^(8 * width - 1) in absolute value by the choice of `bits`, so that
it is recovered exactly from the ring, and

    | sum_i w_i round(x_i S) / (S sum_i w_i)  -  sum_i w_i x_i / sum_i w_i |  <=  1 / (2 S),

because every |round(x S) / S - x| <= 1 / (2 S) and the weights are not negative: the weights themselves are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from evidence.errors import InputError, LimitError, ProofError
from federated.secagg.ring import WIRE_BYTES, Words, signed

Values = npt.NDArray[np.float64]
"""Real values, shape (n,)."""

MAX_BITS: Final = 40
"""More fraction bits than this would outrun the 53 bits of a double at clips above 4096."""


@dataclass(frozen=True, slots=True)
class Quantiser:
    """How values become words.

    Attributes:
        count: how many values a party sends beside its weight.
        clip: largest absolute value; what lies beyond is refused, not cut, because cutting is the trainer's decision.
        max_weight: largest weight, a whole number of samples.
        parties: at most so many words are ever added up.
        width: bytes of a word that travel.
        bits: fraction bits, chosen as large as the bound in the module's docstring allows.
    Raises:
        InputError: no positive number of fraction bits is left.
    """

    count: int
    clip: float
    max_weight: int
    parties: int
    width: int = 6
    bits: int = field(init=False)

    def __post_init__(self) -> None:
        if self.width not in WIRE_BYTES or self.count < 1 or self.max_weight < 1 or self.parties < 1:
            raise InputError("a quantiser needs positive counts and a width of 4 to 8 bytes")
        if not 0 < self.clip < 2**20:
            raise InputError("a clip must lie between 0 and 2^20")
        room = 1 << (8 * self.width - 1)
        bits = MAX_BITS
        while bits > 0 and self.parties * self.max_weight * (int(self.clip * 2**bits) + 2) >= room:
            bits -= 1
        if bits < 1 or self.parties * self.max_weight >= room:
            raise InputError(f"{self.width} bytes leave no room for {self.parties} weights up to {self.max_weight}")
        object.__setattr__(self, "bits", bits)

    @property
    def words(self) -> int:
        """Words of a party: its values and its weight."""
        return self.count + 1

    @property
    def bound(self) -> float:
        """The largest error of a weighted mean: half a step."""
        return float(2.0 ** -(self.bits + 1))

    def encode(self, values: Values, weight: int) -> Words:
        """The words of one party.

        Raises:
            InputError: another number of values, values that are not finite, or a weight out of range.
            LimitError: a value beyond the clip.
        """
        if values.shape != (self.count,) or not np.isfinite(values).all():
            raise InputError(f"{self.count} finite values are needed")
        if not 1 <= weight <= self.max_weight:
            raise InputError(f"a weight of {weight} where 1 to {self.max_weight} are allowed")
        largest = float(np.abs(values).max())
        if largest > self.clip:
            raise LimitError(f"a value of {largest:g} lies beyond the clip of {self.clip:g}", advice="Clip the update.")
        scaled = np.rint(values * float(2**self.bits)).astype(np.int64) * np.int64(weight)
        return np.append(scaled, np.int64(weight)).view(np.uint64)

    def decode(self, total: Words) -> tuple[Values, int]:
        """The weighted mean of the values, shape (count,), and the sum of the weights, out of a sum of words.

        Raises:
            ProofError: the sum of the weights is impossible: masks did not cancel, or a party lied.
        """
        if total.shape != (self.words,):
            raise InputError(f"{self.words} words are needed")
        whole = signed(total, self.width)
        weight = int(whole[-1])
        if not 1 <= weight <= self.parties * self.max_weight:
            raise ProofError(
                f"the sum of the weights came out as {weight}, which no set of parties can have sent",
                advice="A party broke the protocol or its masks did not cancel: drop this bucket's sum.",
            )
        return whole[:-1] / (float(2**self.bits) * weight), weight
