"""The portal on the demo's nodes: built, served, and looked at by Debian's Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.request import urlopen

from tests.support.demo import ROOT, first_port
from tests.support.node_js import tool
from tests.support.required import skip_or_fail

PORTAL = ROOT / "portal"
READY = "The nodes keep running"
DEMO_LIMIT_S = 900.0
NODE_LIMIT_S = 120.0


def chromium() -> str:
    """Debian's Chromium; skips, or fails where nothing may be skipped, when it is not there."""
    found = os.environ.get("CREDENCE_CHROMIUM") or shutil.which("chromium")
    if found is None:
        skip_or_fail("chromium is not installed (as root: apt-get install chromium fonts-noto-cjk)")
    return found


def built() -> Path:
    """The built page; skips, or fails where nothing may be skipped, when nobody has built it."""
    page = PORTAL / "dist" / "index.html"
    if not page.is_file() or not (PORTAL / "node_modules").is_dir():
        skip_or_fail("the portal is not built (make portal)")
    return page.parent


@dataclass(slots=True)
class RunningDemo:
    """A demo whose nodes keep running, and what its nodes are made to do."""

    home: Path
    own: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def stop(self, player: str) -> None:
        """End the node of `player` as an operator does, and wait until it has gone."""
        pid = _node_pid(self._folder(player))
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + NODE_LIMIT_S
        while _lives(pid):
            if player in self.own:
                self.own[player].poll()
            if time.monotonic() > deadline:
                raise TimeoutError(f"the node of {player} does not stop")
            time.sleep(0.05)

    def start(self, player: str) -> None:
        """Start it again in the same folder, and wait until it can work."""
        with (self._folder(player) / "node.log").open("ab") as log:
            self.own[player] = subprocess.Popen(
                [sys.executable, "-m", "node", "node", "run", "--home", str(self._folder(player))],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        url = f"http://127.0.0.1:{_port(self.home, player)}/readyz"
        deadline = time.monotonic() + NODE_LIMIT_S
        while time.monotonic() < deadline:
            with suppress(OSError), urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError(f"the node of {player} does not get ready")

    def _folder(self, player: str) -> Path:
        return self.home / "nodes" / player

    def close(self) -> None:
        """Stop what was started here; the demo stops the rest."""
        for process in self.own.values():
            process.terminate()
            process.wait(NODE_LIMIT_S)


@contextmanager
def running_demo(place: Path) -> Iterator[RunningDemo]:
    """Run the whole demo in `place` and leave its nodes up while the caller looks at them."""
    log = place / "demo.log"
    command = [sys.executable, "-m", "node", "demo", "--home", str(place), "--port", str(first_port())]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CREDENCE_")}
    with log.open("wb") as out:
        demo = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=out, stderr=subprocess.STDOUT)
    house = RunningDemo(place / "sandbox")
    try:
        deadline = time.monotonic() + DEMO_LIMIT_S
        while READY not in log.read_text(errors="replace"):
            if demo.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the demo did not come up:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.5)
        yield house
    finally:
        house.close()
        demo.send_signal(signal.SIGINT)
        try:
            demo.wait(NODE_LIMIT_S)
        except subprocess.TimeoutExpired:
            demo.kill()
            demo.wait()


def drive(
    house: RunningDemo,
    script: str,
    *arguments: str,
    limit_s: float,
    answer: Mapping[str, Callable[[], str]] = MappingProxyType({}),
) -> tuple[int, str]:
    """Run a script of `portal/e2e` against the demo; it may ask for nodes to be stopped and started.

    Args:
        answer: what else it may ask, by verb; the answer is one line.

    Returns:
        Its exit code, and all that it said.
    """
    command = [tool("node"), str(PORTAL / "e2e" / script), str(house.home), *arguments]
    environ = {**os.environ, "CREDENCE_CHROMIUM": chromium()}
    said: list[str] = []
    started = time.monotonic()
    with subprocess.Popen(
        command,
        cwd=PORTAL,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        for line in process.stdout:
            said.append(line)
            sys.stdout.write(line)
            sys.stdout.flush()
            if time.monotonic() - started > limit_s:
                # The browser is a child of the script: the whole session goes.
                os.killpg(process.pid, signal.SIGKILL)
                break
            if line.startswith("@@ "):
                _, verb, player = line.split()
                if verb in answer:
                    said_back = answer[verb]()
                else:
                    house.stop(player) if verb == "stop" else house.start(player)
                    said_back = "done"
                process.stdin.write(f"{said_back}\n")
                process.stdin.flush()
    return process.returncode, "".join(said)


def _port(home: Path, player: str) -> int:
    return int(json.loads((home / "ports.json").read_text())[player])


def _node_pid(folder: Path) -> int:
    """The process that runs the node in `folder`; Linux tells the command line of each."""
    wanted = str(folder).encode()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if wanted in words and b"run" in words:
                return int(entry.name)
    raise ProcessLookupError(f"no node runs in {folder}")


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
