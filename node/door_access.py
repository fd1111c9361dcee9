"""The door of a node, wired over its database, its registry and its events; the bootstrap makes one."""

from __future__ import annotations

from datetime import timedelta

from evidence.clock import Clock
from evidence.keys import Entropy
from node.auth.door import Door, open_door
from node.auth.model import TrailEvent
from node.auth.port import AuthStores
from node.auth.sign_in import SignInRules
from node.chain.port import MemberDirectory
from node.records.port_house import EventStore
from node.settings import Settings


def door_of(
    settings: Settings,
    stores: AuthStores,
    directory: MemberDirectory,
    events: EventStore,
    secret: bytes,
    clock: Clock,
    entropy: Entropy,
) -> Door:
    """Who may come in; whatever alarms somebody becomes an event of the node."""

    def alert(event: TrailEvent) -> None:
        events.add_event(event.action.value, {**event.detail, "account": event.target}, clock())

    return open_door(
        stores,
        directory,
        base_url=settings.url,
        secret=secret,
        clock=clock,
        entropy=entropy,
        alert=alert,
        rules=SignInRules(idle=timedelta(seconds=settings.session_idle_s)),
    )
