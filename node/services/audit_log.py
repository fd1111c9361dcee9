"""Audit a member's whole log: re-prove the tree against the chain, check every signature, name every gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Protocol

from evidence import merkle
from evidence.checkpoint import Checkpoint
from evidence.errors import ConflictError, InputError, NotFoundError, ProofError
from evidence.identity import Lei, org_id
from evidence.keys import KeyId, KeyPurpose, StatementPublicKey
from evidence.log import LogHead
from evidence.note import parse_note
from evidence.sequence import SequenceItem, gap_report
from evidence.statement import Statement, parse_leaf, verify
from evidence.tiles import WIDTH, decode_entries
from evidence.tree import Edge, grow
from node.chain.port import AnchorLedger, MemberDirectory
from node.records.port import MAX_PAGE, LogStore

MAX_FINDINGS: Final = 1_000


class LogSource(Protocol):
    """Where a log is read from: our own store, or another member's node."""

    def checkpoint(self) -> str:
        """The signed checkpoint; MUST raise NotFoundError before the first anchored head."""

    def entries(self, index: int, width: int) -> bytes:
        """An entry bundle (C2SP tlog-tiles)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: `what` is a short name, `detail` says where and how."""

    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class LogAudit:
    """What an audit of a log found.

    Attributes:
        size, root: of the log as read and hashed anew.
        heads: how many heads were compared.
        series: distinct statements per issuer, subject and kind.
        findings: everything wrong, at most `MAX_FINDINGS`; none when the log is whole.
    """

    issuer: Lei
    size: int
    root: str
    heads: int
    series: dict[str, int]
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        """The audit as a document."""
        return {
            "issuer": str(self.issuer),
            "size": self.size,
            "root": self.root,
            "heads": self.heads,
            "series": self.series,
            "whole": self.whole,
            "findings": [{"what": finding.what, "detail": finding.detail} for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class AuditLog:
    """Check that a log is what the chain says, leaf by leaf."""

    ledger: AnchorLedger
    directory: MemberDirectory

    def __call__(self, issuer: Lei, source: LogSource, heads: Sequence[LogHead] = ()) -> LogAudit:
        """Audit the log of `issuer` as `source` serves it.

        Args:
            heads: earlier heads that must be on the way to the newest one, smallest first (ours, or those seen before).
        Raises:
            NotFoundError: nothing is anchored yet.
            MalformedError, LimitError: what the source serves does not parse.
        """
        findings: list[Finding] = []
        # (1) The head that the source claims, and what the chain knows of it.
        claimed = Checkpoint.parse(parse_note(source.checkpoint()).text).head
        anchored = self.ledger.head(org_id(issuer))
        if anchored is None:
            raise NotFoundError(f"{issuer} has anchored nothing yet", advice="Ask again once its node has sealed.")
        if not self.ledger.is_anchored(org_id(issuer), claimed):
            findings.append(Finding("head not anchored", f"size {claimed.size} with root {claimed.root.hex()}"))
        if anchored.size > claimed.size:
            findings.append(
                Finding("tail withheld", f"{anchored.size} statements are anchored, {claimed.size} are served")
            )
        # (2) Every leaf: hashed into a tree of our own, its signature and number checked.
        wanted = sorted({(head.size, head.root) for head in (*heads, claimed)})
        items: list[SequenceItem] = []
        keys: dict[KeyId, StatementPublicKey | None] = {}
        edge, compared = Edge(), 0
        for leaves in _runs(source, claimed.size, [size for size, _ in wanted]):
            for place, leaf in enumerate(leaves, start=edge.size):
                self._check(issuer, place, leaf, keys, items, findings)
            edge = grow(edge, [merkle.leaf_hash(leaf) for leaf in leaves]).edge
            for size, root in wanted:
                if size == edge.size:
                    compared += 1
                    if edge.head.root != root:
                        findings.append(Finding("root differs", f"at size {size} the leaves do not make the head"))
        # (3) Completeness.
        report = gap_report(items)
        findings += [Finding("incomplete", line) for line in report.lines()]
        return LogAudit(
            issuer=issuer,
            size=edge.size,
            root=edge.head.root.hex(),
            heads=compared,
            series={str(series): count for series, count in report.counts.items()},
            findings=tuple(findings[:MAX_FINDINGS]),
        )

    def _check(
        self,
        issuer: Lei,
        place: int,
        leaf: bytes,
        keys: dict[KeyId, StatementPublicKey | None],
        items: list[SequenceItem],
        findings: list[Finding],
    ) -> None:
        try:
            statement = parse_leaf(leaf)
            if statement.issuer != issuer:
                raise ConflictError(f"a statement of {statement.issuer}")
            key = self._key(statement, keys)
            if key is None:
                raise ConflictError(f"the key {statement.key_id.hex()} is not a registered statement key of {issuer}")
            verify(statement, key)
            items.append(SequenceItem.of(statement))
        except (InputError, ProofError) as error:
            findings.append(Finding("leaf does not hold", f"position {place}: {error.message}"))

    def _key(self, statement: Statement, keys: dict[KeyId, StatementPublicKey | None]) -> StatementPublicKey | None:
        if statement.key_id not in keys:
            record = self.directory.key(statement.key_id)
            public = self.directory.public_key(statement.key_id)
            good = (
                record is not None and record.org == org_id(statement.issuer) and record.purpose == KeyPurpose.STATEMENT
            )
            keys[statement.key_id] = StatementPublicKey.from_sec1(public) if good and public else None
        return keys[statement.key_id]


def _runs(source: LogSource, size: int, stops: Sequence[int]) -> Iterator[tuple[bytes, ...]]:
    """All leaves in order, in runs that end at every bundle and at every size in `stops`."""
    for index in range((size + WIDTH - 1) // WIDTH):
        start, width = index * WIDTH, min(WIDTH, size - index * WIDTH)
        leaves = decode_entries(source.entries(index, width))
        if len(leaves) != width:
            raise NotFoundError(f"the log serves {len(leaves)} of {width} entries from {start} on")
        cuts = sorted({start, start + width, *(stop for stop in stops if start < stop < start + width)})
        for low, high in pairwise(cuts):
            yield leaves[low - start : high - start]


def closed_heads(log: LogStore) -> list[LogHead]:
    """Every head of our own log that is anchored, oldest first."""
    heads, after = list[LogHead](), 0
    while page := log.heads(after=after, limit=MAX_PAGE):
        heads += [sealed.head for sealed in page if sealed.receipt is not None]
        after = page[-1].head.size
    return heads
