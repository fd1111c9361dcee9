"""How fast the log is: `python -m tests.benchmarks.bench_log` prints figures and ratios as JSON. Not part of the tests.

Times are CPU seconds of this process; ratios say more than figures, because both sides ran on the same machine.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

import pymerkle

from evidence import tiles
from evidence.merkle import leaf_hash, verify_consistency, verify_inclusion
from evidence.tiles import Tile
from evidence.tree import Edge, edge_of, grow
from evidence.verify import verify_bundle
from tests.support.bundles import BundleMaker

LEAVES = 1_000_000
ORACLE_LEAVES = 100_000
BATCH = 1_000
SAMPLES = 300


class SqliteTiles:
    """A tile reader over a table, as a node keeps its tiles."""

    def __init__(self) -> None:
        self.base = sqlite3.connect(":memory:")
        self.base.execute("CREATE TABLE tile (level INTEGER, number INTEGER, hashes BLOB, PRIMARY KEY (level, number))")

    def store(self, made: tuple[Tile, ...]) -> None:
        rows = [(tile.level, tile.index, tile.hashes) for tile in made]
        self.base.executemany("INSERT OR REPLACE INTO tile VALUES (?, ?, ?)", rows)

    def read(self, level: int, index: int, width: int) -> bytes:
        row = self.base.execute("SELECT hashes FROM tile WHERE level = ? AND number = ?", (level, index)).fetchone()
        return bytes(row[0])[: 32 * width]


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of one run."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def build(entries: list[bytes], reader: SqliteTiles) -> Edge:
    """Log `entries` in batches, storing every tile, as sealing does."""
    edge = Edge()
    for start in range(0, len(entries), BATCH):
        growth = grow(edge, map(leaf_hash, entries[start : start + BATCH]))
        reader.store(growth.tiles)
        edge = growth.edge
    return edge


def oracle(entries: list[bytes]) -> bytes:
    """The same tree by pymerkle."""
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    return bytes(tree.get_root())


def main() -> int:
    """Measure and print."""
    entries = [b"%d" % number for number in range(LEAVES)]
    reader = SqliteTiles()
    building = spent(lambda: build(entries, reader))
    head = edge_of(reader, LEAVES).head
    few = entries[:ORACLE_LEAVES]
    ours, theirs = spent(lambda: build(few, SqliteTiles())), spent(lambda: oracle(few))
    places = random.Random(20261123).sample(range(1, LEAVES), SAMPLES)
    proofs = [tiles.prove_inclusion(reader, place, LEAVES) for place in places]
    proving = [spent(partial(tiles.prove_inclusion, reader, place, LEAVES)) for place in places]
    growing = [spent(partial(tiles.prove_consistency, reader, place, LEAVES)) for place in places]
    verifying = [
        spent(partial(verify_inclusion, leaf_hash(entries[proof.index]), proof, head.root)) for proof in proofs
    ]
    for place in places[:20]:
        old = edge_of(reader, place).head
        verify_consistency(old, head, tiles.prove_consistency(reader, place, LEAVES).path)
    maker = BundleMaker()
    bundle = maker.bundle()
    data, trust = bundle.encode(), maker.trust(bundle)
    checking = [spent(lambda: verify_bundle(data, trust)) for _ in range(100)]
    report = {
        "leaves": LEAVES,
        "leaves_per_second_with_tiles_in_sqlite": round(LEAVES / building),
        "pymerkle_time_over_ours_at_100k_leaves": round(theirs / ours, 2),
        "inclusion_proof_ms": milliseconds(proving),
        "consistency_proof_ms": milliseconds(growing),
        "verify_inclusion_ms": milliseconds(verifying),
        "inclusion_path_bytes": max(32 * len(proof.path) for proof in proofs),
        "verify_bundle_ms": milliseconds(checking),
        "bundle_bytes": len(data),
    }
    json.dump(report, sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


def milliseconds(seconds: list[float]) -> dict[str, float]:
    """Median and worst, in milliseconds."""
    return {"median": round(statistics.median(seconds) * 1e3, 3), "worst": round(max(seconds) * 1e3, 3)}


if __name__ == "__main__":
    sys.exit(main())
