"""The rules of the house, checked: import directions, file sizes, lock files, documents."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMITS = {".py": 300, ".sol": 250, ".tsx": 200, ".ts": 300, ".js": 300}
TEST_LIMIT = 400
GENERATED = ("contracts/generated/", "contracts/snapshots/")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


FILES = tracked()


def test_imports_point_inwards() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([str(linter), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-3000:]


def test_every_import_contract_names_a_package_that_exists() -> None:
    roots = re.search(r"root_packages =\n((?: {4}\w+\n)+)", (ROOT / ".importlinter").read_text())
    assert roots
    for package in roots.group(1).split():
        assert (ROOT / package / "__init__.py").exists(), package


def test_no_file_is_longer_than_agreed() -> None:
    long = []
    for path in FILES:
        name = path.relative_to(ROOT).as_posix()
        if path.suffix not in LIMITS or name.startswith(GENERATED):
            continue
        limit = TEST_LIMIT if name.startswith("tests/") and path.suffix == ".py" else LIMITS[path.suffix]
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > limit:
            long.append(f"{name}: {lines} lines, limit {limit}")
    assert not long, long


def test_lock_files_name_no_registry() -> None:
    locks = [path for path in FILES if path.name == "package-lock.json"]
    assert locks
    for lock in locks:
        assert '"resolved"' not in lock.read_text(), lock


def test_npm_projects_keep_registries_out_of_their_locks() -> None:
    for manifest in (path for path in FILES if path.name == "package.json"):
        rules = manifest.with_name(".npmrc")
        assert rules.exists() and "omit-lockfile-registry-resolved=true" in rules.read_text(), manifest


def test_no_path_of_the_builders_machine_is_committed() -> None:
    # Spelled in two halves, so that this file does not find itself.
    banned = (str(Path.home()) + "/.", str(ROOT.parent) + "/", "/." + "library")
    found = []
    for path in FILES:
        if path.suffix in {".png", ".ico", ".woff2"} or path.stat().st_size > 5_000_000:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in banned if word in text]
    assert not found, found


def test_every_folder_of_the_product_tells_its_story() -> None:
    rooms = ["evidence", "contracts", "lake", "scoring", "spc", "nocode", "rca", "federated", "sandbox"]
    packages = [
        *rooms,
        *(
            f"node/{part}"
            for part in ("blobs", "cases", "chain", "outbound", "peers", "records", "services", "signing", "worker")
        ),
    ]
    missing = [package for package in packages if not (ROOT / package / "README.md").exists()]
    assert not missing, missing


def test_torch_is_asked_for_only_as_an_extra() -> None:
    for path in FILES:
        if path.suffix == ".py" and not path.relative_to(ROOT).as_posix().startswith(("federated/", "tests/")):
            assert not re.search(r"^\s*(import|from) torch\b", path.read_text(encoding="utf-8"), re.M), path


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".md"], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_in_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_committed_json_parses() -> None:
    for path in FILES:
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
