"""The wheel carries what the code reads at run time, and nothing that merely lies beside it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.required import skip_or_fail

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("evidence", "spc", "lake", "scoring", "rca", "nocode", "node", "federated", "sandbox", "contracts/generated")
READ = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import evidence.schema, lake.mapping, nocode.reader, scoring.policy_reader
from node.chain import artifacts
from node.records.sql import SqlRecords
modules = [artifacts, evidence.schema, lake.mapping, nocode.reader, scoring.policy_reader]
SqlRecords.open(Path(sys.argv[2])).close()
print(json.dumps({
    "places": [module.__file__ for module in modules],
    "contracts": sorted(artifacts.load_artifacts()),
    "schemas": [schema.id for schema in evidence.schema.versions()],
    "mapping": lake.mapping._validator().schema["title"],
    "policy": scoring.policy_reader.published("first-2026").name,
    "flow": nocode.reader.shipped(nocode.reader.SHIPPED[0]) is not None,
}))
"""


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, timeout=500)


def pip(*arguments: str | Path) -> None:
    done = run(sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments)
    if done.returncode != 0:
        skip_or_fail(f"pip {arguments[0]} failed: {done.stderr[-800:]}")


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    listed = run("git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard")
    return [line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, tracked: list[str]) -> Path:
    """The folder into which the wheel of a copy of this checkout is installed."""
    place = tmp_path_factory.mktemp("wheel")
    source, target = place / "source", place / "installed"
    for name in tracked:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, source / name)
    # What lies in a checkout that was worked in, and must stay there.
    for beside in ("node_modules/some-package/index.json", "demo-data/node.json"):
        (source / beside).parent.mkdir(parents=True)
        (source / beside).write_text("{}")
    pip("wheel", "--quiet", "--no-deps", "--wheel-dir", place, source)
    (wheel,) = place.glob("*.whl")
    pip("install", "--quiet", "--no-deps", "--no-index", "--no-compile", "--target", target, wheel)
    return target


def test_the_wheel_holds_every_file_of_every_room_as_it_is_here(installed: Path, tracked: list[str]) -> None:
    wanted = [name for name in tracked if name.startswith(tuple(f"{room}/" for room in ROOMS))]
    wanted = [name for name in wanted if Path(name).suffix in (".py", ".json", ".md")]
    assert len(wanted) > 200
    assert [name for name in wanted if not (installed / name).is_file()] == []
    assert all((installed / name).read_bytes() == (ROOT / name).read_bytes() for name in wanted)


def test_the_wheel_holds_nothing_else(installed: Path) -> None:
    folders = {path.name for path in installed.iterdir()}
    strangers = folders - {room.split("/")[0] for room in ROOMS} - {"bin"}
    assert [name for name in strangers if not name.endswith(".dist-info")] == []
    assert {path.name for path in (installed / "contracts").iterdir()} == {"generated"}


def test_an_installed_copy_reads_its_own_data(installed: Path, tmp_path: Path) -> None:
    # Isolated, in an empty folder: nothing of this checkout may help.
    done = subprocess.run(
        [sys.executable, "-I", "-c", READ, str(installed), str(tmp_path / "node.db")],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert all(Path(place).is_relative_to(installed) for place in found["places"])
    assert {"MemberRegistry", "EvidenceLog", "EAS"} <= set(found["contracts"])
    assert "credence:delivery:1" in found["schemas"]
    assert found["policy"] == "first-2026" and found["flow"] and found["mapping"]
