"""A real chain for tests: anvil, started on a free port, stopped by its pipe, never left behind."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.errors import ToolMissingError
from node.chain.anvil import AnvilProcess, AnvilSettings, find_anvil
from tests.support.required import skip_or_fail

ROOT = Path(__file__).resolve().parents[2]


def anvil_binary() -> Path:
    """The installed anvil; skips the test when there is none, fails it when CREDENCE_REQUIRE_ALL=1."""
    try:
        return find_anvil(ROOT)
    except ToolMissingError as error:
        skip_or_fail(f"{error.message}: run `npm ci`")


class AnvilControl:
    """The faults and clocks of a running anvil."""

    def __init__(self, process: AnvilProcess) -> None:
        self.process = process

    @property
    def url(self) -> str:
        return self.process.url

    def rpc(self, method: str, *params: Any) -> Any:
        """Call one method; an error answer fails the test."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as reply:
            answer = json.load(reply)
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def mine(self, blocks: int = 1) -> None:
        self.rpc("anvil_mine", hex(blocks))

    def automine(self, on: bool) -> None:
        self.rpc("evm_setAutomine", on)

    def reorg(self, depth: int) -> None:
        """Replace the newest `depth` blocks by as many empty ones."""
        self.rpc("anvil_reorg", depth, [])

    def pending(self) -> list[str]:
        """Hashes of the transactions waiting in the pool."""
        pool = self.rpc("txpool_content")["pending"]
        return [transaction["hash"] for queue in pool.values() for transaction in queue.values()]

    def drop_pending(self) -> int:
        """Forget every waiting transaction; says how many there were."""
        hashes = self.pending()
        for transaction in hashes:
            self.rpc("anvil_dropTransaction", transaction)
        return len(hashes)

    def height(self) -> int:
        return int(self.rpc("eth_blockNumber"), 16)

    def fund(self, address: bytes, ether: int = 100) -> None:
        """Give an address ether unless it has some."""
        if self.rpc("eth_getBalance", f"0x{address.hex()}", "latest") == "0x0":
            self.process.fund(address, ether * 10**18)

    def state_file(self) -> Path:
        assert self.process.settings.state is not None
        return self.process.settings.state

    def pause(self) -> int:
        """Stop the process, its state kept in its file; the port that it had."""
        assert self.state_file()
        port = int(self.url.rpartition(":")[2])
        self.process.stop()
        return port

    def resume(self, port: int) -> None:
        """Start it again where it was."""
        self.process.settings = replace(self.process.settings, port=port)
        self.process.start()

    def snapshot(self) -> str:
        return str(self.rpc("evm_snapshot"))

    def revert(self, snapshot: str) -> None:
        assert self.rpc("evm_revert", snapshot)


@contextmanager
def anvil_process(**settings: Any) -> Iterator[AnvilControl]:
    """A chain of its own for the block; `settings` as in `AnvilSettings`."""
    with AnvilProcess(AnvilSettings(anvil_binary(), **settings)) as process:
        yield AnvilControl(process)


@pytest.fixture(scope="session")
def anvil() -> Iterator[AnvilControl]:
    """One chain without state file, a block for every transaction, shared by the session."""
    with anvil_process() as control:
        yield control
