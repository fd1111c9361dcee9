"""Causal models of lines: kept with their card when an alarm is explained, asked by name, watched for drift."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from evidence.canonical import decode_canonical, encode
from evidence.clock import format_instant
from evidence.draft import JsonValue
from evidence.errors import ConflictError, SchemaError
from node.records.port import MAX_PAGE
from node.records.port_documents import MAX_BYTES, Document
from node.services.causes.desk import CausalDesk, said_by
from node.services.causes.explanation import stated
from node.services.causes.tables import Lots
from rca.calibration.curve import Stated
from rca.card import LEAST_ROWS, Card, Standing, card_from, card_of, drift, standing
from rca.fit_file import Fit, fit_from
from rca.table import Table

FORMAT: Final = "credence-rca-model/1"
MODEL: Final = "rca.model"
LOOK: Final = "rca.model-look"
MOST_DRIFTS: Final = 20
"""So many drifted columns are named."""


def model_name(line: str) -> str:
    """One model a line; its versions follow its explanations."""
    return "mdl_" + hashlib.sha256(f"model\n{line}".encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it stands.

    Attributes:
        name: its name; one a line.
        line: the production line.
        version: of the fit.
        made: when; by: whose question made it.
        until: when its last row was made; empty when rows have no times.
        card: what it is and where its limits are.
        standing: whether it may be asked now.
        reason: why it is stopped or drifting; empty when it is in use.
        drifted: columns that have left what it saw, with their index.
    """

    name: str
    line: str
    version: int
    made: str
    by: str
    until: str
    card: Card
    standing: Standing
    reason: str
    drifted: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class LineModels:
    """The registry."""

    desk: CausalDesk

    def keep(self, line: str, fit: Fit, rows: Table, *, until: str, by: str) -> int | None:
        """Keep what an explanation was made with as the line's model; its version, None where it is too large to keep.

        Args:
            rows: that graphs were sampled from.
            until: when the last of them was made; empty when they have no times.
        """
        said: dict[str, JsonValue] = {
            "format": FORMAT,
            "line": line,
            "until": until,
            "card": card_of(fit, rows).document(),
            "fit": fit.document(),
        }
        if len(encode(said)) > MAX_BYTES:
            return None
        return self.desk.keep(MODEL, model_name(line), said, about=line, by=by).version

    def all(self) -> list[Model]:
        """Models of all lines, the newest version of each."""
        found, after = list[Model](), 0
        while page := self.desk.documents.documents(MODEL, after=after, limit=MAX_PAGE):
            found += [self._model(document) for _, document in page]
            after = page[-1][0]
        return found

    def one(self, name: str) -> Model:
        """A model as it stands; NotFoundError when there is none."""
        return self._model(self.desk.read(MODEL, name)[0])

    def ask(self, name: str, steps: Sequence[str]) -> dict[str, JsonValue]:
        """How likely it is that the first of `steps` acts on the last, through those between.

        Raises:
            NotFoundError: no such model or column.
            ConflictError: the model is stopped, or a column of the path has drifted: beyond its limits it says nothing.
            SchemaError: fewer than two steps, or one twice.
        """
        document, said = self.desk.read(MODEL, name)
        model = self._model(document)
        if model.standing is Standing.STOPPED:
            raise ConflictError(
                f"the model of {model.line} is stopped: {model.reason}", advice="Explain an alarm anew."
            )
        if out := [step for step in steps if step in dict(model.drifted)]:
            raise ConflictError(
                f"{out[0]!r} has drifted away from what the model was made from",
                advice="Explain an alarm of newer lots; the model is made again with it.",
            )
        if not 2 <= len(steps) <= 10 or len(set(steps)) < len(steps):
            raise SchemaError("2 to 10 different columns are expected", place="steps")
        fit = fit_from(encode(said["fit"]))
        for step in steps:
            fit.posterior.place(step)
        answer: Stated = (
            fit.calibration.reach(fit.posterior, *steps)
            if len(steps) == 2
            else fit.calibration.path(fit.posterior, *steps)
        )
        return {"steps": list(steps), "version": model.version, "stated": stated(answer)}

    def look(self, line: str, lots: Lots, *, by: str) -> Standing | None:
        """Hold new lots of a line against its model; None where it has none, or fewer than LEAST_ROWS lots are new.

        A model that a person stopped stays so.
        """
        document = self.desk.documents.document(MODEL, model_name(line))
        if document is None:
            return None
        model = self._model(document)
        fresh = _fresh(lots, model.until)
        if fresh is None or (model.standing is Standing.STOPPED and not model.drifted):
            return None
        try:
            found = drift(model.card, fresh)
        except SchemaError as error:
            return self._look(model, Standing.STOPPED, f"{error.place}: {error.message}", (), by)
        drifted = tuple((one.name, one.index) for one in found if one.drifted)[:MOST_DRIFTS]
        verdict = standing(found)
        reason = "" if verdict is Standing.IN_USE else f"{len(drifted)} columns have drifted in {fresh.rows} new lots"
        return self._look(model, verdict, reason, drifted, by)

    def stop(self, name: str, reason: str, *, by: str) -> Model:
        """Stop a model; the next explanation of its line makes another version.

        Raises:
            NotFoundError: no such model.
            SchemaError: no reason.
        """
        if not 0 < len(reason.strip()) <= 1_000:
            raise SchemaError("1 to 1000 characters are expected", place="reason")
        model = self.one(name)
        self._look(model, Standing.STOPPED, reason.strip(), (), by)
        return self.one(name)

    def _look(
        self, model: Model, verdict: Standing, reason: str, drifted: Sequence[tuple[str, float]], by: str
    ) -> Standing:
        said: dict[str, JsonValue] = {
            "of": model.version,
            "standing": verdict.value,
            "reason": reason,
            "drifted": [[name, f"{index:.4g}"] for name, index in drifted],
        }
        self.desk.keep(LOOK, model.name, said, about=model.line, by=by)
        if verdict is not model.standing:
            told: dict[str, JsonValue] = {"model": model.name, "line": model.line, "standing": verdict.value}
            self.desk.events.add_event("causes.model", {**told, "reason": reason}, self.desk.clock())
        return verdict

    def _model(self, document: Document) -> Model:
        said: Any = decode_canonical(document.data, limit=MAX_BYTES)
        look = self.desk.documents.document(LOOK, document.name)
        seen: Mapping[str, Any] = said_by(look) if look else {}
        if seen.get("of") != document.version:
            # Looks at an earlier version say nothing about this one.
            seen = {"standing": Standing.IN_USE.value, "reason": "", "drifted": []}
        return Model(
            document.name,
            str(said["line"]),
            document.version,
            format_instant(document.at),
            document.by,
            str(said["until"]),
            card_from(said["card"]),
            Standing(seen["standing"]),
            str(seen["reason"]),
            tuple((str(name), float(index)) for name, index in seen["drifted"]),
        )


def _fresh(lots: Lots, until: str) -> Table | None:
    """Lots made after the model's rows; of a table without times, all of them."""
    table = lots.table
    if until and lots.times:
        first = next((row for row, at in enumerate(lots.times) if format_instant(at) > until), table.rows)
        if table.rows - first < LEAST_ROWS:
            return None
        table = table.take(slice(first, None))
    return table if table.rows >= LEAST_ROWS else None
