"""Runs the ServerApp of a run with the code installed here: `python -m federated.flower.server_worker`.

Takes server tasks from the SuperLink as Flower's SuperExec does, but installs and loads nothing that a run carries.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from federated.flower.surroundings import quiet_this_process

if TYPE_CHECKING:
    from flwr.serverapp import ServerApp

POLL_S: Final = 0.5
_log = logging.getLogger("credence.server-worker")


def main(arguments: list[str] | None = None) -> int:
    """Take and run tasks until killed."""
    parser = argparse.ArgumentParser(prog="python -m federated.flower.server_worker", description=__doc__)
    for name in ("superlink", "ca", "secret", "home"):
        parser.add_argument(f"--{name}", required=True)
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    quiet_this_process(Path(chosen.home))
    ca, secret = Path(chosen.ca).read_bytes(), Path(chosen.secret).read_bytes().strip()
    home = Path(chosen.home)

    def make() -> ServerApp:
        from federated.server_app import make_app

        return make_app(home / "runs", home / "federation.json", lambda: int(time.time()))

    work(chosen.superlink, ca, secret, make)
    return 0


def work(address: str, ca: bytes, secret: bytes, make: Callable[[], ServerApp]) -> None:
    """Take tasks, one at a time, and run the app that `make` gives, whatever app the run names."""
    import httpx
    from flwr.proto.runtime_pb2 import AcquireTaskRequest
    from flwr.supercore.constant import TaskType
    from flwr.supercore.interceptors import RuntimeVersionHttpInterceptor, SuperExecAuthHttpInterceptor
    from flwr.supercore.runtime import RuntimeHttpClient

    methods = frozenset({"/flwr.proto.Runtime/AcquireTask"})
    interceptors: list[Any] = [
        RuntimeVersionHttpInterceptor(component_name="SuperExec"),
        SuperExecAuthHttpInterceptor(master_secret=secret, protected_methods=methods),
    ]
    client = RuntimeHttpClient.from_server_address(address, False, ca, interceptors=interceptors)
    while True:
        try:
            got = client.AcquireTask(AcquireTaskRequest(supported_task_types=[TaskType.SERVER_APP]))
        except httpx.HTTPError as error:
            _log.info("the SuperLink does not answer: %s", error)
            time.sleep(1)
            continue
        if got.HasField("task") and got.token:
            _run(address, ca, got.token, make)
        else:
            time.sleep(POLL_S)


def _run(address: str, ca: bytes, token: str, make: Callable[[], ServerApp]) -> None:
    import httpx
    from flwr.common.constant import SubStatus
    from flwr.common.serde import context_from_proto, run_from_proto
    from flwr.proto.runtime_pb2 import PullTaskInputRequest, PushTaskOutputRequest
    from flwr.supercore.heartbeat import HeartbeatSender, make_task_heartbeat_fn_http
    from flwr.supercore.task_identity import TaskIdentity
    from flwr.superlink.grid.http_grid import HttpGrid

    grid = HttpGrid(address, False, ca, token=token)
    # Flower tries for ever by default; a run that cannot reach its SuperLink ends here and is started again from its
    # checkpoint by the steward.
    grid._retry_invoker.max_tries = 4
    heartbeat = HeartbeatSender(make_task_heartbeat_fn_http(grid._runtime_client))
    heartbeat.start()
    status, details = SubStatus.FAILED, "the run ended without a word"
    try:
        given = grid._runtime_client.PullTaskInput(PullTaskInputRequest())
        context, run = context_from_proto(given.context), run_from_proto(given.run)
        TaskIdentity.task_id, TaskIdentity.run_id = given.task_id, run.run_id
        TaskIdentity.node_id = context.node_id
        grid.set_run(run)
        context.run_config = dict(run.override_config)
        make()(grid, context)
        status, details = SubStatus.COMPLETED, ""
    except Exception as error:  # noqa: BLE001 - whatever ends a run is told to the SuperLink, and the worker lives on
        _log.exception("the run ended")
        details = str(error)[:500]
    try:
        grid._runtime_client.PushTaskOutput(PushTaskOutputRequest(sub_status=status, details=details))
    except (httpx.HTTPError, RuntimeError):
        _log.info("the SuperLink does not take the run's end")
    heartbeat.stop()
    grid.close()


if __name__ == "__main__":
    sys.exit(main())
