"""The stage of the demo: an embedded chain, contracts, seven enrolled members, and their running nodes."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from evidence.clock import utc_now
from evidence.errors import PeerUnreachableError
from evidence.identity import org_id
from node import keyring
from node import settings as node_settings
from node.bootstrap import first_admin
from node.chain.anvil import AnvilProcess, AnvilSettings, find_anvil
from node.chain.artifacts import load_artifacts
from node.chain.deploy import DeploySettings, deploy
from node.chain.evm_chain import EvmChain, EvmSettings
from node.chain.evm_repairs import EvmAccreditations
from node.chain.evm_sender import EvmSender
from node.chain.network_file import read_network
from node.chain.port_policies import VotingTerms
from node.enrolment import address_of, card_of, enrol_member, open_admin, write_card
from node.services.accredit import AccreditBody
from node.services.scopes import SCOPES, scope_id
from node.settings import Settings
from sandbox.cast import FIRST_PORT, Player, cast

REPOSITORY = Path(__file__).resolve().parents[1]
GAS_MONEY = 10**21
"""1,000 of the chain's coin for every key that sends transactions: it buys gas on this chain and nothing else."""
READY_S = 120.0
HEARTBEAT_S = 5
VOTING = VotingTerms(delay_s=1, period_s=10, quorum_percent=50, timelock_s=1)
"""Seconds instead of days: nobody waits a week for a demo."""

Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(slots=True)
class Actor:
    """A player with its node's folder, address and process."""

    player: Player
    home: Path
    url: str
    process: subprocess.Popen[bytes] | None = None


@dataclass(slots=True)
class Stage:
    """Everything that runs; `close` stops it in order, and what it had built stays on disk for the next time."""

    home: Path
    say: Say
    first_port: int = FIRST_PORT
    actors: dict[str, Actor] = field(default_factory=dict)
    rpc_url: str = ""
    mine: Callable[[], None] = lambda: None
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def network(self) -> Path:
        """The network file."""
        return self.home / "network.json"

    def open(self) -> None:
        """Start the chain, deploy, enrol and start all nodes; each step goes on from where an earlier run stopped."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.say("starting the chain (anvil)")
        state = self.home / "chain" / "state.json"
        chain = AnvilProcess(AnvilSettings(find_anvil(REPOSITORY), state=state, heartbeat_s=HEARTBEAT_S))
        self._stack.enter_context(chain)
        self.mine = chain.mine
        self.rpc_url = chain.url
        admin = self._admin_secret()
        chain.fund(address_of(admin), GAS_MONEY)
        self.say("deploying the contracts")
        terms = DeploySettings(self.rpc_url, "sandbox", poll_s=0.05, voting=VOTING)
        deploy(terms, admin, self.network, load_artifacts())
        self.say("enrolling seven members")
        gate = open_admin(self.rpc_url, self.network, admin)
        ports = self._ports()
        for player in cast():
            actor = self._prepare(player, ports[player.key])
            settings = node_settings.load(actor.home, {})
            keys = keyring.load(settings.keys)
            card = card_of(settings, keys)
            write_card(actor.home / "member.json", card)
            for secret in (keys.anchor, keys.attest):
                chain.fund(address_of(secret), GAS_MONEY)
            enrol_member(gate, card, player.roles)
            gate.set_endpoint(gate.enrol(card.lei, card.name, card.endpoint, player.roles), card.endpoint)
            self.actors[player.key] = actor
        self._accredit(admin)
        self.say("starting seven nodes")
        for actor in self.actors.values():
            self._start(actor)
        for actor in self.actors.values():
            self._await(actor)

    def keep(self, running: AbstractContextManager[T]) -> T:
        """Let something run beside the nodes until the stage closes."""
        return self._stack.enter_context(running)

    def close(self) -> None:
        """Stop nodes, then the chain; MAY be called twice."""
        for actor in self.actors.values():
            if actor.process is not None and actor.process.poll() is None:
                actor.process.send_signal(signal.SIGTERM)
        for actor in self.actors.values():
            if actor.process is not None:
                try:
                    actor.process.wait(40)
                except subprocess.TimeoutExpired:
                    actor.process.kill()
                    actor.process.wait()
                actor.process = None
        self._stack.close()

    def __enter__(self) -> Stage:
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

    def _accredit(self, admin: bytes) -> None:
        """The consortium's accreditor lets the inspection body co-sign repairs, for a year."""
        body = next(player for player in cast() if "accredited-body" in player.roles)
        chain = EvmChain(EvmSettings(self.rpc_url, read_network(self.network), poll_s=0.05), load_artifacts())
        book = EvmAccreditations(chain, EvmSender(chain, admin))
        scopes = [scope for scope in SCOPES if scope.startswith("repair-")]
        if not all(book.is_accredited(org_id(body.lei), scope_id(scope)) for scope in scopes):
            AccreditBody(book).grant(body.lei, scopes, utc_now() + timedelta(days=365))

    def _admin_secret(self) -> bytes:
        path = self.home / "admin.key"
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(handle, secrets.token_hex(32).encode("ascii"))
            os.close(handle)
        return keyring.read_secret(path)

    def _ports(self) -> dict[str, int]:
        """The ports of last time while they are free, else others; written down before anything uses them."""
        path = self.home / "ports.json"
        known: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        chosen: dict[str, int] = {}
        for place, player in enumerate(cast()):
            wanted = known.get(player.key, self.first_port + place)
            chosen[player.key] = wanted if _is_free(wanted) else free_port()
        path.write_text(json.dumps(chosen, indent=2) + "\n")
        return chosen

    def _prepare(self, player: Player, port: int) -> Actor:
        home = self.home / "nodes" / player.key
        home.mkdir(parents=True, exist_ok=True)
        settings = Settings(
            home=home,
            lei=player.lei,
            name=player.name,
            rpc_url=self.rpc_url,
            network=self.network.resolve(),
            port=port,
            seal_every_s=2,
        )
        node_settings.save(settings)
        keyring.create(settings.keys, os.urandom)
        first_admin(settings)
        return Actor(player, home, settings.url)

    def _start(self, actor: Actor) -> None:
        with (actor.home / "node.log").open("ab") as log:
            # A session of its own: Ctrl-C reaches the demo only, which then stops the nodes in order.
            actor.process = subprocess.Popen(
                [sys.executable, "-m", "node", "node", "run", "--home", str(actor.home)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _await(self, actor: Actor) -> None:
        import httpx

        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            if actor.process is not None and actor.process.poll() is not None:
                break
            with suppress(httpx.HTTPError):  # not listening yet
                if httpx.get(f"{actor.url}/readyz", timeout=5, trust_env=False).status_code == 200:
                    return
            time.sleep(0.1)
        tail = (actor.home / "node.log").read_text(errors="replace")[-1500:]
        raise PeerUnreachableError(
            f"The node of {actor.player.name} did not get ready:\n{tail}", advice=f"See {actor.home / 'node.log'}."
        )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
