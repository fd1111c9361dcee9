"""The plain weight file of a process-risk model: integers only, so that every reader computes the same bits.

A federation's network is exported by `federated/export.py` to a JSON document (`credence-risk-model/1`); nothing of
torch, and no pickle, is needed to read it. Numbers of the network are integers in units of 2^-16 (`ONE`).

What is computed, in int64 and with floor division by `ONE`, so that neither order nor machine changes a bit:

    hidden = relu(W2 relu(W1 x + b1) + b2);  logit = head . hidden + bias + sum slope_jk relu(+-x_j - knot_k)
    probability = table(slope * logit + shift)

Slopes are not negative and the table rises, so the risk never falls as a feature with a declared direction gets worse,
and it lies between 0 and one million (millionths) whatever the input.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from evidence.errors import LimitError, MalformedError, SchemaError
from evidence.quantity import is_decimal
from evidence.ucum import unit
from scoring.document import Node
from scoring.scale import MICRO

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

FORMAT: Final = "credence-risk-model/1"
MAX_BYTES: Final = 2**20
SHIFT: Final = 16
ONE: Final = 2**SHIFT
"""The number one in the network's units."""
CLAMP: Final = 8 * ONE
MAX_WEIGHT: Final = 128 * ONE
MAX_ACTIVATION: Final = 1024 * ONE
MAX_INPUTS: Final = 12
"""Most inputs of a model that is scored: exact Shapley values need 2^inputs evaluations of a row."""
MAX_HIDDEN: Final = 256
OPERATIONS: Final = ("column", "difference", "product")
STEP: Final = ONE // 8
EDGE: Final = 16 * ONE
"""The table of probabilities has a knot every 1/8 from -16 to 16; outside, its ends."""
CUTS: Final = tuple(
    int(Fraction(cut) * ONE) for cut in ("-1.28", "-0.84", "-0.52", "-0.25", "0", "0.25", "0.52", "0.84", "1.28")
)
"""Inner edges of the ten bins of drift, in scales from the centre: tenths of a normal distribution."""
BINS: Final = len(CUTS) + 1


@dataclass(frozen=True, slots=True)
class RiskColumn:
    """A measured column: its unit (UCUM) and the range within which the model may be trusted."""

    name: str
    unit: str
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class RiskFeature:
    """An input: `(operation(of) - centre) / scale`; direction 1 or -1 where more or less of it is worse, else 0."""

    name: str
    operation: str
    of: tuple[str, ...]
    centre: Fraction
    scale: Fraction
    direction: int


@dataclass(frozen=True, slots=True)
class RiskLimits:
    """When an index stops counting.

    Attributes:
        rows: fewer parts than this tell nothing.
        outside: largest share of parts with a value outside the range or missing, millionths.
        drift: population stability index of a feature from which on the process is another one, millionths.
        until: last day of use.
    """

    rows: int
    outside: int
    drift: int
    until: date


