"""Tricks that must not raise a score, and small random histories to try them on; seeded, for tests and the long run.

A trick takes a history and says what whoever plays it would have instead; None where it has no place. Histories are
small, so that a million trials are a matter of an hour: two handfuls of records of every kind that is scored.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from evidence.draft import JsonValue, Kind
from evidence.identity import Lei, Subject, lei_from_prefix
from evidence.statement import StatementId
from scoring.card import ScoreCard
from scoring.engine import score
from scoring.facts import Fact
from scoring.inspector_draw import commitment, draw
from scoring.observe import observe
from scoring.owners import Owners
from scoring.policy import Policy
from tests.unit.scoring.builders import PURCHASER, SUPPLIER, digest_of, fact, series

NOW = date(2026, 11, 23)
INSPECTORS = [lei_from_prefix(f"INSPECTOR{number:09d}") for number in range(5)]
SISTER, PARENT = lei_from_prefix("SISTER000000000001"), lei_from_prefix("PARENT000000000001")
OWNERS = Owners({SUPPLIER.lei: PARENT, SISTER: PARENT, INSPECTORS[3]: INSPECTORS[2], INSPECTORS[4]: INSPECTORS[2]})
"""The supplier has a sister, and three of the five inspectors belong together."""


@dataclass(frozen=True)
class History:
    """What is stated about the supplier, and the day on which it is looked at."""

    facts: tuple[Fact, ...]
    as_of: date = NOW

    def of(self, kind: Kind, issuer: Lei = SUPPLIER.lei) -> list[Fact]:
        """The records of a kind by one issuer, in the order of their numbers."""
        return sorted(
            (one for one in self.facts if (one.kind, one.issuer) == (kind, issuer)), key=lambda it: it.sequence
        )

    def next(self, kind: Kind, issuer: Lei = SUPPLIER.lei) -> int:
        """The number of the next record."""
        return max((one.sequence for one in self.of(kind, issuer)), default=0) + 1

    def plus(self, *more: Fact) -> History:
        """With further records."""
        return replace(self, facts=(*self.facts, *more))

    def swapped(self, old: Fact, new: Fact) -> History:
        """With one record in the place of another."""
        return replace(self, facts=tuple(new if one is old else one for one in self.facts))

    def without(self, *gone: Fact) -> History:
        """Without some records."""
        return replace(self, facts=tuple(one for one in self.facts if not any(one is it for it in gone)))


Trick = Callable[[random.Random, History], History | None]


def card_of(history: History, policy: Policy, subject: Subject = SUPPLIER) -> ScoreCard:
    """The card of a history."""
    tuples = observe(history.facts, policy, history.as_of, OWNERS)
    return score(tuples, policy, history.as_of, subject=subject)


def points_of(card: ScoreCard) -> int:
    """The points; of a subject that is not rated, those of its lines."""
    return sum(line.points for line in card.lines)


@cache
def _series(number: int) -> dict[str, JsonValue]:
    rng = random.Random(number)
    spread = rng.choice((6, 15, 30))
    values = [f"10.{50 + rng.randint(-spread, spread):02d}" for _ in range(20)]
    fields = series("P1", "bore", values, lower="9.90", upper="11.10")
    del fields["values"]
    return fields


def day(rng: random.Random, first: int = 1) -> str:
    """Some instant of the year before `NOW`."""
    return f"2026-{rng.randint(first, 10):02d}-{rng.randint(1, 28):02d}T{rng.randint(0, 23):02d}:00:00Z"


def lot(rng: random.Random, number: int, **fields: JsonValue) -> Fact:
    """An inspection of a lot."""
    record: dict[str, JsonValue] = {"lot": f"L{number}", "inspected": rng.randint(50, 900)}
    record["nonconforming"] = rng.choice((0, 0, 0, 1, 4, 40))
    return fact(Kind.INSPECTION_RESULT, day(rng), record | fields, sequence=number)


def case(rng: random.Random, number: int, issuer: Lei = SUPPLIER.lei) -> Fact:
    """A nonconformance, open or closed."""
    record: dict[str, JsonValue] = {"number": f"N{issuer[:2]}{number}", "state": "opened", "opened_at": day(rng)}
    record |= {"severity": rng.choice(("minor", "major", "critical")), "defect_code": rng.choice(("a", "b"))}
    if rng.random() < 0.6:
        record |= {"state": "closed", "closed_at": f"2026-11-{rng.randint(1, 20):02d}T00:00:00Z"}
    when = str(record.get("closed_at", record["opened_at"]))
    return fact(Kind.NONCONFORMANCE, when, record, sequence=number, issuer=issuer)


def complaint(rng: random.Random, number: int) -> Fact:
    """A complaint, answered or not."""
    received = f"2026-{rng.randint(1, 10):02d}-{rng.randint(1, 20):02d}"
    record: dict[str, JsonValue] = {"number": f"C{number}", "state": "received", "severity": "minor"}
    record["received_at"] = f"{received}T00:00:00Z"
    if rng.random() < 0.8:
        record |= {"state": "responded", "responded_at": f"{received}T{rng.randint(1, 23):02d}:00:00Z"}
    return fact(Kind.COMPLAINT, str(record.get("responded_at", record["received_at"])), record, sequence=number)


def audit(when: str, number: int, issuer: Lei, result: str = "pass", name: str = "") -> Fact:
    """An unannounced inspection."""
    fields: dict[str, JsonValue] = {"number": name or f"A{number}", "type": "surprise-inspection", "result": result}
    return fact(Kind.AUDIT, when, fields, sequence=number, issuer=issuer)


def slot(rng: random.Random, number: int, month: int, *, opened: bool) -> list[Fact]:
    """A promised inspection, with its opening and the inspector's report when it was opened."""
    name, nonce, beacon = f"S{number}", rng.randbytes(32), rng.randbytes(32)
    on = date(2026, month, rng.randint(2, 27))
    pool = sorted(INSPECTORS)
    promise: dict[str, JsonValue] = {
        "number": name,
        "state": "committed",
        "commitment": commitment(name, SUPPLIER, on, nonce).hex(),
        "beacon_block": 100 + number,
        "pool": [str(lei) for lei in pool],
        "due_at": f"2026-{month:02d}-28T00:00:00Z",
    }
    first = f"2026-{month:02d}-01T00:00:00Z"
    facts = [fact(Kind.INSPECTION_SLOT, first, promise, sequence=2 * number - 1, issuer=PURCHASER)]
    inspector = draw(pool, SUPPLIER, name, nonce=nonce, beacon=beacon, owners=OWNERS)
    assert inspector is not None
    told: dict[str, JsonValue] = {"day": on.isoformat(), "nonce": nonce.hex(), "beacon": beacon.hex()}
    told |= {"state": "opened", "inspector": str(inspector), "audit": f"R{number}"}
    opening = fact(Kind.INSPECTION_SLOT, f"{on}T20:00:00Z", promise | told, sequence=2 * number, issuer=PURCHASER)
    if opened:
        result = rng.choice(("pass", "pass", "conditional"))
        facts += [opening, audit(f"{on}T12:00:00Z", 1, inspector, result, f"R{number}")]
    return facts


