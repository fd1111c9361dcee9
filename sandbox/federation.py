"""The stage of the federated demo: a chain with its members, a steward's process, and one SuperNode for every plant."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final

import numpy as np

from evidence.errors import PeerUnreachableError
from evidence.identity import Lei, OrgId, lei_from_prefix, org_id
from evidence.keys import KeyPurpose
from federated.secagg.identity import FederatedKey
from federated.steward.settings import LOOPBACK, StewardHome
from node import keyring
from node import settings as node_settings
from node.bootstrap import first_admin
from node.chain.anvil import AnvilProcess, AnvilSettings, find_anvil
from node.chain.artifacts import load_artifacts
from node.chain.deploy import DeploySettings, deploy
from node.chain.evm_chain import EvmChain, EvmSettings
from node.chain.evm_members import EvmDirectory
from node.chain.evm_models import EvmModels
from node.chain.evm_sender import EvmSender
from node.chain.network_file import read_network
from node.enrolment import address_of, card_of, enrol_member, open_admin
from node.settings import Settings
from node.training.federation_file import write_federation_file
from node.training.http import HttpSteward
from sandbox.milling import write_rows

REPOSITORY: Final = Path(__file__).resolve().parents[1]
SPEC: Final = REPOSITORY / "federated" / "specs" / "milling-failure.json"
GAS_MONEY: Final = 10**21
READY_S: Final = 120.0
PLANTS: Final = ("Press shop", "Gear works", "Housing line", "Spindle maker")
STRENGTHS: Final = (10_500.0, 11_500.0, 12_500.0, 11_500.0)
Say = Callable[[str], None]


@dataclass(slots=True)
class Plant:
    """A supplier with its federated folder and the process of its SuperNode."""

    name: str
    lei: Lei
    home: Path
    process: subprocess.Popen[bytes] | None = None


@dataclass(slots=True)
class Federation:
    """Everything that runs; what it built stays on disk. `close` stops all of it and MAY be called twice."""

    home: Path
    say: Say
    rows: int = 1_500
    plants: list[Plant] = field(default_factory=list)
    org: OrgId = field(default_factory=lambda: OrgId(b""))
    _stack: ExitStack = field(default_factory=ExitStack)
    _steward: subprocess.Popen[bytes] | None = None
    _rpc_url: str = ""

    @property
    def auditor(self) -> Path:
        """The home of the node that records and audits."""
        return self.home / "node"

    @property
    def settings(self) -> StewardHome:
        """The steward's folder and ports."""
        return StewardHome.load(self.home / "steward")

    def steward(self) -> HttpSteward:
        """The steward as the node sees it."""
        settings = self.settings
        return HttpSteward(f"http://{LOOPBACK}:{settings.port}", settings.folder / "steward.token")

    def models(self) -> EvmModels:
        """The ledger, with the recording organisation's anchor key."""
        chain = self._chain()
        return EvmModels(chain, EvmSender(chain, keyring.load(node_settings.load(self.auditor, {}).keys).anchor))

    def open(self) -> None:
        """Chain, contracts, members, keys, steward, SuperNodes, in this order."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.say("starting the chain (anvil) and deploying the contracts")
        chain = AnvilProcess(AnvilSettings(find_anvil(REPOSITORY), state=self.home / "chain" / "state.json"))
        self._stack.enter_context(chain)
        self._rpc_url = chain.url
        admin = secrets.token_bytes(32)
        chain.fund(address_of(admin), GAS_MONEY)
        deploy(DeploySettings(chain.url, "federation", poll_s=0.05), admin, self._network, load_artifacts())
        self.say("enrolling the members and registering their P-384 keys")
        self._enrol(chain, admin)
        self.say("starting the steward: SuperLink, door and worker")
        StewardHome(self.home / "steward", free_port(), free_port(), LOOPBACK, free_port()).save()
        self._write_files()
        self._start_steward()
        for plant in self.plants:
            shutil.copy(self.settings.tls("ca.crt"), plant.home / "ca.crt")
            self.start(plant)
        self.say(f"starting {len(self.plants)} SuperNodes")

    def start(self, plant: Plant) -> None:
        """Start a plant's SuperNode."""
        plant.process = self._python(plant.home / "supernode.log", "federated.flower.supernode", plant.home)

    def connections(self, plant: Plant) -> int:
        """How often its SuperNode has connected so far."""
        return (plant.home / "supernode.log").read_text(errors="replace").count("connected to")

    def kill(self, plant: Plant) -> None:
        """kill -9."""
        if plant.process is not None:
            plant.process.kill()
            plant.process.wait()
            plant.process = None

    def close(self) -> None:
        """Stop SuperNodes, steward and chain."""
        for process in (*(plant.process for plant in self.plants), self._steward):
            if process is not None:
                process.terminate()
        for process in (*(plant.process for plant in self.plants), self._steward):
            if process is not None:
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self._steward = None
        self._stack.close()

    def __enter__(self) -> Federation:
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _network(self) -> Path:
        return self.home / "network.json"

    def _chain(self) -> EvmChain:
        return EvmChain(EvmSettings(self._rpc_url, read_network(self._network), poll_s=0.05), load_artifacts())

    def _enrol(self, chain: AnvilProcess, admin: bytes) -> None:
        gate = open_admin(self._rpc_url, self._network, admin)
        self.auditor.mkdir(parents=True, exist_ok=True)
        settings = Settings(
            home=self.auditor,
            lei=lei_from_prefix("FEDSTEWARD00000000"),
            name="Core enterprise",
            rpc_url=self._rpc_url,
            network=self._network.resolve(),
            port=free_port(),
        )
        node_settings.save(settings)
        keyring.create(settings.keys, os.urandom)
        first_admin(settings)
        keys = keyring.load(settings.keys)
        for secret in (keys.anchor, keys.attest):
            chain.fund(address_of(secret), GAS_MONEY)
        enrol_member(gate, card_of(settings, keys), ("purchaser", "scorer"))
        self.org = org_id(Lei(settings.lei))
        EvmModels(self._chain(), EvmSender(self._chain(), admin)).set_steward(self.org, True)
        for place, name in enumerate(PLANTS):
            plant = Plant(name, lei_from_prefix(f"FEDPLANT{place:010d}"), self.home / "plants" / str(place))
            plant.home.mkdir(parents=True, exist_ok=True)
            key = FederatedKey.generate()
            write_secret(plant.home / "key.pem", key.pem())
            org = gate.enrol(plant.lei, name, "", ("supplier",))
            gate.register_key(org, KeyPurpose.FEDERATED, key.public.sec1, int(time.time()) - 60)
            self.plants.append(plant)

    def _write_files(self) -> None:
        directory, settings = EvmDirectory(self._chain()), self.settings
        write_federation_file(settings.folder / "federation.json", directory)
        shutil.copy(SPEC, settings.folder / "spec.json")
        for place, plant in enumerate(self.plants):
            # Every plant's own node writes its file from its own view of the chain.
            write_federation_file(plant.home / "federation.json", directory)
            shutil.copy(SPEC, plant.home / "spec.json")
            rng = np.random.default_rng(place)
            write_rows(plant.home / "rows.csv", self.rows, rng, strength=STRENGTHS[place])
            address = f"{LOOPBACK}:{settings.fleet_port}"
            told = {"org": str(plant.lei), "superlink": address, "spec": "spec.json", "data": "rows.csv"}
            (plant.home / "settings.json").write_text(json.dumps(told))
            self._run("federated.flower.supernode", "--home", str(plant.home), "--pin")

    def _start_steward(self) -> None:
        self._steward = self._python(self.home / "steward.log", "federated.steward", self.settings.folder)
        end = time.monotonic() + READY_S
        while time.monotonic() < end and self._steward.poll() is None:
            try:
                self.steward().status()
                return
            except PeerUnreachableError:
                time.sleep(0.2)
        tail = (self.home / "steward.log").read_text(errors="replace")[-1500:]
        raise PeerUnreachableError(f"The steward did not get ready:\n{tail}", advice="See steward/superlink.log too.")

    def _python(self, log: Path, module: str, home: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as file:
            return subprocess.Popen(
                [sys.executable, "-m", module, "--home", str(home)],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    def _run(self, module: str, *arguments: str) -> None:
        subprocess.run([sys.executable, "-m", module, *arguments], check=True, timeout=READY_S)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def write_secret(path: Path, data: bytes) -> None:
    """A new file that its owner alone may read."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