@dataclass(frozen=True, slots=True)
class RiskModel:
    """A model as its document states it; `digest` names it."""

    name: str
    version: int
    spec: str
    source: str
    columns: tuple[RiskColumn, ...]
    features: tuple[RiskFeature, ...]
    w1: tuple[tuple[int, ...], ...]
    b1: tuple[int, ...]
    w2: tuple[tuple[int, ...], ...]
    b2: tuple[int, ...]
    head: tuple[int, ...]
    bias: int
    knots: tuple[int, ...]
    slopes: tuple[tuple[int, ...], ...]
    calibration: tuple[int, int]
    histograms: tuple[tuple[int, ...], ...]
    limits: RiskLimits
    digest: str

    @property
    def free(self) -> tuple[int, ...]:
        """Inputs of the layers, by position."""
        return tuple(i for i, feature in enumerate(self.features) if not feature.direction)

    @property
    def monotone(self) -> tuple[tuple[int, int], ...]:
        """Inputs with a direction, as (position, direction)."""
        return tuple((i, feature.direction) for i, feature in enumerate(self.features) if feature.direction)

    def inputs(self, values: Mapping[str, Fraction]) -> tuple[int, ...]:
        """Inputs of one part from its exact values, rounded down to units of 2^-16 and cut off at 8 scales."""
        found = []
        for feature in self.features:
            raw = values[feature.of[0]]
            if feature.operation == "difference":
                raw -= values[feature.of[1]]
            elif feature.operation == "product":
                raw *= values[feature.of[1]]
            scaled = (raw - feature.centre) * ONE / feature.scale
            found.append(max(-CLAMP, min(CLAMP, scaled.numerator // scaled.denominator)))
        return tuple(found)

    def risks(self, inputs: Integers) -> Integers:
        """Probability of a bad outcome in millionths, shape (n,), for inputs of shape (n, features)."""
        import numpy as np

        hidden = self._layer(inputs[:, list(self.free)], self.w1, self.b1)
        hidden = self._layer(hidden, self.w2, self.b2)
        logit = (hidden @ np.array(self.head, dtype=np.int64) >> SHIFT) + self.bias
        for row, (position, direction) in enumerate(self.monotone):
            steps = np.maximum(direction * inputs[:, position, None] - np.array(self.knots, dtype=np.int64), 0)
            logit += (steps * np.array(self.slopes[row], dtype=np.int64) >> SHIFT).sum(axis=1)
        logit = np.clip(logit, -MAX_ACTIVATION, MAX_ACTIVATION)
        slope, shift = self.calibration
        return _probability((logit * slope >> SHIFT) + shift)

    def _layer(self, inputs: Integers, weights: Sequence[Sequence[int]], biases: Sequence[int]) -> Integers:
        import numpy as np

        out = (inputs @ np.array(weights, dtype=np.int64).T >> SHIFT) + np.array(biases, dtype=np.int64)
        held: Integers = np.clip(out, 0, MAX_ACTIVATION)
        return held


def decode(data: bytes) -> RiskModel:
    """Read a weight file.

    Raises:
        LimitError: larger than a mebibyte.
        MalformedError: not JSON.
        SchemaError: not such a document, or a number beyond the bounds that keep the arithmetic within 64 bits.
    """
    if len(data) > MAX_BYTES:
        raise LimitError(f"a risk model has at most {MAX_BYTES} bytes")
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise MalformedError("a risk model is a JSON document") from error
    top = Node(parsed).members(
        (
            *("format", "name", "version", "spec", "source", "columns", "features", "w1", "b1", "w2", "b2"),
            *("head", "bias", "knots", "slopes", "calibration", "histograms", "limits"),
        )
    )
    top["format"].choice((FORMAT,))
    columns = tuple(_column(node) for node in top["columns"].items(1, 2 * MAX_INPUTS))
    features = tuple(_feature(node, {one.name for one in columns}) for node in top["features"].items(1, MAX_INPUTS))
    free = sum(not feature.direction for feature in features)
    first = top["b1"].items(1, MAX_HIDDEN)
    second = top["b2"].items(1, MAX_HIDDEN)
    knots = _row(top["knots"], None, CLAMP)
    calibration = top["calibration"].items(2, 2)
    model = RiskModel(
        name=top["name"].text(80),
        version=top["version"].integer(1, 10**6),
        spec=top["spec"].digest(),
        source=top["source"].digest(),
        columns=columns,
        features=features,
        w1=_matrix(top["w1"], len(first), free, -MAX_WEIGHT),
        b1=_row(top["b1"], len(first), MAX_WEIGHT),
        w2=_matrix(top["w2"], len(second), len(first), -MAX_WEIGHT),
        b2=_row(top["b2"], len(second), MAX_WEIGHT),
        head=_row(top["head"], len(second), MAX_WEIGHT),
        bias=top["bias"].integer(-MAX_WEIGHT, MAX_WEIGHT),
        knots=knots,
        slopes=_matrix(top["slopes"], len(features) - free, len(knots), 0),
        calibration=(calibration[0].integer(1, MAX_WEIGHT), calibration[1].integer(-MAX_WEIGHT, MAX_WEIGHT)),
        histograms=_matrix(top["histograms"], len(features), BINS, 0, 2**53),
        limits=_limits(top["limits"]),
        digest=hashlib.sha256(data).hexdigest(),
    )
    if len({feature.name for feature in features}) < len(features) or not free:
        raise SchemaError("features have names of their own, and one of them no direction", place="/features")
    return model


def _probability(logit: Integers) -> Integers:
    import numpy as np

    table = np.array(_table(), dtype=np.int64)
    held = np.clip(logit, -EDGE, EDGE - 1) + EDGE
    index, rest = held // STEP, held % STEP
    risks: Integers = table[index] + (table[index + 1] - table[index]) * rest // STEP
    return risks


@lru_cache(maxsize=1)
def _table() -> tuple[int, ...]:
    """1 / (1 + exp(-x)) in millionths at the knots, by decimal arithmetic, which rounds alike everywhere."""
    with localcontext(prec=34, rounding=ROUND_HALF_EVEN):
        knots = [Decimal(number) / (ONE // STEP) for number in range(-EDGE // STEP, EDGE // STEP + 1)]
        return tuple(int((MICRO / (1 + (-knot).exp())).to_integral_value()) for knot in knots)


def _column(node: Node) -> RiskColumn:
    entry = node.members(("name", "unit", "low", "high"))
    low, high = _fraction(entry["low"]), _fraction(entry["high"])
    if low >= high:
        raise entry["high"].refuse("the range is empty")
    code = entry["unit"].text(40)
    unit(code)
    return RiskColumn(entry["name"].text(80), code, low, high)


def _feature(node: Node, columns: set[str]) -> RiskFeature:
    entry = node.members(("name", "operation", "of", "centre", "scale", "direction"))
    operation = entry["operation"].choice(OPERATIONS)
    wanted = 1 if operation == "column" else 2
    of = tuple(one.choice(columns) for one in entry["of"].items(wanted, wanted))
    scale = _fraction(entry["scale"])
    if scale <= 0:
        raise entry["scale"].refuse("the scale is positive")
    direction = entry["direction"].integer(-1, 1)
    return RiskFeature(entry["name"].text(80), operation, of, _fraction(entry["centre"]), scale, direction)


def _limits(node: Node) -> RiskLimits:
    entry = node.members(("rows", "outside", "drift", "until"))
    return RiskLimits(
        entry["rows"].integer(1, 10**6),
        entry["outside"].integer(0, MICRO),
        entry["drift"].integer(1, 100 * MICRO),
        entry["until"].day(),
    )


def _row(node: Node, length: int | None, most: int, least: int | None = None) -> tuple[int, ...]:
    low = -most if least is None else least
    shortest, longest = (1, 64) if length is None else (length, length)
    return tuple(one.integer(low, most) for one in node.items(shortest, longest))


def _matrix(node: Node, rows: int, width: int, least: int, most: int = MAX_WEIGHT) -> tuple[tuple[int, ...], ...]:
    return tuple(_row(one, width, most, least) for one in node.items(rows, rows))


def _fraction(node: Node) -> Fraction:
    text = node.text(70)
    if not is_decimal(text):
        raise node.refuse(f"{text[:40]!r} is not a decimal number")
    return Fraction(text)
