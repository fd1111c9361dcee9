"""Where a model comes from: its run held against the chain, and its weight file against the run's last global model.

Nothing of the exporter is believed. The records of all rounds must be those that the chain holds, the global model's
bytes must have the hash that the last one names, and every integer of the network is computed again from those bytes
(`scoring/risk_model.py` says how a weight becomes an integer). What no one else can compute are the calibration, the
histograms of drift and the limits of use: those are the steward's word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evidence.errors import ConflictError, ProofError
from evidence.model_round import ModelRound, check_chain
from node.chain.port_models import ModelLedger, RecordedRound
from node.training.port import Steward
from scoring.risk_model import ONE, RiskModel

FINISHED: Final = "finished"
_FIELDS: Final = (
    ("number", "number"), ("record", "record"), ("previous", "previous record"), ("model_before", "model before"),
    ("model_after", "model after"), ("committee", "committee"), ("code", "code"), ("weight", "sum of weights"),
    ("epsilon_micro", "privacy spend"), ("committee_size", "size of the committee"), ("contributors", "contributors"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """A finished run as the chain holds it.

    Attributes:
        run, record, model, code: full name of the run, and digests of its last round's record, of its global model
            and of its client code.
        rounds: how many; parties: LEIs of all who contributed; epsilon_micro: privacy spent, millionths, 0: unbounded.
        weights: bytes of the global model, float32, little-endian.
        metrics: mean loss before and after the last round's training and share of bad outcomes, as the steward tells
            them: decimal texts, empty in a run that bounds privacy.
    """

    run: bytes
    record: bytes
    model: bytes
    code: bytes
    rounds: int
    parties: tuple[str, ...]
    epsilon_micro: int
    weights: bytes
    metrics: tuple[str, ...] = ()

    @property
    def epsilon(self) -> str:
        """The privacy spend as decimal text; empty when it was not bounded."""
        whole, rest = divmod(self.epsilon_micro, 1_000_000)
        return f"{whole}.{rest:06d}".rstrip("0").rstrip(".") if self.epsilon_micro else ""


@dataclass(frozen=True, slots=True)
class FindOrigin:
    """See the module."""

    ledger: Callable[[], ModelLedger]
    """Opened when first needed: a file without a run is taken without any chain."""

    def __call__(self, steward: Steward, name: str) -> Origin:
        """The origin of a finished run.

        Raises:
            ConflictError: the run is not finished.
            ProofError: run and chain differ, saying in what.
            NotFoundError, PeerUnreachableError, LedgerUnreachableError: as the ports.
        """
        run = steward.run(name)
        if run.state != FINISHED or not run.done:
            raise ConflictError(
                f"the run {name} is {run.state} after {run.done} of {run.rounds} rounds",
                advice="A model is taken from a finished run: let it finish, or start one with fewer rounds.",
            )
        if run.leaving or run.withdrawn:
            left = run.leaving or run.withdrawn[-1].party
            raise ConflictError(
                f"{left} left the run {name}, and its models from then on are withdrawn",
                advice="Take the model of the run that trains again without that party.",
            )
        records = [steward.record(name, number) for number in range(1, run.done + 1)]
        check_chain(records)
        held = self.ledger().rounds(records[0].run)
        refuse_differences(f"run {name}", differences(records, held))
        weights = steward.model(name, run.done)
        last = records[-1]
        if hashlib.sha256(weights).digest() != last.model_after:
            refuse_differences(f"run {name}", ["the model's bytes are not those that the last round names"])
        return Origin(
            run=last.run,
            record=last.digest,
            model=last.model_after,
            code=last.code,
            rounds=run.done,
            parties=tuple(sorted({str(org) for one in records for org in one.contributors})),
            epsilon_micro=last.epsilon_micro,
            weights=weights,
            metrics=() if last.epsilon_micro else run.metrics,
        )


def differences(records: Sequence[ModelRound], held: Sequence[RecordedRound]) -> list[str]:
    """In what the records of a run differ from what the chain holds; the first few places."""
    found = []
    if len(records) != len(held):
        found.append(f"the chain holds {len(held)} rounds, the run has {len(records)}")
    for record, entry in zip(records, held, strict=False):
        if entry.matches(record):
            continue
        told = [word for name, word in _FIELDS if getattr(entry, name) != _told(record, name)]
        found.append(f"round {record.round}: another {' and '.join(told) or 'run'} than the chain's")
    return found[:8]


def refuse_differences(what: str, found: Sequence[str]) -> None:
    """Raise ProofError naming the differences, if there are any."""
    if found:
        raise ProofError(
            f"{what} does not agree with the chain: {'; '.join(found)}",
            advice="Wait until all rounds are on chain; if it stays, audit the run: credence audit model FOLDER.",
        )


def refuse_other_weights(model: RiskModel, origin: Origin) -> None:
    """Raise ProofError unless the network of a weight file is exactly that of the run's global model, in integers."""
    found = weight_differences(model, origin.weights)
    if found:
        raise ProofError(
            f"the weight file of {model.name} is not the run's model: {'; '.join(found)}",
            advice="Export it again from the steward's own run; do not use this file.",
        )


def weight_differences(model: RiskModel, weights: bytes) -> list[str]:
    """In what a weight file's network differs from a global model's bytes."""
    flat = np.frombuffer(weights, dtype="<f4").astype("<f8")
    layout = _layout(model)
    if len(weights) % 4 or flat.size != sum(prod(shape) for _, shape in layout):
        return [f"it has {sum(prod(shape) for _, shape in layout)} numbers, the run's model {len(weights) / 4:g}"]
    found = []
    if hashlib.sha256(flat.tobytes()).hexdigest() != model.source:
        found.append("it names another source")
    start = 0
    for name, shape in layout:
        part = flat[start : start + prod(shape)].reshape(shape)
        start += prod(shape)
        if not np.array_equal(_integers(part**2 if name == "slopes" else part), np.array(getattr(model, name))):
            found.append(f"other numbers in {name}")
    return found


def _layout(model: RiskModel) -> list[tuple[str, tuple[int, ...]]]:
    """The order of the parameters in a flat model; `federated/learning/network.py` holds the same."""
    first, second, free = len(model.b1), len(model.b2), len(model.free)
    layout: list[tuple[str, tuple[int, ...]]] = [
        ("w1", (first, free)), ("b1", (first,)), ("w2", (second, first)), ("b2", (second,)), ("head", (second,)),
        ("bias", ()),
    ]  # fmt: skip
    return [*layout, ("slopes", (len(model.slopes), len(model.knots)))] if model.slopes else layout


def _integers(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.asarray(np.rint(values * ONE), dtype=np.int64)


def _told(record: ModelRound, name: str) -> object:
    match name:
        case "number":
            return record.round
        case "record":
            return record.digest
        case "committee_size":
            return len(record.members)
        case "contributors":
            return len(record.contributors)
        case _:
            return getattr(record, name)
