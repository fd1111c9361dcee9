"""A served node: how its worker is, and what its readiness says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from evidence.errors import InconsistentHeadError, LedgerUnreachableError, PeerUnreachableError
from node.bootstrap import open_node
from node.records.memory import MemoryRecords
from node.serve import services_of, worker_health
from node.training_serving import training_chores
from node.worker.chores import Chore
from node.worker.loop import Worker, WorkerThread
from tests.support.evidence_node import TickingClock
from tests.support.node_home import make_home


def worker(work: Callable[[], bool], stop: threading.Event | None = None) -> Worker:
    chores = [Chore("seal", timedelta(seconds=1), work)]
    events = MemoryRecords().events
    return Worker(chores, events, clock=TickingClock(), stopwatch=time.monotonic, stop=stop or threading.Event())


def test_a_working_worker_is_well_even_while_a_chore_backs_off() -> None:
    def unreachable() -> bool:
        raise LedgerUnreachableError("the chain is down")

    busy = worker(unreachable)
    busy.once()
    assert worker_health(busy, alive=True) == "ok"


def test_a_halted_chore_makes_the_worker_unwell_and_is_named() -> None:
    def contradiction() -> bool:
        raise InconsistentHeadError("the chain holds another history")

    halted = worker(contradiction)
    halted.once()
    assert worker_health(halted, alive=True) == "seal: the chain holds another history"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_a_bug_ended_is_unwell() -> None:
    def bug() -> bool:
        raise RuntimeError("a bug")

    stop = threading.Event()
    broken = worker(bug, stop)
    thread = WorkerThread(broken, stop)
    thread.start()
    assert thread.stop()
    assert "ended" in worker_health(broken, alive=thread.alive)


def test_readiness_asks_database_chain_and_worker(tmp_path: Path) -> None:
    with open_node(make_home(tmp_path), {}) as node:
        answers = services_of(node, lambda: "halted").ready()
    assert answers.keys() == {"database", "chain", "worker"}
    assert (answers["database"], answers["worker"]) == ("ok", "halted")
    assert answers["chain"] != "ok"


def test_the_worker_of_a_node_with_a_steward_looks_after_its_runs_and_of_any_other_after_its_models(
    tmp_path: Path,
) -> None:
    home = make_home(tmp_path / "node")
    (tmp_path / "steward.token").write_text("0" * 64)
    with_steward = {
        "CREDENCE_STEWARD_URL": "http://127.0.0.1:1",
        "CREDENCE_STEWARD_TOKEN": str(tmp_path / "steward.token"),
    }
    with open_node(home, {}) as node:
        # Nobody set a plant's folder up here, so the chain, which is away, is not even asked.
        assert [(one.name, one.work()) for one in training_chores(node)] == [("models", False), ("members-file", False)]
    with open_node(home, with_steward) as node:
        chores = {one.name: one for one in training_chores(node)}
        assert list(chores) == ["models", "members-file", "rounds", "withdrawn", "contributions"]
        assert chores["models"].work() is False  # no models: the steward need not even answer
        with pytest.raises(PeerUnreachableError):
            chores["withdrawn"].work()
