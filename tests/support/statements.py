"""Keys, organisations and drafts for tests; all made from fixed seeds, so that failures repeat."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256, shake_256
from pathlib import Path
from typing import Any

from evidence.aggregate import Aggregate
from evidence.draft import Draft, JsonValue, Kind
from evidence.identity import Subject, lei_from_prefix
from evidence.keys import StatementKey
from evidence.statement import IssuedStatement, issue

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
INSTANT = "2026-03-01T08:00:00+01:00"
LEI = lei_from_prefix("CREDENCETEST000001")
OTHER_LEI = lei_from_prefix("CREDENCETEST000002")
SUBJECT = Subject(LEI, "PLANT-1")


def vectors(name: str) -> Any:
    """A committed file of golden vectors."""
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def seeded(seed: str) -> Callable[[int], bytes]:
    """A stand-in for `os.urandom` that gives the same bytes in every run, and fresh ones at every call."""
    count = 0

    def entropy(size: int) -> bytes:
        nonlocal count
        count += 1
        return shake_256(f"{seed}/{count}".encode()).digest(size)

    return entropy


@cache
def statement_key(seed: str = "statement") -> StatementKey:
    """A P-256 key that is the same in every run."""
    return StatementKey.generate(lambda size: sha256(seed.encode()).digest()[:size])


def series(**changes: JsonValue) -> Draft:
    """A complete measurement series with restricted and sensitive fields; None takes a field away."""
    values = ["10.01", "9.99", "10.00", "10.02"]
    fields: dict[str, JsonValue] = {
        "part": "P-4711",
        "characteristic": "内径",
        "unit": "mm",
        "nominal": "10",
        "lower_limit": "9.9",
        "upper_limit": "10.1",
        "lot": "L-42",
        "operator": "Bo Müller",
        "station": "CMM 3",
        "subgroup_size": 2,
        "aggregate": Aggregate.of_values(values, subgroup_size=2).to_json(),
        "values": values,
    }
    return _draft(Kind.MEASUREMENT_SERIES, fields, changes)


_MINIMAL: dict[Kind, dict[str, JsonValue]] = {
    Kind.MEASUREMENT_SERIES: {
        "part": "P",
        "characteristic": "d",
        "unit": "mm",
        "subgroup_size": 1,
        "aggregate": Aggregate.of_values(["1.5", "2"]).to_json(),
    },
    Kind.INSPECTION_RESULT: {"lot": "L", "inspected": 100, "nonconforming": 2, "result": "conditional"},
    Kind.STUDY: {"study_type": "grr", "characteristic": "d", "statistics": {"GRR": "8.3", "ndc": "5"}},
    Kind.DELIVERY: {"lot": "L", "quantity": "500", "unit": "{pcs}"},
    Kind.NONCONFORMANCE: {"number": "N-1", "state": "opened", "opened_at": INSTANT, "severity": "major"},
    Kind.EIGHT_D: {"number": "8D-1", "step": "D3"},
    Kind.COMPLAINT: {"number": "C-1", "state": "received", "received_at": INSTANT, "severity": "minor"},
    Kind.AUDIT: {"number": "A-1", "type": "surprise-inspection", "result": "pass"},
    Kind.REPAIR: {"claim": "R-1", "about": "ab" * 32, "body": str(OTHER_LEI)},
    Kind.BATCH_RECORD: {"batch": "B-1", "part": "P", "started_at": INSTANT, "finished_at": INSTANT},
    Kind.KPI: {"name": "scrap", "value": "1.25", "unit": "%", "period": "2026-03"},
    Kind.INSPECTION_SLOT: {
        "number": "S-1",
        "state": "committed",
        "commitment": "ab" * 32,
        "beacon_block": 900,
        "pool": [str(OTHER_LEI)],
        "due_at": INSTANT,
    },
}


def minimal(kind: Kind, **changes: JsonValue) -> Draft:
    """A record of `kind` with nothing but what is required; None takes a field away."""
    return _draft(kind, dict(_MINIMAL[kind]), changes)


def issued(draft: Draft | None = None, *, sequence: int = 1, seed: str = "salts") -> IssuedStatement:
    """`draft` (or a whole measurement series) signed by `statement_key()`."""
    return issue(
        draft or series(),
        issuer=LEI,
        subject=SUBJECT,
        sequence=sequence,
        issued=NOW,
        key=statement_key(),
        entropy=seeded(seed),
    )


def _draft(kind: Kind, fields: dict[str, JsonValue], changes: dict[str, JsonValue]) -> Draft:
    merged = {name: value for name, value in (fields | changes).items() if value is not None}
    return Draft(kind, INSTANT, merged, "test")
