"""A real federation: SuperLink, steward and four SuperNodes as processes over TLS, watched from the outside."""

from __future__ import annotations

import csv
import os
import re
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest

from federated import task
from federated.audit import recompute
from federated.learning import drift
from federated.learning.spec import read
from federated.plant_data import read_table
from federated.secagg.registry import Registry, read_registry
from federated.steward.settings import LOOPBACK
from federated.store import RunStore
from tests.support.canary import files_with, found_in
from tests.support.federation import SPEC, SmallFederation, process_rows
from tests.support.secagg import org

CANARIES = (43.718293, 17.650439, 61.294857)
SPY = Path(__file__).resolve().parents[1] / "support" / "spy"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallFederation]:
    folder = tmp_path_factory.mktemp("federation")
    (folder / "spy").mkdir()
    made = SmallFederation(folder, 4)
    for place, home in enumerate(made.plants):
        rows = process_rows(120, place, read(SPEC))
        column = rows[0].index("torque [N.m]")
        for number, row in enumerate(rows[1:]):
            row[column] = repr(CANARIES[number % len(CANARIES)])
        with (home.folder / "rows.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    with made.running(PYTHONPATH=str(SPY), SPY_FOLDER=str(folder / "spy")):
        yield made


@pytest.fixture(scope="module")
def finished(federation: SmallFederation) -> str:
    """A run of three rounds, ended."""
    name = federation.start_run(rounds=3, hop_ms=30_000, train={"epochs": 1}, drift_every=1)
    wait_for(federation, name)
    return name


def wait_for(federation: SmallFederation, name: str, *, state: str = "finished", seconds: float = 300) -> None:
    federation.until(lambda: federation.get(f"/v1/runs/{name}")["state"] == state, seconds, f"the run is {state}")


def test_the_run_ends_with_every_party_and_is_recomputed_to_the_last_bit(
    federation: SmallFederation, finished: str
) -> None:
    shown = federation.get(f"/v1/runs/{finished}")
    assert shown["done"] == 3 and shown["newest"]["parties"] == sorted(str(org(place)) for place in range(4))
    assert recompute(federation.steward.runs / finished)["rounds"] == 3


def test_the_counts_of_a_round_are_the_exact_sums_of_the_plants_rows(
    federation: SmallFederation, finished: str
) -> None:
    agreed = read(SPEC)
    counts = {}
    for place, home in enumerate(federation.plants):
        rows = task.load(task.Task(agreed), partial(read_table, home.folder / "rows.csv"))
        counts[str(org(place))] = np.array(drift.counts(rows, len(agreed.features))).ravel()
    store = RunStore(federation.steward.runs / finished)
    for record in store.rounds():
        # A node that comes up late is in from the second round on.
        wanted = np.sum([counts[name] for name in record.contributors], axis=0)
        assert store.sums(record.round).counts.tolist() == wanted.tolist()
    assert federation.get(f"/v1/runs/{finished}/drift")["reason"] == "too-few-rows"
    shares = federation.get(f"/v1/runs/{finished}/contributions")
    assert [one["org"] for one in shares["parties"]] == sorted(counts) and shares["reason"] == "one-bucket"
    assert {one["rounds"] for one in shares["parties"]} <= {2, 3}


def test_no_message_before_encryption_and_no_file_outside_a_plant_holds_a_canary(
    federation: SmallFederation, finished: str
) -> None:
    captured = b"\n".join(path.read_bytes() for path in (federation.folder / "spy").glob("*.plain"))
    assert b"/v1/fleet/push-object" in captured and finished.encode()[:8]
    assert found_in(captured, CANARIES) == set()
    assert files_with(federation.folder, CANARIES, but=[federation.folder / "plants"]) == {}


def test_nothing_leaves_the_machine_and_nothing_is_installed(federation: SmallFederation, finished: str) -> None:
    events = [
        line
        for path in (federation.folder / "spy").glob("*.events")
        for line in path.read_text(errors="replace").splitlines()
    ]
    reached = [line for line in events if line.startswith(("socket.connect", "socket.sendto"))]
    assert len(reached) > 20
    local = re.compile(r"socket\.\w+ \(\(?'(127\.0\.0\.1|::1|/[^']*)'")
    assert [line for line in reached if not local.match(line)] == []
    asked = [line for line in events if line.startswith("socket.getaddrinfo")]
    assert [line for line in asked if not re.search(r"'(127\.0\.0\.1|localhost)'|b'127\.0\.0\.1'", line)] == []
    started = [line for line in events if line.startswith("subprocess.Popen")]
    assert [line for line in started if re.search(r"\b(pip|uv|git)\b", line.lower())] == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/control/list-runs",
        "/v1/control/start-run",
        "/v1/runtime/acquire-task",
        "/v1/fleet/register-node",
        "/v1/fleet/get-fab",
        "/v1/fleet/../control/list-runs",
        "/v1/fleet/%2e%2e/control/list-runs",
        "/v1/fleet/pull-messages?x=/v1/control/list-runs",
        "/docs",
    ],
)
def test_suppliers_reach_the_fleet_calls_and_nothing_else(federation: SmallFederation, path: str) -> None:
    context = ssl.create_default_context(cafile=str(federation.steward.tls("ca.crt")))
    request = urllib.request.Request(f"https://{LOOPBACK}:{federation.steward.fleet_port}{path}", data=b"")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, context=context, timeout=60)
    assert refused.value.code == 404


