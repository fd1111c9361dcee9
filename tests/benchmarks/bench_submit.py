"""Submit and seal through the services into SQLite, and tree and tiles alone; prints one JSON object.

    python -m tests.benchmarks.bench_submit [--statements 100000] [--folder DIR]

Each statement is a measurement series with 20 fields and 39 values in them (aggregate, series and times included).
Calls carry 5,000 drafts, as files do. Memory is the resident set of this process.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, overload

import psutil

from evidence.aggregate import Aggregate
from evidence.draft import Draft, JsonValue, Kind
from evidence.log import Digest
from evidence.tree import Edge, grow
from node.records.sql import SqlRecords
from node.services.submit import SubmitDrafts
from tests.support.evidence_node import ISSUER, SUPPLIER, EvidenceNode

CALL = 5_000
VALUES = ("10.01", "10.02", "9.99", "10.00", "10.03")
TIMES = tuple(f"2026-03-01T08:00:0{second}+01:00" for second in range(5))
AGGREGATE = Aggregate.of_values(VALUES, subgroup_size=5).to_json()


@dataclass(frozen=True, slots=True)
class Series(Sequence[Draft]):
    """Drafts made when they are asked for, so that memory shows what the service holds."""

    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start

    @overload
    def __getitem__(self, place: int) -> Draft: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Draft]: ...
    def __getitem__(self, place: int | slice) -> Draft | Sequence[Draft]:
        if isinstance(place, slice):
            chosen = range(self.start, self.stop)[place]
            return [series(number) for number in chosen]
        return series(range(self.start, self.stop)[place])


def series(number: int) -> Draft:
    """Measurement series `number`."""
    fields: dict[str, JsonValue] = {
        "part": "P-100",
        "characteristic": f"bore {number % 40}",
        "unit": "mm",
        "nominal": "10.00",
        "lower_limit": "9.90",
        "upper_limit": "10.10",
        "lot": f"L-{number:07d}",
        "station": "M7",
        "gauge": "G3",
        "operator": "op 7",
        "process": "turning",
        "revision": "C",
        "method": "CMM",
        "order": f"WO-{number // 50:06d}",
        "tool": "T-12",
        "shift": "night",
        "subgroup_size": 5,
        "aggregate": AGGREGATE,
        "values": VALUES,
        "times": TIMES,
    }
    return Draft(Kind.MEASUREMENT_SERIES, "2026-03-01T08:00:00+01:00", fields)


def submit_and_seal(folder: Path, statements: int, processes: int) -> dict[str, Any]:
    """Rates (statements a second of wall time), and resident memory (MiB) after each tenth."""
    process = psutil.Process()
    records = SqlRecords.open(folder / "bench.db")
    node = EvidenceNode(records)
    submit, seal = (
        SubmitDrafts(
            records.evidence,
            records.events,
            issuer=ISSUER,
            key=node.key,
            clock=node.clock,
            entropy=os.urandom,
            processes=processes,
        ),
        node.seal,
    )
    submit(Series(statements, statements + 1_000), subject=SUPPLIER)  # starts the helpers
    memory: list[float] = []
    began, cpu = time.perf_counter(), time.process_time()
    for start in range(0, statements, CALL):
        submit(Series(start, min(start + CALL, statements)), subject=SUPPLIER)
        if start % max(CALL, statements // 10 // CALL * CALL) == 0:
            memory.append(round(process.memory_info().rss / 2**20, 1))
    submitted = time.perf_counter()
    while seal(limit=100_000) is not None:
        pass
    ended, cpu = time.perf_counter(), time.process_time() - cpu
    assert seal.waiting() == 0
    helpers = sum(sum(child.cpu_times()[:2]) for child in process.children(recursive=True))
    submit.close()
    records.close()
    return {
        "statements": statements,
        "processes": processes,
        "submit_per_s": round(statements / (submitted - began)),
        "seal_per_s": round(statements / (ended - submitted)),
        "submit_and_seal_per_s": round(statements / (ended - began)),
        "cpu_us_per_statement": {
            "here": round(cpu / statements * 1e6),
            "helpers": round(helpers / statements * 1e6),
        },
        "memory_mib": memory,
        "memory_peak_growth_mib": round(max(memory) - memory[0], 1),
        "database_bytes_per_statement": round((folder / "bench.db").stat().st_size / statements),
    }


def tree_alone(statements: int) -> dict[str, Any]:
    """Tree and tiles from leaf hashes in memory."""
    leaves = [Digest(sha256(number.to_bytes(8, "big")).digest()) for number in range(statements)]
    began = time.perf_counter()
    edge = Edge()
    for start in range(0, statements, 8_192):
        edge = grow(edge, leaves[start : start + 8_192]).edge
    return {
        "tree_and_tiles_per_s": round(statements / (time.perf_counter() - began)),
        "root": edge.head.root.hex()[:16],
    }


def main() -> None:
    """Run both and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=None, help="where to put the database; its disk is measured too")
    parser.add_argument("--processes", type=int, default=1, help="helpers that sign; 1 signs in this process")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        result = submit_and_seal(Path(folder), chosen.statements, chosen.processes)
    result |= tree_alone(chosen.statements)
    result["load_average"] = os.getloadavg()[0]
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
