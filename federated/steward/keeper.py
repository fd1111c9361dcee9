"""Keeps what a federation needs running, and every wanted run alive: a crash of any process loses no finished round."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Mapping
from typing import Final

from evidence.errors import CredenceError, FaultError
from federated.flower.certificates import ensure_certificates
from federated.flower.control import Control
from federated.flower.front import Serving, make_front
from federated.flower.gate import Gate
from federated.secagg.registry import RegistryFile, read_registry
from federated.steward.children import server_worker, superlink
from federated.steward.runs import FINISHED, RUNNING, RunBook
from federated.steward.settings import LOOPBACK, StewardHome

EVERY_S: Final = 1.0
READY_S: Final = 60.0
_log = logging.getLogger("credence.steward")


class Keeper:
    """One thread that looks after everything. `open` returns when nodes may connect."""

    def __init__(self, home: StewardHome) -> None:
        self.home = home
        self.book = RunBook(home.runs, home.folder / "spec.json")
        self.superlink, self.worker = superlink(home), server_worker(home)
        self._flower: dict[str, int] = {}
        self._front: Serving | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._seen = 0.0
        self._failures: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._not_before: dict[str, float] = {}

    def open(self) -> None:
        """Start everything; FaultError when the SuperLink does not come up."""
        self.home.runs.mkdir(parents=True, exist_ok=True)
        hosts = tuple(dict.fromkeys((self.home.fleet_host, LOOPBACK, "localhost")))
        ensure_certificates(self.home.folder / "tls", hosts, dt.datetime.now(dt.UTC))
        self.superlink.ensure()
        self.worker.ensure()
        end = time.monotonic() + READY_S
        while True:
            try:
                self._admit()
                break
            except FaultError:
                if time.monotonic() > end:
                    raise
                self.superlink.ensure()
                time.sleep(0.1)
        tls = str(self.home.tls("server.crt")), str(self.home.tls("server.key"))
        gate = Gate(RegistryFile(self.home.folder / "federation.json"), lambda: int(time.time()))
        front = make_front(self.home.superlink, str(self.home.tls("ca.crt")), gate)
        self._front = Serving(front, self.home.fleet_host, self.home.fleet_port, cert=tls[0], key=tls[1])
        self._thread.start()

    def close(self) -> None:
        """Stop everything; runs go on from their checkpoints next time."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(10)
        if self._front is not None:
            self._front.close()
        self.worker.stop()
        self.superlink.stop()

    def online(self) -> int:
        """How many SuperNodes are there; FaultError when the SuperLink does not answer."""
        with self._control() as control:
            return control.online()

    def status(self) -> dict[str, bool | int]:
        """What runs."""
        return {
            "superlink": self.superlink.running,
            "worker": self.worker.running,
            "front": self._front is not None and self._front.ready,
            "superlink_starts": self.superlink.starts,
        }

    def _keep(self) -> None:
        while not self._ended.wait(EVERY_S):
            try:
                if not self.superlink.running:
                    _log.warning("the SuperLink is started again")
                    self._flower.clear()
                self.superlink.ensure()
                self.worker.ensure()
                self._tend()
            except CredenceError as error:
                _log.info("%s: %s", error.name, error.message)

    def _tend(self) -> None:
        wanted = [name for name in self.book.names() if self.book.state(name) == RUNNING]
        leaving = self.book.leaving()
        if not wanted and not leaving:
            return
        with self._control() as control:
            if time.monotonic() - self._seen > 5:
                control.admit(read_registry(self.home.folder / "federation.json"), int(time.time()))
                self._seen = time.monotonic()
            standing = control.runs()
            for name in leaving:
                self._let_go(name, control, standing)
            for name in wanted:
                number = self._flower.get(name)
                state = standing.get(number, "") if number is not None else ""
                if number is None:
                    if time.monotonic() < self._not_before.get(name, 0.0):
                        continue
                    self._end_others(control, standing)
                    self._flower[name] = control.start(name)
                elif state.startswith(FINISHED) or not state:
                    self._after(name)

    def _let_go(self, name: str, control: Control, standing: Mapping[int, str]) -> None:
        """Carry out a leave once nothing can add a round to the run any more."""
        number = self._flower.get(name)
        if number is not None and not standing.get(number, FINISHED).startswith(FINISHED):
            return  # It stops by itself after the round at hand.
        self._flower.pop(name, None)
        # Left over from a steward that was killed: one of them may be this run.
        self._end_others(control, standing)
        self.book.carry_out(name)

    def _after(self, name: str) -> None:
        """A Flower run has ended although ours is wanted: it found no quorum, or its server died."""
        del self._flower[name]
        self._failures[name] = self._failures.get(name, 0) + 1 if self.book.done(name) == self._done.get(name) else 1
        self._done[name] = self.book.done(name)
        # Slower each time that nothing was gained, so that a fault that stays does not fill disks and logs.
        self._not_before[name] = time.monotonic() + min(60.0, 0.5 * 2 ** self._failures[name])
        events = self.book.events(name, last=1)
        newest = events[-1] if events else None
        if isinstance(newest, dict) and newest.get("event") == "paused":
            self.book.pause(name)

    def _end_others(self, control: Control, standing: Mapping[int, str]) -> None:
        for number, state in standing.items():
            if not state.startswith(FINISHED) and number not in self._flower.values():
                control.stop(number)

    def _admit(self) -> None:
        with self._control() as control:
            control.admit(read_registry(self.home.folder / "federation.json"), int(time.time()))

    def _control(self) -> Control:
        return Control.connect(self.home.superlink, self.home.tls("ca.crt").read_bytes())
