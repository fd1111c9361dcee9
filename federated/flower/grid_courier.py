"""`Courier` over Flower's Grid: messages pushed to the SuperLink, replies fetched as they come."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Final

import httpx
from flwr.app import Message
from flwr.serverapp import Grid

from evidence.errors import CredenceError, FaultError
from federated.courier import Letter
from federated.flower.letters import from_records, to_records

POLL_S: Final = 0.04
"""How soon replies are asked for; Flower's own `send_and_receive` sleeps 3 s."""
SLOWEST_S: Final = 0.3
"""While nothing comes, the pause grows to this."""
LONGEST_S: Final = 86_400.0


class GridCourier:
    """See the port."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._open: dict[str, tuple[int, str, float]] = {}
        self.traffic = 0

    def present(self) -> frozenset[int]:
        try:
            return frozenset(self._grid.get_node_ids())
        except httpx.HTTPError as error:
            raise _unreachable() from error

    def send(self, kind: str, tag: str, letters: Mapping[int, Letter], *, expire_s: float) -> None:
        ttl = min(expire_s, LONGEST_S)
        nodes, messages = list(letters), []
        for node in nodes:
            self.traffic += len(letters[node].blob) + sum(len(repr(part)) for part in letters[node].parts)
            messages.append(Message(to_records(letters[node]), node, kind, ttl=ttl, group_id=tag))
        try:
            ids = list(self._grid.push_messages(messages)) if messages else []
        except httpx.HTTPError as error:
            raise _unreachable() from error
        # A little longer than the message lives, so that a reply on its way is still fetched.
        end = time.monotonic() + expire_s + 5
        self._open |= {id_: (node, tag, end) for node, id_ in zip(nodes, ids, strict=True) if id_}

    def receive(self, *, wait_s: float) -> Iterator[tuple[int, str, Letter]]:
        end, pause = time.monotonic() + wait_s, POLL_S
        while True:
            self._open = {id_: one for id_, one in self._open.items() if one[2] > time.monotonic()}
            if not self._open:
                time.sleep(max(0.0, min(POLL_S, end - time.monotonic())))
                return
            asked = time.monotonic()
            replies = self._fetch()
            took = time.monotonic() - asked
            for reply in replies:
                node, tag, _ = self._open.pop(reply.metadata.reply_to_message_id, (0, "", 0.0))
                if not tag:
                    continue
                letter = _letter(reply)
                self.traffic += len(letter.blob) + sum(len(repr(part)) for part in letter.parts)
                yield node, tag, letter
            if replies or time.monotonic() >= end:
                return
            time.sleep(max(pause, took))
            pause = min(SLOWEST_S, 1.5 * pause)

    def _fetch(self) -> list[Message]:
        try:
            return list(self._grid.pull_messages(list(self._open)))
        except httpx.HTTPError as error:
            raise _unreachable() from error


def _letter(reply: Message) -> Letter:
    if reply.has_error():
        return Letter(({"error": "NodeError", "message": str(reply.error.reason)[:500]},))
    try:
        return from_records(reply.content)
    except CredenceError as error:
        return Letter(({"error": error.name, "message": error.message},))


def _unreachable() -> FaultError:
    return FaultError(
        "the SuperLink does not answer", advice="It is started again by the steward; the run goes on then."
    )
