"""The mapping files that go with the sandbox's tables (`credence-mapping/1`)."""

from __future__ import annotations

import json
from typing import Any

Fields = dict[str, dict[str, Any]]


def _column(name: str, *, optional: bool = False) -> dict[str, Any]:
    return {"column": name, **({"optional": True} if optional else {})}


def lots() -> bytes:
    """Final inspection, one lot a row."""
    fields: Fields = {
        "lot": _column("Lot"),
        "part": _column("Part"),
        "inspected": _column("Inspected"),
        "nonconforming": _column("Rejected"),
        "process": {"value": "final-inspection"},
        "result": {"column": "Verdict", "translate": {"OK": "pass", "NOK": "fail"}},
    }
    return _mapping("inspection-result", "Inspected at", fields)


def nonconformances() -> bytes:
    """Nonconformances as a purchaser's ERP writes them: one row when opened, one when closed."""
    fields: Fields = {
        "number": _column("Number"),
        "state": {"column": "Event", "translate": {"OPEN": "opened", "CLOSE": "closed"}},
        "opened_at": _column("Opened"),
        "closed_at": _column("Closed", optional=True),
        "severity": _column("Severity"),
        "defect_code": _column("Defect"),
        "part": _column("Part"),
    }
    return _mapping("nonconformance", "When", fields)


def complaints() -> bytes:
    """Complaints as the purchaser's CRM writes them: one row when received, answered, closed."""
    fields: Fields = {
        "number": _column("Number"),
        "state": {"column": "Event", "translate": {"RECEIVED": "received", "ANSWERED": "responded", "DONE": "closed"}},
        "received_at": _column("Received"),
        "responded_at": _column("Answered", optional=True),
        "closed_at": _column("Done", optional=True),
        "severity": _column("Severity"),
        "part": _column("Part"),
    }
    return _mapping("complaint", "When", fields)


def deliveries() -> bytes:
    """Deliveries, one a row."""
    fields: Fields = {
        "lot": _column("Lot"),
        "part": _column("Part"),
        "quantity": _column("Quantity"),
        "unit": {"value": "{count}"},
        "delivered": _column("Delivered"),
    }
    return _mapping("delivery", "Delivered", fields)


def _mapping(kind: str, occurred: str, fields: Fields) -> bytes:
    document = {
        "format": "credence-mapping/1",
        "kind": kind,
        "zone": "UTC",
        "occurred": {"columns": [occurred]},
        "fields": fields,
    }
    return (json.dumps(document, indent=2) + "\n").encode()
