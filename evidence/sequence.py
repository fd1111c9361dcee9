"""Completeness: which numbers are missing, which were used twice, and what was due and never came.

A missing bad record is as serious as a changed one. Statements are numbered from 1 without gaps per issuer, subject and
kind; an expected schedule says what should have come at all, which numbers alone cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from evidence.draft import JsonValue, Kind
from evidence.errors import LimitError, SchemaError
from evidence.identity import Lei, Subject
from evidence.statement import Statement, StatementId

MAX_MONTHS = 1200
"""Longest schedule, months."""


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """What is numbered together."""

    issuer: Lei
    subject: Subject
    kind: Kind

    def __str__(self) -> str:
        return f"{self.kind.value} of {self.subject} by {self.issuer}"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in UTC, year 1 to 9999, month 1 to 12."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.month <= 12):
            raise SchemaError(f"{self.year}-{self.month} is no month")

    @classmethod
    def of(cls, instant: datetime) -> Month:
        """The month in UTC, as in scores."""
        utc = instant.astimezone(UTC)
        return cls(utc.year, utc.month)

    @property
    def ordinal(self) -> int:
        """Months since January of year 0."""
        return self.year * 12 + self.month - 1

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class SequenceItem:
    """What of a statement tells completeness; `fields` those by which schedules tell their records apart."""

    series: SeriesKey
    sequence: int
    statement_id: StatementId
    occurred: datetime
    fields: Mapping[str, JsonValue] = field(default_factory=dict)

    @classmethod
    def of(cls, statement: Statement) -> SequenceItem:
        """The item of a statement that was verified."""
        key = SeriesKey(statement.issuer, statement.subject, statement.kind)
        return cls(key, statement.sequence, statement.statement_id, statement.occurred_at, statement.fields)


@dataclass(frozen=True, slots=True)
class Schedule:
    """At least one record each month, from `first` to `last` inclusive, whose fields say what `match` says.

    For instance a measurement series of one characteristic: match = {"part": "P-1", "characteristic": "diameter"}.
    """

    series: SeriesKey
    first: Month
    last: Month
    match: Mapping[str, JsonValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.last.ordinal - self.first.ordinal < MAX_MONTHS:
            raise LimitError(f"a schedule from {self.first} to {self.last}; 1 to {MAX_MONTHS} months are allowed")

    def __str__(self) -> str:
        detail = ", ".join(f"{name} {value}" for name, value in sorted(self.match.items()))
        return f"{self.series} ({detail})" if detail else str(self.series)


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Numbers `first` to `last` of a series that are not there, although higher ones are."""

    series: SeriesKey
    first: int
    last: int

    def __str__(self) -> str:
        numbers = f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"
        return f"{self.series}: {numbers} missing"


@dataclass(frozen=True, slots=True, order=True)
class Equivocation:
    """One number used for different statements: the issuer told different stories."""

    series: SeriesKey
    sequence: int
    statement_ids: tuple[StatementId, ...]

    def __str__(self) -> str:
        return f"{self.series}: number {self.sequence} used for {len(self.statement_ids)} different statements"


@dataclass(frozen=True, slots=True)
class MissedMonth:
    """A month in which nothing came that a schedule expected."""

    schedule: Schedule
    month: Month

    def __str__(self) -> str:
        return f"{self.schedule}: nothing in {self.month}"


@dataclass(frozen=True, slots=True)
class GapReport:
    """Everything that is missing or contradictory, by name, in order of series.

    Attributes:
        counts: distinct statements per series.
    """

    counts: Mapping[SeriesKey, int]
    gaps: tuple[Gap, ...]
    equivocations: tuple[Equivocation, ...]
    missed: tuple[MissedMonth, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing and nothing contradicts."""
        return not (self.gaps or self.equivocations or self.missed)

    def lines(self) -> tuple[str, ...]:
        """One sentence for each finding."""
        return tuple(str(finding) for finding in (*self.gaps, *self.equivocations, *self.missed))


def gap_report(
    items: Iterable[SequenceItem],
    *,
    schedules: Sequence[Schedule] = (),
    expected: Mapping[SeriesKey, int] | None = None,
) -> GapReport:
    """Name every gap, double number and missed month among `items`, given in any order and any number of times.

    Args:
        schedules: what should have come each month.
        expected: highest number known from elsewhere (the issuer's own count); shows gaps at the end of a series.
    """
    numbers: dict[SeriesKey, dict[int, set[StatementId]]] = {series: {} for series in expected or {}}
    met: set[tuple[int, int]] = set()
    for item in items:
        numbers.setdefault(item.series, {}).setdefault(item.sequence, set()).add(item.statement_id)
        for place, schedule in enumerate(schedules):
            if schedule.series == item.series and _matches(item.fields, schedule.match):
                met.add((place, Month.of(item.occurred).ordinal))
    gaps: list[Gap] = []
    equivocations: list[Equivocation] = []
    for series in sorted(numbers):
        used = numbers[series]
        gaps += _gaps(series, sorted(used), (expected or {}).get(series, 0))
        equivocations += [
            Equivocation(series, number, tuple(sorted(ids))) for number, ids in sorted(used.items()) if len(ids) > 1
        ]
    missed = tuple(
        MissedMonth(schedule, Month(ordinal // 12, ordinal % 12 + 1))
        for place, schedule in enumerate(schedules)
        for ordinal in range(schedule.first.ordinal, schedule.last.ordinal + 1)
        if (place, ordinal) not in met
    )
    counts = {series: sum(len(ids) for ids in used.values()) for series, used in sorted(numbers.items())}
    return GapReport(counts, tuple(gaps), tuple(equivocations), missed)


def _gaps(series: SeriesKey, used: Sequence[int], highest: int) -> list[Gap]:
    # Ranges, not lists: one hostile number near 2^53 must cost no more than any other.
    gaps, next_due = [], 1
    for number in used:
        if number > next_due:
            gaps.append(Gap(series, next_due, number - 1))
        next_due = number + 1
    if highest >= next_due:
        gaps.append(Gap(series, next_due, highest))
    return gaps


def _matches(fields: Mapping[str, JsonValue], match: Mapping[str, JsonValue]) -> bool:
    return all(name in fields and fields[name] == value for name, value in match.items())
