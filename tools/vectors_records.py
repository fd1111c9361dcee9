"""Write the golden vectors of records: `python -m tools.vectors_records` writes, with `--check` it only compares.

One sound record of every kind, and what may not be said: Python and the page refuse it at the same place. Nothing here
imports `evidence`: the table was written by hand from the schemas and from what they say in words.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parents[1] / "tests" / "vectors" / "records.json"
EARLY, LATE = "2026-03-01T08:00:00+01:00", "2026-03-01T12:00:00+01:00"
LEI, DIGEST = "5493001KJTIIGC8Y1R12", "ab" * 32
SUMS = {
    "decimals": "1", "n": "2", "sum": "35", "sum_squares": "625", "min": "15", "max": "20",
    "subgroups": "2", "subgroup_sum_squares": "625",
}  # fmt: skip
OPENED = {
    "state": "opened",
    "day": "2026-03-02",
    "nonce": "cd" * 32,
    "beacon": "ef" * 32,
    "inspector": LEI,
    "audit": "A-1",
}

SOUND: dict[str, dict[str, Any]] = {
    "measurement-series": {
        "part": "P", "characteristic": "d", "unit": "mm", "subgroup_size": 1, "aggregate": SUMS, "values": ["1.5", "2"],
    },
    "inspection-result": {"lot": "L", "inspected": 100, "nonconforming": 2, "result": "conditional"},
    "study": {"study_type": "grr", "characteristic": "d", "statistics": {"GRR": "8.3", "ndc": "5"}},
    "delivery": {"lot": "L", "quantity": "500", "unit": "{pcs}"},
    "nonconformance": {"number": "N-1", "state": "opened", "opened_at": EARLY, "severity": "major"},
    "eight-d": {"number": "8D-1", "step": "D3", "opened_at": EARLY, "done_at": LATE},
    "complaint": {"number": "C-1", "state": "received", "received_at": EARLY, "severity": "minor"},
    "audit": {"number": "A-1", "type": "surprise-inspection", "result": "pass", "score": "9.5", "maximum": "10"},
    "repair": {"claim": "R-1", "about": DIGEST, "body": LEI, "exposure": 40, "nonconforming": 0},
    "batch-record": {"batch": "B-1", "part": "P", "started_at": EARLY, "finished_at": LATE},
    "kpi": {"name": "scrap", "value": "1.25", "unit": "%", "period": "2026-03"},
    "inspection-slot": {
        "number": "S-1", "state": "committed", "commitment": DIGEST, "beacon_block": 900, "pool": [LEI], "due_at": LATE,
    },
}  # fmt: skip
"""A whole record of each kind."""

REFUSED: dict[str, list[tuple[dict[str, Any], str]]] = {
    "measurement-series": [
        ({"lower_limit": "2", "upper_limit": "1"}, "/upper_limit"),
        ({"values": ["1.5", "2.1"]}, "/aggregate"),
        ({"times": [EARLY]}, "/times"),
        ({"subgroup_size": 2}, "/subgroup_size"),
    ],
    "inspection-result": [({"nonconforming": 101}, "/inspected"), ({"lot": None}, "/lot")],
    "study": [
        ({"lower_limit": "2", "upper_limit": "1"}, "/upper_limit"),
        ({"characteristic": None}, "/characteristic"),
    ],
    "delivery": [({"unit": None}, "/unit")],
    "nonconformance": [
        ({"state": "closed", "closed_at": "2026-02-01T08:00:00+01:00"}, "/closed_at"),
        ({"state": "closed"}, "/closed_at"),
        ({"closed_at": LATE}, "/closed_at"),
        ({"quantity": "5"}, "/unit"),
    ],
    "eight-d": [({"opened_at": LATE, "done_at": EARLY}, "/done_at")],
    "complaint": [
        ({"state": "responded", "responded_at": "2026-02-01T08:00:00+01:00"}, "/responded_at"),
        ({"state": "responded"}, "/responded_at"),
        ({"state": "closed"}, "/closed_at"),
        ({"quantity": "5"}, "/unit"),
    ],
    "audit": [({"score": "11"}, "/maximum")],
    "repair": [({"nonconforming": 41}, "/exposure")],
    "batch-record": [({"finished_at": "2026-02-01T08:00:00+01:00"}, "/finished_at"), ({"quantity": "5"}, "/unit")],
    "kpi": [({"period": "March"}, "/period")],
    "inspection-slot": [
        *(({**OPENED, name: None}, f"/{name}") for name in ("day", "nonce", "beacon", "inspector", "audit")),
        *(({name: OPENED[name]}, f"/{name}") for name in ("day", "nonce", "beacon", "inspector", "audit")),
        ({"pool": []}, "/pool"),
    ],
}
"""Changes to the sound record that make it wrong (None takes a field away), and the place of what is wrong."""

ALSO_SOUND: dict[str, list[dict[str, Any]]] = {"inspection-slot": [OPENED]}


def records() -> list[dict[str, Any]]:
    found = []
    for kind, fields in SOUND.items():
        sound = [fields, *(_changed(fields, changes) for changes in ALSO_SOUND.get(kind, []))]
        refused = [{"fields": _changed(fields, changes), "place": place} for changes, place in REFUSED[kind]]
        found.append({"kind": kind, "sound": sound, "refused": refused})
    return found


def _changed(fields: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def main(arguments: list[str]) -> int:
    text = json.dumps({"records": records()}, indent=1, ensure_ascii=True) + "\n"
    if "--check" not in arguments:
        FILE.write_text(text, encoding="utf-8")
    elif not FILE.exists() or FILE.read_text(encoding="utf-8") != text:
        print(f"not current: {FILE.name}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
