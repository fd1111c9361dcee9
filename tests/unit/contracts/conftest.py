"""A chain with every contract on it, for tests of what the Solidity tests cannot see."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.chain.anvil import AnvilProcess, AnvilSettings
from node.chain.artifacts import load_artifacts
from node.chain.source_build import CompiledContract, compile_sources
from tests.support.anvil import anvil_binary
from tests.support.required import skip_or_fail
from tools.snapshot_chain import MeasuredChain
from tools.snapshot_scene import Scene

ROOT = Path(__file__).resolve().parents[3]
NODE_PATH = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """The contracts deployed, the members of `Scene` enrolled."""
    with AnvilProcess(AnvilSettings(anvil_binary())) as process:
        scene = Scene(MeasuredChain(process.url, load_artifacts()))
        scene.deploy()
        scene.enrol()
        yield scene


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """What `npm ci` installed."""
    folder = ROOT / "node_modules"
    if not (folder / "hardhat").is_dir() or shutil.which("node", path=NODE_PATH) is None:
        skip_or_fail("Node.js or node_modules is not here: run make setup")
    return folder


@pytest.fixture(scope="session")
def compiled(node_modules: Path) -> dict[str, CompiledContract]:
    """The contracts of this checkout, compiled now."""
    return compile_sources()
