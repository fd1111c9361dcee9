"""`MemberDirectory` and `HeaderOracle` on an EVM chain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from eth_utils.address import to_checksum_address

from evidence.errors import LedgerUnreachableError, NotFoundError
from evidence.identity import OrgId
from evidence.keys import KeyId, KeyPurpose
from evidence.layout import KeyRecord
from evidence.network import MEMBER_REGISTRY
from node.chain.evm_chain import NEWEST, EvmChain
from node.chain.port import Member
from node.chain.roles import from_bits
from node.chain.rpc_header import is_canonical

_MOST_CACHED: Final = 4_096
_MOST_MEMBERS: Final = 10_000
_MOST_KEYS: Final = 256
NOBODY: Final = "0x" + "00" * 20

T = TypeVar("T")


class EvmDirectory:
    """See the port. Answers may be `ttl_s` seconds old; 0 asks the chain every time, as checks of a key's standing do.

    MAY be used from several threads.
    """

    def __init__(self, chain: EvmChain, *, ttl_s: float = 0.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._chain = chain
        self._ttl_s = ttl_s
        self._monotonic = monotonic
        self._cache: dict[tuple[str, bytes], tuple[float, Any]] = {}
        self._lock = threading.Lock()

    def member(self, org: OrgId) -> Member | None:
        return self._remember(("member", org), lambda: read_member(self._chain, org))

    def members(self) -> Sequence[Member]:
        return self._remember(("members", b""), self._members)

    def key(self, key: KeyId) -> KeyRecord | None:
        return self._remember(("key", key), lambda: read_key(self._chain, key))

    def keys_of(self, org: OrgId, purpose: KeyPurpose) -> Sequence[KeyRecord]:
        return self._remember((f"keys {purpose:d}", org), lambda: read_keys_of(self._chain, org, purpose))

    def public_key(self, key: KeyId) -> bytes | None:
        def read() -> bytes | None:
            return bytes(self._chain.read(MEMBER_REGISTRY, "publicKeyOf", key)) or None

        return self._remember(("public_key", key), read)

    def header_known(self, block_hash: bytes) -> bool:
        return is_canonical(self._chain.rpc, block_hash)

    def _members(self) -> tuple[Member, ...]:
        count = int(self._chain.read(MEMBER_REGISTRY, "memberCount"))
        if count > _MOST_MEMBERS:
            raise LedgerUnreachableError(f"the chain names {count} members; at most {_MOST_MEMBERS} are believed")
        orgs = [OrgId(bytes(self._chain.read(MEMBER_REGISTRY, "memberAt", index))) for index in range(count)]
        return tuple(member for org in orgs if (member := read_member(self._chain, org)) is not None)

    def _remember(self, what: tuple[str, bytes], read: Callable[[], T]) -> T:
        if not self._ttl_s:
            return read()
        now = self._monotonic()
        with self._lock:
            until, value = self._cache.get(what, (now, None))
            if until > now:
                return value  # type: ignore[no-any-return]
        fresh = read()
        with self._lock:
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            self._cache[what] = (now + self._ttl_s, fresh)
        return fresh


def read_key(chain: EvmChain, key: KeyId, at: int | str = NEWEST) -> KeyRecord | None:
    """A key's record after block `at`; None when it was not registered then."""
    org, *terms = chain.read(MEMBER_REGISTRY, "keyRecord", key, at=at)
    return KeyRecord(key, OrgId(bytes(org)), *terms) if any(org) else None


def read_keys_of(chain: EvmChain, org: OrgId, purpose: KeyPurpose) -> tuple[KeyRecord, ...]:
    """The records, as they are now, of the keys that the registry's events name.

    Raises:
        LedgerUnreachableError: more keys than anyone has, or events that contradict the registry's state: a key that
            is not the member's must never be taken for one to encrypt to.
    """
    indexed = {"org": bytes(org), "purpose": int(purpose).to_bytes(32, "big")}
    logs = chain.logs(MEMBER_REGISTRY, "KeyRegistered", indexed, last=chain.newest())
    if len(logs) > _MOST_KEYS:
        raise LedgerUnreachableError(
            f"the chain names {len(logs)} keys of one member; at most {_MOST_KEYS} are believed"
        )
    records = []
    for key in dict.fromkeys(KeyId(bytes(log.values["keyId"])) for log in logs):
        record = read_key(chain, key)
        if record is None or record.org != org or record.purpose != purpose:
            raise LedgerUnreachableError(f"the chain's events name the key 0x{key.hex()}, but its registry does not")
        records.append(record)
    return tuple(records)


def read_member(chain: EvmChain, org: OrgId, at: int | str = NEWEST) -> Member | None:
    """A member after block `at`; None when it was not enrolled then."""
    place = chain.address(MEMBER_REGISTRY)
    try:
        fields = chain.read(MEMBER_REGISTRY, "member", org, at=at, to=place)
    except NotFoundError:
        return None
    known, lei, name, endpoint, bits, account, _, active = fields
    holder = None if account == NOBODY else to_checksum_address(account)
    return Member(OrgId(bytes(known)), lei, name, active, holder, from_bits(bits), endpoint)
