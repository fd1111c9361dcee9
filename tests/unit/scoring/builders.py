"""Evidence and bundles for the tests of `scoring`: real statements, keys and trees, seeded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cache

from evidence.aggregate import Aggregate
from evidence.draft import Draft, JsonValue, Kind
from evidence.identity import Lei, Subject, lei_from_prefix
from evidence.keys import StatementKey
from evidence.log import Digest
from evidence.merkle import leaf_hash, node_hash
from evidence.statement import IssuedStatement, StatementId, issue
from scoring.evidence_tuples import ContentHash, EvidenceTuple
from scoring.facts import FIELDS_READ, Fact
from scoring.indicators import INDICATORS, IndicatorId

SUPPLIER = Subject(lei_from_prefix("SUPPLIER0000000001"))
PURCHASER = lei_from_prefix("PURCHASER000000001")
AS_OF = date(2026, 11, 23)
MONTH = 2026 * 12 + 10


def digest_of(*parts: object) -> ContentHash:
    """A stable source hash for a made-up record."""
    return ContentHash(hashlib.sha256("|".join(map(str, parts)).encode()).digest())


def observed(
    indicator: str,
    name: object,
    *,
    exposure: int,
    bad: int,
    month: int = MONTH,
    mended: bool = False,
    issuer: Lei = SUPPLIER.lei,
    spread: int = 0,
) -> EvidenceTuple:
    """A tuple, exposure and bad in the indicator's units."""
    return EvidenceTuple(
        IndicatorId(indicator),
        digest_of(indicator, name),
        issuer,
        month,
        exposure,
        bad,
        max(0, bad - spread),
        min(exposure, bad + spread),
        mended,
    )


def enough(months: int = 12) -> list[EvidenceTuple]:
    """Good evidence for every indicator of the first policy, one tuple a month and indicator."""
    tuples = []
    for name, kind in INDICATORS.items():
        for back in range(months):
            exposure = kind.unit if kind.measured else 1000
            tuples.append(observed(name, ("enough", back), exposure=exposure, bad=0, month=MONTH - back))
    return tuples


@cache
def signing_key() -> StatementKey:
    """The supplier's statement key, the same in every run."""
    return StatementKey.generate(counting_entropy())


def counting_entropy() -> Callable[[int], bytes]:
    """os.urandom's shape, without chance."""
    count = iter(range(10**9))

    def entropy(size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += hashlib.sha256(b"entropy" + str(next(count)).encode()).digest()
        return data[:size]

    return entropy


def series(
    part: str, name: str, values: Sequence[str], *, lower: str | None = None, upper: str | None = None
) -> dict[str, JsonValue]:
    """Fields of a measurement series."""
    fields: dict[str, JsonValue] = {
        "part": part,
        "characteristic": name,
        "unit": "mm",
        "subgroup_size": 1,
        "aggregate": dict(Aggregate.of_values(values).to_json()),
        "values": list(values),
    }
    if lower is not None:
        fields["lower_limit"] = lower
    if upper is not None:
        fields["upper_limit"] = upper
    return fields


def fact(
    kind: Kind, occurred: str, fields: dict[str, JsonValue], *, sequence: int = 1, issuer: Lei | None = None
) -> Fact:
    """A fact as it would be read from a statement."""
    return Fact(
        statement=StatementId(hashlib.sha256(f"{kind}{occurred}{sequence}{sorted(fields)}".encode()).hexdigest()),
        issuer=issuer or SUPPLIER.lei,
        subject=SUPPLIER,
        kind=kind,
        sequence=sequence,
        occurred=occurred,
        fields={name: value for name, value in fields.items() if name in FIELDS_READ[kind]},
    )


def year_of_drafts() -> list[Draft]:
    """Twelve months of a fair supplier: monthly series and inspections, three nonconformances."""
    drafts = []
    for back in range(12):
        month = MONTH - back
        stamp = f"{month // 12}-{month % 12 + 1:02d}-10T08:00:00Z"
        values = [f"10.{(37 * (back + 1) * (i + 3)) % 41 + 30:02d}" for i in range(25)]
        drafts.append(Draft(Kind.MEASUREMENT_SERIES, stamp, series("P1", "bore", values, lower="10.00", upper="11.00")))
        drafts.append(
            Draft(
                Kind.INSPECTION_RESULT,
                stamp,
                {"lot": f"L{back}", "part": "P1", "inspected": 2000, "nonconforming": back % 3, "result": "pass"},
            )
        )
    for number, (days, severity) in enumerate([(5, "minor"), (40, "minor"), (3, "major")]):
        opened, closed = datetime(2026, 5 + number, 1, tzinfo=UTC), None
        fields: dict[str, JsonValue] = {
            "number": f"NC{number}",
            "state": "opened",
            "opened_at": opened.isoformat().replace("+00:00", "Z"),
            "severity": severity,
            "lot": f"L{number}",
        }
        drafts.append(Draft(Kind.NONCONFORMANCE, str(fields["opened_at"]), dict(fields)))
        closed = datetime.fromtimestamp(opened.timestamp() + days * 86400, UTC).isoformat().replace("+00:00", "Z")
        drafts.append(Draft(Kind.NONCONFORMANCE, closed, {**fields, "state": "closed", "closed_at": closed}))
    return drafts


def issued(drafts: Sequence[Draft]) -> list[IssuedStatement]:
    """Sign drafts, numbered per kind."""
    numbers: dict[Kind, int] = {}
    entropy = counting_entropy()
    statements = []
    for draft in drafts:
        numbers[draft.kind] = numbers.get(draft.kind, 0) + 1
        statements.append(
            issue(
                draft,
                issuer=SUPPLIER.lei,
                subject=SUPPLIER,
                sequence=numbers[draft.kind],
                issued=datetime(2026, 11, 23, tzinfo=UTC),
                key=signing_key(),
                entropy=entropy,
            )
        )
    return statements


class Tree:
    """A small RFC 9162 tree that keeps all its nodes."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.levels: list[list[Digest]] = [[leaf_hash(leaf) for leaf in leaves]]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            self.levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])

    def node(self, level: int, index: int) -> Digest:
        """A complete subtree's root."""
        return self.levels[level][index]
