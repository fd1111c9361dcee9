"""The policy documents that this node has: those that ship, and those that somebody handed in or fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from evidence.errors import MalformedError, StorageError
from scoring.policy import Policy, PolicyHash
from scoring.policy_reader import MAX_BYTES, PUBLISHED, decode, published


@dataclass(frozen=True, slots=True)
class PolicyShelf:
    """Documents by their hash; files lie in `folder` as HASH.json, and one that says something else is refused."""

    folder: Path

    def find(self, policy: bytes) -> Policy | None:
        """The policy with this hash.

        Raises:
            MalformedError: the file under this hash holds another document.
        """
        if (shipped := _shipped().get(policy)) is not None:
            return shipped
        path = self._path(policy)
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"{path} cannot be read: {error.strerror}") from error
        found = decode(data)
        if found.hash != policy:
            raise MalformedError(f"{path} holds another policy than its name says")
        return found

    def keep(self, policy: Policy) -> None:
        """Keep a document; MAY happen twice."""
        if self.find(policy.hash) is not None:
            return
        path = self._path(policy.hash)
        draft = path.with_suffix(".new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(policy.encode())
            draft.replace(path)
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}") from error

    def _path(self, policy: bytes) -> Path:
        return self.folder / f"{PolicyHash(policy).hex()}.json"


@cache
def _shipped() -> Mapping[bytes, Policy]:
    """What ships, by hash; read once, as every score asks for it."""
    return MappingProxyType({bytes(one.hash): one for one in map(published, PUBLISHED)})
