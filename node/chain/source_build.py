"""Compiles the contracts from source, from Python: what `credence audit contracts` compares a chain with.

The compiler is the WebAssembly one from npm, driven by py-solc-x through `tools/solc`. Source names, remappings and
settings are those of Hardhat, so both give the same bytes.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evidence.errors import MalformedError, StorageError, ToolMissingError

REPOSITORY: Final = Path(__file__).resolve().parents[2]
_OPENZEPPELIN: Final = "@openzeppelin/contracts/"
_IMPORT: Final = re.compile(r'^\s*(?:import|}\s*from|import\s+[^;]*?from)\s+"([^"]+)"\s*;', re.MULTILINE)
_NO_CHECKOUT: Final = "Run this from a checkout of the repository: an installed package does not bring the sources."
_OUTPUTS: Final = (
    "abi",
    "evm.bytecode.object",
    "evm.deployedBytecode.object",
    "evm.deployedBytecode.immutableReferences",
    "evm.methodIdentifiers",
    "storageLayout",
)


@dataclass(frozen=True, slots=True)
class CompiledContract:
    """One contract as the compiler gives it.

    `source` is its path below the repository root; `immutables` are (offset, length) pairs in `deployed_bytecode` that
    the constructor fills in; `method_ids` maps signatures to 8 hex digits; `storage_layout` and `abi` are solc's JSON.
    """

    name: str
    source: str
    abi: tuple[Mapping[str, Any], ...]
    bytecode: bytes
    deployed_bytecode: bytes
    immutables: tuple[tuple[int, int], ...]
    storage_layout: Mapping[str, Any]
    method_ids: Mapping[str, str]


def compile_sources(root: Path = REPOSITORY) -> dict[str, CompiledContract]:
    """Compile every deployable contract below `contracts/src`, by name.

    Args:
        root: the repository, with `contracts/` and, after `make setup`, `node_modules/`.
    Raises:
        ToolMissingError: the compiler, Node or OpenZeppelin's sources are not installed.
        MalformedError: the sources do not compile.
        StorageError: a source cannot be read.
    """
    output = _run_compiler(compiler_input(root), root / "tools" / "solc")
    compiled = {}
    for source, contracts in output["contracts"].items():
        if not source.startswith("project/"):
            continue
        for name, parts in contracts.items():
            if parts["evm"]["bytecode"]["object"] and Path(source).stem == name:
                compiled[name] = _contract(name, source.removeprefix("project/"), parts)
    return {name: contract for name, contract in compiled.items() if not _is_library(contract)}


def compiler_input(root: Path = REPOSITORY) -> dict[str, Any]:
    """The standard JSON input that Hardhat would give the compiler for the same sources; errors as compile_sources."""
    project = root / "contracts"
    try:
        settings = json.loads((project / "compiler.json").read_text("utf-8"))["settings"]
        sources = {
            f"project/{path.relative_to(root).as_posix()}": path.read_text("utf-8")
            for path in sorted((project / "src").rglob("*.sol"))
        }
    except OSError as error:
        raise ToolMissingError(f"{error.filename} cannot be read: {error.strerror}", advice=_NO_CHECKOUT) from error
    if not sources:
        raise ToolMissingError(f"there are no contracts below {project / 'src'}", advice=_NO_CHECKOUT)
    prefix = f"npm/{_OPENZEPPELIN[:-1]}@{_openzeppelin_version(root)}/"
    _add_imports(sources, root / "node_modules" / _OPENZEPPELIN, prefix)
    return {
        "language": "Solidity",
        "sources": {name: {"content": content} for name, content in sorted(sources.items())},
        "settings": {
            **settings,
            "outputSelection": {"*": {"*": list(_OUTPUTS)}},
            "remappings": [f"project/:{_OPENZEPPELIN}={prefix}"],
        },
    }


def _openzeppelin_version(root: Path) -> str:
    package = root / "node_modules" / _OPENZEPPELIN / "package.json"
    try:
        return str(json.loads(package.read_text("utf-8"))["version"])
    except OSError as error:
        raise ToolMissingError("OpenZeppelin's contracts are not installed in node_modules") from error


def _add_imports(sources: dict[str, str], package: Path, prefix: str) -> None:
    """Add to `sources`, under `prefix`, every file of `package` that they import, directly or not."""
    waiting = list(sources)
    while waiting:
        name = waiting.pop()
        for target in _IMPORT.findall(sources[name]):
            if target.startswith(_OPENZEPPELIN):
                found = prefix + target.removeprefix(_OPENZEPPELIN)
            elif target.startswith("."):
                found = _joined(name, target)
            else:
                raise MalformedError(f"{name} imports {target}, which is neither ours nor OpenZeppelin's")
            if found in sources:
                continue
            if not found.startswith(prefix):
                raise MalformedError(f"{name} imports {target}, which is not there")
            try:
                sources[found] = (package / found.removeprefix(prefix)).read_text("utf-8")
            except OSError as error:
                raise StorageError(f"{name} imports {target}, which cannot be read: {error.strerror}") from error
            waiting.append(found)


def _joined(name: str, target: str) -> str:
    parts = name.split("/")[:-1]
    for step in target.split("/"):
        if step == "..":
            parts.pop()
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def _run_compiler(standard_input: Mapping[str, Any], program: Path) -> dict[str, Any]:
    import solcx  # late: it is needed for audits only, and looks for other compilers when it is imported
    from solcx.exceptions import SolcError

    try:
        output: dict[str, Any] = solcx.compile_standard(dict(standard_input), solc_binary=program)
    except SolcError as error:
        raise MalformedError(f"the contracts do not compile: {error.message}") from error
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise ToolMissingError(
            "the Solidity compiler does not run: Node.js or the npm package solc is missing"
        ) from error
    return output


def _contract(name: str, source: str, parts: Mapping[str, Any]) -> CompiledContract:
    deployed = parts["evm"]["deployedBytecode"]
    return CompiledContract(
        name=name,
        source=source,
        abi=tuple(parts["abi"]),
        bytecode=bytes.fromhex(parts["evm"]["bytecode"]["object"]),
        deployed_bytecode=bytes.fromhex(deployed["object"]),
        immutables=tuple(
            sorted(
                (place["start"], place["length"])
                for places in deployed.get("immutableReferences", {}).values()
                for place in places
            )
        ),
        storage_layout=parts.get("storageLayout", {}),
        method_ids=parts["evm"]["methodIdentifiers"],
    )


def _is_library(contract: CompiledContract) -> bool:
    return "/libraries/" in contract.source or "/types/" in contract.source
