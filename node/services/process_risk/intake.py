"""A model comes into the registry: as a file that somebody brings, or straight from a finished run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from evidence.errors import NotFoundError, SchemaError
from evidence.quantity import is_decimal
from node.services.process_risk.assess import NOBODY, ProcessRisk
from node.services.process_risk.models import ModelRecord
from node.services.process_risk.provenance import FindOrigin, Origin, refuse_differences, refuse_other_weights
from node.training.port import Steward
from scoring.risk_model import decode

LASTS: Final = timedelta(days=365)
"""How long a model from a run may be used unless its caller says otherwise."""
MEASURED: Final = ("loss-before", "loss-after", "share-bad")
"""Names of the figures that come with a run: of its last round, over all plants' training rows."""
_FULL: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """What people say of a model beside its file.

    Attributes:
        figures: measured figures by name, decimal text; lines: for which lines it was tried.
    """

    figures: Mapping[str, str]
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TakeModel:
    """Models come in on trial; whoever releases one is asked apart."""

    risk: ProcessRisk
    find: FindOrigin
    steward: Steward | None

    def file(
        self, data: bytes, told: Told, *, round_: str, parties: int, epsilon: str = "", run: str = "", by: str = NOBODY
    ) -> ModelRecord:
        """Keep a weight file that somebody brings.

        Args:
            round_: digest of the record of the round that it came from, hexadecimal; run: that run's full name, 64
                hexadecimal digits, to have the round looked up on chain. Without it nothing is claimed to be checked.
        Raises:
            ProofError: the chain holds no such round of that run.
            LimitError, MalformedError, SchemaError: no weight file. ConflictError: that version has other weights.
        """
        model, round_, run = decode(data), _bare(round_), _bare(run)
        origin: dict[str, Any] = {}
        if run:
            if not _FULL.fullmatch(run) or not _FULL.fullmatch(round_):
                raise SchemaError("the full name of a run has 64 hexadecimal digits, and so has a round", place="run")
            held = next(
                (one for one in self.find.ledger().rounds(bytes.fromhex(run)) if one.record.hex() == round_), None
            )
            if held is None:
                refuse_differences(f"the weight file of {model.name}", [f"run {run[:16]} has no round {round_[:16]}"])
            else:
                origin = {"run": run, "model": held.model_after.hex(), "code": held.code.hex()}
        return self.risk.add(
            ModelRecord(
                name=model.name,
                version=model.version,
                digest=hashlib.sha256(data).hexdigest(),
                round=round_,
                parties=parties,
                created=self.risk.today.isoformat(),
                figures=told.figures,
                lines=tuple(told.lines),
                epsilon=epsilon,
                checked=bool(origin),
                **origin,
            ),
            data,
            by=by,
        )

    def run(
        self, name: str, told: Told, *, version: int | None = None, until: date | None = None, by: str = NOBODY
    ) -> ModelRecord:
        """Take the last model of a finished run, export it, and hold all of it against the chain before it is kept.

        Args:
            version: of the weight file; None is the next one of its name. until: last day of use; None is in a year.
        Raises:
            ConflictError: the run is not finished. NotFoundError: there is no such run, or no steward here.
            ProofError: run, round, model, code or weights are not what the chain holds, saying which.
        """
        if self.steward is None:
            raise NotFoundError(
                "this node looks after no federation", advice="Set CREDENCE_STEWARD_URL and CREDENCE_STEWARD_TOKEN."
            )
        # (1) The run as the chain holds it: nothing is exported that could not be kept.
        origin = self.find(self.steward, name)
        # (2) The steward exports; what it gives must follow from the model that the chain names.
        data = self._export(self.steward, name, version, until or self.risk.today + LASTS)
        model = decode(data)
        refuse_other_weights(model, origin)
        # (3) The same run twice is the same model, whatever version was asked for.
        known = self._known(model.name, origin)
        if known is not None and version in (None, known.version):
            return known
        return self.risk.add(_record(data, origin, told, self.risk.today), data, by=by)

    def _export(self, steward: Steward, name: str, version: int | None, until: date) -> bytes:
        data = steward.export(name, version=version or 1, until=until)
        if version is not None:
            return data
        called = decode(data).name
        taken = [one.version for one in self.risk.models.records() if one.name == called]
        return data if not taken else steward.export(name, version=max(taken) + 1, until=until)

    def _known(self, name: str, origin: Origin) -> ModelRecord | None:
        same = [one for one in self.risk.models.records() if one.name == name and one.round == origin.record.hex()]
        return same[-1] if same else None


def _record(data: bytes, origin: Origin, told: Told, today: date) -> ModelRecord:
    model = decode(data)
    return ModelRecord(
        name=model.name,
        version=model.version,
        digest=model.digest,
        round=origin.record.hex(),
        parties=len(origin.parties),
        created=today.isoformat(),
        figures={**_measured(origin), **told.figures},
        lines=tuple(told.lines),
        epsilon=origin.epsilon,
        run=origin.run.hex(),
        model=origin.model.hex(),
        code=origin.code.hex(),
        checked=True,
    )


def _measured(origin: Origin) -> dict[str, str]:
    """What the steward's last round tells of itself; people's own figures stand above it."""
    return {name: text for name, text in zip(MEASURED, origin.metrics, strict=False) if is_decimal(text)}


def _bare(digest: str) -> str:
    return digest.strip().lower().removeprefix("0x")
