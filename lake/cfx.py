"""IPC-CFX messages: units inspected and tested to inspection results and measurement series.

All other message classes carry no inspection values: they are named, not read. Process data of `UnitsProcessed` are
machine parameters, the tier that never leaves the organisation; they are not drafted.

Source:
    IPC-2591 (CFX): message envelope; UnitsInspected and UnitsTested in CFX.Production.TestAndInspection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from evidence.draft import Draft
from evidence.errors import MalformedError
from lake.cfx_measurements import cfx_time
from lake.cfx_units import CfxUnits
from lake.content import FileContent, Source
from lake.json_text import Node, documents
from lake.notes import Notes

FORMAT: Final = "IPC-CFX"
_FILE_NAME: Final = re.compile(r"((?:[a-z]{3,40}\.){0,6})([A-Z][A-Za-z]{3,60})(?:_\d{1,6})?\.json", re.ASCII)
_TOPICS: Final = frozenset(
    {"informationsystem", "maintenance", "materials", "production", "resourceperformance", "sensor", "structures"}
)
_TOPLESS: Final = frozenset(
    {
        "AreYouThereRequest", "AreYouThereResponse", "EndpointConnected", "EndpointShuttingDown",
        "GetEndpointInformationRequest", "GetEndpointInformationResponse", "NotSupportedResponse",
        "WhoIsThereRequest", "WhoIsThereResponse",
    }
)  # fmt: skip
_NO_VALUES: Final = {
    "UnitsProcessed": "process data are machine parameters; they stay with the process table and are not drafted"
}


@dataclass(frozen=True, slots=True)
class _Message:
    name: str
    body: Node
    sent: datetime | None
    sender: str | None


def read(source: Source, data: bytes) -> FileContent:
    """Read one message, a list of messages, or one message a line; with or without envelope.

    Raises:
        ImportRefusedError: not a CFX message, or one that cannot be read, with its place.
    """
    with source.at("start"):
        nodes = documents(data)
    if not nodes:
        raise source.refusal("start", "an empty list of messages")
    notes = Notes()
    drafts: list[Draft] = []
    units = CfxUnits(source, notes)
    classes: dict[str, None] = {}
    for node in nodes:
        with source.at(node.place or "/"):
            message = _open(source, node)
        short = message.name.rpartition(".")[2]
        if short in ("UnitsInspected", "UnitsTested"):
            with source.at(node.place or "/"):
                drafts.extend(units.read(short, message.body, message.sent, message.sender))
        else:
            classes[message.name] = None
            if short in _NO_VALUES:
                notes.add(_NO_VALUES[short])
    if classes:
        notes.first(f"carries no inspection values: {', '.join(classes)}")
    return FileContent(FORMAT, tuple(drafts), notes.text())


def _open(source: Source, node: Node) -> _Message:
    """Take the envelope off, or tell the class from the body or the file's name."""
    if not node.is_object():
        node.refuse("a message object")
    if node.has("MessageName") or node.has("MessageBody"):
        name = node.get("MessageName").text() or ""
        if not re.fullmatch(r"CFX(?:\.[A-Za-z]{1,60}){1,8}", name):
            raise MalformedError(f"{name[:60]!r} is not the name of a CFX message")
        body = node.get("MessageBody")
        if not body.is_object():
            body.refuse("a message body")
        return _Message(name, body, cfx_time(node.get("TimeStamp"), source.zone), node.get("Source").text())
    if node.has("InspectedUnits"):
        return _Message("CFX.Production.TestAndInspection.UnitsInspected", node, None, None)
    if node.has("TestedUnits"):
        return _Message("CFX.Production.TestAndInspection.UnitsTested", node, None, None)
    found = _FILE_NAME.fullmatch(source.name.replace("\\", "/").rpartition("/")[2])
    topic = found[1].partition(".")[0] if found else ""
    if found is None or (topic not in _TOPICS if topic else found[2] not in _TOPLESS):
        raise MalformedError(
            "JSON that is no CFX message: no envelope, no inspected or tested units, and no message class as file name",
            advice="Send the message in its envelope (MessageName, TimeStamp, MessageBody).",
        )
    return _Message(f"CFX.{found[1]}{found[2]}", node, None, None)
