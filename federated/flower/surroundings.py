"""What Flower finds around it, so that no look-up, telemetry or install leaves the machine, and where its files go."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

QUIET: Final[Mapping[str, str]] = {
    "FLWR_TELEMETRY_ENABLED": "0",
    "FLWR_DISABLE_UPDATE_CHECK": "1",
    "FLWR_DISABLE_RUNTIME_DEPENDENCY_INSTALLATION": "1",
    # The one address that is asked for apps by name: port 9 of this machine, where nobody answers.
    "FLWR_SUPERGRID_API_URL": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost",
    "OMP_NUM_THREADS": "1",
}


def quieted(home: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a process that runs Flower; its own files go under `home`."""
    kept = {name: value for name, value in environ.items() if not name.upper().endswith("_PROXY")}
    return {**kept, **QUIET, "FLWR_HOME": str(home / "flwr")}


def quiet_this_process(home: Path) -> None:
    """The same for this process; to be called before Flower is imported."""
    wanted = quieted(home, os.environ)
    for name in set(os.environ) - set(wanted):
        del os.environ[name]
    os.environ.update(wanted)
