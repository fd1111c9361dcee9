"""Rounds with secure aggregation against plain averaging, three parties: `python -m tests.benchmarks.bench_federation`.

Both sides run the same SuperLink, SuperNode loop, TLS, model, rows and training; the peer sends its update as float32
in one hop, as Flower's FedAvg does (with Flower's own SuperNode and Grid both would sleep for seconds). Wall time of a
round is the median; CPU is that of all processes together; traffic is what the server sends and receives.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from federated.flower.control import Control
from federated.flower.surroundings import quiet_this_process
from federated.secagg.registry import read_registry
from tests.support.federation import SmallFederation

PARTIES = 3
ROUNDS = 8
ROWS = 3_000
HIDDEN = (256, 128)
KIND = "train.plain"


def main() -> None:
    """Run and print."""
    print(json.dumps(measure(), indent=1))


def measure() -> dict[str, object]:
    """Both sides, one after the other, on fresh processes."""
    found = {mode: _side(mode) for mode in ("plain", "secure")}
    ratios = {
        f"secure / plain {what}": round(found["secure"][what] / found["plain"][what], 2)
        for what in ("round s", "round CPU s", "bytes")
    }
    return {"parties": PARTIES, "rounds": ROUNDS, "parameters": found["secure"]["size"], **found, **ratios}


def _side(mode: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        federation = SmallFederation(Path(folder), PARTIES, ROWS)
        return _run(federation, mode)


def _run(federation: SmallFederation, mode: str) -> dict[str, Any]:
    import datetime as dt

    from federated.flower.certificates import ensure_certificates
    from federated.steward.children import superlink
    from federated.steward.settings import LOOPBACK

    home = federation.steward
    home.runs.mkdir(exist_ok=True)
    ensure_certificates(home.folder / "tls", (LOOPBACK,), dt.datetime.now(dt.UTC))
    child = superlink(home)
    child.ensure()
    processes = []
    try:
        ca = home.tls("ca.crt").read_bytes()
        _until(lambda: _admit(home.superlink, ca, home.folder / "federation.json"))
        for plant in federation.plants:
            settings = json.loads((plant.folder / "settings.json").read_text())
            (plant.folder / "settings.json").write_text(json.dumps({**settings, "superlink": home.superlink}))
            (plant.folder / "ca.crt").write_bytes(ca)
        arguments = [[mode, "node", str(plant.folder)] for plant in federation.plants] + [
            [mode, "server", str(home.folder)]
        ]
        for one in arguments:
            with (federation.folder / f"{one[1]}{len(processes)}.log").open("wb") as log:
                command = [sys.executable, "-m", "tests.benchmarks.bench_federation", *one]
                processes.append(subprocess.Popen(command, stdout=log, stderr=log))
        out = home.folder / "figures.json"
        _until(lambda: _nodes(home.superlink, ca) == PARTIES, 300)
        with Control.connect(home.superlink, ca) as control:
            control.start("bench")
        _until(out.exists, 600)
        return dict(json.loads(out.read_text()))
    finally:
        for process in processes:
            process.kill()
            process.wait()
        child.stop()


def _admit(address: str, ca: bytes, registry: Path) -> bool:
    from evidence.errors import FaultError

    try:
        with Control.connect(address, ca) as control:
            control.admit(read_registry(registry), int(time.time()))
    except FaultError:
        return False
    return True


def _nodes(address: str, ca: bytes) -> int:
    from flwr.proto.control_pb2 import ListNodesRequest

    with Control.connect(address, ca) as control:
        nodes = control._call("ListNodes", ListNodesRequest()).nodes_info
        return sum(1 for node in nodes if node.status == "online")


def _until(holds: Any, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError("the benchmark did not get on")
        time.sleep(0.2)


def _node(mode: str, folder: Path) -> None:
    """A plant's process: the desk of the product, or one that sends its update in the clear."""
    quiet_this_process(folder)
    from flwr.app import Context, Message
    from flwr.clientapp import ClientApp

    from federated import task
    from federated.client_app import make_app
    from federated.courier import Letter
    from federated.flower.letters import from_records, to_records
    from federated.flower.supernode import PlantHome, serve
    from federated.learning.config import TrainConfig
    from federated.plant_data import read_table
    from federated.trainer import PlantTrainer

    home = PlantHome(folder)
    agreed = task.task_of(folder / "spec.json", HIDDEN)
    trainer = PlantTrainer(agreed, task.load(agreed, lambda spec: read_table(folder / "rows.csv", spec)))
    trainer.warm_up()
    if mode == "secure":
        (folder / "pin.json").unlink()
        home.pin()
        desk = home.desk(lambda: int(time.time()))
        desk.trainer = trainer
        serve(home, make_app(desk))
        return
    app = ClientApp()

    @app.train("plain")
    def plain(message: Message, context: Context) -> Message:
        model = np.frombuffer(from_records(message.content).blob, dtype="<f4").astype(np.float64)
        update = task.train(agreed, model, trainer.data, TrainConfig())
        data = update.delta.astype("<f4").tobytes()
        return Message(to_records(Letter(({"weight": int(update.weight)},), data)), reply_to=message)

    serve(home, app)


