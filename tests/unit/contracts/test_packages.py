"""The npm side is pinned, small, and names no registry."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.contracts.conftest import ROOT


def load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / name).read_text("utf-8"))
    return content


def test_the_lock_file_names_no_registry() -> None:
    text = (ROOT / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in text
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text("utf-8").splitlines()


def test_every_locked_package_has_an_integrity() -> None:
    packages = load("package-lock.json")["packages"]
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_the_tool_chain_is_pinned_and_nothing_else_is_in_it() -> None:
    package = load("package.json")
    assert set(package["devDependencies"]) == {"@foundry-rs/anvil", "@openzeppelin/contracts", "hardhat", "solc"}
    assert all(version[0].isdigit() for version in package["devDependencies"].values())
    assert "dependencies" not in package


def test_compiler_and_settings_are_named_in_one_place() -> None:
    assert load("contracts/compiler.json")["version"] == load("package.json")["devDependencies"]["solc"]
