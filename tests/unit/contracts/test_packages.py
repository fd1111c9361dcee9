"""The npm side is pinned, small, and names no registry."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.required import skip_or_fail
from tests.unit.contracts.conftest import NODE_PATH, ROOT
from tools.lock_platforms import complete, missing


def load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / name).read_text("utf-8"))
    return content


def test_the_lock_file_names_no_registry() -> None:
    text = (ROOT / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in text
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text("utf-8").splitlines()


def test_every_locked_package_has_an_integrity_unless_it_is_a_build_for_another_system() -> None:
    packages = load("package-lock.json")["packages"]
    for name, entry in packages.items():
        assert not name or "integrity" in entry or (entry["optional"] and entry["os"] and entry["cpu"]), name


def test_the_lock_file_knows_every_system_so_that_npm_ci_takes_it() -> None:
    lock = load("package-lock.json")
    assert missing(lock["packages"]) == {}
    assert complete(lock) == lock


def test_a_build_for_another_system_is_locked_to_that_system_and_version() -> None:
    lock = {"packages": {"node_modules/edr": {"optionalDependencies": {"@x/edr-linux-arm64-musl": "0.22.0"}}}}
    added = complete(lock)["packages"]["node_modules/@x/edr-linux-arm64-musl"]
    assert added == {
        "version": "0.22.0",
        "cpu": ["arm64"],
        "os": ["linux"],
        "libc": ["musl"],
        "dev": True,
        "optional": True,
    }


@pytest.mark.node_js
def test_npm_finds_package_and_lock_file_in_step(tmp_path: Path) -> None:
    npm = shutil.which("npm", path=NODE_PATH)
    if npm is None:
        skip_or_fail("npm is not here: run make setup")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, tmp_path)
    options = ["--dry-run", "--offline", "--ignore-scripts", "--cache", str(tmp_path / "cache")]
    done = subprocess.run(
        [npm, "ci", *options],
        cwd=tmp_path,
        env={**os.environ, "PATH": NODE_PATH},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_tool_chain_is_pinned_and_nothing_else_is_in_it() -> None:
    package = load("package.json")
    assert set(package["devDependencies"]) == {"@foundry-rs/anvil", "@openzeppelin/contracts", "hardhat", "solc"}
    assert all(version[0].isdigit() for version in package["devDependencies"].values())
    assert "dependencies" not in package


def test_compiler_and_settings_are_named_in_one_place() -> None:
    assert load("contracts/compiler.json")["version"] == load("package.json")["devDependencies"]["solc"]
