"""Re-prove a whole log from its leaves: what every crash test and end-to-end test ends with."""

from __future__ import annotations

from collections import defaultdict

from evidence.checkpoint import log_origin, open_checkpoint
from evidence.identity import Lei, org_id
from evidence.keys import LogPublicKey, StatementPublicKey
from evidence.log import Digest
from evidence.merkle import leaf_hash, verify_consistency, verify_inclusion
from evidence.note import NoteKey, parse_note
from evidence.statement import parse, verify
from evidence.tiles import prove_inclusion
from evidence.tree import Edge, grow
from node.chain.port import AnchorLedger
from node.records.port import EvidenceStore, LogStore, StatementFilter


def check_log(
    store: EvidenceStore,
    log: LogStore,
    ledger: AnchorLedger,
    *,
    issuer: Lei,
    log_key: LogPublicKey,
    statement_keys: tuple[StatementPublicKey, ...],
) -> int:
    """Read all leaves again and hold every head, tile, signature and number against them; gives the log's size.

    Raises:
        AssertionError: anything at all is not as the leaves say.
    """
    keys = {key.key_id: key for key in statement_keys}
    leaves: list[Digest] = []
    sequences: dict[tuple[str, str], list[int]] = defaultdict(list)
    drafts: set[bytes] = set()
    while page := store.statements(StatementFilter(), after=len(leaves) - 1, limit=1_000):
        for stored in page:
            statement = parse(stored.sd_jwt)
            verify(statement, keys[statement.key_id])
            assert stored.position == len(leaves), "positions have no gaps"
            assert stored.record.statement_id == statement.statement_id, "the id is the leaf's hash"
            assert statement.issuer == issuer
            assert statement.key_id == stored.record.key_id
            assert (str(statement.subject), statement.kind) == (str(stored.record.subject), stored.record.kind)
            assert statement.sequence == stored.record.sequence
            assert stored.record.draft_id not in drafts, "no draft became two statements"
            drafts.add(stored.record.draft_id)
            sequences[str(statement.subject), statement.kind].append(statement.sequence)
            leaves.append(leaf_hash(stored.signed.encode("ascii")))
    for stream, numbers in sequences.items():
        assert numbers == list(range(1, len(numbers) + 1)), f"sequence numbers of {stream} have a gap"
    assert store.count() == len(leaves)
    _check_heads(store, log, ledger, issuer, log_key, leaves)
    return len(leaves)


def _check_heads(
    store: EvidenceStore, log: LogStore, ledger: AnchorLedger, issuer: Lei, log_key: LogPublicKey, leaves: list[Digest]
) -> None:
    old, edge, after = None, Edge(), 0
    while page := log.heads(after=after):
        for sealed in page:
            edge = grow(edge, leaves[edge.size : sealed.head.size]).edge
            assert edge.head == sealed.head, "the head is the root over the leaves"
            for tile in edge.partial_tiles:
                assert log.read(tile.level, tile.index, tile.width) == tile.hashes
            opened = open_checkpoint(parse_note(sealed.checkpoint), NoteKey(log_origin(issuer), log_key))
            assert opened.checkpoint.head == sealed.head
            assert sealed.consistency.old_size == (old.head.size if old else 0)
            if old is not None:
                verify_consistency(old.head, sealed.head, sealed.consistency.path)
            if sealed.receipt is not None:
                assert sealed.receipt.head == sealed.head
                assert ledger.is_anchored(org_id(issuer), sealed.head)
            old, after = sealed, sealed.head.size
    for tile in grow(Edge(), leaves[: edge.size]).full_tiles:
        assert log.read(tile.level, tile.index, 256) == tile.hashes
    if old is None:
        return
    for position in {0, old.head.size // 2, old.head.size - 1}:
        proof = prove_inclusion(log, position, old.head.size)
        verify_inclusion(leaves[position], proof, old.head.root)
    anchored = ledger.head(org_id(issuer))
    newest = log.newest_head(closed=True)
    if newest is not None:
        # The chain may be one step ahead (anchored, then killed before the receipt was kept), never behind.
        assert anchored is not None
        assert anchored.size >= newest.head.size
        assert anchored in (newest.head, old.head), "the chain holds a head that this log does not know"
