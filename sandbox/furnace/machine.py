"""Furnace B-7's control system: a real OPC UA server whose set point of zone 2 can be written. Loopback only."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sandbox.furnace.truth import SET_POINT

MACHINE: Final = "Furnace B-7"
PARAMETER: Final = "zone 2 set point"
NODE: Final = "ns=2;s=B7.Zone2.SetPoint"
_NAMESPACE: Final = "urn:credence:sandbox:furnace-b7"


@dataclass(frozen=True, slots=True)
class Furnace:
    """The running control system."""

    url: str
    _variable: Any

    @property
    def set_point(self) -> float:
        """What the furnace holds now, degrees Celsius."""
        return float(self._variable.read_value())

    def control_point(self) -> dict[str, object]:
        """Its entry for a node's `control.json`."""
        return {
            "machine": MACHINE,
            "parameter": PARAMETER,
            "unit": "Cel",
            "lowest": "790.0",
            "highest": "830.0",
            "resolution": "0.1",
            "column": "zone 2 set point",
            "opcua": {"url": self.url, "node": NODE},
        }


@contextmanager
def furnace(port: int, set_point: float = SET_POINT) -> Iterator[Furnace]:
    """Start the control system on `port` of this machine; it stops at the end of the block."""
    from asyncua import ua
    from asyncua.sync import Server

    # Nobody else reaches this server: that it speaks without encryption need not be said each time.
    logging.getLogger("asyncua").setLevel(logging.ERROR)
    server = Server()
    url = f"opc.tcp://127.0.0.1:{port}/furnace-b7"
    server.set_endpoint(url)
    server.set_server_name("Furnace B-7")
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    index = server.register_namespace(_NAMESPACE)
    zone = server.nodes.objects.add_object(index, "Zone2")
    variable = zone.add_variable(ua.NodeId.from_string(NODE), "SetPoint", set_point)
    variable.set_writable()
    server.start()
    try:
        yield Furnace(url, variable)
    finally:
        server.stop()
