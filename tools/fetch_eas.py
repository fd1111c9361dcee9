"""Writes contracts/generated/eas/: EAS 1.4.0 and its SchemaRegistry, byte for byte as their authors published them.

Run `python -m tools.fetch_eas`; it packs the npm package, checks its integrity and keeps only what deployment and
audit need (the package weighs 88 MB with what it depends on, and never enters node_modules).
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from evidence.errors import LimitError, ProofError, ToolMissingError

PACKAGE = "@ethereum-attestation-service/eas-contracts"
VERSION = "1.9.0"
INTEGRITY = "sha512-L60y1fgKlY3a45xxnPlgRbiGQY8RF/lF+AzF1iVoR7/aEzitS0Nuyyjq8+IXs1sSSU0dl2+yGSmELxVeB6FelA=="
CONTRACTS = {name: f"package/artifacts/contracts/{name}.sol/{name}.json" for name in ("EAS", "SchemaRegistry")}
GENERATED = Path(__file__).resolve().parents[1] / "contracts" / "generated" / "eas"
_MOST_BYTES = 16 * 1024 * 1024
_PUSH1, _PUSH32 = 0x60, 0x7F


def main() -> None:
    """Fetch, check, and write one file per contract."""
    GENERATED.mkdir(parents=True, exist_ok=True)
    for name, text in render(fetch()).items():
        (GENERATED / name).write_text(text, "utf-8")
        print(f"wrote contracts/generated/eas/{name}")


def fetch() -> bytes:
    """The package as published; its SHA-512 is checked.

    Raises:
        ToolMissingError: npm is missing, or the registry cannot be reached.
        ProofError: what came is not the package of that version.
    """
    beside = Path(sys.executable).parent
    npm = shutil.which("npm", path=f"{beside}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    if npm is None:
        raise ToolMissingError("npm is not installed")
    environment = {**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(
                [npm, "pack", "--silent", "--ignore-scripts", f"{PACKAGE}@{VERSION}"],
                cwd=folder,
                env=environment,
                check=True,
                capture_output=True,
                timeout=180,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise ToolMissingError(f"npm cannot fetch {PACKAGE} {VERSION}: is its registry reachable?") from error
        archive = next(Path(folder).glob("*.tgz")).read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode("ascii")
    if found != INTEGRITY:
        raise ProofError(f"{PACKAGE} {VERSION} has integrity {found}, not {INTEGRITY}")
    return archive


def render(archive: bytes) -> dict[str, str]:
    """File names and their text, from the package."""
    with tempfile.TemporaryFile() as spooled:
        spooled.write(archive)
        spooled.seek(0)
        with tarfile.open(fileobj=spooled, mode="r:gz") as package:
            files = {
                f"{name}.json": json.dumps(_trim(json.loads(_member(package, path))), indent=1) + "\n"
                for name, path in CONTRACTS.items()
            }
            # Their licence asks to travel with every copy.
            return files | {"LICENSE": _member(package, "package/LICENSE").decode("utf-8")}


def immutable_places(code: bytes) -> list[tuple[int, int]]:
    """Where the constructor fills in values: the 32-byte operands that the compiler left at zero.

    The published artifacts do not say. A PUSH32 of zero occurs nowhere else, since zero has a shorter push.
    """
    places, at = [], 0
    while at < len(code):
        width = code[at] - _PUSH1 + 1 if _PUSH1 <= code[at] <= _PUSH32 else 0
        if width == 32 and not any(code[at + 1 : at + 33]):
            places.append((at + 1, 32))
        at += 1 + width
    return places


def _member(package: tarfile.TarFile, path: str) -> bytes:
    member = package.getmember(path)
    if member.size > _MOST_BYTES:
        raise LimitError(f"{path} in {PACKAGE} has {member.size} bytes")
    content = package.extractfile(member)
    if content is None:
        raise ProofError(f"{path} in {PACKAGE} is no file")
    return content.read()


def _trim(artifact: dict[str, Any]) -> dict[str, Any]:
    code = bytes.fromhex(artifact["deployedBytecode"].removeprefix("0x"))
    return {
        "contractName": artifact["contractName"],
        "package": PACKAGE,
        "version": VERSION,
        "integrity": INTEGRITY,
        "abi": artifact["abi"],
        "bytecode": artifact["bytecode"],
        "deployedBytecode": artifact["deployedBytecode"],
        "immutableReferences": [list(place) for place in immutable_places(code)],
    }


if __name__ == "__main__":
    main()
