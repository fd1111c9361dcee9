"""The embedded chain: one anvil process with its state on disk, for demonstrations and tests; loopback only."""

from __future__ import annotations

import platform
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from evidence.errors import (
    ConflictError,
    FaultError,
    InputError,
    LedgerUnreachableError,
    StorageError,
    ToolMissingError,
)
from node.chain import anvil_guard
from node.chain.evm_transport import RpcRefusal, Transport

_SYSTEMS: Final = {"Linux": "linux", "Darwin": "darwin"}
_MACHINES: Final = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_STOP_SECONDS: Final = anvil_guard.STOP_SECONDS + 5


@dataclass(frozen=True, slots=True)
class AnvilSettings:
    """How to run the chain.

    Attributes:
        binary: anvil itself, see `find_anvil`.
        state: file that keeps the chain between runs; None keeps nothing.
        chain_id: EIP-155 chain id.
        port: loopback TCP port; 0 lets the system choose.
        block_time_s: seconds between blocks; 0 makes a block for every transaction at once.
        heartbeat_s: with blocks made at once, an empty one at the latest after so many seconds, so that the chain's
            time goes on while nobody sends anything (votes and accreditations end by it); 0 for none.
        save_every_s: seconds between two writes of `state`; a kill -9 of everything loses at most that much.
        ready_s: how long to wait for the first answer, in seconds.
    """

    binary: Path
    state: Path | None = None
    chain_id: int = 31_337
    port: int = 0
    block_time_s: float = 0.0
    heartbeat_s: int = 0
    save_every_s: int = 2
    ready_s: float = 20.0

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise InputError(f"{self.port} is not a TCP port")
        if (
            min(self.chain_id, self.save_every_s) < 1
            or min(self.block_time_s, self.heartbeat_s) < 0
            or self.ready_s <= 0
        ):
            raise InputError("a chain id, interval or time-out of the embedded chain is not positive")

    def command(self, genesis: int | None = None) -> list[str]:
        """The program and its arguments; `genesis` is the time of block 0 in seconds."""
        # No accounts: nobody on this machine finds unlocked, funded keys; the deployer is funded by name.
        # No CORS header: a page in the user's browser must not read the chain's answers.
        words = [str(self.binary), "--host", "127.0.0.1", "--port", str(self.port), "--chain-id", str(self.chain_id)]
        words += ["--accounts", "0", "--no-cors"]
        if self.block_time_s:
            words += ["--block-time", f"{self.block_time_s:g}"]
        elif self.heartbeat_s:
            words += ["--block-time", str(self.heartbeat_s), "--mixed-mining"]
        if genesis is not None:
            words += ["--timestamp", str(genesis)]
        if self.state is not None:
            words += ["--state", str(self.state), "--state-interval", str(self.save_every_s)]
        return words


def find_anvil(root: Path) -> Path:
    """The anvil binary that `npm ci` put below `root/node_modules`.

    Raises:
        ToolMissingError: not installed, or no build for this machine.
    """
    system, machine = _SYSTEMS.get(platform.system()), _MACHINES.get(platform.machine())
    binary = root / "node_modules" / "@foundry-rs" / f"anvil-{system}-{machine}" / "bin" / "anvil"
    if not binary.is_file():
        raise ToolMissingError(f"anvil is not installed: no {binary}")
    return binary


