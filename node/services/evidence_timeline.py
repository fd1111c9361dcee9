"""The evidence about a subject in time, and what is missing of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from evidence.identity import Lei, Subject
from evidence.sequence import Month, SequenceItem, SeriesKey, gap_report
from node.records.port import MAX_PAGE, EvidenceStore, LogStore, StatementFilter
from node.records.port_exchange import ExchangeStore
from scoring.facts import is_about

MOST_FINDINGS: Final = 500
"""So many gaps, and so many numbers used twice, are named at most."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement on the line of time; `anchored` says whether it lies under an anchored head."""

    item: SequenceItem
    occurred: str
    anchored: bool

    def to_json(self) -> dict[str, Any]:
        """For people and programs."""
        series = self.item.series
        return {
            "id": self.item.statement_id,
            "issuer": str(series.issuer),
            "subject": str(series.subject),
            "kind": series.kind.value,
            "sequence": self.item.sequence,
            "occurred": self.occurred,
            "anchored": self.anchored,
        }


@dataclass(frozen=True, slots=True)
class EvidenceTimeline:
    """What this node holds about a subject: its own statements and those that other members sent."""

    issuer: Lei
    store: EvidenceStore
    log: LogStore
    exchange: ExchangeStore

    def entries(self, subject: Subject) -> list[Entry]:
        """All of it, newest first by the time that it is about."""
        found = list(self._found(subject))
        found.sort(key=lambda one: (one.item.occurred, one.item.statement_id), reverse=True)
        return found

    def gaps(self, subject: Subject) -> dict[str, Any]:
        """How many statements of each kind came in each month, which numbers are missing, which were used twice."""
        entries = self.entries(subject)
        report = gap_report(one.item for one in entries)
        months: dict[str, dict[str, int]] = {}
        for one in entries:
            kinds = months.setdefault(str(Month.of(one.item.occurred)), {})
            kinds[one.item.series.kind.value] = kinds.get(one.item.series.kind.value, 0) + 1
        return {
            "subject": str(subject),
            "statements": len(entries),
            "anchored": sum(one.anchored for one in entries),
            "complete": report.is_complete,
            "months": [{"month": month, "kinds": months[month]} for month in sorted(months)],
            "gaps": [
                {**_series(gap.series), "first": gap.first, "last": gap.last} for gap in report.gaps[:MOST_FINDINGS]
            ],
            "doubles": [
                {**_series(one.series), "sequence": one.sequence, "statements": list(one.statement_ids)}
                for one in report.equivocations[:MOST_FINDINGS]
            ],
        }

    def _found(self, subject: Subject) -> Iterator[Entry]:
        chosen, after = StatementFilter(Subject(subject.lei)), -1
        sealed = self.log.newest_head(closed=True)
        size = 0 if sealed is None else sealed.head.size
        while page := self.store.records(chosen, after=after, limit=MAX_PAGE):
            after = page[-1][0]
            for position, record in page:
                if is_about(record.subject, subject):
                    series = SeriesKey(self.issuer, record.subject, record.kind)
                    item = SequenceItem(series, record.sequence, record.statement_id, record.occurred_at)
                    yield Entry(item, record.occurred, position < size)
        last = 0
        while received := self.exchange.received(chosen, after=last, limit=MAX_PAGE):
            last = received[-1][0]
            for _, one in received:
                if is_about(one.subject, subject):
                    series = SeriesKey(one.issuer, one.subject, one.kind)
                    item = SequenceItem(series, one.sequence, one.statement_id, one.occurred_at)
                    # It was verified under an anchored head before it was kept.
                    yield Entry(item, one.occurred_at.isoformat().replace("+00:00", "Z"), True)


def _series(series: SeriesKey) -> dict[str, str]:
    return {"issuer": str(series.issuer), "subject": str(series.subject), "kind": series.kind.value}
