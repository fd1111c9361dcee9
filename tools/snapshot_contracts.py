"""Writes contracts/snapshots/: what each act on chain costs in gas, and how large each contract is.

Run `python -m tools.snapshot_contracts` after a change below contracts/; a test compares. The trees are real ones of a
thousand, a hundred thousand and a million leaves.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from node.chain.anvil import AnvilProcess, AnvilSettings, find_anvil
from node.chain.artifacts import load_artifacts
from tools.snapshot_chain import MeasuredChain
from tools.snapshot_models import ModelScene
from tools.snapshot_scene import Scene
from tools.snapshot_score import ScoreScene

ROOT: Final = Path(__file__).resolve().parents[1]
SNAPSHOTS: Final = ROOT / "contracts" / "snapshots"
MOST_RUNTIME_BYTES: Final = 24_576
"""EIP-170: no chain takes a larger contract."""


def main() -> None:
    """Measure and write both files."""
    SNAPSHOTS.mkdir(exist_ok=True)
    for name, content in (("gas.json", measure_gas()), ("size.json", measure_size())):
        (SNAPSHOTS / name).write_text(json.dumps(content, indent=1) + "\n", "utf-8")
        print(f"wrote contracts/snapshots/{name}")


def measure_size() -> dict[str, dict[str, int]]:
    """Bytes of each contract: what the chain keeps, and what is sent to create it."""
    return {
        name: {"runtime": len(artifact.deployed), "creation": len(artifact.creation)}
        for name, artifact in load_artifacts().items()
    }


def measure_gas() -> dict[str, int]:
    """Gas of each act, as its receipt says, by what is done; the chain is one of its own."""
    with AnvilProcess(AnvilSettings(find_anvil(ROOT))) as process:
        scene = Scene(MeasuredChain(process.url, load_artifacts()))
        scene.deploy()
        scene.enrol()
        scene.anchor()
        scene.attest()
        score = ScoreScene(scene)
        score.deploy()
        score.enrol()
        score.adopt()
        score.attest()
        score.qualify()
        score.repair()
        models = ModelScene(scene)
        models.deploy()
        models.record()
        scene.disown()
        return scene.chain.gas


if __name__ == "__main__":
    main()
