"""Flower's ServerApp: runs the rounds of the plan that the run's configuration names, over Flower's Grid."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from flwr.app import Context
from flwr.serverapp import Grid, ServerApp

from evidence.draft import JsonValue
from evidence.errors import FaultError, InputError
from federated.flower.grid_courier import GridCourier
from federated.hops import Hops
from federated.rounds import Rounds
from federated.secagg.registry import RegistryFile
from federated.store import RunStore

STOP_FILE = "stop"
"""A file of this name in the run's folder ends the run after the round at hand."""


def make_app(runs: Path, registry: Path, now_s: Callable[[], int]) -> ServerApp:
    """The app of the server.

    Args:
        runs: folder of the runs, one sub-folder each; a Flower run names its own by the setting `folder`.
        registry: the federation file that adverts are checked against, read again whenever it is written.
    """
    app = ServerApp()

    @app.main()
    def main(grid: Grid, context: Context) -> None:
        name = str(context.run_config.get("folder", ""))
        if not name or Path(name).name != name:
            raise InputError("the run names no folder of runs")
        store = RunStore(runs / name)
        courier = GridCourier(grid)

        def say(event: dict[str, JsonValue]) -> None:
            store.tell({**event, "at_ms": int(1_000 * time.time()), "traffic": courier.traffic})

        hops = Hops(courier, time.monotonic, say)
        stop = store.folder / STOP_FILE
        members = RegistryFile(registry)
        rounds = Rounds(store.plan(), store, members.now, hops, now_s, time.sleep, stop.exists)
        say({"event": "started"})
        try:
            rounds.run()
        except FaultError as error:
            say({"event": "paused", "reason": error.message})
            raise
        say({"event": "stopped" if stop.exists() else "finished"})

    return app
