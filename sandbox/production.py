"""Months of production drawn from the truth: measured values, inspected lots, nonconformances, complaints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from sandbox.truth import Characteristic, Supplier


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to simulate.

    Attributes:
        seed: equal seeds give equal files, byte for byte.
        months: months of production, the last one being `last` ("YYYY-MM").
        samples: measured parts per characteristic and month, in subgroups of five.
        lots: lots finally inspected per month.
        problems: nonconformances per month.
    """

    last: str
    seed: int = 2026
    months: int = 6
    samples: int = 50
    lots: int = 4
    problems: int = 2

    def starts(self) -> list[datetime]:
        """The first instant of each month, oldest first."""
        year, month = (int(part) for part in self.last.split("-"))
        numbers = [year * 12 + month - 1 - back for back in range(self.months)]
        return [datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC) for number in reversed(numbers)]


@dataclass(frozen=True, slots=True)
class Lot:
    """A finally inspected lot: `inspected` parts, `nonconforming` of them bad."""

    number: str
    when: datetime
    inspected: int
    nonconforming: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A nonconformance or complaint: opened, answered, closed; None when that has not happened by the plan's end."""

    number: str
    opened: datetime
    answered: datetime | None
    closed: datetime | None
    severity: str


def values(characteristic: Characteristic, month: int, count: int, rng: Random) -> list[str]:
    """`count` measured values of month `month` (from 0) as decimal strings."""
    mean = characteristic.nominal + characteristic.offset + characteristic.drift * month
    step = Decimal(1).scaleb(-characteristic.decimals)
    return [str((mean + characteristic.sigma * Decimal(repr(rng.gauss(0, 1)))).quantize(step)) for _ in range(count)]


def sample_times(start: datetime, count: int) -> list[datetime]:
    """When each part of a month was measured: subgroups of five, evenly over 25 days of shifts."""
    groups = max(1, count // 5)
    hours = 25 * 24 / groups
    return [start + timedelta(hours=6 + hours * (n // 5), minutes=2 * (n % 5)) for n in range(count)]


def lots(supplier: Supplier, plan: Plan, rng: Random) -> Iterator[tuple[int, Lot]]:
    """All lots with their month's number, oldest first."""
    for month, start in enumerate(plan.starts()):
        for n in range(plan.lots):
            bad = sum(rng.random() < supplier.ppm / 1_000_000 for _ in range(supplier.lot_size))
            number = f"{supplier.part}-{start:%y%m}-{n + 1:02d}"
            yield month, Lot(number, start + timedelta(days=3 + 6 * n, hours=14), supplier.lot_size, bad)


def problems(supplier: Supplier, plan: Plan, prefix: str, mean_days: float, rng: Random) -> list[Problem]:
    """Nonconformances or complaints with answers after a mean of `response_hours` and closings after `mean_days`."""
    starts = plan.starts()
    end = starts[-1] + timedelta(days=28)
    found = []
    for start in starts:
        for n in range(plan.problems):
            opened = start + timedelta(days=2 + 11 * n, hours=rng.randrange(8, 17))
            answered = opened + timedelta(hours=round(rng.gammavariate(4, supplier.response_hours / 4), 1))
            closed = max(answered, opened + timedelta(days=round(rng.gammavariate(4, mean_days / 4), 2)))
            found.append(
                Problem(
                    number=f"{prefix}-{start:%y%m}-{n + 1:02d}",
                    opened=opened,
                    answered=answered.replace(microsecond=0) if answered < end else None,
                    closed=closed.replace(microsecond=0) if closed < end else None,
                    severity="major" if rng.random() < 0.3 else "minor",
                )
            )
    return found
