"""From an event to the new attested score, end to end on a real chain: `python -m tests.benchmarks.bench_attest`.

One lap: the supplier states a bad lot (SQLite), seals and anchors it; the scorer sees the new head on chain, fetches
the statement with its proof, verifies it, scores the whole year anew and attests through its account contract, which
links the attestation before. Chain: anvil, a block for every transaction. Both nodes run in this process and hand pages
over in memory; left out are HTTP and the worker's look around (at most 2 s for a fetch, 1 s for a score).
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from evidence.draft import Draft
from node.chain.evm_credit import RESOLVER, EvmCredits
from node.chain.evm_ledger import EvmLedger
from node.chain.evm_members import EvmDirectory
from node.chain.evm_sender import EvmSender
from node.records.sql import SqlRecords
from node.services.fetch_evidence import FetchEvidence
from node.services.fetch_new import FetchNew
from node.services.keep_scores import KeepScores
from tests.support.anvil import anvil_process
from tests.support.chain import Deployed
from tests.support.consortium import Org
from tests.support.market import Trader, Wire
from tests.unit.scoring.builders import year_of_drafts

LAPS = 15


@dataclass
class EvmTrader(Trader):
    """A trader over SQLite and a real chain; what asks or sends is kept, as in a running node."""

    deployed: Any = None
    kept: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Any) -> Any:
        """What was made under this name, or made now."""
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    @property
    def directory(self) -> Any:
        return self.once("directory", lambda: EvmDirectory(self.deployed.harness().chain()))

    @property
    def ledger(self) -> Any:
        return self.once("ledger", lambda: EvmLedger(*self._own(self.org.anchor_secret)))

    @property
    def credits(self) -> Any:
        return self.once("credits", lambda: EvmCredits(*self._own(self.org.attest_secret), resolver=RESOLVER))

    @property
    def attest(self) -> Any:
        return self.once("attest", lambda: Trader.attest.fget(self))  # type: ignore[attr-defined]

    def _own(self, secret: bytes) -> tuple[Any, EvmSender]:
        chain = self.deployed.harness().chain()
        return chain, EvmSender(chain, secret)


def keeper(scorer: EvmTrader) -> KeepScores:
    """The scorer's service that keeps scores true."""
    records = scorer.records
    return KeepScores(
        scorer.org.lei,
        scorer.score,
        records.evidence,
        records.log,
        records.exchange,
        records.scores,
        records.settings,
        records.events,
        scorer.now,
        lambda: scorer.attest,
    )


def measure(laps: int = LAPS) -> dict[str, Any]:
    """Seconds of each lap by the clock, and CPU seconds of this process (the chain's are not in them)."""
    with tempfile.TemporaryDirectory() as folder, anvil_process(state=Path(folder) / "state.json") as anvil:
        deployed = Deployed(anvil, Path(folder))
        traders = [
            EvmTrader(Org(name), None, SqlRecords.open(Path(folder) / f"{name}.db"), deployed=deployed)  # type: ignore[arg-type]
            for name in ("kiln", "buyer")
        ]
        supplier, scorer = traders
        fetch = FetchEvidence(
            Wire(scorer, supplier),  # type: ignore[arg-type]
            scorer.directory,
            scorer.ledger,
            scorer.records.exchange,
            scorer.records.settings,
            scorer.now,
        )
        arrive = FetchNew(
            scorer.org.lei,
            fetch,
            scorer.directory,
            scorer.ledger,
            scorer.records.settings,
            scorer.records.events,
            scorer.now,
        )
        keep, late = keeper(scorer), year_of_drafts()[1]
        supplier.submit(year_of_drafts(), supplier.subject)
        arrive(), keep()
        times, busy = [], []
        for lap in range(laps):
            fields = {**late.fields, "lot": f"L{100 + lap}", "nonconforming": 3 + lap}
            begun, cpu = time.perf_counter(), time.process_time()
            supplier.submit([Draft(late.kind, "2026-11-20T08:00:00Z", fields)], supplier.subject)
            arrive(), keep()
            times.append(time.perf_counter() - begun)
            busy.append(time.process_time() - cpu)
        found = scorer.credits.attestations(supplier.org.org)
        linked = all(later.claim.supersedes == one.uid for one, later in pairwise(found))
        for trader in traders:
            trader.records.close()  # type: ignore[union-attr]
    return {
        "laps": laps,
        "median_s": round(statistics.median(times), 3),
        "worst_s": round(max(times), 3),
        "median_cpu_s": round(statistics.median(busy), 3),
        "attestations": len(found),
        "each links the one before": linked,
        "statements_scored": len(year_of_drafts()) + laps,
    }


def main() -> None:
    """Measure and print."""
    json.dump(measure(), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
