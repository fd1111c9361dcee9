"""The poisoned run once more, over real Flower: SuperLink, server worker and 15 SuperNodes as processes of one machine.

`python -m federated.evaluate.over_flower --hostile 2`. Hostile suppliers run code of their own: labels flipped, update
ten times as long, no check at the client, votes turned round. SuperNodes are forked from one process that has loaded
torch already, so that fifteen of them fit into two gigabytes; each speaks TLS to the SuperLink with a key of its own.
With `--one-process` the same parties, masks, buckets and signed votes meet without sockets: far less work.
"""

from __future__ import annotations

import argparse
import importlib
import json
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

from evidence.canonical import encode
from evidence.draft import JsonValue
from evidence.errors import CredenceError, FaultError
from evidence.identity import lei_from_prefix
from federated import task as tasks
from federated.desk import Desk
from federated.evaluate.hostile import CLAIMED, HostileDesk, HostileTrainer
from federated.evaluate.local_courier import LocalCourier
from federated.evaluate.parties import dealt, milling, split
from federated.evaluate.poison import PLAN, SUPPLIERS
from federated.flower.supernode import PlantHome, serve
from federated.flower.surroundings import quiet_this_process
from federated.hops import Hops
from federated.learning.dataset import Dataset, merge
from federated.rounds import Rounds
from federated.secagg.identity import FederatedKey
from federated.secagg.party import PartyHome
from federated.secagg.registry import MemberKey, Registry, RegistryFile, read_registry
from federated.secagg.steps import FileStepBook
from federated.secagg.terms import PartyPolicy
from federated.steward.settings import LOOPBACK, StewardHome
from federated.store import RunStore
from federated.task import Task
from federated.trainer import PlantTrainer

FORMAT: Final = "credence-flower-poison/1"


@dataclass(frozen=True, slots=True)
class Supplier:
    """One SuperNode to be."""

    home: PlantHome
    task: Task
    data: Dataset
    code: bytes
    hostile: bool

    def run(self) -> None:
        """Take part until the process is ended; waits for the steward's certificate first."""
        quiet_this_process(self.home.folder)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        while not (self.home.folder / "ca.crt").exists():
            time.sleep(0.2)
        from federated.client_app import make_app

        serve(self.home, make_app(self.desk()))

    def desk(self) -> Desk:
        """The supplier's desk: by the pinned code, or by its own."""
        name, folder = self.home.settings()["org"], self.home.folder
        registry = read_registry(folder / "federation.json")
        book = FileStepBook(folder / "steps.json")
        party = PartyHome(name, self.home.key(), registry, PartyPolicy(self.code), book, os.urandom)
        desk, trainer = (HostileDesk, HostileTrainer) if self.hostile else (Desk, PlantTrainer)
        return desk(party, trainer(self.task, self.data), lambda: int(time.time()), self.home.keep)


def poisoned_run(
    folder: Path, data: Path, *, hostile: int, rounds: int, seed: int, one_process: bool = False
) -> dict[str, Any]:
    """One run with the first `hostile` of 15 suppliers hostile; all processes are ended when it is over.

    Returns:
        AUC on the test parts of all suppliers after every round, and what the run's record says.
    Raises:
        FaultError: the run does not end.
    """
    import torch

    from federated.pin import code_hash

    torch.set_num_threads(1)
    raw = dealt(milling(data), SUPPLIERS, seed)
    task, parts = Task(raw.spec), split(raw, seed)
    steward = StewardHome(folder / "steward", _port(), _port(), LOOPBACK, _port())
    steward.save()
    (steward.folder / "spec.json").write_bytes(raw.spec.encode())
    homes = _homes(folder, steward)
    suppliers = [
        Supplier(home, task, part.train, code_hash(), place < hostile)
        for place, (home, part) in enumerate(zip(homes, parts, strict=True))
    ]
    test = merge([part.test for part in parts])
    if one_process:
        return {**_told(_in_one_process(steward, suppliers, rounds, seed), task, test, hostile), "flower": False}
    # Everything is loaded once and shared by all; forked before this process has a single thread of its own.
    quiet_this_process(steward.folder)
    importlib.import_module("federated.client_app")
    importlib.import_module("flwr.supernode.fleet_http_connection")
    fork = multiprocessing.get_context("fork")
    nodes: list[BaseProcess] = [fork.Process(target=one.run, daemon=True) for one in suppliers]
    for node in nodes:
        node.start()
    try:
        store = _finished(steward, homes, rounds=rounds, seed=seed)
    finally:
        for node in nodes:
            node.terminate()
    return {**_told(store, task, test, hostile), "flower": True}


def _wishes(rounds: int, seed: int) -> dict[str, JsonValue]:
    config = PLAN.config
    train: dict[str, JsonValue] = {
        **{"epochs": config.epochs, "batch": config.batch, "rate": str(config.rate)},
        **{"decay": str(config.decay), "balance": config.balance, "bound": str(config.bound)},
    }
    return {
        **{"rounds": rounds, "parties": SUPPLIERS, "bucket_size": 3, "clip": "10", "max_weight": CLAIMED},
        **{"seed": seed, "train": train, "hop_ms": 600_000, "quorum_ms": 3_600_000},
    }


