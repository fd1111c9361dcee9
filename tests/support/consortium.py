"""Organisations for chain tests: valid LEIs, all their keys, a log that grows, and checks that receipts hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from evidence.anchor import check_anchor
from evidence.header import parse_header
from evidence.identity import Lei, OrgId, lei_from_prefix, org_id
from evidence.keys import KeyId, KeyPurpose, LogKey, StatementKey
from evidence.layout import REGISTRY_SLOT, decode_address, decode_key, key_slots, root_slot
from evidence.log import ConsistencyProof, Digest, LogHead
from evidence.merkle import leaf_hash, node_hash, prove_consistency, tree_root
from evidence.network import Network
from evidence.receipt import Address, AnchorReceipt
from evidence.storage import prove_account, prove_slot
from node.chain.port import CreditClaim, MemberAdmin


class Entropy:
    """Deterministic randomness: equal seeds, equal keys."""

    def __init__(self, seed: str) -> None:
        self._seed, self._calls = seed, 0

    def __call__(self, size: int) -> bytes:
        self._calls += 1
        block = sha256(f"{self._seed}/{self._calls}".encode()).digest()
        return (block * (size // 32 + 1))[:size]


class Tree:
    """A whole log in memory, slow and plain."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self.leaves: list[Digest] = []

    def node(self, level: int, index: int) -> Digest:
        if level == 0:
            return self.leaves[index]
        return node_hash(self.node(level - 1, 2 * index), self.node(level - 1, 2 * index + 1))

    def grow(self, leaves: int) -> LogHead:
        start = len(self.leaves)
        self.leaves += [leaf_hash(f"{self._seed}/{number}".encode()) for number in range(start, start + leaves)]
        return self.head()

    def head(self, size: int | None = None) -> LogHead:
        size = len(self.leaves) if size is None else size
        return LogHead(size, tree_root(self, size))

    def proof(self, old: LogHead | None, new: LogHead) -> ConsistencyProof:
        if old is None:
            return ConsistencyProof(0, new.size, ())
        return prove_consistency(self, old.size, new.size)


@dataclass
class Org:
    """One organisation with its keys and its log."""

    name: str
    lei: Lei = field(init=False)
    org: OrgId = field(init=False)
    statement: StatementKey = field(init=False)
    log: LogKey = field(init=False)
    anchor_secret: bytes = field(init=False)
    attest_secret: bytes = field(init=False)
    tree: Tree = field(init=False)

    def __post_init__(self) -> None:
        entropy = Entropy(self.name)
        self.lei = lei_from_prefix(f"TEST{self.name.upper():0<14}"[:18])
        self.org = org_id(self.lei)
        self.statement = StatementKey.generate(entropy)
        self.log = LogKey.generate(entropy)
        self.anchor_secret = entropy(32)
        self.attest_secret = entropy(32)
        self.tree = Tree(self.name)

    @property
    def anchor_address(self) -> bytes:
        return address_of(self.anchor_secret)

    @property
    def attest_address(self) -> bytes:
        return address_of(self.attest_secret)

    @property
    def keys(self) -> tuple[KeyId, KeyId]:
        return self.statement.public.key_id, self.log.public.key_id

    def enrol(self, admin: MemberAdmin, *roles: str, valid_from: int = 1) -> None:
        """Enrol with all keys and an account contract."""
        admin.enrol(self.lei, self.name, f"https://{self.name}.example", roles)
        admin.register_key(self.org, KeyPurpose.STATEMENT, self.statement.public.sec1, valid_from)
        admin.register_key(self.org, KeyPurpose.LOG, self.log.public.raw, valid_from)
        admin.register_key(self.org, KeyPurpose.ANCHOR, self.anchor_address, valid_from)
        admin.register_key(self.org, KeyPurpose.ATTEST, self.attest_address, valid_from)
        admin.open_account(self.org)

    def fork(self) -> Tree:
        """A log that shares nothing with the real one."""
        return Tree(f"{self.name}, forged")


def address_of(secret: bytes) -> bytes:
    """The chain address of a secp256k1 secret."""
    from eth_keys.datatypes import PrivateKey

    return PrivateKey(secret).public_key.to_canonical_address()


def claim(subject: Org, heads: tuple[tuple[Org, LogHead], ...], expires: int, /, **changes: object) -> CreditClaim:
    """A valid claim about `subject`, or one with `changes`."""
    values: dict[str, object] = {
        "subject": subject.org,
        "policy": sha256(b"policy").digest(),
        "points": 87_500_000,
        "low": 85_000_000,
        "high": 90_000_000,
        "band": 2,
        "state": 0,
        "inputs": sha256(b"inputs").digest(),
        "card": sha256(b"card").digest(),
        "heads": tuple((org.org, head.size, bytes(head.root)) for org, head in heads),
        "expires": expires,
        "supersedes": bytes(32),
    }
    return CreditClaim(**{**values, **changes})  # type: ignore[arg-type]


def check_receipt(receipt: AnchorReceipt, org: Org, head: LogHead, log: bytes, registry: bytes) -> bytes:
    """Re-prove a receipt from its own bytes; the hash of the block that it stands on."""
    assert receipt.org == org.org and receipt.head == head
    assert (receipt.log.account.address, receipt.registry.account.address) == (log, registry)
    header = parse_header(receipt.header)
    storage = prove_account(header.state_root, receipt.log.account)
    assert decode_address(prove_slot(storage, REGISTRY_SLOT, receipt.log.registry_slot)) == registry
    assert prove_slot(storage, root_slot(org.org, head.size), receipt.log.root_slot) == head.root
    storage = prove_account(header.state_root, receipt.registry.account)
    for proof, purpose in zip(receipt.registry.keys, (KeyPurpose.STATEMENT, KeyPurpose.LOG), strict=True):
        org_slot, terms_slot = key_slots(proof.key)
        owner = prove_slot(storage, org_slot, proof.org_slot)
        record = decode_key(proof.key, owner, prove_slot(storage, terms_slot, proof.terms_slot))
        assert (record.org, record.purpose, record.retired_at) == (org.org, purpose, 0)
    assert tuple(proof.key for proof in receipt.registry.keys) == org.keys
    # And as a reader of a proof file checks it.
    check_anchor(
        receipt,
        block=header,
        head=head,
        issuer=org.lei,
        issued=datetime.fromtimestamp(header.timestamp, UTC),
        statement_key=org.keys[0],
        log_key=org.keys[1],
        network=Network("test", 1, bytes(32), {"EvidenceLog": Address(log), "MemberRegistry": Address(registry)}),
    )
    return header.hash
