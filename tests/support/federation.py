"""A whole federation on this machine: a steward's folder and the federated folders of some plants, ready to start."""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import federated.specs
from evidence.canonical import encode
from evidence.encoding import hex0x_encode
from federated.flower.supernode import PlantHome
from federated.learning.spec import FeatureSpec, read
from federated.pin import code_hash
from federated.secagg.identity import FederatedKey
from federated.secagg.registry import MemberKey, Registry
from federated.steward.settings import LOOPBACK, StewardHome
from tests.support.secagg import org

SPEC = Path(federated.specs.__file__).parent / "milling-failure.json"
REPOSITORY = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def process_rows(rows: int, seed: int, spec: FeatureSpec) -> list[list[str]]:
    """Milling data in the likeness of AI4I 2020: wear, torque and speed decide about failure."""
    rng = np.random.default_rng(seed)
    air = rng.normal(300, 2, rows)
    values = {
        "air-temperature": air,
        "process-temperature": air + rng.normal(10, 1, rows),
        "rotational-speed": np.clip(rng.normal(1540, 180, rows), 1170, 2880),
        "torque": np.clip(rng.normal(40, 10, rows), 4, 76),
        "tool-wear": rng.uniform(0, 250, rows),
    }
    strain = values["torque"] * values["tool-wear"]
    risk = 1 / (1 + np.exp(-(strain - 9_500) / 900))
    bad = (rng.uniform(size=rows) < risk).astype(int)
    header = [f"{column.name} [{column.unit}]" for column in spec.columns] + [spec.label]
    body = [[f"{values[column.name][i]:.3f}" for column in spec.columns] + [str(bad[i])] for i in range(rows)]
    return [header, *body]


class SmallFederation:
    """Folders under `folder`: `steward/`, `plants/0` ... ; processes are started and stopped one by one."""

    def __init__(self, folder: Path, number: int, rows: int = 400) -> None:
        self.folder, self.number = folder, number
        # Processes run a copy of the code: the pin would rightly stop a node when somebody edits a file meanwhile.
        self.code = folder / "code"
        for room in ("evidence", "federated", "lake", "scoring"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(REPOSITORY / room, self.code / room, ignore=ignored)
        self.steward = StewardHome(folder / "steward", free_port(), free_port(), LOOPBACK, free_port())
        self.steward.save()
        keys = [FederatedKey.generate() for _ in range(number)]
        registry = Registry(tuple(MemberKey(org(place), key.public, 1) for place, key in enumerate(keys)))
        registry.write(self.steward.folder / "federation.json")
        shutil.copy(SPEC, self.steward.folder / "spec.json")
        self.plants: list[PlantHome] = []
        for place, key in enumerate(keys):
            home = PlantHome(folder / "plants" / str(place))
            home.folder.mkdir(parents=True)
            (home.folder / "key.pem").write_bytes(key.pem())
            registry.write(home.folder / "federation.json")
            shutil.copy(SPEC, home.folder / "spec.json")
            settings = {"org": str(org(place)), "superlink": f"{LOOPBACK}:{self.steward.fleet_port}"}
            (home.folder / "settings.json").write_text(
                json.dumps({**settings, "spec": "spec.json", "data": "rows.csv"})
            )
            with (home.folder / "rows.csv").open("w", newline="") as file:
                csv.writer(file).writerows(process_rows(rows, place, read(SPEC)))
            (home.folder / "pin.json").write_bytes(encode({"code": hex0x_encode(code_hash(self.code / "federated"))}))
            self.plants.append(home)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @contextmanager
    def running(self, **environ: str) -> Iterator[SmallFederation]:
        """The steward and all SuperNodes; stopped at the end, whatever happens."""
        try:
            self.start_steward(**environ)
            for place in range(self.number):
                shutil.copy(self.steward.tls("ca.crt"), self.plants[place].folder / "ca.crt")
                self.start_node(place, **environ)
            yield self
        finally:
            for process in self.processes.values():
                process.terminate()
            for process in self.processes.values():
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def start_steward(self, **environ: str) -> None:
        """Start the steward and wait until it answers."""
        self._start("steward", ["-m", "federated.steward", "--home", str(self.steward.folder)], environ)
        self.until(lambda: self.get("/v1/status") is not None, 90, "the steward answers")

    def start_node(self, place: int, **environ: str) -> None:
        """Start a plant's SuperNode."""
        home = str(self.plants[place].folder)
        self._start(f"node{place}", ["-m", "federated.flower.supernode", "--home", home], environ)

    def kill(self, name: str) -> None:
        """kill -9."""
        self.processes[name].kill()
        self.processes[name].wait()

    def get(self, path: str, body: Mapping[str, Any] | None = None, *, post: bool = False) -> Any:
        """Ask the steward; None when it does not listen yet."""
        data = json.dumps(body or {}).encode() if post else None
        request = urllib.request.Request(f"http://{LOOPBACK}:{self.steward.port}{path}", data=data)
        request.add_header("Authorization", f"Bearer {self.steward.token}")
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read()) from error
        except OSError:
            return None

    def start_run(self, **wishes: Any) -> str:
        """Start a run; its name."""
        return str(self.get("/v1/runs", {"parties": 8, "hop_ms": 8_000, **wishes}, post=True)["name"])

    def until(self, condition: Any, seconds: float, what: str) -> None:
        """Wait for a condition, or fail with the logs."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.1)
        logs = "\n".join(
            f"== {path}\n{path.read_text(errors='replace')[-2500:]}" for path in self.folder.rglob("*.log")
        )
        raise AssertionError(f"never: {what}\n{logs}")

    def _start(self, name: str, arguments: list[str], environ: Mapping[str, str]) -> None:
        path = os.pathsep.join(part for part in (environ.get("PYTHONPATH", ""), str(self.code)) if part)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={**os.environ, **environ, "PYTHONPATH": path},
            )
