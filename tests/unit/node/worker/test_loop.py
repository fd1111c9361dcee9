"""The worker: does what is due, backs off after faults, halts on contradictions, swallows nothing, stops cleanly."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from evidence.errors import CredenceError, ForbiddenError, InconsistentHeadError, LedgerUnreachableError, StorageError
from node.records.memory import MemoryRecords
from node.worker.chores import Chore, draining, reaffirming, sealing
from node.worker.loop import LAST_RETRY, Worker, WorkerThread
from tests.support.evidence_node import SUPPLIER, EvidenceNode, TickingClock, delivery


class Bench:
    """A worker with a stopwatch that the test moves."""

    def __init__(self, *chores: Chore, events: object = None) -> None:
        self.now = 0.0
        self.records = MemoryRecords()
        self.stop = threading.Event()
        self.heard: list[tuple[str, CredenceError]] = []
        self.worker = Worker(
            chores,
            events or self.records.events,  # type: ignore[arg-type]
            clock=TickingClock(),
            stopwatch=lambda: self.now,
            stop=self.stop,
            failed=lambda chore, error: self.heard.append((chore, error)),
        )

    def told(self, type_: str) -> list[dict[str, object]]:
        return [dict(event.data) for event in self.records.events.events(limit=1_000) if event.type == type_]


def chore(work: Callable[[], bool], *, every_s: float = 10, early: Callable[[], bool] = lambda: False) -> Chore:
    return Chore("work", timedelta(seconds=every_s), work, early)


def test_a_chore_is_done_at_once_and_then_every_so_often() -> None:
    done: list[float] = []
    bench = Bench(chore(lambda: done.append(bench.now) is not None))
    for now in range(0, 31):
        bench.now = float(now)
        bench.worker.once()
    assert done == [0, 10, 20, 30]


def test_a_chore_with_more_to_do_is_done_again_without_waiting() -> None:
    left = [3]

    def work() -> bool:
        left[0] -= 1
        return left[0] > 0

    bench = Bench(chore(work))
    assert [bench.worker.once() for _ in range(4)] == [True, True, False, False]
    assert left == [0]


def test_a_chore_may_be_worth_doing_early() -> None:
    done: list[float] = []
    bench = Bench(chore(lambda: done.append(bench.now) is not None, early=lambda: bench.now == 4))
    for now in range(0, 12):
        bench.now = float(now)
        bench.worker.once()
    assert done == [0, 4]


def test_faults_are_tried_again_after_twice_as_long_each_time_and_all_are_reported() -> None:
    tried: list[float] = []

    def work() -> bool:
        tried.append(bench.now)
        if len(tried) <= 12:
            raise LedgerUnreachableError("down")
        return False

    bench = Bench(chore(work))
    while len(tried) < 13:
        bench.now += 1.0
        bench.worker.once()
    waits = [later - earlier for earlier, later in itertools.pairwise(tried)]
    assert waits[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert set(waits[9:]) == {LAST_RETRY.total_seconds()}
    assert len(bench.heard) == 12
    assert [event["failures"] for event in bench.told("chore.failed")] == list(range(1, 13))
    assert bench.told("chore.failed")[0]["advice"]
    assert bench.told("chore.recovered") == [{"chore": "work", "failures": 12}]
    assert bench.worker.failing == {}


def test_a_chore_that_backs_off_is_not_done_early_and_does_not_hold_up_others() -> None:
    done: list[str] = []

    def fails() -> bool:
        done.append("fails")
        raise StorageError("disk full")

    first = Chore("first", timedelta(seconds=10), fails, early=lambda: True)
    second = Chore("second", timedelta(seconds=1), lambda: done.append("second") is not None)
    bench = Bench(first, second)
    for _ in range(3):
        bench.worker.once()
        bench.now += 0.4
    assert done.count("fails") == 1
    assert "second" in done
    assert bench.worker.failing == {"first": 1}


def test_a_refusal_is_tried_again_because_members_can_be_reinstated() -> None:
    answers: list[object] = [ForbiddenError("suspended"), True]

    def work() -> bool:
        answer = answers.pop(0)
        if isinstance(answer, CredenceError):
            raise answer
        return False

    bench = Bench(chore(work))
    bench.worker.once()
    bench.now = 1.0
    bench.worker.once()
    assert answers == []
    assert bench.worker.halted == {}


def test_a_contradiction_halts_its_chore_for_good_and_no_other() -> None:
    done: list[str] = []

    def forked() -> bool:
        done.append("forked")
        raise InconsistentHeadError("the chain holds another history")

    bench = Bench(
        Chore("seal", timedelta(seconds=1), forked),
        Chore("other", timedelta(seconds=1), lambda: bool(done.append("o"))),
    )
    for now in range(5):
        bench.now = float(now)
        bench.worker.once()
    assert done.count("forked") == 1
    assert done.count("o") == 5
    assert bench.worker.halted == {"seal": "the chain holds another history"}
    assert len(bench.told("chore.halted")) == 1


def test_a_failure_to_ask_whether_something_is_due_is_reported_too() -> None:
    def early() -> bool:
        raise StorageError("disk gone")

    bench = Bench(chore(lambda: False, early=early))
    bench.worker.once()
    bench.now = 1.0
    bench.worker.once()
    assert [str(error) for _, error in bench.heard] == ["disk gone"]
    assert bench.worker.failing == {"work": 1}


def test_when_even_the_event_cannot_be_kept_the_hook_hears_of_both() -> None:
    class Full:
        def add_event(self, type_: str, data: object, at: object) -> object:
            raise StorageError("no room for events")

    def work() -> bool:
        raise StorageError("no room for heads")

    bench = Bench(chore(work), events=Full())
    bench.worker.once()
    assert [str(error) for _, error in bench.heard] == ["no room for heads", "no room for events"]


def test_a_bug_ends_the_loop_instead_of_being_hidden() -> None:
    def work() -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Bench(chore(work)).worker.run()


def test_a_stopped_worker_finishes_what_is_under_way_and_begins_nothing_new() -> None:
    begun, go_on, finished = threading.Event(), threading.Event(), threading.Event()
    begun_after: list[str] = []

    def work() -> bool:
        begun.set()
        assert go_on.wait(30)
        finished.set()
        return True

    second = Chore("second", timedelta(seconds=0), lambda: bool(begun_after.append("second")))
    bench = Bench(chore(work), second)
    thread = WorkerThread(bench.worker, bench.stop)
    thread.start()
    assert begun.wait(30)
    assert thread.alive
    assert not thread.stop(patience_s=0.01)
    go_on.set()
    assert thread.stop(patience_s=30)
    assert finished.is_set()
    assert not thread.alive
    assert begun_after == []


def test_the_sealing_chore_seals_in_time_or_when_a_batch_is_full() -> None:
    node = EvidenceNode()
    bench = Bench(sealing(node.seal, every=timedelta(seconds=60), batch=3))
    bench.worker.once()
    node.submit([delivery(number) for number in range(2)], subject=SUPPLIER)
    bench.now = 1.0
    bench.worker.once()
    assert node.seal.waiting() == 2
    node.submit([delivery(number) for number in range(2, 8)], subject=SUPPLIER)
    while bench.worker.once():
        pass
    assert [head.head.size for head in node.records.log.heads()] == [3, 6, 8]
    node.submit([delivery(8)], subject=SUPPLIER)
    bench.now = 60.0
    bench.worker.once()
    assert node.seal.waiting() == 1
    bench.now = 61.0
    bench.worker.once()
    assert node.seal.waiting() == 0


def test_the_reaffirming_chore_makes_good_a_reorg_while_nothing_is_sealed() -> None:
    node = EvidenceNode()
    node.submit([delivery(1)], subject=SUPPLIER)
    node.seal(limit=1)
    node.chain.reorg(1)
    bench = Bench(reaffirming(node.seal, every=timedelta(minutes=5)))
    bench.worker.once()
    assert [event.type for event in node.records.events.events()][-1] == "head.reaffirmed"


def test_the_draining_chore_goes_on_while_something_was_pushed() -> None:
    pushes = [64, 3, 0]
    bench = Bench(draining(lambda: pushes.pop(0), every=timedelta(seconds=30)))
    while bench.worker.once():
        pass
    assert pushes == []


def test_a_worker_thread_seals_by_itself_while_the_chain_goes_down_and_comes_back() -> None:
    node = EvidenceNode()
    stop = threading.Event()
    seal = node.seal
    worker = Worker(
        [sealing(seal, every=timedelta(seconds=0), batch=10)],
        node.records.events,
        clock=node.clock,
        stopwatch=lambda: time.monotonic() * 100,
        stop=stop,
    )
    node.chain.faults.down = True
    node.submit([delivery(1)], subject=SUPPLIER)
    thread = WorkerThread(worker, stop)
    thread.start()
    deadline = time.monotonic() + 30
    while not worker.failing and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    node.chain.faults.down = False
    while seal.waiting() and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    assert thread.stop(patience_s=30)
    assert seal.waiting() == 0
