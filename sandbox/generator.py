"""Writes a seeded supply chain as inspection files in the formats that plants really use.

Folders: one per supplier with what it measures itself, and `purchaser/<supplier>` with what its customer records. A
table has its mapping beside it as `<table>.mapping.json`. `truth.json` holds what is really going on; only tests and
evaluations read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sandbox import mappings
from sandbox.production import Plan, Problem, lots, problems, sample_times, values
from sandbox.truth import Characteristic, Supplier, suppliers
from sandbox.writers import aqdef, cfx, qif, tables

PURCHASER = "purchaser"
FORMAT = "credence-sandbox/1"

File = tuple[str, bytes]


def generate(folder: Path, plan: Plan) -> list[Path]:
    """Write all files of `plan` below `folder`; equal plans give equal bytes. Gives the paths, in order of name."""
    written = []
    for name, content in sorted(files(plan)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    (folder / "truth.json").write_text(json.dumps(truth(plan), indent=2) + "\n", encoding="utf-8")
    return written


def files(plan: Plan) -> Iterator[File]:
    """All files of a plan as relative names and contents."""
    for supplier in suppliers():
        # A generator of its own for each supplier: adding one changes nothing for the others.
        rng = Random(f"{plan.seed}/{supplier.key}")  # noqa: S311 simulation, repeatable on purpose
        for month, start in enumerate(plan.starts()):
            for name, content in _measurements(supplier, plan, month, start, rng):
                yield f"{supplier.key}/{name}", content
        for name, content in _inspections(supplier, plan, rng):
            yield f"{supplier.key}/{name}", content
        for name, content in _customer(supplier, plan, rng):
            yield f"{PURCHASER}/{supplier.key}/{name}", content


def truth(plan: Plan) -> dict[str, object]:
    """What is really going on, for tests and evaluations."""
    return {
        "format": FORMAT,
        "seed": plan.seed,
        "months": [f"{start:%Y-%m}" for start in plan.starts()],
        "suppliers": {
            supplier.key: {
                "lei": str(supplier.lei),
                "name": supplier.name,
                "ppm": supplier.ppm,
                "closure_days": supplier.closure_days,
                "response_hours": supplier.response_hours,
                "cpk": {
                    one.name: [f"{one.cpk(month):.3f}" for month in range(plan.months)]
                    for one in supplier.characteristics
                },
            }
            for supplier in suppliers()
        },
    }


def _measurements(supplier: Supplier, plan: Plan, month: int, start: datetime, rng: Random) -> Iterator[File]:
    lot = f"{supplier.part}-{start:%y%m}"
    drawn = {one.name: values(one, month, plan.samples, rng) for one in supplier.characteristics}
    if "qif" in supplier.formats:
        yield f"{lot}.qif", _qif(supplier, lot, start, drawn, rng)
    if "aqdef" in supplier.formats:
        yield f"{lot}.dfq", _aqdef(supplier, lot, start, drawn)
    if "cfx" in supplier.formats:
        for one in supplier.characteristics:
            measured = cfx.Measured(one.name, one.unit, *_limits(one), drawn[one.name])
            when = start + timedelta(days=20, hours=9)
            yield f"{lot}-{one.name}.UnitsTested.json", cfx.units_tested(supplier.name, lot, when, measured, rng)


def _qif(supplier: Supplier, lot: str, start: datetime, drawn: dict[str, list[str]], rng: Random) -> bytes:
    measured = [qif.Measured(one.name, *_limits(one), drawn[one.name]) for one in supplier.characteristics]
    return qif.results(supplier.part, lot, f"{start + timedelta(days=25):%Y-%m-%dT12:00:00}", measured, rng)


def _aqdef(supplier: Supplier, lot: str, start: datetime, drawn: dict[str, list[str]]) -> bytes:
    measured = [
        aqdef.Measured(one.name, one.unit, *_limits(one), 5, drawn[one.name], sample_times(start, len(drawn[one.name])))
        for one in supplier.characteristics
    ]
    return aqdef.document(supplier.part, supplier.name, lot, measured)


def _inspections(supplier: Supplier, plan: Plan, rng: Random) -> Iterator[File]:
    found = [lot for _, lot in lots(supplier, plan, rng)]
    if "cfx" in supplier.formats:
        for lot in found:
            failed = [place < lot.nonconforming for place in range(lot.inspected)]
            message = cfx.units_inspected(supplier.name, lot.number, lot.when, failed, rng)
            yield f"{lot.number}.UnitsInspected.json", message
    else:
        header = ["Lot", "Part", "Inspected at", "Inspected", "Rejected", "Verdict"]
        rows = [
            [lot.number, supplier.part, lot.when.isoformat(), str(lot.inspected), str(lot.nonconforming), verdict]
            for lot in found
            for verdict in ["NOK" if lot.nonconforming else "OK"]
        ]
        yield from _table(supplier, "final-inspection", header, rows, mappings.lots())
    header = ["Lot", "Part", "Quantity", "Delivered"]
    rows = [
        [lot.number, supplier.part, str(lot.inspected - lot.nonconforming), (lot.when + timedelta(days=2)).isoformat()]
        for lot in found
    ]
    yield from _table(supplier, "deliveries", header, rows, mappings.deliveries())


def _customer(supplier: Supplier, plan: Plan, rng: Random) -> Iterator[File]:
    opened = problems(supplier, plan, f"NC-{supplier.part}", supplier.closure_days, rng)
    header = ["Number", "Event", "When", "Opened", "Closed", "Severity", "Defect", "Part"]
    yield from _table(
        supplier, "nonconformances", header, _nonconformance_rows(supplier, opened), mappings.nonconformances()
    )
    received = problems(supplier, plan, f"CO-{supplier.part}", supplier.closure_days + 2, rng)
    header = ["Number", "Event", "When", "Received", "Answered", "Done", "Severity", "Part"]
    yield from _table(supplier, "complaints", header, _complaint_rows(supplier, received), mappings.complaints())


def _nonconformance_rows(supplier: Supplier, found: list[Problem]) -> list[list[str]]:
    rows = []
    for one in found:
        opened, tail = one.opened.isoformat(), [one.severity, "DIM-01", supplier.part]
        rows.append([one.number, "OPEN", opened, opened, "", *tail])
        if one.closed:
            closed = one.closed.isoformat()
            rows.append([one.number, "CLOSE", closed, opened, closed, *tail])
    return sorted(rows, key=lambda row: row[2])


def _complaint_rows(supplier: Supplier, found: list[Problem]) -> list[list[str]]:
    rows = []
    for one in found:
        received, tail = one.opened.isoformat(), [one.severity, supplier.part]
        rows.append([one.number, "RECEIVED", received, received, "", "", *tail])
        if one.answered:
            answered = one.answered.isoformat()
            rows.append([one.number, "ANSWERED", answered, received, answered, "", *tail])
            if one.closed:
                closed = one.closed.isoformat()
                rows.append([one.number, "DONE", closed, received, answered, closed, *tail])
    return sorted(rows, key=lambda row: row[2])


def _table(supplier: Supplier, name: str, header: list[str], rows: list[list[str]], mapping: bytes) -> Iterator[File]:
    file = f"{name}.{supplier.tables}"
    content = tables.excel_table(name, header, rows) if supplier.tables == "xlsx" else tables.csv_table(header, rows)
    yield file, content
    yield f"{file}.mapping.json", mapping


def _limits(one: Characteristic) -> tuple[str, str, str]:
    return str(one.nominal), str(one.lower), str(one.upper)
