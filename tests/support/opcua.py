"""A real OPC UA server with machines, on loopback, in a thread of this process."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from asyncua import ua
from asyncua.sync import Server


@dataclass(frozen=True, slots=True)
class Machines:
    """A running server; `nodes` by name."""

    url: str
    nodes: Mapping[str, Any]

    def id_of(self, name: str) -> str:
        """The node id as a client writes it."""
        return str(self.nodes[name].nodeid.to_string())


@contextmanager
def machines(values: Mapping[str, float | int | str], *, read_only: tuple[str, ...] = ()) -> Iterator[Machines]:
    """A server with one writable variable for each value."""
    server = Server()
    url = f"opc.tcp://127.0.0.1:{_free_port()}/plant"
    server.set_endpoint(url)
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    index = server.register_namespace("urn:plant")
    plant = server.nodes.objects.add_object(index, "Plant")
    nodes = {}
    for name, value in values.items():
        nodes[name] = plant.add_variable(ua.NodeId(name, index), name, value)
        if name not in read_only:
            nodes[name].set_writable()
    server.start()
    try:
        yield Machines(url, nodes)
    finally:
        server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
