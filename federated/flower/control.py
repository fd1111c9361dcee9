"""The SuperLink's control API, from the steward's side only: nodes are registered, runs started, stopped and listed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final

import httpx
from flwr.cli.build import build_fab_from_files
from flwr.common.serde import fab_to_proto, user_config_to_proto
from flwr.proto.control_pb2 import (
    ListNodesRequest,
    ListRunsRequest,
    RegisterNodeRequest,
    StartRunRequest,
    StopRunRequest,
)
from flwr.supercore.control.control_http_client import ControlHttpClient
from flwr.supercore.fab import Fab
from flwr.supercore.interceptors import RuntimeVersionHttpInterceptor

from evidence.errors import FaultError
from federated.secagg.registry import Registry

_PROJECT: Final = b"""[project]
name = "credence-federated"
version = "1.0.0"
license = { text = "Apache-2.0" }
dependencies = []

[tool.flwr.app]
publisher = "credence"

[tool.flwr.app.components]
serverapp = "nothing:here"
clientapp = "nothing:here"

[tool.flwr.app.config]
folder = ""
"""
_NOTE: Final = b'"""Holds no code: server and parties run what they have installed and pinned."""\n'


@dataclass(slots=True)
class Control:
    """One connection; every method raises FaultError when the SuperLink does not answer."""

    client: Any

    @classmethod
    def connect(cls, address: str, ca: bytes) -> Control:
        """To host:port, trusting only `ca` (PEM)."""
        versions = RuntimeVersionHttpInterceptor(component_name="flwr-cli")
        return cls(ControlHttpClient.from_server_address(address, False, ca, interceptors=[versions]))

    def __enter__(self) -> Control:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()

    def admit(self, registry: Registry, now_s: int) -> None:
        """Register the nodes whose keys are valid in the registry now and that never were registered.

        Nobody is unregistered: the SuperLink would never take the same key again. Who was taken out stays outside by
        the door (`federated.flower.gate`) and by the rounds, which take no keys of others.
        """
        wanted = {one.key.pem(): one.org for one in registry.keys if one.good_at(now_s)}
        known = {bytes(node.public_key) for node in self._call("ListNodes", ListNodesRequest()).nodes_info}
        for key in sorted(set(wanted) - known):
            self._call("RegisterNode", RegisterNodeRequest(public_key=key, name=str(wanted[key])))

    def online(self) -> int:
        """How many nodes have shown a sign of life lately."""
        return sum(node.status == "online" for node in self._call("ListNodes", ListNodesRequest()).nodes_info)

    def start(self, folder: str) -> int:
        """Start a Flower run for the run of this folder; its number."""
        content, _ = build_fab_from_files({"pyproject.toml": _PROJECT, "nothing.py": _NOTE})
        fab = Fab(hashlib.sha256(content).hexdigest(), content, {})
        config = user_config_to_proto({"folder": folder})
        return int(self._call("StartRun", StartRunRequest(fab=fab_to_proto(fab), override_config=config)).run_id)

    def stop(self, run: int) -> None:
        """Stop a Flower run at once."""
        self._call("StopRun", StopRunRequest(run_id=run))

    def runs(self) -> Mapping[int, str]:
        """All Flower runs and how they stand (pending, starting, running, finished:...)."""
        found = self._call("ListRuns", ListRunsRequest()).run_dict
        return {number: run.status.status + (f":{run.status.sub_status}" * bool(run.status.sub_status))
                for number, run in found.items()}  # fmt: skip

    def _call(self, name: str, request: Any) -> Any:
        try:
            return getattr(self.client, name)(request)
        except httpx.HTTPStatusError as error:
            raise FaultError(f"the SuperLink refused {name}: {error.response.text[:200]}") from error
        except (httpx.HTTPError, RuntimeError) as error:
            raise FaultError(f"the SuperLink does not answer ({name})") from error
