"""A clock that is set by hand, quick password hashing and ready-made doors for the tests of the door."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import argon2

from evidence.identity import Lei, OrgId, lei_from_prefix, org_id
from evidence.keys import KeyId, KeyPurpose, LogKey
from node.auth.door import Door, open_door
from node.auth.memory import memory_stores
from node.auth.model import Principal, TrailEvent
from node.auth.passwords import PasswordHasher
from node.auth.permissions import Role
from node.auth.port import AuthStores
from node.chain.port import KeyRecord, Member

SECRET = b"\x07" * 32
BASE_URL = "https://node.example"
GOOD = "three pale lanterns over Kiln 7"


@dataclass
class Clock:
    """Time stands still until a test moves it."""

    now: datetime = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def quick_hasher() -> PasswordHasher:
    """Argon2id with the least work it allows: what is tested is our use of it."""
    return PasswordHasher(os.urandom, hasher=argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass
class Directory:
    """A member registry that tests fill."""

    known: dict[OrgId, Member] = field(default_factory=dict)
    records: dict[KeyId, KeyRecord] = field(default_factory=dict)
    publics: dict[KeyId, bytes] = field(default_factory=dict)

    def member(self, org: OrgId) -> Member | None:
        return self.known.get(org)

    def members(self) -> Sequence[Member]:
        return list(self.known.values())

    def key(self, key: KeyId) -> KeyRecord | None:
        return self.records.get(key)

    def keys_of(self, org: OrgId, purpose: KeyPurpose) -> Sequence[KeyRecord]:
        return [record for record in self.records.values() if record.org == org and record.purpose == purpose]

    def public_key(self, key: KeyId) -> bytes | None:
        return self.publics.get(key)

    def enrol(self, lei: Lei, key: LogKey, *, purpose: int = KeyPurpose.NODE, active: bool = True) -> None:
        org = org_id(lei)
        self.known[org] = Member(org, lei, "Kiln Works", active, None, frozenset({"supplier"}), "https://kiln.example")
        self.records[key.public.key_id] = KeyRecord(key.public.key_id, org, purpose, 0, 0, 0)
        self.publics[key.public.key_id] = key.public.raw


@dataclass
class House:
    """A door over memory stores, with everything that tests turn."""

    clock: Clock
    stores: AuthStores
    directory: Directory
    alerts: list[TrailEvent]
    door: Door

    def person(self, name: str, *roles: Role, password: str = GOOD) -> Principal:
        """A user who has signed in and chosen a password."""
        _, temporary = self.door.accounts.add("test", name, frozenset(roles), request="r")
        first = self.door.sign_in(name, temporary, request="r")
        return self.door.sign_in.change_password(first.principal, temporary, password, request="r").principal


def house(stores: AuthStores | None = None) -> House:
    """A fresh house."""
    clock, directory, alerts = Clock(), Directory(), list[TrailEvent]()
    stores = stores or memory_stores()
    door = open_door(
        stores,
        directory,
        base_url=BASE_URL,
        secret=SECRET,
        clock=clock,
        entropy=os.urandom,
        alert=alerts.append,
        hasher=quick_hasher(),
    )
    return House(clock, stores, directory, alerts, door)


PEER_LEI = lei_from_prefix("5493000KILNWORKS00")
