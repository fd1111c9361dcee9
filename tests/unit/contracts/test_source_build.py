"""Compiling from Python says what is wrong, and depends on nothing but the sources."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from evidence.errors import MalformedError, ToolMissingError
from node.chain.source_build import CompiledContract, compile_sources, compiler_input
from tests.unit.contracts.conftest import ROOT

pytestmark = pytest.mark.node_js
SOLC = ROOT / "tools" / "solc"


@pytest.fixture
def checkout(tmp_path: Path, node_modules: Path) -> Path:
    """A copy of what the build reads."""
    shutil.copytree(ROOT / "contracts" / "src", tmp_path / "contracts" / "src")
    shutil.copy(ROOT / "contracts" / "compiler.json", tmp_path / "contracts")
    (tmp_path / "tools").symlink_to(ROOT / "tools")
    (tmp_path / "node_modules").symlink_to(node_modules)
    return tmp_path


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / "contracts" / "src" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_changed_comment_changes_no_byte_and_a_changed_rule_does(
    checkout: Path, compiled: dict[str, CompiledContract]
) -> None:
    edit(checkout, "OrgAccount.sol", "/// @notice Takes ether", "/// @notice Accepts ether")
    edit(checkout, "EvidenceLog.sol", "if (registry.paused()) revert AnchoringPaused();", "")
    after = compile_sources(checkout)
    assert after["EvidenceLog"].deployed_bytecode != compiled["EvidenceLog"].deployed_bytecode
    assert after["OrgAccount"].deployed_bytecode == compiled["OrgAccount"].deployed_bytecode


def test_immutables_are_the_gaps_that_the_constructor_fills(compiled: dict[str, CompiledContract]) -> None:
    account = compiled["OrgAccount"]
    assert account.immutables
    for start, length in account.immutables:
        assert account.deployed_bytecode[start : start + length] == bytes(length)


def test_sources_that_do_not_compile_are_refused_with_the_compilers_words(checkout: Path) -> None:
    edit(checkout, "EvidenceLog.sol", "uint64 oldSize = newest.size;", "uint64 oldSize = newest.sise;")
    with pytest.raises(MalformedError, match="sise"):
        compile_sources(checkout)


@pytest.mark.parametrize("target", ["hardhat/console.sol", "./missing.sol", "../../../etc/passwd.sol"])
def test_an_import_from_elsewhere_is_refused(checkout: Path, target: str) -> None:
    edit(checkout, "EvidenceLog.sol", "import {OrgId}", f'import "{target}";\nimport {{OrgId}}')
    with pytest.raises(MalformedError, match="imports"):
        compiler_input(checkout)


@pytest.mark.parametrize("missing", ["contracts/src", "contracts/compiler.json"])
def test_missing_sources_are_named_as_such(checkout: Path, missing: str) -> None:
    path = checkout / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(ToolMissingError) as caught:
        compiler_input(checkout)
    assert "checkout" in caught.value.advice


def test_missing_node_modules_are_named_as_such(checkout: Path) -> None:
    (checkout / "node_modules").unlink()
    with pytest.raises(ToolMissingError, match="node_modules"):
        compiler_input(checkout)


def test_a_missing_compiler_is_named_as_such(checkout: Path) -> None:
    (checkout / "tools").unlink()
    with pytest.raises(ToolMissingError, match="compiler"):
        compile_sources(checkout)


def run_solc(*options: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(SOLC), *options], input=text, capture_output=True, text=True, timeout=60, check=False)


def test_the_compiler_says_its_version_on_the_second_line(node_modules: Path) -> None:
    first, second = run_solc("--version").stdout.splitlines()
    assert "solc" in first
    assert second.startswith("Version: 0.8.37+commit.")


def test_the_compiler_refuses_options_it_does_not_know(node_modules: Path) -> None:
    done = run_solc("--bin", "x.sol")
    assert done.returncode == 2
    assert "--bin" in done.stderr
    assert done.stdout == ""


def test_the_compiler_prints_all_of_a_long_answer(node_modules: Path) -> None:
    noise = "x" * 300_000
    source = f'{{"language":"Solidity","sources":{{"a.sol":{{"content":"{noise}"}}}},"settings":{{}}}}'
    output = run_solc("--standard-json", text=source).stdout
    assert output.endswith("}")
    assert "ParserError" in output


def test_without_node_the_compiler_says_what_to_do(tmp_path: Path) -> None:
    shutil.copy(SOLC, tmp_path / "solc")
    done = subprocess.run(
        ["/bin/sh", str(tmp_path / "solc"), "--version"],
        env={"PATH": str(tmp_path), "HOME": os.environ.get("HOME", "")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 127
    assert "make setup" in done.stderr
