"""What happens in federated training becomes an event of the node, with the name of who did it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from evidence.clock import Clock
from evidence.draft import JsonValue
from node.records.port_house import EventStore

NOBODY: Final = "the node"
"""Who did what nobody asked for by name: a chore of the worker."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Adds events; called with their type and what they say."""

    events: EventStore
    clock: Clock

    def __call__(self, type_: str, **data: JsonValue) -> None:
        """Keep an event."""
        self.events.add_event(type_, data, self.clock())
