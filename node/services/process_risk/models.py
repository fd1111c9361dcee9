"""The registry of models that other lines may call: weight files and one JSON record each, in a folder.

Records are never changed but for their state, which only goes forward: `trial` -> `released` -> `stopped`. The file of
a record is checked against its hash whenever it is read. The node serves this over its API; here are plain functions.

What if we lose it? Export again from the checkpoints; hashes in the chain's `ModelRegistry` tell which were valid.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from evidence.errors import ConflictError, MalformedError, NotFoundError, ProofError, SchemaError, StorageError
from evidence.quantity import is_decimal
from scoring.document import Node
from scoring.process_risk import Assessment, assess
from scoring.risk_model import RiskModel, decode

FORMAT: Final = "credence-model-record/2"
FIRST_FORMAT: Final = "credence-model-record/1"
"""Records of before models were held against the chain; read as models that were not."""
MOST_FIGURES: Final = 64
MOST_LINES: Final = 100
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", re.ASCII)


class ModelState(StrEnum):
    """How far a model has come; the order is the only way."""

    TRIAL = "trial"
    RELEASED = "released"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """What is known of a model.

    Attributes:
        digest: SHA-256 of the weight file; round: hash of the federated round that it came from, as anchored.
        parties: how many plants took part; epsilon: largest privacy spend of a record as text, empty when not private.
        figures: measured figures by name, as decimal text; reason: why it was stopped.
        lines: for which lines it was tried.
        run, model, code: the run's full name, the digests of its last global model and of the client code; empty where
            the file came without its run.
        checked: whether run, round, model and code were found in the chain's registry when the model was added.
    """

    name: str
    version: int
    digest: str
    round: str
    parties: int
    created: str
    figures: Mapping[str, str]
    lines: tuple[str, ...] = ()
    epsilon: str = ""
    state: ModelState = ModelState.TRIAL
    reason: str = ""
    run: str = ""
    model: str = ""
    code: str = ""
    checked: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise SchemaError("a model's name has lower-case letters, digits and hyphens", place="name")
        if self.version < 1 or self.parties < 1:
            raise SchemaError("versions and parties count from 1", place="version")
        if not _DIGEST.fullmatch(self.digest) or not _DIGEST.fullmatch(self.round):
            raise SchemaError("64 lower-case hexadecimal digits are expected", place="round")
        if any(text and not _DIGEST.fullmatch(text) for text in (self.run, self.model, self.code)):
            raise SchemaError("64 lower-case hexadecimal digits are expected", place="run")
        if self.checked and not self.run:
            raise SchemaError("a model that was held against the chain names its run", place="checked")
        if not all(is_decimal(value) and len(value) <= 40 for value in self.figures.values()):
            raise SchemaError("figures are decimal numbers", place="figures")
        if len(self.figures) > MOST_FIGURES or not all(1 <= len(name) <= 80 for name in self.figures):
            raise SchemaError(f"at most {MOST_FIGURES} figures, with names of 1 to 80 characters", place="figures")
        if len(self.lines) > MOST_LINES or not all(1 <= len(line) <= 200 for line in self.lines):
            raise SchemaError(f"at most {MOST_LINES} lines of 1 to 200 characters", place="lines")
        if self.epsilon and not (is_decimal(self.epsilon) and len(self.epsilon) <= 40):
            raise SchemaError("the privacy spend is a decimal number", place="epsilon")
        if (self.state is ModelState.STOPPED) != bool(self.reason):
            raise SchemaError("exactly a stopped model has a reason", place="reason")

    @property
    def key(self) -> str:
        """Name of its files: `<name>-<version>`."""
        return f"{self.name}-{self.version}"


_SINCE: Final = ("run", "model", "code", "checked")
"""What the second format says more than the first."""
_FIRST: Final = tuple(member.name for member in fields(ModelRecord) if member.name not in _SINCE)


class ModelFolder:
    """The registry in one folder; one process writes at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, record: ModelRecord, data: bytes) -> None:
        """Keep a weight file and its record.

        MAY be called twice with the same; MUST NOT replace another file of that name and version.

        Raises:
            SchemaError: no weight file, or its hash is not the record's.
            ConflictError: that version exists with other weights.
        """
        decode(data)
        if hashlib.sha256(data).hexdigest() != record.digest:
            raise SchemaError("the weight file is not the one that the record names", place="digest")
        file = self._folder / f"{record.key}.risk.json"
        if file.exists():
            if file.read_bytes() != data:
                raise ConflictError(f"{record.key} exists with other weights", advice="Give the model a new version.")
            if (self._folder / f"{record.key}.record.json").exists():
                return
        # A crash between the two leaves weights without a record: adding the same again mends it.
        _put(file, data)
        self._write(record)

    def records(self) -> list[ModelRecord]:
        """All records, by name and version."""
        found = [self._read(file) for file in sorted(self._folder.glob("*.record.json"))]
        return sorted(found, key=lambda one: (one.name, one.version))

    def record(self, name: str, version: int) -> ModelRecord:
        """One record, or NotFoundError."""
        file = self._folder / f"{name}-{version}.record.json"
        if not _NAME.fullmatch(name) or not file.exists():
            raise NotFoundError(f"there is no model {name[:64]!r} version {version}")
        return self._read(file)

    def weights(self, record: ModelRecord) -> bytes:
        """The weight file of a record; ProofError when it was changed, StorageError when it cannot be read."""
        try:
            data = (self._folder / f"{record.key}.risk.json").read_bytes()
        except OSError as error:
            raise StorageError(f"the weights of {record.key} cannot be read: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != record.digest:
            raise ProofError(f"the weights of {record.key} were changed", advice="Export or fetch the file again.")
        return data

    def model(self, record: ModelRecord) -> RiskModel:
        """The model of a record; raises as `weights`."""
        return decode(self.weights(record))

    def release(self, name: str, version: int) -> ModelRecord:
        """Put a trial model into use."""
        return self._move(name, version, ModelState.TRIAL, ModelState.RELEASED, "")

    def stop(self, name: str, version: int, reason: str) -> ModelRecord:
        """Stop a model for good, with the reason that users are shown."""
        if not 1 <= len(reason) <= 500:
            raise SchemaError("a reason of 1 to 500 characters is expected", place="reason")
        record = self.record(name, version)
        if record.state is ModelState.STOPPED:
            return record
        return self._move(name, version, record.state, ModelState.STOPPED, reason)

    def call(
        self, name: str, version: int, parts: Sequence[Mapping[str, str]], units: Mapping[str, str], today: date
    ) -> Assessment:
        """Assess parts of another line by a released model.

        Raises:
            ConflictError: the model is on trial or stopped.
        """
        return assess(self.released(name, version), parts, units, today)

    def released(self, name: str, version: int) -> RiskModel:
        """A model that is in use; ConflictError, with the reason, when it is on trial or stopped."""
        record = self.record(name, version)
        if record.state is not ModelState.RELEASED:
            raise ConflictError(f"{record.key} is {record.state}: {record.reason or 'not released yet'}")
        return self.model(record)

    def _move(self, name: str, version: int, old: ModelState, new: ModelState, reason: str) -> ModelRecord:
        record = self.record(name, version)
        if record.state is new:
            return record
        if record.state is not old:
            raise ConflictError(f"{record.key} is {record.state} and cannot become {new}")
        moved = replace(record, state=new, reason=reason)
        self._write(moved)
        return moved

    def _write(self, record: ModelRecord) -> None:
        document = {"format": FORMAT, **asdict(record)}
        _put(self._folder / f"{record.key}.record.json", json.dumps(document, indent=1, sort_keys=True).encode())

    def _read(self, file: Path) -> ModelRecord:
        try:
            parsed: Any = json.loads(file.read_bytes())
        except ValueError as error:
            raise MalformedError(f"{file.name} is no JSON document") from error
        top = Node(parsed).members(("format", *_FIRST), _SINCE)
        since = set(_SINCE) & set(top)
        if top["format"].choice((FORMAT, FIRST_FORMAT)) == FORMAT and since != set(_SINCE):
            raise top["format"].refuse(f"{min(set(_SINCE) - since)!r} is missing")
        named = {name: str(top[name].value) for name in ("run", "model", "code") if name in top}
        return ModelRecord(
            name=top["name"].text(64),
            version=top["version"].integer(1, 10**6),
            digest=top["digest"].digest(),
            round=top["round"].digest(),
            parties=top["parties"].integer(1, 10**6),
            created=top["created"].text(40),
            figures={name: node.text(40) for name, node in top["figures"].entries(maximum=MOST_FIGURES).items()},
            lines=tuple(node.text(200) for node in top["lines"].items(0, MOST_LINES)),
            epsilon="" if top["epsilon"].value == "" else top["epsilon"].text(40),
            state=ModelState(top["state"].choice([one.value for one in ModelState])),
            reason="" if top["reason"].value == "" else top["reason"].text(500),
            **named,
            checked="checked" in top and top["checked"].flag(),
        )


def _put(file: Path, data: bytes) -> None:
    partial = file.with_name(file.name + ".partial")
    partial.write_bytes(data)
    partial.replace(file)