class AnvilProcess:
    """A running anvil; as a context manager it stops at the end of the block.

    The process stops when this object is stopped or when the process that made it ends in any way, kill -9 included,
    and then writes its state. One state file serves one process at a time.
    """

    def __init__(self, settings: AnvilSettings, *, now: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self._now = now
        self._guard: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """The RPC address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._guard is not None and self._guard.poll() is None

    def start(self) -> None:
        """Start and wait until it listens; does nothing when it runs already.

        Raises:
            ToolMissingError: the binary cannot be run.
            ConflictError: another anvil uses the state file.
            StorageError: the state file cannot be read.
            LedgerUnreachableError: it does not answer in time.
        """
        if self.running:
            return
        settings = self.settings
        if not settings.binary.is_file():
            raise ToolMissingError(f"there is no anvil at {settings.binary}")
        lock, genesis = "-", None
        if settings.state is not None:
            settings.state.parent.mkdir(parents=True, exist_ok=True)
            lock, genesis = f"{settings.state}.lock", self._genesis_time(settings.state)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in stop()
        # Isolated mode and an absolute path: neither the working folder nor the environment can change what runs.
        self._guard = subprocess.Popen(
            [sys.executable, "-I", anvil_guard.__file__, lock, *settings.command(genesis)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        self._port = self._await_port(self._guard)
        if genesis is not None:
            # With a given genesis, anvil's clock starts there; blocks must carry today's time.
            Transport(self.url, timeout_s=settings.ready_s).call("anvil_setTime", [int(self._now())])

    def fund(self, address: bytes, wei: int) -> None:
        """Give an address a balance, and make a block: without one the newest header would not fit the state.

        Raises:
            LedgerUnreachableError: the chain does not answer, or refuses.
        """
        self._call("anvil_setBalance", f"0x{address.hex()}", hex(wei))
        self.mine()

    def mine(self) -> None:
        """Make a block now, so that the chain's time is ours; errors as `fund`."""
        self._call("anvil_mine", "0x1")

    def _call(self, method: str, *params: str) -> None:
        answer = Transport(self.url, timeout_s=self.settings.ready_s).call(method, params)
        if isinstance(answer, RpcRefusal):
            raise LedgerUnreachableError(f"the embedded chain refuses {method}: {answer.message}")

    def stop(self) -> None:
        """Let it write its state and end; MAY be called twice.

        Raises:
            StorageError: it had to be killed, so its last blocks may be missing from the state file.
        """
        guard, self._guard = self._guard, None
        if guard is None:
            return
        try:
            _close(guard)
            guard.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired as error:
            guard.kill()
            guard.wait()
            raise StorageError("the embedded chain did not end in time and was killed") from error
        finally:
            if self._errors is not None:
                self._errors.close()

    def __enter__(self) -> AnvilProcess:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _genesis_time(self, state: Path) -> int | None:
        """The time of block 0, kept beside the state: anvil makes block 0 anew at each start, and a network is known by
        its hash. None for a state that somebody else made.

        Raises:
            StorageError: the file cannot be read or written.
        """
        file = Path(f"{state}.genesis")
        try:
            if not file.exists():
                if state.exists():
                    return None
                file.write_text(f"{int(self._now())}\n", "ascii")
            return int(file.read_text("ascii"))
        except (OSError, ValueError) as error:
            raise StorageError(f"the time of the chain's first block in {file} cannot be read: {error}") from error

    def _await_port(self, guard: subprocess.Popen[bytes]) -> int:
        assert guard.stdout is not None
        deadline = time.monotonic() + self.settings.ready_s
        with selectors.DefaultSelector() as selector:
            selector.register(guard.stdout, selectors.EVENT_READ)
            ready = selector.select(max(0.0, deadline - time.monotonic()))
        line = guard.stdout.readline() if ready else b""
        if line.startswith(b"listening "):
            return int(line.split()[1])
        raise self._failed_start(guard, answered=bool(ready))

    def _failed_start(self, guard: subprocess.Popen[bytes], *, answered: bool) -> ConflictError | FaultError:
        status = guard.wait(_STOP_SECONDS) if answered else None
        said = self._first_error()
        self.stop()
        if status == anvil_guard.LOCKED:
            return ConflictError(
                f"another chain already uses {self.settings.state}",
                advice="Stop the other node or demo first: two chains must not write one state file.",
            )
        if status is not None and "--state" in said:
            return StorageError(
                f"anvil cannot read its state file {self.settings.state}: {said}",
                advice="Restore the file from a backup; without it the chain's history is lost.",
            )
        return LedgerUnreachableError(f"anvil did not start: {said or 'no answer in time'}")

    def _first_error(self) -> str:
        if self._errors is None:
            return ""
        self._errors.seek(0)
        lines = self._errors.read(2_000).decode("utf-8", "replace").split("\n")
        return lines[0].strip()


def _close(guard: subprocess.Popen[bytes]) -> None:
    if guard.stdin is not None:
        guard.stdin.close()
    if guard.stdout is not None:
        guard.stdout.close()
