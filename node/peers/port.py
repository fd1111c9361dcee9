"""Port to other members' nodes."""

from __future__ import annotations

from typing import Protocol

from evidence.identity import Subject
from node.chain.port import Member

MAX_PAGE_BYTES = 32 * 1024 * 1024
"""Largest answer that is read from another node."""


class PeerClient(Protocol):
    """Calls to other members' nodes, signed with our node key. What comes back is hostile until verified."""

    def evidence_page(self, member: Member, subject: Subject, after: int) -> bytes:
        """One page (`evidence.exchange`) of `member`'s statements about `subject` behind log position `after`.

        MUST raise PeerUnreachableError for network faults, ForbiddenError when the member refuses, MalformedError for
        an answer that is too large or not of an exchange page's media type.
        """

    def checkpoint(self, member: Member) -> str:
        """The signed checkpoint of `member`'s log; errors as `evidence_page`, NotFoundError before its first head."""

    def entries(self, member: Member, index: int, width: int) -> bytes:
        """An entry bundle of `member`'s log (C2SP tlog-tiles); errors as `evidence_page`."""
