"""The committed build is the one that the sources give, whoever compiles them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from node.chain.artifacts import MODELS, OWN, SCORE
from node.chain.source_build import CompiledContract
from tests.unit.contracts.conftest import NODE_PATH, ROOT
from tools.compile_contracts import GENERATED, render

pytestmark = pytest.mark.node_js
ALL = {*OWN, *SCORE, *MODELS}


def test_the_generated_files_are_current(compiled: dict[str, CompiledContract]) -> None:
    written = {path.name: path.read_text("utf-8") for path in GENERATED.glob("*.json")}
    assert render(compiled) == written, "run python -m tools.compile_contracts"
    assert set(compiled) == ALL


def test_hardhat_and_py_solc_x_give_the_same_bytes(
    compiled: dict[str, CompiledContract], node_modules: Path, tmp_path: Path
) -> None:
    for name in ("contracts/src", "contracts/compiler.json", "hardhat.config.js", "package.json"):
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    (tmp_path / "node_modules").symlink_to(node_modules)
    hardhat = node_modules / "hardhat" / "dist" / "src" / "cli.js"
    node = shutil.which("node", path=NODE_PATH)
    assert node is not None
    subprocess.run(
        [node, str(hardhat), "build"],
        cwd=tmp_path,
        env={**os.environ, "PATH": NODE_PATH, "HARDHAT_DISABLE_TELEMETRY_PROMPT": "true"},
        check=True,
        capture_output=True,
        timeout=240,
    )
    for name, contract in compiled.items():
        built = json.loads((tmp_path / "artifacts" / contract.source / f"{name}.json").read_text("utf-8"))
        assert built["bytecode"] == "0x" + contract.bytecode.hex()
        assert built["deployedBytecode"] == "0x" + contract.deployed_bytecode.hex()
        assert built["abi"] == list(contract.abi)


def slots(contract: CompiledContract) -> list[tuple[str, int, int]]:
    return [(slot["label"], int(slot["slot"]), slot["offset"]) for slot in contract.storage_layout["storage"]]


def struct(contract: CompiledContract, label: str) -> list[tuple[str, int, int, str]]:
    """Field, slot, byte offset and type of each member of a struct."""
    types = contract.storage_layout["types"]
    members: list[dict[str, Any]] = next(t["members"] for t in types.values() if t["label"] == f"struct {label}")
    return [(m["label"], int(m["slot"]), m["offset"], types[m["type"]]["label"]) for m in members]


def test_storage_lies_where_proofs_look_for_it(compiled: dict[str, CompiledContract]) -> None:
    log, registry = compiled["EvidenceLog"], compiled["MemberRegistry"]
    assert slots(log) == [("_roots", 0, 0), ("_heads", 1, 0), ("registry", 2, 0)]
    assert slots(registry)[:2] == [("_keys", 0, 0), ("_publicKeys", 1, 0)]
    assert struct(log, "Head") == [("size", 0, 0, "uint64"), ("anchoredAt", 0, 8, "uint64"), ("count", 0, 16, "uint64")]
    assert struct(registry, "KeyRecord") == [
        ("org", 0, 0, "OrgId"),
        ("purpose", 1, 0, "uint8"),
        ("validFrom", 1, 1, "uint64"),
        ("retiredAt", 1, 9, "uint64"),
        ("compromisedAt", 1, 17, "uint64"),
    ]


def test_the_log_has_no_owner_and_no_way_to_change(compiled: dict[str, CompiledContract]) -> None:
    log = compiled["EvidenceLog"]
    writes = {e["name"] for e in log.abi if e["type"] == "function" and e["stateMutability"] not in ("view", "pure")}
    assert writes == {"anchor"}
    assert "delegatecall" not in opcodes(log.deployed_bytecode)
    assert "selfdestruct" not in opcodes(log.deployed_bytecode)


def test_no_contract_of_ours_delegates_its_code(compiled: dict[str, CompiledContract]) -> None:
    for contract in compiled.values():
        assert not opcodes(contract.deployed_bytecode) & {"delegatecall", "callcode", "selfdestruct"}


def opcodes(code: bytes) -> set[str]:
    """Which of the opcodes that could replace a contract's code appear in it."""
    dangerous = {0xF2: "callcode", 0xF4: "delegatecall", 0xFF: "selfdestruct"}
    # The compiler's note about itself (CBOR, its length in the last two bytes) is no code.
    code = code[: -2 - int.from_bytes(code[-2:], "big")]
    found, at = set(), 0
    while at < len(code):
        found |= {dangerous[code[at]]} if code[at] in dangerous else set()
        at += 1 + (code[at] - 0x5F if 0x60 <= code[at] <= 0x7F else 0)
    return found


def test_every_solidity_file_fits_on_a_few_screens() -> None:
    for path in (ROOT / "contracts").rglob("*.sol"):
        assert len(path.read_text("utf-8").splitlines()) <= 250, path.name
