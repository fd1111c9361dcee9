"""The file of who takes part in a federation, out of the member registry: what a party trusts instead of the server."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

from evidence.canonical import encode
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import StorageError
from evidence.keys import KeyPurpose
from node.chain.port import MemberDirectory

FORMAT: Final = "credence-federation/1"


def federation_document(directory: MemberDirectory, members: Collection[str] | None = None) -> bytes:
    """The canonical file (format credence-federation/1): every federated key of every active member.

    Args:
        members: LEIs of those who may take part; None is every active member with a key.
    """
    rows: list[JsonValue] = []
    for member in directory.members():
        if not member.active or (members is not None and member.lei not in members):
            continue
        for key in directory.keys_of(member.org, KeyPurpose.FEDERATED):
            public = directory.public_key(key.key)
            if public is not None:
                times: dict[str, JsonValue] = {
                    name: getattr(key, name) for name in ("valid_from", "retired_at", "compromised_at")
                }
                rows.append({"org": member.lei, "key": hex0x_encode(public), **times})
    return encode({"format": FORMAT, "keys": rows})


def write_federation_file(path: Path, directory: MemberDirectory, members: Collection[str] | None = None) -> bool:
    """Bring the file up to date, whole or not at all; whether it said something else before.

    Raises:
        StorageError: the disk failed; the old file stands. LedgerUnreachableError: as the directory.
    """
    return put_federation_file(path, federation_document(directory, members))


def put_federation_file(path: Path, document: bytes) -> bool:
    """As `write_federation_file`, of a document that was read from the chain already."""
    draft = path.with_suffix(".new")
    try:
        if path.exists() and path.read_bytes() == document:
            return False
        with draft.open("wb") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}", advice="The old file stands.") from error
    return True
