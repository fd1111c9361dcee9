"""A wired node: what its settings and keys become."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evidence.errors import AuthenticationError, BlobsUnreachableError
from node.auth.permissions import Role
from node.blobs.queue import QueuedBlobs
from node.bootstrap import Node, open_node
from node.records.port_house import NodeEvent
from tests.support.door import GOOD, Clock
from tests.support.node_home import make_home

NOBODY_LISTENS = "/ip4/127.0.0.1/tcp/9/http"


@contextmanager
def opened(home: Path, clock: Clock | None = None, **changes: object) -> Iterator[Node]:
    with open_node(make_home(home, **changes), {}, clock=clock or Clock(), entropy=os.urandom) as node:
        yield node


def person(node: Node, name: str) -> None:
    _, temporary = node.door.accounts.add("test", name, frozenset({Role.OPERATOR}), request="r")
    first = node.door.sign_in(name, temporary, request="r")
    node.door.sign_in.change_password(first.principal, temporary, GOOD, request="r")


def test_a_session_ends_after_the_idle_time_of_the_settings(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock, session_idle_s=120) as node:
        person(node, "anna")
        secret = node.door.sign_in("anna", GOOD, request="r").secret
        clock.move(seconds=119)
        node.door.sign_in.resume(secret)
        clock.move(seconds=120)
        with pytest.raises(AuthenticationError, match="ended"):
            node.door.sign_in.resume(secret)


def test_a_locked_account_is_named_to_whoever_watches_the_node(tmp_path: Path) -> None:
    with opened(tmp_path) as node:
        person(node, "anna")
        for _ in range(5):
            with pytest.raises(AuthenticationError):
                node.door.sign_in("anna", "wrong", request="r")
        locked: list[NodeEvent] = [event for event in node.records.events.events(limit=100) if "locked" in event.type]
    assert [event.data["account"] for event in locked] == ["anna"]
    assert locked[0].data["failures"] == "5"


def test_without_a_daemon_attachments_stay_on_this_machine_and_are_read_back(tmp_path: Path) -> None:
    with opened(tmp_path) as node:
        assert node.blobs.queued is None
        cid = node.attach(io.BytesIO(b"report"), readers=[]).cid
    with opened(tmp_path) as again:
        assert again.read_attachment(cid) == b"report"


def test_with_a_daemon_that_is_down_attachments_are_kept_and_wait_for_it(tmp_path: Path) -> None:
    with opened(tmp_path, ipfs_api=NOBODY_LISTENS) as node:
        assert isinstance(node.blobs.store, QueuedBlobs)
        cid = node.attach(io.BytesIO(b"report"), readers=[]).cid
        with pytest.raises(BlobsUnreachableError):
            node.blobs.store.drain()
    with opened(tmp_path, ipfs_api=NOBODY_LISTENS) as again:
        assert again.blobs.queued is not None and again.blobs.queued.waiting() == (cid,)
        assert again.read_attachment(cid) == b"report"
