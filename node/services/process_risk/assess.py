"""A month's parts of our own process become the KPI `process-risk`, or the reasons why they do not."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from evidence.clock import Clock
from evidence.draft import Draft, JsonValue, Kind
from evidence.errors import ConflictError, NotFoundError, ProofError, SchemaError, StorageError
from evidence.identity import Lei, Subject
from evidence.statement import StatementId, parse
from node.records.port import MAX_PAGE, EvidenceStore, StatementFilter
from node.records.port_house import EventStore
from node.services.process_risk.looks import Hindrance, LookedBy, Looks, look_of
from node.services.process_risk.models import ModelFolder, ModelRecord, ModelState
from node.services.process_risk.parts import Parts, read_parts
from node.services.process_risk.table_parts import table_parts
from node.services.submit import SubmitDrafts
from scoring.process_risk import KPI_NAME, Assessment
from scoring.process_risk import assess as assess_parts
from scoring.risk_model import RiskModel

_PERIOD: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
NOBODY: Final = "the node"


@dataclass(frozen=True, slots=True)
class RiskReport:
    """What became of a month's parts.

    Attributes:
        statement: the KPI statement that carries the index; None when the index does not count.
        known: whether it had been stated before.
    """

    record: ModelRecord
    subject: Subject
    period: str
    assessment: Assessment
    statement: StatementId | None
    known: bool


class ProcessRisk:
    """The models of this node and what they say of its own process. MAY be called from several threads.

    Everything that is done to a model becomes an event of the node, with the name of who did it (`by`).
    """

    def __init__(
        self,
        lei: Lei,
        folder: Path,
        store: EvidenceStore,
        submit: SubmitDrafts,
        events: EventStore,
        clock: Clock,
        *,
        table: Path | None = None,
    ) -> None:
        """`table` is the folder of the node's own process table, which may not be there yet; None: it has none."""
        self._lei, self._folder, self._table = lei, folder, table
        self._store, self._submit, self._events, self._clock = store, submit, events, clock
        self._turn = threading.Lock()

    @property
    def models(self) -> ModelFolder:
        """The models kept here."""
        return ModelFolder(self._folder)

    @property
    def looks(self) -> Looks:
        """What the models said so far."""
        return Looks(self._folder)

    @property
    def today(self) -> date:
        """The day by the node's clock, UTC."""
        return self._clock().astimezone(UTC).date()

    @property
    def now(self) -> str:
        """The moment by the node's clock, RFC 3339."""
        return self._clock().astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def add(self, record: ModelRecord, data: bytes, *, by: str = NOBODY) -> ModelRecord:
        """Keep a weight file, on trial; raises as `ModelFolder.add`."""
        with self._turn:
            self.models.add(record, data)
            kept = self.models.record(record.name, record.version)
        self.tell("model.added", kept, by, run=kept.run, checked=kept.checked)
        return kept

    def release(self, name: str, version: int, *, by: str = NOBODY) -> ModelRecord:
        """Put a model into use; a stopped one is refused."""
        return self._moved("model.released", by, lambda: self.models.release(name, version), name, version)

    def stop(self, name: str, version: int, reason: str, *, by: str = NOBODY) -> ModelRecord:
        """Stop a model for good; what it said before stays stated."""
        return self._moved("model.stopped", by, lambda: self.models.stop(name, version, reason), name, version)

    def withdraw(self, withdrawn: Collection[str], reason: str, *, by: str = NOBODY) -> list[ModelRecord]:
        """Stop every model that comes from one of these; those that were stopped now.

        Args:
            withdrawn: digests of rounds' records, of global models, or what weight files name as their source.
        """
        going = [one for one in self.models.records() if one.state is not ModelState.STOPPED]
        return [
            self.stop(one.name, one.version, reason, by=by)
            for one in going
            if {one.round, one.model, self._source(one)} & set(withdrawn)
        ]

    def _source(self, record: ModelRecord) -> str:
        try:
            return self.models.model(record).source
        except (ProofError, StorageError):
            return ""  # its record still says which round and model it came from

    def hindrances(self, record: ModelRecord) -> list[Hindrance]:
        """Why a model's index does not count now; a weight file that was changed or lost is one reason."""
        try:
            until = self.models.model(record).limits.until
        except (ProofError, StorageError) as error:
            return [Hindrance(f"changed:{error.message}", "", "", LookedBy.ASSESS)]
        return self.looks.hindrances(record, until, self.today)

    def assess(
        self,
        name: str,
        version: int,
        *,
        file: str,
        data: bytes,
        period: str,
        site: str | None = None,
        by: str = NOBODY,
    ) -> RiskReport:
        """Assess all parts of a month; when the index counts, state it as a KPI of that month.

        Args:
            file, data: a CSV file as `read_parts` reads it; nothing of it is kept.
            period: a month that is over (UTC), `YYYY-MM`.
        Raises:
            ConflictError: the model is on trial or stopped, or the month was stated with another index.
            SchemaError, ImportRefusedError, LimitError: the month or the file cannot be used.
        """
        self._span(period)
        return self._assess(
            name, version, period, site, by, lambda model: read_parts(file, data, [one.name for one in model.columns])
        )

    def assess_table(
        self, name: str, version: int, *, period: str, site: str | None = None, by: str = NOBODY
    ) -> RiskReport:
        """As `assess`, of the parts that the node's own process table holds of that month.

        Raises:
            NotFoundError: there is no table, or nothing of the model's columns in that month. Others as `assess`.
        """
        span = self._span(period)
        return self._assess(name, version, period, site, by, lambda model: self.own_parts(model, span))

    def own_parts(self, model: RiskModel, made: tuple[datetime, datetime]) -> Parts:
        """The parts of the node's own table; raises as `table_parts`."""
        if self._table is None:
            raise NotFoundError("this node has no process table", advice="Assess a file instead.")
        return table_parts(self._table, model, made)

    def tell(self, type_: str, record: ModelRecord, by: str, **data: JsonValue) -> None:
        """Let watchers know what was done to a model."""
        named: dict[str, JsonValue] = {"model": record.name, "version": record.version, "by": by}
        self._events.add_event(type_, {**named, **data}, self._clock())

    def _assess(
        self, name: str, version: int, period: str, site: str | None, by: str, read: Callable[[RiskModel], Parts]
    ) -> RiskReport:
        with self._turn:
            model, record = self.models.released(name, version), self.models.record(name, version)
            parts, subject = read(model), Subject(self._lei, site)
            assessment = self._hindered(record, assess_parts(model, parts.rows, parts.units, self.today))
            fields, statement, known = assessment.kpi(model, period), None, False
            if fields is not None:
                statement, known = self._state(subject, self._span(period)[1] - timedelta(seconds=1), fields)
            self._keep(record, assessment, subject, period, statement or "", by)
        return RiskReport(record, subject, period, assessment, statement, known)

    def _hindered(self, record: ModelRecord, assessment: Assessment) -> Assessment:
        """The assessment, silent where the federation's data as a whole have left what the model learnt from."""
        reasons = (*assessment.reasons, *self.looks.federation(record))
        return replace(assessment, index=None, contributions={}, reasons=reasons) if reasons else assessment

    def _state(self, subject: Subject, last: datetime, fields: dict[str, str]) -> tuple[StatementId, bool]:
        self._refuse_another(subject, last, fields)
        draft = Draft(Kind.KPI, last.isoformat().replace("+00:00", "Z"), dict(fields))
        done = self._submit([draft], subject=subject)
        return (done.added or done.known)[0], not done.added

    def _keep(
        self,
        record: ModelRecord,
        found: Assessment,
        subject: Subject,
        period: str,
        statement: str,
        by: str,
    ) -> None:
        # Asked again, or stated before a crash that came before the look was kept.
        if statement and any(one.statement == statement for one in self.looks.of(record)):
            return
        look = look_of(found, at=self.now, source=LookedBy.ASSESS, subject=str(subject), period=period, by=by)
        self.looks.add(record, replace(look, statement=statement))
        told: Mapping[str, JsonValue] = {
            "subject": str(subject),
            "period": period,
            "counts": found.counts,
            "reasons": ", ".join(found.reasons),
        }
        self.tell("model.assessed", record, by, **told)

    def _moved(self, type_: str, by: str, move: Callable[[], ModelRecord], name: str, version: int) -> ModelRecord:
        with self._turn:
            before, moved = self.models.record(name, version), move()
        if moved.state is not before.state:
            self.tell(type_, moved, by, reason=moved.reason)
        return moved

    def _span(self, period: str) -> tuple[datetime, datetime]:
        """The first moment of a month that is over, and the first after it."""
        found = _PERIOD.fullmatch(period)
        if found is None or found[1] == "0000" or found[1] == "9999":
            raise SchemaError(f"{period[:20]!r} is not a month", place="period", advice="Write it like 2026-10.")
        year, month = int(found[1]), int(found[2])
        after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        if self._clock() < after:
            raise SchemaError(f"{period} is not over", place="period", advice="Assess a month once all its parts are.")
        return datetime(year, month, 1, tzinfo=UTC), after

    def _refuse_another(self, subject: Subject, moment: datetime, fields: dict[str, str]) -> None:
        """A month has one index: nobody may try models or files until one suits."""
        chosen, after = StatementFilter(subject, Kind.KPI, moment, moment + timedelta(seconds=1)), -1
        while page := self._store.statements(chosen, after=after, limit=MAX_PAGE):
            for stored in page:
                said = parse(stored.sd_jwt).fields
                if stored.record.subject != subject or said.get("name") != KPI_NAME or dict(said) == fields:
                    continue
                raise ConflictError(
                    f"{fields['period']} of {subject} was stated with the index {said.get('value')}",
                    advice="A month is stated once, with all its parts; take the next month.",
                )
            after = page[-1].position
