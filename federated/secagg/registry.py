"""The local registry: which organisations take part and which keys speak for them, as this plant's own node wrote it.

A party never takes keys from the server. Its own node reads `MemberRegistry` on chain and writes this file; a swapped
key in an advert therefore meets a registry that the server cannot touch.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from evidence.canonical import encode, loads
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import CredenceError, MalformedError, SignatureError, StorageError
from evidence.identity import Lei
from evidence.json_shape import integer, items, members, octets, text
from evidence.keys import KeyId
from federated.secagg.identity import SEC1_BYTES, FederatedPublicKey

FORMAT: Final = "credence-federation/1"
MAX_BYTES: Final = 1 << 20
_log = logging.getLogger("credence.federation")


@dataclass(frozen=True, slots=True)
class MemberKey:
    """A key of an organisation with its times in seconds; 0 = never, as in the registry on chain."""

    org: Lei
    key: FederatedPublicKey
    valid_from: int
    retired_at: int = 0
    compromised_at: int = 0

    def good_at(self, now_s: int) -> bool:
        """Whether the key may sign at this moment."""
        ended = [end for end in (self.retired_at, self.compromised_at) if end]
        return self.valid_from <= now_s and all(now_s < end for end in ended)

    def to_json(self) -> dict[str, JsonValue]:
        """The entry of the file."""
        return {
            "org": str(self.org),
            "key": hex0x_encode(self.key.sec1),
            "valid_from": self.valid_from,
            "retired_at": self.retired_at,
            "compromised_at": self.compromised_at,
        }


@dataclass(frozen=True, slots=True)
class Registry:
    """All keys that may sign in this federation, found by their ids."""

    keys: tuple[MemberKey, ...]
    _by_id: dict[KeyId, MemberKey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id = {entry.key.key_id: entry for entry in self.keys}
        if len(by_id) != len(self.keys):
            raise MalformedError("a key stands in the registry twice: it could speak for two organisations")
        object.__setattr__(self, "_by_id", by_id)

    @property
    def organisations(self) -> frozenset[str]:
        """The organisations with a key."""
        return frozenset(entry.org for entry in self.keys)

    def key_of(self, org: str, key_id: bytes, now_s: int) -> FederatedPublicKey:
        """The key of this id, if it speaks for `org` at this moment.

        Raises:
            SignatureError: unknown, another organisation's, not yet valid, retired or compromised.
        """
        entry = self._by_id.get(KeyId(key_id))
        if entry is None or entry.org != org:
            raise SignatureError(
                f"the local registry knows no key 0x{key_id.hex()[:16]}... of {org[:20]}",
                advice="Have your node write the federation file again; if the key is still unknown, do not train.",
            )
        if not entry.good_at(now_s):
            raise SignatureError(f"the key of {org} is not valid now: retired, compromised or not yet in force")
        return entry.key

    def key_ever(self, org: str, key_id: bytes) -> FederatedPublicKey:
        """The key of this id if it ever spoke for `org`: for signatures of the past; SignatureError otherwise."""
        entry = self._by_id.get(KeyId(key_id))
        if entry is None or entry.org != org:
            raise SignatureError(f"the registry knows no key 0x{key_id.hex()[:16]}... of {org[:20]}")
        return entry.key

    def to_json(self) -> dict[str, JsonValue]:
        """The content of the file."""
        return {"format": FORMAT, "keys": [entry.to_json() for entry in self.keys]}

    def write(self, path: Path) -> None:
        """Write the file whole, or leave the old one."""
        draft = path.with_suffix(".new")
        draft.write_bytes(encode(self.to_json()))
        draft.replace(path)


def read_registry(path: Path) -> Registry:
    """The registry out of its file.

    Raises:
        StorageError: no such file, or it cannot be read.
        MalformedError, SignatureError: not such a file, or a key that is none.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StorageError(f"the federation file {path} cannot be read", advice="Have your node write it.") from error
    return registry_from_json(loads(data, limit=MAX_BYTES))


class RegistryFile:
    """The registry as its file stands: read again when the node has written another one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark = _mark(path)
        self._registry = read_registry(path)

    def now(self) -> Registry:
        """The registry; the last good one while the file is missing or no registry."""
        mark = _mark(self._path)
        if mark != self._mark:
            try:
                self._registry = read_registry(self._path)
                _log.info("%s was written again: %d keys", self._path.name, len(self._registry.keys))
            except CredenceError as error:
                _log.warning("%s is not read again: %s", self._path.name, error.message)
            self._mark = mark
        return self._registry


def _mark(path: Path) -> tuple[int, ...]:
    """What changes whenever a file is replaced or written."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_size


def registry_from_json(value: JsonValue) -> Registry:
    """The registry out of the file's content; errors as `read_registry`."""
    top = members(value, "federation file", ("format", "keys"))
    if top["format"] != FORMAT:
        raise MalformedError(f"a federation file of format {FORMAT} is needed")
    return Registry(tuple(_entry(one, f"/keys/{place}") for place, one in enumerate(_entries(top["keys"]))))


def _entries(value: JsonValue) -> Sequence[JsonValue]:
    return items(value, "/keys")


def _entry(value: JsonValue, place: str) -> MemberKey:
    fields = members(value, place, ("org", "key", "valid_from", "retired_at", "compromised_at"))
    return MemberKey(
        Lei(text(fields["org"], place)),
        FederatedPublicKey(octets(fields["key"], place, limit=SEC1_BYTES, size=SEC1_BYTES)),
        integer(fields["valid_from"], place),
        integer(fields["retired_at"], place),
        integer(fields["compromised_at"], place),
    )
