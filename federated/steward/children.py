"""The steward's child processes: started, watched, started again when they die, stopped in order."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from federated.flower.surroundings import quieted
from federated.steward.settings import LOOPBACK, StewardHome

STOP_S: Final = 10.0


@dataclass(slots=True)
class Child:
    """One process, in a session of its own, so that a Ctrl-C meant for its parent does not reach it."""

    name: str
    command: list[str]
    home: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = field(default=0)

    @property
    def running(self) -> bool:
        """Whether it lives."""
        return self.process is not None and self.process.poll() is None

    def ensure(self) -> None:
        """Start it unless it lives."""
        if self.running:
            return
        self.starts += 1
        with (self.home / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env={
                    **quieted(self.home, os.environ),
                    "PYTHONPATH": os.pathsep.join(part for part in sys.path if part),
                },
                start_new_session=True,
            )

    def stop(self) -> None:
        """Stop it; MAY be called twice."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


def superlink(home: StewardHome) -> Child:
    """Flower's SuperLink on the loopback address, with TLS and node authentication."""
    code = "from flwr.superlink.cli.flower_superlink import flower_superlink; flower_superlink()"
    options = [
        "--host", LOOPBACK, "--port", str(home.superlink_port), "--database", str(home.folder / "superlink.db"),
        "--ssl-ca-certfile", str(home.tls("ca.crt")), "--ssl-certfile", str(home.tls("server.crt")),
        "--ssl-keyfile", str(home.tls("server.key")), "--enable-supernode-auth", "--isolation", "process",
        "--superexec-auth-secret-file", str(home.folder / "superexec.secret"),
        "--disable-runtime-dependency-installation",
    ]  # fmt: skip
    return Child("superlink", [sys.executable, "-c", code, *options], home.folder)


def server_worker(home: StewardHome) -> Child:
    """The worker that runs the rounds."""
    options = [
        "--superlink", home.superlink, "--ca", str(home.tls("ca.crt")),
        "--secret", str(home.folder / "superexec.secret"), "--home", str(home.folder),
    ]  # fmt: skip
    return Child("server-worker", [sys.executable, "-m", "federated.flower.server_worker", *options], home.folder)
