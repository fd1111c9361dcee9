"""Names in package-lock.json the builds for other systems, where the registry at hand did not offer them.

`npm ci` refuses a lock file that leaves out an optional build, and npm leaves out those that its registry does not
have. Run `npm install --package-lock-only` in a folder without node_modules, then `python -m tools.lock_platforms`.
An entry made here has no integrity: on its own system npm takes what its registry has under that exact version.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

LOCK: Final = Path(__file__).resolve().parents[1] / "package-lock.json"
_SYSTEMS: Final = ("linux", "darwin", "win32")
_MACHINES: Final = {"x64": "x64", "amd64": "x64", "arm64": "arm64"}
_LIBRARIES: Final = {"gnu": "glibc", "musl": "musl"}


def main() -> None:
    """Complete the file in place."""
    lock = json.loads(LOCK.read_text("utf-8"))
    completed = complete(lock)
    LOCK.write_text(json.dumps(completed, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(f"package-lock.json: {len(completed['packages']) - len(lock['packages'])} builds for other systems added")


def complete(lock: dict[str, Any]) -> dict[str, Any]:
    """The lock file with an entry for every optional build that it only mentions."""
    packages: dict[str, Any] = dict(lock["packages"])
    for name, version in missing(packages).items():
        packages[f"node_modules/{name}"] = {"version": version, **_system(name), "dev": True, "optional": True}
    return {**lock, "packages": dict(sorted(packages.items()))}


def missing(packages: dict[str, Any]) -> dict[str, str]:
    """Optional packages that others name and the lock file has nowhere, with their exact version."""
    present = {place.rpartition("node_modules/")[2] for place in packages}
    return {
        name: version
        for entry in packages.values()
        for name, version in entry.get("optionalDependencies", {}).items()
        if name not in present
    }


def _system(name: str) -> dict[str, list[str]]:
    """What a package for one system says of it, read from its name: `...-linux-arm64-gnu`."""
    words = name.split("-")
    found = {"cpu": [_MACHINES[word] for word in words if word in _MACHINES]}
    found["os"] = [word for word in words if word in _SYSTEMS]
    libraries = [_LIBRARIES[word] for word in words if word in _LIBRARIES]
    return found | ({"libc": libraries} if libraries else {})


if __name__ == "__main__":
    main()