def test_an_unknown_node_is_not_let_in(federation: SmallFederation) -> None:
    context = ssl.create_default_context(cafile=str(federation.steward.tls("ca.crt")))
    url = f"https://{LOOPBACK}:{federation.steward.fleet_port}/v1/fleet/activate-node"
    request = urllib.request.Request(url, data=b"", headers={"content-type": "application/x-protobuf"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, context=context, timeout=60)
    assert refused.value.code in (401, 412, 415, 422, 426)


def test_the_superlink_itself_listens_on_the_loopback_address_only(federation: SmallFederation) -> None:
    ports = {federation.steward.superlink_port, federation.steward.port}
    steward = psutil.Process(federation.processes["steward"].pid)
    addresses = {
        one.laddr.ip
        for process in (steward, *steward.children(recursive=True))
        for one in process.net_connections(kind="tcp")
        if one.status == psutil.CONN_LISTEN and one.laddr.port in ports
    }
    assert addresses == {LOOPBACK}


def test_without_the_token_the_steward_says_nothing(federation: SmallFederation) -> None:
    for header in ({}, {"Authorization": "Bearer wrong"}):
        request = urllib.request.Request(f"http://{LOOPBACK}:{federation.steward.port}/v1/runs", headers=header)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=60)
        assert refused.value.code == 401


def test_a_superlink_killed_in_a_run_comes_back_and_the_run_goes_on_from_its_checkpoint(
    federation: SmallFederation, finished: str
) -> None:
    name = federation.start_run(rounds=4, hop_ms=30_000, train={"epochs": 1})
    federation.until(lambda: federation.get(f"/v1/runs/{name}")["done"] >= 1, 200, "a round is done")
    steward = psutil.Process(federation.processes["steward"].pid)
    (superlink,) = [one for one in steward.children() if "flower_superlink" in " ".join(one.cmdline())]
    os.kill(superlink.pid, signal.SIGKILL)
    wait_for(federation, name)
    assert federation.get("/v1/status")["superlink_starts"] >= 2
    assert recompute(federation.steward.runs / name)["rounds"] == 4


def test_a_member_goes_and_comes_back_between_rounds_while_every_process_runs_on(
    federation: SmallFederation, finished: str
) -> None:
    everybody = read_registry(federation.steward.folder / "federation.json")
    folders = [federation.steward.folder, *(home.folder for home in federation.plants)]
    running = {name: process.pid for name, process in federation.processes.items()}
    name = federation.start_run(rounds=60, hop_ms=30_000, train={"epochs": 1})
    store = RunStore(federation.steward.runs / name)

    def committee() -> set[str]:
        rounds = store.rounds()
        return {member.org for member in rounds[-1].members} if rounds else set()

    for count in (4, 3, 4):
        for folder in folders:
            Registry(everybody.keys[:count]).write(folder / "federation.json")
        federation.until(lambda count=count: len(committee()) == count, 240, f"{count} are in")  # type: ignore[misc]
    federation.get(f"/v1/runs/{name}/stop", post=True)
    assert running == {name: process.pid for name, process in federation.processes.items()}
    assert all(process.poll() is None for process in federation.processes.values())


def test_a_plant_leaves_and_the_rounds_with_it_are_trained_again_without_it(
    federation: SmallFederation, finished: str
) -> None:
    party = str(org(2))
    told = federation.get(f"/v1/runs/{finished}/leave", {"party": party}, post=True)
    assert (told["first"], told["again"]) == (1, 3)
    federation.until(
        lambda: federation.get(f"/v1/runs/{finished}/leave", {"party": party}, post=True)["state"] == "done",
        60,
        "the leave is carried out",
    )
    wait_for(federation, told["run"])
    found = recompute(federation.steward.runs / told["run"])
    assert found["rounds"] == 3 and found["before"]["left"] == [party]  # type: ignore[index,call-overload]
    store = RunStore(federation.steward.runs / told["run"])
    assert all(one.contributors == {org(0), org(1), org(3)} for one in store.rounds())
    withdrawn = federation.get(f"/v1/runs/{finished}")["withdrawn"]
    assert withdrawn[0]["retrain"] == told["run"] and len(withdrawn[0]["models"]) == 3


def test_a_leak_on_purpose_is_found_by_the_same_detector(federation: SmallFederation, finished: str) -> None:
    spied = federation.folder / "leak"
    spied.mkdir(exist_ok=True)
    federation.kill("node0")
    federation.start_node(0, PYTHONPATH=str(SPY), SPY_FOLDER=str(spied), SPY_LEAK=f"torque {CANARIES[1]}")
    log = federation.folder / "node0.log"
    federation.until(lambda: log.read_text().count("connected to") >= 2, 200, "the leaking node is back")
    name = federation.start_run(rounds=1, hop_ms=30_000, train={"epochs": 1})
    wait_for(federation, name)
    captured = b"\n".join(path.read_bytes() for path in spied.glob("*.plain"))
    assert found_in(captured, CANARIES) == {CANARIES[1]}


def test_a_node_with_other_code_than_it_pinned_does_not_start(federation: SmallFederation) -> None:
    changed = federation.code / "federated" / "trainer.py"
    true = changed.read_bytes()
    try:
        changed.write_bytes(true + b"\n# one more line\n")
        done = subprocess.run(
            [sys.executable, "-m", "federated.flower.supernode", "--home", str(federation.plants[0].folder)],
            capture_output=True,
            timeout=120,
            cwd=federation.folder,
            env={**os.environ, "PYTHONPATH": str(federation.code)},
            check=False,
        )
    finally:
        changed.write_bytes(true)
    assert done.returncode == 3 and b"not the pinned" in done.stderr
