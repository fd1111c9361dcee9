"""Root causes at size: `python -m tests.benchmarks.bench_rca [ROWS]` prints figures as JSON.

A table of 200 columns by a million rows with 30 % missing values, in at most 4 GB and 10 minutes; the peer is one
product of the same matrix with itself, the least that any method has to compute. Then a line of 98 columns: its
graphs, its calibration, and a look-up. Times are CPU seconds of this process.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np

from rca.attribution.attribute import attribute
from rca.attribution.dags import dags_of
from rca.attribution.labels import labelled_frame
from rca.calibration.calibrate import calibrated
from rca.checks import fitness
from rca.columns import Column
from rca.posterior.fit import fit
from rca.posterior.posterior import Posterior
from rca.table import Table
from rca.twins.recipe import Recipe

COLUMNS, ROWS, MISSING, STRIP = 200, 1_000_000, 0.3, 20_000
LIMIT_GB, LIMIT_S = 4.0, 600.0
ROOT, TARGET = "c189", "c199"


def large(rows: int) -> Table:
    """Columns on ten tiers, each answering to the one five places before it."""
    rng = np.random.default_rng(1)
    values = np.empty((rows, COLUMNS), dtype=np.float32)
    for start in range(0, rows, STRIP):
        strip = rng.standard_normal((min(STRIP, rows - start), COLUMNS), dtype=np.float32)
        for place in range(5, COLUMNS):
            strip[:, place] += 0.6 * strip[:, place - 5]
        strip[rng.random(strip.shape, dtype=np.float32) < MISSING] = np.nan
        values[start : start + len(strip)] = strip
    return Table(tuple(Column(f"c{place}", tier=place // 20) for place in range(COLUMNS)), values)


def explained(table: Table, posterior: Posterior) -> str:
    """The first cause of an alarm whose root moved by two standard deviations in 10,000 rows, and what follows."""
    moved = np.array(table.values[:10_000], dtype=np.float32)
    for step, place in enumerate(range(int(ROOT[1:]), COLUMNS, 5)):
        moved[:, place] += np.float32(2.0 * 0.6**step)
    frame = labelled_frame(table, Table(table.columns, moved), TARGET)
    return attribute(frame, dags_of(posterior, frame.names)).causes[0].name


def product(table: Table) -> float:
    """CPU seconds of one product of the matrix with itself, gaps as zero."""
    begun = time.process_time()
    total = np.zeros((COLUMNS, COLUMNS))
    for start in range(0, table.rows, STRIP):
        strip = np.nan_to_num(np.asarray(table.values[start : start + STRIP], dtype=np.float64))
        total += strip.T @ strip
    return time.process_time() - begun


def main(rows: int) -> dict[str, object]:
    """All figures."""
    begun = time.process_time()
    table = large(rows)
    built = time.process_time() - begun
    peer = product(table)
    begun = time.process_time()
    posterior = fit(table, seed=1)
    fitted = time.process_time() - begun
    begun = time.process_time()
    calibration = calibrated(table.select(fitness(table).usable), seed=1)
    told = time.process_time() - begun
    begun = time.process_time()
    first = explained(table, posterior)
    asked = time.process_time() - begun
    edges = posterior.edges()
    true = [(posterior.place(f"c{place - 5}"), posterior.place(f"c{place}")) for place in range(5, COLUMNS)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    line = Recipe(tuple((tier, 14) for tier in range(7))).draw(np.random.default_rng(1))
    parts = line.sample(np.random.default_rng(2), 500)
    begun = time.process_time()
    small = fit(parts, seed=1)
    sampled = time.process_time() - begun
    begun = time.process_time()
    own = calibrated(parts, seed=1)
    simulated = time.process_time() - begun
    begun = time.process_time()
    for number in range(10_000):
        own.edge(small, small.names[number % 97], small.names[97])
    looked = (time.process_time() - begun) / 10_000
    return {
        "table": {
            "rows": rows,
            "columns": COLUMNS,
            "missing": MISSING,
            "made and frozen, s": round(built, 1),
            "graphs sampled, s": round(fitted, 1),
            "against one product of the matrix": round(fitted / peer, 1),
            "calibrated on twins, s": round(told, 1),
            "twins": calibration.twins,
            "alarm explained, s": round(asked, 1),
            "its first cause is the true one": first == ROOT,
            "true edges found, raw frequency": round(float(np.mean([edges[pair] for pair in true])), 3),
            "peak memory, GB": round(peak, 2),
            "within 4 GB and 10 minutes": peak <= LIMIT_GB and built + fitted + told + asked <= LIMIT_S,
        },
        "98 columns, 500 rows": {
            "graphs sampled, s": round(sampled, 2),
            "calibrated on twins, s": round(simulated, 1),
            "one look-up, ms": round(looked * 1e3, 3),
        },
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS), indent=2))
