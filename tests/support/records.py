"""Builders of rows for the tests of `node.records`: well-formed, but signed by nobody."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from evidence.draft import Kind, Tier
from evidence.identity import Lei, OrgId, Subject, lei_from_prefix
from evidence.keys import KeyId
from evidence.log import ConsistencyProof, Digest, LogHead
from evidence.merkle import leaf_hash
from evidence.receipt import AccountProof, Address, AnchorReceipt, LogProof, RegistryProof, SlotProof
from node.records.port import DraftId, NewStatement, SealedHead, StatementId, StatementRecord

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SUPPLIER = Subject(lei_from_prefix("5299000000000000AA"))
KILN = Subject(SUPPLIER.lei, "KILN-2")
OTHER = Subject(lei_from_prefix("5299000000000000BB"))


def lei(letter: str) -> Lei:
    """A valid LEI of its own for each capital letter."""
    return lei_from_prefix(f"52990000000000000{letter}")


def sha(text: str) -> bytes:
    """A digest that depends on nothing but `text`."""
    return hashlib.sha256(text.encode()).digest()


def new_statement(
    number: int, *, subject: Subject = SUPPLIER, kind: Kind = Kind.DELIVERY, sequence: int | None = None
) -> NewStatement:
    """Statement `number` (from 0) of a series; its sequence number is `number + 1` unless given."""
    signed = f"header.payload{number}.signature"
    when = START + timedelta(hours=number)
    record = StatementRecord(
        statement_id=StatementId(leaf_hash(signed.encode()).hex()),
        draft_id=DraftId(sha(f"draft {number}")),
        subject=subject,
        kind=kind,
        sequence=number + 1 if sequence is None else sequence,
        occurred=when.isoformat(),
        occurred_at=when,
        issued=START,
        schema=f"credence:{kind}:1",
        tier=Tier.RESTRICTED,
        key_id=KeyId(sha("key")),
    )
    return NewStatement(record, signed, (f"disclosure-{number}-a", f"disclosure-{number}-b"))


def sealed_head(size: int, old_size: int = 0) -> SealedHead:
    """An open head without a tree behind it."""
    return SealedHead(
        head=LogHead(size, Digest(sha(f"root {size}"))),
        consistency=ConsistencyProof(old_size, size, (Digest(sha("node")),) if old_size else ()),
        checkpoint=f"checkpoint {size}\n",
        keys=(KeyId(sha("key")), KeyId(sha("log key"))),
        sealed_at=START,
    )


def receipt_for(head: LogHead) -> AnchorReceipt:
    """A receipt that has the shape of one and proves nothing."""
    slot = SlotProof((b"\x01",))
    account = AccountProof(Address(b"\x02" * 20), (b"\x03",))
    return AnchorReceipt(OrgId(sha("org")), head, b"\xc0", LogProof(account, slot, slot), RegistryProof(account, ()))
