"""Set points of machines that speak OPC UA (IEC 62541): read, written, read back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from evidence.errors import ForbiddenError, SchemaError
from evidence.quantity import decimal_text
from node.outbound.port import ControlUnreachableError, Point, SetPoint, Written, check, moved_on

if TYPE_CHECKING:
    from asyncua.sync import Client

WHOLE: Final = frozenset({"SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64"})
FRACTIONAL: Final = frozenset({"Float", "Double"})


@dataclass(frozen=True, slots=True)
class OpcUaPoint:
    """One node of a server.

    Attributes:
        url: `opc.tcp://host:port/path`, without credentials.
        node: node id, such as `ns=2;s=B7.Zone2.SetPoint`.
        security: `Policy,Mode,certificate,key` as the client takes it; empty only towards a server on this machine.
        timeout_s: how long a server may take to answer.
    """

    point: Point
    url: str
    node: str
    security: str = ""
    timeout_s: int = 10

    def __post_init__(self) -> None:
        if not self.url.startswith("opc.tcp://") or "@" in self.url:
            raise SchemaError("opc.tcp://host:port without credentials is expected", place="url")
        if not self.security and not _on_this_machine(self.url):
            raise SchemaError(
                "a server on another machine is spoken to encrypted only",
                place="security",
                advice="Give policy, mode, certificate and key, e.g. Basic256Sha256,SignAndEncrypt,cert.der,key.pem.",
            )

    def read(self) -> str:
        """The present value, see the port."""
        with self._node() as node:
            return self._value(node)

    def write(self, wanted: SetPoint) -> Written:
        """Write and read back, see the port."""
        check(self.point, wanted)
        with self._node() as node:
            found = self._value(node)
            if self.point.same(found, wanted.proposed):
                return Written(found, f"OPC UA {self.url}")
            if not self.point.same(found, wanted.present):
                raise moved_on(self.point, wanted, found)
            self._put(node, wanted.proposed)
            held = self._value(node)
        if not self.point.same(held, wanted.proposed):
            raise ControlUnreachableError(
                f"{self.point.machine} took {wanted.proposed} for {self.point.parameter!r} and holds {held}"
            )
        return Written(held, f"OPC UA {self.url}")

    def _value(self, node: Any) -> str:
        value = node.read_value()
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ControlUnreachableError(f"{self.node} at {self.url} holds no number")
        return decimal_text(format(Decimal(repr(value)), "f"))

    def _put(self, node: Any, value: str) -> None:
        from asyncua import ua

        kind = node.read_data_type_as_variant_type()
        if kind.name in FRACTIONAL:
            number: int | float = float(value)
        elif kind.name in WHOLE and Decimal(value) == int(Decimal(value)):
            number = int(Decimal(value))
        else:
            raise SchemaError(f"{self.node} takes {kind.name}, which cannot hold {value}", place="proposed")
        # Many servers refuse a write that brings its own times.
        node.write_value(ua.DataValue(ua.Variant(number, kind)))

    @contextmanager
    def _node(self) -> Iterator[Any]:
        from asyncua.sync import Client  # late: half a second, and only plants with OPC UA need it
        from asyncua.ua import uaerrors

        client: Client = Client(url=self.url, timeout=self.timeout_s)
        try:
            if self.security:
                client.set_security_string(self.security)
            client.connect()
        except (OSError, TimeoutError, uaerrors.UaError) as error:
            client.tloop.stop()
            raise ControlUnreachableError(f"{self.url} does not answer: {error or type(error).__name__}") from error
        try:
            yield client.get_node(self.node)
        except (uaerrors.BadUserAccessDenied, uaerrors.BadNotWritable) as error:
            raise ForbiddenError(
                f"{self.url} does not let this node write {self.node}",
                advice="Give the node's certificate write access to this one set point.",
            ) from error
        except (OSError, TimeoutError, uaerrors.UaError) as error:
            raise ControlUnreachableError(f"{self.url}, {self.node}: {error or type(error).__name__}") from error
        finally:
            client.disconnect()


def _on_this_machine(url: str) -> bool:
    host = url.removeprefix("opc.tcp://").split("/")[0]
    return host.startswith(("127.0.0.1", "localhost", "[::1]"))