def _in_one_process(steward: StewardHome, suppliers: Sequence[Supplier], rounds: int, seed: int) -> RunStore:
    from federated.steward.runs import RunBook

    book = RunBook(steward.runs, steward.folder / "spec.json")
    store = book.store(book.create(_wishes(rounds, seed)))
    members = RegistryFile(steward.folder / "federation.json")
    courier = LocalCourier({place: one.desk() for place, one in enumerate(suppliers)})

    def say(event: dict[str, JsonValue]) -> None:
        if event["event"] == "round":
            sys.stderr.write(f"round {event['round']} of {rounds}\n")

    hops = Hops(courier, time.monotonic, say)
    Rounds(store.plan(), store, members.now, hops, lambda: int(time.time()), time.sleep).run()
    return store


def _finished(steward: StewardHome, homes: Sequence[PlantHome], *, rounds: int, seed: int) -> RunStore:
    from federated.steward.keeper import Keeper
    from federated.steward.runs import FINISHED

    keeper = Keeper(steward)
    try:
        keeper.open()
        for home in homes:
            _put(home.folder / "ca.crt", steward.tls("ca.crt").read_bytes())
        _wait_for(keeper, len(homes))
        name, told = keeper.book.create(_wishes(rounds, seed)), 0
        while keeper.book.state(name) != FINISHED:
            time.sleep(0.5)
            if (done := keeper.book.done(name)) > told:
                told = done
                sys.stderr.write(f"round {done} of {rounds}\n")
        return keeper.book.store(name)
    finally:
        keeper.close()


def _wait_for(keeper: Any, number: int, seconds: float = 600.0) -> None:
    """Until all nodes have shown a sign of life: a run that begins without some of them is another experiment."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if keeper.online() >= number:
            return
        time.sleep(0.5)
    raise FaultError(f"not all of {number} SuperNodes came up", advice="Look into the logs of the folder.")


def _homes(folder: Path, steward: StewardHome) -> list[PlantHome]:
    keys = [FederatedKey.generate() for _ in range(SUPPLIERS)]
    names = [lei_from_prefix(f"POISONSUPPLIER{place:04d}") for place in range(SUPPLIERS)]
    registry = Registry(tuple(MemberKey(name, key.public, 1) for name, key in zip(names, keys, strict=True)))
    registry.write(steward.folder / "federation.json")
    homes = []
    for place, (name, key) in enumerate(zip(names, keys, strict=True)):
        home = PlantHome(folder / "plants" / str(place))
        home.folder.mkdir(parents=True)
        (home.folder / "key.pem").write_bytes(key.pem())
        registry.write(home.folder / "federation.json")
        told = {"org": name, "superlink": f"{LOOPBACK}:{steward.fleet_port}", "spec": "spec.json", "data": "memory"}
        (home.folder / "settings.json").write_bytes(encode(dict[str, JsonValue](told)))
        homes.append(home)
    return homes


def _told(store: RunStore, task: Task, test: Dataset, hostile: int) -> dict[str, Any]:
    records = store.rounds()
    sums = [store.sums(record.round) for record in records]
    return {
        "format": FORMAT,
        "hostile": hostile,
        "rounds": len(records),
        "auc": [tasks.evaluate(task, store.model(number), test)["auc"] for number in range(1, len(records) + 1)],
        "buckets": [len(one.means) for one in sums],
        "contributors": [len(record.contributors) for record in records],
        "voters": [len(one.votes) for one in sums],
    }


def _put(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".new")
    draft.write_bytes(content)
    draft.replace(path)


def _port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def result_file(results: Path, hostile: int, seed: int, *, flower: bool = True) -> Path:
    """Where the result of a run is kept, for the model card."""
    return results / f"{'flower' if flower else 'rounds'}-{seed}-{hostile}-hostile.json"


def read_results(results: Path, seed: int, *, flower: bool) -> Mapping[int, dict[str, Any]]:
    """Results by number of hostile suppliers, as far as they were computed."""
    found = {hostile: result_file(results, hostile, seed, flower=flower) for hostile in (0, 2, 3)}
    return {hostile: json.loads(path.read_bytes()) for hostile, path in found.items() if path.exists()}


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 when the run ended, 2 or 3 as everywhere."""
    parser = argparse.ArgumentParser(prog="python -m federated.evaluate.over_flower", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with ai4i2020.csv")
    parser.add_argument("--results", type=Path, default=Path("build/federated-evaluation"), help="where results go")
    parser.add_argument("--hostile", type=int, choices=(0, 2, 3), default=2, help="how many of 15 are hostile")
    parser.add_argument("--rounds", type=int, default=12, help="rounds of the run")
    parser.add_argument("--one-process", action="store_true", help="without Flower's processes and sockets")
    parser.add_argument("--seed", type=int, default=0, help="of the dealing of rows and of the starting model")
    chosen = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="credence-flower-"))
    # Ended from outside, it ends its processes first, as on Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
    try:
        told = poisoned_run(
            folder,
            chosen.data,
            hostile=chosen.hostile,
            rounds=chosen.rounds,
            seed=chosen.seed,
            one_process=chosen.one_process,
        )
    except CredenceError as error:
        sys.stderr.write(f"{error.name}: {error.message}\n{error.advice}\n")
        return 3 if isinstance(error, FaultError) else 2
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = json.dumps(told, indent=1, sort_keys=True)
    chosen.results.mkdir(parents=True, exist_ok=True)
    kept = result_file(chosen.results, chosen.hostile, chosen.seed, flower=not chosen.one_process)
    _put(kept, text.encode())
    sys.stdout.write(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