def _server(mode: str, folder: Path) -> None:
    """The server's process."""
    quiet_this_process(folder)
    from flwr.app import Context
    from flwr.serverapp import Grid, ServerApp

    from federated.flower.server_worker import work
    from federated.steward.settings import StewardHome

    app = ServerApp()

    @app.main()
    def run(grid: Grid, context: Context) -> None:
        spent, times, traffic, size = _secure(grid, folder) if mode == "secure" else _plain(grid, folder)
        figures = {
            "round s": round(statistics.median(times), 3),
            "round CPU s": round(spent / ROUNDS, 3),
            "bytes": traffic // ROUNDS,
            "size": size,
        }
        (folder / "figures.new").write_text(json.dumps(figures))
        (folder / "figures.new").rename(folder / "figures.json")

    home = StewardHome.load(folder)
    work(home.superlink, home.tls("ca.crt").read_bytes(), (folder / "superexec.secret").read_bytes(), lambda: app)


def _cpu() -> float:
    """CPU seconds of the benchmark and all its children so far."""
    top = psutil.Process(os.getppid())
    every = [top, *top.children(recursive=True)]
    return sum(one.cpu_times().user + one.cpu_times().system for one in every)


def _plain(grid: Any, folder: Path) -> tuple[float, list[float], int, int]:
    from federated import task
    from federated.courier import Letter
    from federated.flower.grid_courier import GridCourier

    courier, agreed = GridCourier(grid), task.task_of(folder / "spec.json", HIDDEN)
    model, times, begun = task.new_model(agreed, 0), [], 0.0
    for number in range(ROUNDS + 1):
        if number == 1:  # the first round warms everything up, on both sides
            begun, courier.traffic = _cpu(), 0
        started = time.monotonic()
        letters = {node: Letter(({},), model.astype("<f4").tobytes()) for node in courier.present()}
        courier.send(KIND, str(number), letters, expire_s=60)
        total, weight = np.zeros(agreed.size), 0
        while letters:
            for node, _, letter in courier.receive(wait_s=1):
                part = int(str(letter.parts[0]["weight"]))
                total += part * np.frombuffer(letter.blob, dtype="<f4").astype(np.float64)
                weight += part
                letters.pop(node)
        model = model + total / weight
        times.append(time.monotonic() - started)
    return _cpu() - begun, times[1:], courier.traffic, agreed.size


def _secure(grid: Any, folder: Path) -> tuple[float, list[float], int, int]:
    from federated import task
    from federated.flower.grid_courier import GridCourier
    from federated.hops import Hops
    from federated.pin import code_hash
    from federated.plan import RunPlan
    from federated.rounds import Rounds
    from federated.store import RunStore

    courier, agreed = GridCourier(grid), task.task_of(folder / "spec.json", HIDDEN)
    plan = RunPlan(agreed.spec.digest, agreed.size, ROUNDS + 1, 3, code_hash(), os.urandom(32), hop_ms=60_000)
    store, times, begun = RunStore(folder / "runs" / "bench"), [], 0.0
    store.create(plan, task.new_model(agreed, 0))

    def say(event: dict[str, Any]) -> None:
        nonlocal begun
        if event["event"] == "round":
            if event["round"] == 1:
                begun, courier.traffic = _cpu(), 0
            else:
                times.append(event["took_ms"] / 1_000)

    registry = read_registry(folder / "federation.json")
    hops = Hops(courier, time.monotonic, say)
    Rounds(plan, store, lambda: registry, hops, lambda: int(time.time()), time.sleep).run()
    return _cpu() - begun, times, courier.traffic, agreed.size


if __name__ == "__main__":
    if len(sys.argv) > 1:
        {"node": _node, "server": _server}[sys.argv[2]](sys.argv[1], Path(sys.argv[3]))
    else:
        main()
