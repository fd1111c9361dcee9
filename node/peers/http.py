"""Calls to other members' nodes over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import quote, urlsplit

from evidence.errors import ForbiddenError, MalformedError, NotFoundError, PeerUnreachableError
from evidence.exchange import MEDIA_TYPE
from evidence.identity import Subject
from evidence.tiles import TileId
from node.chain.port import Member
from node.peers.port import MAX_PAGE_BYTES

TIMEOUT_S: Final = 30.0


class CallSigner(Protocol):
    """Signs a call with our node key, so that the other node knows who asks."""

    def headers(self, method: str, url: str, body: bytes = b"") -> Mapping[str, str]:
        """The header fields to send with the call."""


@dataclass(frozen=True, slots=True)
class HttpPeers:
    """The port over httpx. Redirects are not followed: a member could send us to a host of its choice."""

    signer: CallSigner
    timeout_s: float = TIMEOUT_S

    def evidence_page(self, member: Member, subject: Subject, after: int) -> bytes:
        """One exchange page; see the port."""
        about = quote(str(subject), safe="")
        url = f"{_base(member)}/v1/exchange/statements?subject={about}&after={after}"
        return self._get(member, url, MEDIA_TYPE)

    def checkpoint(self, member: Member) -> str:
        """The member's checkpoint; see the port."""
        data = self._get(member, f"{_base(member)}/v1/log/checkpoint", "text/plain")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedError(f"The checkpoint of {member.name} is not UTF-8") from error

    def entries(self, member: Member, index: int, width: int) -> bytes:
        """An entry bundle; see the port."""
        path = TileId(None, index, width).path
        return self._get(member, f"{_base(member)}/v1/log/{path}", "application/octet-stream")

    def _get(self, member: Member, url: str, media_type: str) -> bytes:
        import httpx  # late: only nodes that talk to others pay for it

        try:
            with httpx.stream(
                "GET",
                url,
                headers={**self.signer.headers("GET", url), "Accept": media_type},
                timeout=self.timeout_s,
                follow_redirects=False,
                trust_env=False,
            ) as answer:
                self._check(member, answer.status_code)
                return self._body(member, media_type, answer.headers.get("content-type", ""), answer.iter_bytes())
        except httpx.HTTPError as error:
            raise PeerUnreachableError(f"The node of {member.name} at {_base(member)} does not answer") from error

    @staticmethod
    def _check(member: Member, status: int) -> None:
        if status in {401, 403}:
            raise ForbiddenError(
                f"The node of {member.name} refuses our call ({status})",
                advice="Check that our node key is registered and that our roles allow it.",
            )
        if status == 404:
            raise NotFoundError(f"The node of {member.name} has nothing anchored yet", advice="Ask again later.")
        if status != 200:
            raise PeerUnreachableError(f"The node of {member.name} answers with status {status}")

    @staticmethod
    def _body(member: Member, wanted: str, given: str, chunks: Iterator[bytes]) -> bytes:
        if given.partition(";")[0].strip() != wanted:
            raise MalformedError(f"The node of {member.name} answers with {given[:80]!r} where {wanted} was asked for")
        parts, size = [], 0
        for chunk in chunks:
            size += len(chunk)
            if size > MAX_PAGE_BYTES:
                raise MalformedError(f"The node of {member.name} sends more than {MAX_PAGE_BYTES} bytes")
            parts.append(chunk)
        return b"".join(parts)


def _base(member: Member) -> str:
    parts = urlsplit(member.endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise MalformedError(f"{member.name} is registered with {member.endpoint[:80]!r}, which is no web address")
    return member.endpoint.rstrip("/")
