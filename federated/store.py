"""The folder of a run: its plan, its models, its records; every step is on disk before the network hears of it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evidence.canonical import encode, loads
from evidence.draft import JsonValue
from evidence.errors import ConflictError, StorageError
from evidence.json_shape import integer, members
from evidence.model_round import ModelRound, read_rounds
from federated.model_bytes import Vector, model_bytes, model_of
from federated.plan import RunPlan
from federated.witness import MAX_WITNESS, Witness


@dataclass(frozen=True, slots=True)
class Sums:
    """The opened sums of a round, decoded.

    Attributes:
        means: mean values, shape (buckets, size + metrics); weights: sums of weights, shape (buckets,).
        votes: -1, 0 or 1 of every party that voted on every bucket, shape (voters, buckets); none for one bucket.
        parties: how many parties are in, those that did not vote included.
        counts: rows of all who are in by feature and bin, shape (plan.tally,); empty in a round that counted nothing.
    """

    means: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    votes: npt.NDArray[np.int64]
    parties: int
    counts: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def digest(self) -> bytes:
        """SHA-256 of all arrays with their shapes; counts only where there are any."""
        arrays = [self.means, self.weights, self.votes, np.array([self.parties])]
        arrays += [self.counts] if len(self.counts) else []
        whole = b"".join(repr(one.shape).encode("ascii") + one.astype("<f8").tobytes() for one in arrays)
        return hashlib.sha256(whole).digest()


@dataclass(frozen=True, slots=True)
class RunStore:
    """See the module. One writer; many readers, who see whole files only."""

    folder: Path

    def create(self, plan: RunPlan, model: Vector) -> None:
        """Begin a run; MAY be called again for the same plan, which changes nothing."""
        for name in ("models", "rounds", "sums", "witnesses"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        if not self.model_path(0).exists():
            write_whole(self.model_path(0), model_bytes(model))
        if not (self.folder / "plan.json").exists():
            write_whole(self.folder / "plan.json", encode(plan.to_json()))

    def plan(self) -> RunPlan:
        """The run's plan; StorageError when there is none."""
        return RunPlan.from_json(loads(_read(self.folder / "plan.json")))

    def model(self, number: int) -> Vector:
        """The global model after round `number` (0: the one that the run started from)."""
        return model_of(_read(self.model_path(number)), self.plan().size)

    def model_path(self, number: int) -> Path:
        """Where it lies."""
        return self.folder / "models" / f"{number:05d}.f32"

    def rounds(self) -> tuple[ModelRound, ...]:
        """All records, first round first, their chain checked."""
        files = sorted((self.folder / "rounds").glob("*.json"))
        return read_rounds([_read(file) for file in files])

    def add(self, record: ModelRound, model: Vector, sums: Sums, witness: Witness) -> None:
        """Keep a finished round: its record last, so that a record never names what is not there."""
        if self.withdrawn():
            raise ConflictError("this run was withdrawn: a party left, and another run trains again without it")
        path = self.folder / "sums" / f"{record.round:05d}.npz"
        draft = path.with_suffix(".new")
        with draft.open("wb") as file:
            parties = np.array(sums.parties)
            np.savez(
                file, means=sums.means, weights=sums.weights, votes=sums.votes, parties=parties, counts=sums.counts
            )
        draft.replace(path)
        write_whole(self._witness_path(record.round), encode(witness.to_json()))
        write_whole(self.model_path(record.round), model_bytes(model))
        write_whole(self.folder / "rounds" / f"{record.round:05d}.json", encode(record.to_json()))

    def sums(self, number: int) -> Sums:
        """The sums of a round; StorageError when they are not there."""
        path = self.folder / "sums" / f"{number:05d}.npz"
        try:
            with np.load(path, allow_pickle=False) as file:
                counts = file["counts"] if "counts" in file.files else np.zeros(0, dtype=np.int64)
                return Sums(file["means"], file["weights"], file["votes"], int(file["parties"]), counts)
        except (OSError, KeyError, ValueError) as error:
            raise StorageError(f"{path} cannot be read") from error

    def witness(self, number: int) -> Witness | None:
        """Who sat in which bucket and voted how in a round; None for a run from before these were kept."""
        path = self._witness_path(number)
        return Witness.from_json(loads(_read(path), limit=MAX_WITNESS)) if path.exists() else None

    def withdrawn(self) -> list[JsonValue]:
        """What was taken back of this run because parties left (`federated.leave`); empty when nothing was."""
        return [loads(_read(path)) for path in sorted((self.folder / "withdrawn").glob("*.json"))]

    def beside(self, run: bytes) -> RunStore:
        """The run of this name in the same folder of runs."""
        return RunStore(self.folder.parent / run.hex()[:32])

    def _witness_path(self, number: int) -> Path:
        return self.folder / "witnesses" / f"{number:05d}.json"

    def take_step(self) -> int:
        """The next step of the protocol, on disk before anybody hears of it, so that none is ever used twice."""
        path = self.folder / "step.json"
        last = integer(members(loads(_read(path)), "step", ("step",))["step"], "step") if path.exists() else 0
        write_whole(path, encode({"step": last + 1}))
        return last + 1

    def tell(self, event: dict[str, JsonValue]) -> None:
        """Add a line to the run's progress."""
        with (self.folder / "progress.jsonl").open("ab") as file:
            file.write(encode(event) + b"\n")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or leave the old one; on disk when this returns."""
    draft = path.with_suffix(path.suffix + ".new")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path} cannot be read", advice="Is this the folder of a run?") from error
