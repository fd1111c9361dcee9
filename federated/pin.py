"""The pin: one hash over the client code that a plant has installed and looked at. Nothing else runs with its data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from evidence.errors import ForbiddenError, StorageError

PARTS: Final = (
    "client_app.py",
    "courier.py",
    "desk.py",
    "model_bytes.py",
    "pin.py",
    "plan.py",
    "plant_data.py",
    "retrain.py",
    "task.py",
    "trainer.py",
    "learning",
    "secagg",
    "specs",
    "flower/letters.py",
    "flower/supernode.py",
    "flower/surroundings.py",
)
"""What runs at a plant, below federated/."""


def client_files(root: Path | None = None) -> Iterator[tuple[str, Path]]:
    """The files of the client code with their names, in order."""
    base = root or Path(__file__).parent
    for part in PARTS:
        path = base / part
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        for one in found:
            if one.suffix in (".py", ".json"):
                yield one.relative_to(base).as_posix(), one


def code_hash(root: Path | None = None) -> bytes:
    """SHA-256 over names and contents of the client code."""
    whole = hashlib.sha256(b"credence client code/1\0")
    for name, path in client_files(root):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise StorageError(f"the client code {path} cannot be read") from error
        whole.update(hashlib.sha256(name.encode("utf-8")).digest() + hashlib.sha256(content).digest())
    return whole.digest()


def check_pin(pinned: bytes) -> bytes:
    """The hash of the installed code.

    Raises:
        ForbiddenError: it is not the pinned one.
    """
    found = code_hash()
    if found != pinned:
        raise ForbiddenError(
            f"the installed client code has the hash 0x{found.hex()}, not the pinned 0x{pinned.hex()}",
            advice="Look at what changed, then pin the new code: python -m federated.flower.supernode --pin.",
        )
    return found
