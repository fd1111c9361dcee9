"""Another member's log, read from its node."""

from __future__ import annotations

from dataclasses import dataclass

from node.chain.port import Member
from node.peers.port import PeerClient


@dataclass(frozen=True, slots=True)
class MemberLog:
    """What an audit reads of a log, asked of `member`'s node; errors as `PeerClient`."""

    peers: PeerClient
    member: Member

    def checkpoint(self) -> str:
        """Its newest signed checkpoint."""
        return self.peers.checkpoint(self.member)

    def entries(self, index: int, width: int) -> bytes:
        """One of its entry bundles."""
        return self.peers.entries(self.member, index, width)
