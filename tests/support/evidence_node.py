"""One member's evidence services, wired over given stores and a chain in memory."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from evidence.draft import Draft, JsonValue, Kind
from evidence.identity import Lei, Subject, lei_from_prefix, org_id
from evidence.keys import KeyPurpose, LogKey, StatementKey
from evidence.receipt import Address
from node.chain.memory import MemoryAdmin, MemoryDirectory, MemoryLedger
from node.chain.memory_chain import ENROLLER, MemoryChain
from node.records.memory import MemoryRecords
from node.records.sql import SqlRecords
from node.services.fault_point import FaultPoint, go_on
from node.services.log_reader import LogReader
from node.services.prove import ProveStatement
from node.services.seal import SealLog
from node.services.shred import ShredField
from node.services.submit import SubmitDrafts

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
ISSUER = lei_from_prefix("5299000000000000AA")
SUPPLIER = Subject(ISSUER)
SENDER = Address(b"\xa1" * 20)


@dataclass(slots=True)
class TickingClock:
    """Moves on by a second whenever it is read."""

    now: datetime = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def seeded(seed: str) -> StatementKey:
    """A statement key that is the same in every run."""
    return StatementKey.generate(lambda size: hashlib.sha256(seed.encode()).digest()[:size])


def seeded_log(seed: str) -> LogKey:
    """A log key that is the same in every run."""
    return LogKey.generate(lambda size: hashlib.sha256(seed.encode()).digest()[:size])


def chain_with_member(
    issuer: Lei = ISSUER, *, clock: TickingClock | None = None, key: StatementKey | None = None
) -> MemoryChain:
    """A chain on which `issuer` is enrolled with its statement, log and anchor keys."""
    chain = MemoryChain(clock or TickingClock())
    admin = MemoryAdmin(chain, ENROLLER)
    admin.enrol(issuer, "Kiln Works", "http://127.0.0.1:1", ["supplier"])
    org, since = org_id(issuer), int(START.timestamp()) - 86_400
    admin.register_key(org, KeyPurpose.STATEMENT, (key or seeded("statement")).public.sec1, since)
    admin.register_key(org, KeyPurpose.LOG, seeded_log("log").public.raw, since)
    admin.register_key(org, KeyPurpose.ANCHOR, SENDER, since)
    return chain


@dataclass(slots=True)
class EvidenceNode:
    """The services of one member; build another over the same records and chain to play a restart."""

    records: MemoryRecords | SqlRecords = field(default_factory=MemoryRecords)
    chain: MemoryChain = field(default_factory=chain_with_member)
    clock: TickingClock = field(default_factory=TickingClock)
    key: StatementKey = field(default_factory=lambda: seeded("statement"))
    reached: FaultPoint = go_on
    old_keys: tuple[StatementKey, ...] = ()

    @property
    def ledger(self) -> MemoryLedger:
        return MemoryLedger(self.chain, SENDER)

    @property
    def directory(self) -> MemoryDirectory:
        return MemoryDirectory(self.chain)

    @property
    def submit(self) -> SubmitDrafts:
        return SubmitDrafts(
            self.records.evidence,
            self.records.events,
            issuer=ISSUER,
            key=self.key,
            clock=self.clock,
            entropy=os.urandom,
            reached=self.reached,
        )

    @property
    def seal(self) -> SealLog:
        return SealLog(
            self.records.evidence,
            self.records.log,
            self.ledger,
            self.directory,
            self.records.events,
            issuer=ISSUER,
            key=seeded_log("log"),
            clock=self.clock,
            reached=self.reached,
        )

    @property
    def prove(self) -> ProveStatement:
        return ProveStatement(
            self.records.evidence,
            self.records.log,
            statement_keys=[self.key.public, *(key.public for key in self.old_keys)],
            log_keys=[seeded_log("log").public],
        )

    @property
    def shred(self) -> ShredField:
        return ShredField(self.records.evidence, self.records.events, clock=self.clock)

    @property
    def reader(self) -> LogReader:
        return LogReader(self.records.evidence, self.records.log)


def delivery(number: int, **more: JsonValue) -> Draft:
    """Delivery `number`: base fields, one restricted (`order`)."""
    fields: dict[str, JsonValue] = {
        "lot": f"L-{number:06d}",
        "part": "P-100",
        "quantity": str(100 + number % 7),
        "unit": "{pcs}",
        "order": f"4500{number:06d}",
    }
    return Draft(Kind.DELIVERY, "2026-02-03T10:00:00+01:00", fields | more, f"deliveries.csv, line {number + 2}")


def inspection(number: int) -> Draft:
    """Inspection `number`: base fields, one restricted (`station`), one sensitive (`operator`)."""
    fields: dict[str, JsonValue] = {
        "lot": f"L-{number:06d}",
        "inspected": 50,
        "nonconforming": number % 3,
        "result": "pass",
        "station": "AOI-2",
        "operator": "Operator Seven",
    }
    return Draft(Kind.INSPECTION_RESULT, "2026-02-03T12:30:00Z", fields)
