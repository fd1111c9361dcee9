"""Drafts: what a statement will say, before it has an issuer, a number, salts and a signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

JsonValue: TypeAlias = "str | int | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
"""JSON without binary floats: numbers that carry a fraction travel as decimal strings."""


class Kind(StrEnum):
    """What a statement is about; each has a versioned JSON Schema in `evidence/schemas`."""

    MEASUREMENT_SERIES = "measurement-series"
    INSPECTION_RESULT = "inspection-result"
    STUDY = "study"
    DELIVERY = "delivery"
    NONCONFORMANCE = "nonconformance"
    EIGHT_D = "eight-d"
    COMPLAINT = "complaint"
    AUDIT = "audit"
    REPAIR = "repair"
    BATCH_RECORD = "batch-record"
    KPI = "kpi"
    INSPECTION_SLOT = "inspection-slot"


class Tier(StrEnum):
    """Who may read a field: shared by duty, disclosed one by one, or never leaving the organisation."""

    BASE = "base"
    RESTRICTED = "restricted"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True)
class Draft:
    """One record read from a file, form or machine, ready to become a statement.

    Attributes:
        kind: names the schema that `fields` must satisfy (latest version of that kind).
        occurred: when it happened, RFC 3339 with offset, e.g. "2026-03-01T08:00:00+01:00".
        fields: the record; every top-level entry becomes one selectively disclosable claim.
        source: file name and place (line, XML path, JSON pointer) it was read from; for reports, not signed.
    """

    kind: Kind
    occurred: str
    fields: Mapping[str, JsonValue]
    source: str = ""
