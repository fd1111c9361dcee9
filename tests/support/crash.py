"""A node's life in a child process that a test may kill: submits in rounds, seals after each."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from evidence.errors import StorageError
from node.records.sql import SqlRecords
from node.services.fault_point import FaultPoint, go_on
from node.services.seal import SealLog
from tests.support.check_log import check_log
from tests.support.evidence_node import ISSUER, SUPPLIER, EvidenceNode, delivery, inspection, seeded, seeded_log
from tests.support.file_ledger import FileLedger

ROUNDS = 6
PER_ROUND = 7
DONE, FAILED, DISK_FULL = 0, 70, 71
KILLED = -signal.SIGKILL


def live(folder: Path, reached: FaultPoint = go_on) -> None:
    """Open the node and go through all rounds; those of an earlier life are recognised. Notes each kept round."""
    records = SqlRecords.open(folder / "node.db")
    ledger = FileLedger.open(folder / "chain.jsonl", reached)
    node = EvidenceNode(records, ledger.chain, reached=reached)
    submit = node.submit
    seal = SealLog(
        records.evidence,
        records.log,
        ledger,
        node.directory,
        records.events,
        issuer=ISSUER,
        key=seeded_log("log"),
        clock=node.clock,
        reached=reached,
    )
    # A restarted node first finishes what is open, as its worker does.
    while seal(limit=5) is not None:
        pass
    for number in range(ROUNDS):
        first = number * PER_ROUND
        drafts = [delivery(one) if one % 3 else inspection(one) for one in range(first, first + PER_ROUND)]
        submit(drafts, subject=SUPPLIER)
        with (folder / "acknowledged").open("a") as file:
            file.write(f"{number}\n")
        while seal(limit=5) is not None:
            pass
    records.close()


def in_child(work: Callable[[], None], kill_after_s: float | None = None) -> int:
    """Run `work` in a forked child, kill -9 it after a while if asked; the exit code, -9 when it was killed."""
    child = os.fork()
    if child == 0:
        code = FAILED
        try:
            work()
            code = DONE
        except StorageError:
            code = DISK_FULL
        finally:
            if code == FAILED:
                traceback.print_exc(file=sys.stderr)
            os._exit(code)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def check(folder: Path) -> int:
    """Re-prove the whole log as it lies on disk, and that no acknowledged round is missing; gives its size.

    Raises:
        AssertionError: something was lost, changed, or anchored twice.
    """
    records = SqlRecords.open(folder / "node.db")
    ledger = FileLedger.open(folder / "chain.jsonl")
    try:
        size = check_log(
            records.evidence,
            records.log,
            ledger,
            issuer=ISSUER,
            log_key=seeded_log("log").public,
            statement_keys=(seeded("statement").public,),
        )
        sent = [line["size"] for line in ledger.transactions()]
        assert sent == sorted(set(sent)), f"anchored twice or backwards: {sent}"
        heads = [head.head.size for head in records.log.heads()]
        assert sent in (heads, heads[:-1]), f"the chain got {sent}, the log has {heads}"
        noted = folder / "acknowledged"
        rounds = {int(line) for line in noted.read_text().split()} if noted.exists() else set()
        assert size >= len(rounds) * PER_ROUND, "an acknowledged round is missing"
        return size
    finally:
        records.close()
