"""A month's parts of our own process become the KPI `process-risk`, or the reasons why they do not."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from evidence.clock import Clock
from evidence.draft import Draft, Kind
from evidence.errors import ConflictError, SchemaError
from evidence.identity import Lei, Subject
from evidence.statement import StatementId, parse
from node.records.port import MAX_PAGE, EvidenceStore, StatementFilter
from node.services.process_risk.models import ModelFolder, ModelRecord
from node.services.process_risk.parts import read_parts
from node.services.submit import SubmitDrafts
from scoring.process_risk import KPI_NAME, Assessment
from scoring.process_risk import assess as assess_parts

_PERIOD: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)


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
    """The models of this node and what they say of its own process. MAY be called from several threads."""

    def __init__(self, lei: Lei, folder: Path, store: EvidenceStore, submit: SubmitDrafts, clock: Clock) -> None:
        self._lei, self._folder = lei, folder
        self._store, self._submit, self._clock = store, submit, clock
        self._turn = threading.Lock()

    @property
    def models(self) -> ModelFolder:
        """The models kept here."""
        return ModelFolder(self._folder)

    @property
    def today(self) -> date:
        """The day by the node's clock, UTC."""
        return self._clock().astimezone(UTC).date()

    def add(self, record: ModelRecord, data: bytes) -> ModelRecord:
        """Keep a weight file, on trial; raises as `ModelFolder.add`."""
        with self._turn:
            self.models.add(record, data)
            return self.models.record(record.name, record.version)

    def release(self, name: str, version: int) -> ModelRecord:
        """Put a model into use; a stopped one is refused."""
        with self._turn:
            return self.models.release(name, version)

    def stop(self, name: str, version: int, reason: str) -> ModelRecord:
        """Stop a model for good; what it said before stays stated."""
        with self._turn:
            return self.models.stop(name, version, reason)

    def assess(
        self, name: str, version: int, *, file: str, data: bytes, period: str, site: str | None = None
    ) -> RiskReport:
        """Assess all parts of a month; when the index counts, state it as a KPI of that month.

        Args:
            file, data: a CSV file as `read_parts` reads it; nothing of it is kept.
            period: a month that is over (UTC), `YYYY-MM`.
        Raises:
            ConflictError: the model is on trial or stopped, or the month was stated with another index.
            SchemaError, ImportRefusedError, LimitError: the month or the file cannot be used.
        """
        last = self._last_second(period)
        with self._turn:
            model = self.models.released(name, version)
            record = self.models.record(name, version)
            parts = read_parts(file, data, [column.name for column in model.columns])
            assessment = assess_parts(model, parts.rows, parts.units, self.today)
            subject = Subject(self._lei, site)
            fields = assessment.kpi(model, period)
            if fields is None:
                return RiskReport(record, subject, period, assessment, None, known=False)
            self._refuse_another(subject, last, fields)
            draft = Draft(Kind.KPI, last.isoformat().replace("+00:00", "Z"), dict(fields))
            done = self._submit([draft], subject=subject)
            known = not done.added
            return RiskReport(record, subject, period, assessment, (done.added or done.known)[0], known)

    def _last_second(self, period: str) -> datetime:
        found = _PERIOD.fullmatch(period)
        if found is None or found[1] == "0000" or found[1] == "9999":
            raise SchemaError(f"{period[:20]!r} is not a month", place="period", advice="Write it like 2026-10.")
        year, month = int(found[1]), int(found[2])
        after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        if self._clock() < after:
            raise SchemaError(f"{period} is not over", place="period", advice="Assess a month once all its parts are.")
        return after - timedelta(seconds=1)

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
