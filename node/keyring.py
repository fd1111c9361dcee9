"""The private keys of one node, as files that only their owner may read."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from evidence.errors import ConflictError, ForbiddenError, NotFoundError
from evidence.keys import Entropy, LogKey, StatementKey

_SECP256K1_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
KeyT = TypeVar("KeyT")


@dataclass(frozen=True, slots=True)
class Keyring:
    """What a node signs and reads with. What if we lose it? Old proofs hold; new keys must be registered.

    Attributes:
        statement: signs statements and credentials (ES256).
        log: signs checkpoints (Ed25519).
        node: signs calls to other members' nodes (Ed25519).
        anchor: the secret of the chain address that anchors heads, 32 bytes.
        attest: the secret of the chain address that operates the account contract, 32 bytes. Apart from `anchor`, so
            that whoever steals the one cannot do the other.
        cursor: the secret that makes paging cursors of the API unforgeable, 32 bytes.
        age_identity: reads attachments encrypted to this organisation (age X25519, "AGE-SECRET-KEY-...").
    """

    statement: StatementKey
    log: LogKey
    node: LogKey
    anchor: bytes = field(repr=False)
    attest: bytes = field(repr=False)
    cursor: bytes = field(repr=False)
    age_identity: str = field(repr=False)

    @property
    def age_recipient(self) -> str:
        """The public key to which others encrypt attachments for us ("age1...")."""
        import pyrage  # late: verifying on a core-only machine needs no age

        return str(pyrage.x25519.Identity.from_str(self.age_identity).to_public())


def create(folder: Path, entropy: Entropy) -> Keyring:
    """Make all keys of a new node in `folder` (mode 0700, files 0600); keys that are there already are kept.

    Running it again after a crash completes the set, so that no registered key is ever replaced by accident.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    _make(folder / "statement.pem", lambda: StatementKey.generate(entropy).to_pem())
    _make(folder / "log.pem", lambda: LogKey.generate(entropy).to_pem())
    _make(folder / "node.pem", lambda: LogKey.generate(entropy).to_pem())
    _make(folder / "anchor.key", lambda: _chain_secret(entropy).hex().encode("ascii"))
    _make(folder / "attest.key", lambda: _chain_secret(entropy).hex().encode("ascii"))
    _make(folder / "cursor.key", lambda: entropy(32).hex().encode("ascii"))
    _make(folder / "age.key", _age_identity)
    return load(folder)


def load(folder: Path) -> Keyring:
    """Read the keys of a node.

    Raises:
        NotFoundError: a key file is missing.
        ForbiddenError: others than the owner may read a key.
        MalformedError: a file does not hold the key that its name says.
    """
    return Keyring(
        statement=StatementKey.from_pem(_read(folder / "statement.pem")),
        log=LogKey.from_pem(_read(folder / "log.pem")),
        node=LogKey.from_pem(_read(folder / "node.pem")),
        anchor=read_secret(folder / "anchor.key"),
        attest=read_secret(folder / "attest.key"),
        cursor=read_secret(folder / "cursor.key"),
        age_identity=_read(folder / "age.key").decode("ascii").strip(),
    )


def _make(path: Path, make: Callable[[], bytes]) -> None:
    if path.exists():
        return
    # Written beside and renamed: a crash leaves a whole key or none, never half of one that later gets registered.
    draft = path.with_suffix(path.suffix + ".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, make())
        os.fsync(handle)
    finally:
        os.close(handle)
    draft.rename(path)


def _read(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(f"The key file {path} is missing", advice="Restore it from the backup of keys/.") from error
    if stat.S_IMODE(mode) & 0o077:
        raise ForbiddenError(f"Others than its owner may read {path}", advice=f"Run: chmod 600 {path}")
    return data


def read_secret(path: Path) -> bytes:
    """A secret of 32 bytes from a file with 64 hexadecimal digits; errors as `load`."""
    try:
        value = bytes.fromhex(_read(path).decode("ascii").strip())
    except ValueError as error:
        raise ConflictError(f"{path} does not hold 64 hexadecimal digits", advice="Restore it from backup.") from error
    if len(value) != 32:
        raise ConflictError(f"{path} does not hold 64 hexadecimal digits", advice="Restore it from backup.")
    return value


def _chain_secret(entropy: Entropy) -> bytes:
    while not 0 < int.from_bytes(secret := entropy(32), "big") < _SECP256K1_ORDER:
        pass
    return secret


def _age_identity() -> bytes:
    import pyrage  # late: verifying on a core-only machine needs no age

    # age takes its randomness from the operating system; the library offers no other way.
    return str(pyrage.x25519.Identity.generate()).encode("ascii")
