"""Complete proof bundles without a node or a chain, equal on every run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from evidence import tiles
from evidence.checkpoint import log_origin, sign_checkpoint
from evidence.draft import Draft, Kind
from evidence.header import parse_header
from evidence.identity import Lei, Subject, lei_from_prefix, org_id
from evidence.keys import KeyPurpose, LogKey, StatementKey
from evidence.layout import KeyRecord
from evidence.log import Digest, LogHead
from evidence.merkle import leaf_hash
from evidence.network import Network
from evidence.proof import ProofBundle
from evidence.statement import IssuedStatement, issue
from evidence.tlog_proof import TlogProof
from evidence.tree import Edge, grow
from evidence.verify import Trust
from tests.support.chain_state import LOG_ADDRESS, REGISTRY_ADDRESS, ChainState
from tests.support.log_tiles import CountingTiles

ISSUED = datetime(2026, 11, 23, 8, 0, 0, tzinfo=UTC)
BLOCK_TIME = int((ISSUED + timedelta(minutes=5)).timestamp())
NETWORK = Network("test", 31337, bytes(32), {"EvidenceLog": LOG_ADDRESS, "MemberRegistry": REGISTRY_ADDRESS})


def entropy(seed: str) -> Callable[[int], bytes]:
    """Bytes that look random and are equal for equal seeds; each call goes on where the last one ended."""
    counter = iter(range(1 << 30))

    def draw(size: int) -> bytes:
        blocks = (sha256(f"{seed}/{next(counter)}".encode()).digest() for _ in range(-(-size // 32)))
        return b"".join(blocks)[:size]

    return draw


@dataclass
class BundleMaker:
    """Issues one statement, logs it among others, anchors the log and puts the bundle together."""

    lei: Lei = field(default_factory=lambda: lei_from_prefix("5299009QN1WRHV3CPG"))
    statement_key: StatementKey = field(default_factory=lambda: StatementKey.generate(entropy("statement key")))
    log_key: LogKey = field(default_factory=lambda: LogKey.generate(entropy("log key")))
    state: ChainState = field(default_factory=ChainState)
    others: int = 6

    def records(self) -> dict[str, KeyRecord]:
        """What the registry should say of both keys."""
        org = org_id(self.lei)
        since = BLOCK_TIME - 86_400
        return {
            "statement": KeyRecord(self.statement_key.public.key_id, org, KeyPurpose.STATEMENT, since, 0, 0),
            "log": KeyRecord(self.log_key.public.key_id, org, KeyPurpose.LOG, since, 0, 0),
        }

    def issued(self) -> IssuedStatement:
        draft = Draft(
            Kind.INSPECTION_RESULT,
            "2026-11-23T07:30:00+01:00",
            {"lot": "L-2026-0417", "inspected": 500, "nonconforming": 3, "result": "pass"},
        )
        return issue(
            draft,
            issuer=self.lei,
            subject=Subject(self.lei, "PLANT-1"),
            sequence=7,
            issued=ISSUED,
            key=self.statement_key,
            entropy=entropy("salts"),
        )

    def log(self, leaf: bytes) -> tuple[LogHead, TlogProof]:
        """A log with `leaf` in the middle, and the proof that it is there."""
        around = [leaf_hash(b"another statement %d" % number) for number in range(self.others)]
        place = self.others // 2
        leaves: list[Digest] = [*around[:place], leaf_hash(leaf), *around[place:]]
        growth = grow(Edge(), leaves)
        head = growth.edge.head
        proof = tiles.prove_inclusion(CountingTiles(growth.tiles), place, head.size)
        return head, TlogProof(place, proof.path, sign_checkpoint(log_origin(self.lei), head, self.log_key))

    def bundle(
        self, *, statement: KeyRecord | None = None, log: KeyRecord | None = None, timestamp: int = BLOCK_TIME
    ) -> ProofBundle:
        """The bundle; the two records take the place of the registry's when given."""
        issued = self.issued()
        head, proof = self.log(issued.leaf)
        org = org_id(self.lei)
        self.state.anchor(org, head, at=timestamp)
        records = self.records()
        for record in (statement or records["statement"], log or records["log"]):
            self.state.register(record)
        keys = (self.statement_key.public, self.log_key.public)
        receipt = self.state.receipt(org, head, [key.key_id for key in keys], timestamp=timestamp)
        return ProofBundle(issued.sd_jwt(), proof.encode(), *keys, receipt)

    def trust(self, bundle: ProofBundle, *, pinned: bool = True) -> Trust:
        """A reader who knows the bundle's block, and unless told otherwise the contracts."""
        assert bundle.anchor is not None
        return Trust(frozenset({parse_header(bundle.anchor.header).hash}), NETWORK if pinned else None)


def without_anchor(bundle: ProofBundle) -> ProofBundle:
    """The bundle as it is before the log is anchored."""
    return replace(bundle, anchor=None)
