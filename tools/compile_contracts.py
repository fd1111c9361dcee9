"""Writes contracts/generated/: what Python needs of the contracts, so that a node runs without a compiler.

Run `python -m tools.compile_contracts` after any change below contracts/src; a test compares.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from node.chain.source_build import REPOSITORY, CompiledContract, compile_sources

GENERATED = REPOSITORY / "contracts" / "generated"


def main() -> None:
    """Compile and write one file per contract."""
    GENERATED.mkdir(exist_ok=True)
    for name, text in render(compile_sources()).items():
        (GENERATED / name).write_text(text, "utf-8")
        print(f"wrote contracts/generated/{name}")


def render(contracts: dict[str, CompiledContract]) -> dict[str, str]:
    """File names and their text, for the contracts given."""
    return {f"{name}.json": json.dumps(_artifact(contract), indent=1) + "\n" for name, contract in contracts.items()}


def _artifact(contract: CompiledContract) -> dict[str, Any]:
    compiler = json.loads((Path(REPOSITORY) / "contracts" / "compiler.json").read_text("utf-8"))
    return {
        "contractName": contract.name,
        "sourceName": contract.source,
        "compiler": compiler,
        "abi": list(contract.abi),
        "bytecode": "0x" + contract.bytecode.hex(),
        "deployedBytecode": "0x" + contract.deployed_bytecode.hex(),
        "immutableReferences": [list(place) for place in contract.immutables],
        "methodIdentifiers": dict(contract.method_ids),
        "storageLayout": [
            {
                "label": slot["label"],
                "slot": int(slot["slot"]),
                "offset": slot["offset"],
                # The label and not the id, which changes with every unrelated edit.
                "type": contract.storage_layout["types"][slot["type"]]["label"],
            }
            for slot in contract.storage_layout["storage"]
        ],
    }


if __name__ == "__main__":
    main()