def history(rng: random.Random) -> History:
    """Ten months of a supplier, numbered without gaps."""
    facts = [lot(rng, number) for number in range(1, rng.randint(4, 7))]
    facts += [case(rng, number) for number in range(1, rng.randint(2, 5))]
    facts += [case(rng, 1, PURCHASER)]
    facts += [complaint(rng, number) for number in range(1, rng.randint(2, 5))]
    first = rng.randint(1, 8)
    for number in range(1, rng.randint(3, 5)):
        when = f"2026-{min(first + number, 11):02d}-15T00:00:00Z"
        facts.append(fact(Kind.MEASUREMENT_SERIES, when, _series(rng.randint(0, 199)), sequence=number))
    facts.append(audit(day(rng), 1, PURCHASER, rng.choice(("pass", "conditional", "fail"))))
    facts += slot(rng, 1, rng.randint(2, 10), opened=rng.random() < 0.8)
    risk: dict[str, JsonValue] = {"name": "process-risk", "value": f"0.{rng.randint(0, 99):02d}", "unit": "1"}
    facts.append(fact(Kind.KPI, day(rng), risk | {"period": "2026-05"}))
    done = f"2026-{rng.randint(6, 10):02d}-10T00:00:00Z"
    step: dict[str, JsonValue] = {"number": "D1", "step": "D5", "due_at": "2026-08-01T00:00:00Z", "done_at": done}
    facts.append(fact(Kind.EIGHT_D, done, step))
    return History(tuple(facts))


def renumbered(item: Fact, number: int, **fields: JsonValue) -> Fact:
    """The same record, perhaps with other fields, under another number."""
    named = StatementId(digest_of(item.statement, number, sorted(fields.items())).hex())
    return replace(item, sequence=number, statement=named, fields={**item.fields, **fields})


def later(moment: str, day_: str) -> str:
    """The later of two instants, for records that must not be younger than they say."""
    return max(moment, day_, key=lambda text: datetime.fromisoformat(text.replace("Z", "+00:00")))
