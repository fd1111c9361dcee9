"""The port between the rounds and the network: asks go to nodes, answers come back, or do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from evidence.draft import JsonValue

ADVERT: Final = "query.advert"
SHARE: Final = "query.share"
UNMASK: Final = "query.unmask"
VOTE: Final = "query.vote"
MASKED: Final = "train.masked"
KINDS: Final = (ADVERT, SHARE, MASKED, UNMASK, VOTE)
"""Kinds of messages, as Flower names them."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What one node is asked, or answers: small parts as JSON, and at most one vector as bytes.

    A request holds `asks` (each with its verb), an answer one entry for each of them: a content, or a refusal with
    `error` and `message`.
    """

    parts: tuple[Mapping[str, JsonValue], ...]
    blob: bytes = b""


class Courier(Protocol):
    """Where nodes are reached. A node's number is all that is known of it; who it is, its signatures say."""

    def present(self) -> frozenset[int]:
        """The nodes that have shown a sign of life lately."""

    def send(self, kind: str, tag: str, letters: Mapping[int, Letter], *, expire_s: float) -> None:
        """Hand over one letter for each node, under a tag that comes back with its answer.

        MUST return without waiting for answers. What is not fetched within `expire_s` is thrown away.
        """

    def receive(self, *, wait_s: float) -> Iterator[tuple[int, str, Letter]]:
        """Answers that have come (node, tag of the request, letter), of any request so far.

        MUST return within about `wait_s` when there are none. MUST NOT give an answer twice.
        MUST raise FaultError when the network itself cannot be reached.
        """
