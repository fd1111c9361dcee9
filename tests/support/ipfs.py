"""Real IPFS daemons for tests: the npm package `ipfs`, offline or joined to each other, on loopback only."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.required import skip_or_fail

PROJECT = Path(__file__).resolve().parents[1] / "npm" / "ipfs"
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90.0


@dataclass
class Daemon:
    """A running daemon; `api` is the multiaddress of its RPC interface."""

    repo: Path
    port: int
    swarm_port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def api(self) -> str:
        return f"/ip4/127.0.0.1/tcp/{self.port}/http"

    def start(self) -> None:
        log = (self.repo / "daemon.log").open("ab")
        self.process = subprocess.Popen(
            [_jsipfs(), "daemon"], env=_environment(self.repo), stdout=log, stderr=log, start_new_session=True
        )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError, urllib.error.URLError):
                self.call("id")
                return
            time.sleep(0.2)
        raise RuntimeError(f"the IPFS daemon did not start: {(self.repo / 'daemon.log').read_text()[-2000:]}")

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            # The whole group: Node.js from the wheel runs as a child of a small Python launcher.
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(15)
        self.process = None
        (self.repo / "api").unlink(missing_ok=True)
        shutil.rmtree(self.repo / "repo.lock", ignore_errors=True)

    def call(self, command: str, **arguments: str) -> dict[str, object]:
        query = "&".join(f"{name}={value}" for name, value in arguments.items())
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v0/{command}?{query}", method="POST")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return dict(json.loads(answer.read() or b"{}"))

    def join(self, other: Daemon) -> None:
        peer = other.call("id")["ID"]
        self.call("swarm/connect", arg=f"/ip4/127.0.0.1/tcp/{other.swarm_port}/p2p/{peer}")


@contextlib.contextmanager
def daemon(repo: Path) -> Iterator[Daemon]:
    """A fresh daemon in `repo`; ended and its process reaped on leaving."""
    install()
    port, swarm_port = _free_port(), _free_port()
    repo.mkdir(parents=True, exist_ok=True)
    subprocess.run([_jsipfs(), "init", "--empty-repo"], env=_environment(repo), check=True, capture_output=True)
    path = repo / "config"
    config = json.loads(path.read_text())
    config["Addresses"] = {
        "Swarm": [f"/ip4/127.0.0.1/tcp/{swarm_port}"],
        "Announce": [],
        "NoAnnounce": [],
        "API": f"/ip4/127.0.0.1/tcp/{port}",
        "Gateway": f"/ip4/127.0.0.1/tcp/{_free_port()}",
        "RPC": f"/ip4/127.0.0.1/tcp/{_free_port()}",
        "Delegates": [],
    }
    config["Bootstrap"] = []
    config["Discovery"] = {"MDNS": {"Enabled": False}, "webRTCStar": {"Enabled": False}}
    path.write_text(json.dumps(config))
    running = Daemon(repo, port, swarm_port)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def install() -> None:
    """Install the daemon's npm package once (minutes the first time); skip where that fails, in CI fail."""
    if (PROJECT / "node_modules" / ".bin" / "jsipfs").exists():
        return
    npm = ROOT / ".venv" / "bin" / "npm"
    found = subprocess.run(
        [str(npm), "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=PROJECT,
        env={**os.environ, "PATH": f"{npm.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if found.returncode != 0:
        skip_or_fail(f"the IPFS test daemon could not be installed: {found.stderr[-500:]}")


def _jsipfs() -> str:
    return str(PROJECT / "node_modules" / ".bin" / "jsipfs")


def _environment(repo: Path) -> dict[str, str]:
    node = ROOT / ".venv" / "bin"
    return {**os.environ, "IPFS_PATH": str(repo), "PATH": f"{node}{os.pathsep}{os.environ['PATH']}"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


__all__ = ["Daemon", "daemon", "install"]
