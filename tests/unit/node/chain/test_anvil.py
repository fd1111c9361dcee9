"""The embedded chain's process: port, state, and that nothing outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evidence.errors import ConflictError, InputError, LedgerUnreachableError, StorageError, ToolMissingError
from node.chain.anvil import AnvilProcess, AnvilSettings, find_anvil
from tests.support.anvil import ROOT, AnvilControl, anvil_binary

pytestmark = pytest.mark.anvil

SOMEONE = b"\x11" * 20


def test_a_chain_listens_on_a_free_port_with_its_own_id() -> None:
    with (
        AnvilProcess(AnvilSettings(anvil_binary(), chain_id=4_242)) as one,
        AnvilProcess(AnvilSettings(anvil_binary())) as two,
    ):
        assert one.url != two.url
        assert AnvilControl(one).rpc("eth_chainId") == hex(4_242)
        assert AnvilControl(two).rpc("eth_accounts") == []


def test_state_is_kept_when_it_stops_and_found_when_it_starts_again(tmp_path: Path) -> None:
    process = AnvilProcess(AnvilSettings(anvil_binary(), state=tmp_path / "chain.json"))
    with process:
        AnvilControl(process).mine(3)
        AnvilControl(process).fund(SOMEONE, 7)
        AnvilControl(process).mine(1)
        block = AnvilControl(process).rpc("eth_getBlockByNumber", "0x5", False)["hash"]
    assert not process.running
    with process:
        assert AnvilControl(process).height() == 5
        assert AnvilControl(process).rpc("eth_getBlockByNumber", "0x5", False)["hash"] == block
        assert AnvilControl(process).rpc("eth_getBalance", f"0x{SOMEONE.hex()}", "latest") == hex(7 * 10**18)


def test_block_zero_keeps_its_hash_and_blocks_keep_todays_time_over_many_starts(tmp_path: Path) -> None:
    hour = 3_600
    clock = [time.time() - 5 * hour]
    process = AnvilProcess(AnvilSettings(anvil_binary(), state=tmp_path / "chain.json"), now=lambda: clock[0])
    seen = set()
    for _ in range(5):
        with process:
            control = AnvilControl(process)
            control.mine(1)
            seen.add(control.rpc("eth_getBlockByNumber", "0x0", False)["hash"])
            newest = int(control.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
            assert abs(newest - clock[0]) < 10
        clock[0] += hour
    assert len(seen) == 1


def test_a_genesis_file_that_says_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "chain.json.genesis").write_text("noon")
    with pytest.raises(StorageError, match="first block"):
        AnvilProcess(AnvilSettings(anvil_binary(), state=tmp_path / "chain.json")).start()


def test_starting_twice_and_stopping_twice_is_harmless(tmp_path: Path) -> None:
    process = AnvilProcess(AnvilSettings(anvil_binary()))
    process.start()
    url = process.url
    process.start()
    assert process.url == url
    process.stop()
    process.stop()


def test_a_second_chain_on_the_same_state_file_is_refused(tmp_path: Path) -> None:
    settings = AnvilSettings(anvil_binary(), state=tmp_path / "chain.json")
    with AnvilProcess(settings) as first:
        with pytest.raises(ConflictError, match="already uses"):
            AnvilProcess(settings).start()
        assert AnvilControl(first).height() == 0


def test_a_damaged_state_file_is_named_and_left_alone(tmp_path: Path) -> None:
    state = tmp_path / "chain.json"
    state.write_text('{"block": ')
    with pytest.raises(StorageError, match="cannot read its state file"):
        AnvilProcess(AnvilSettings(anvil_binary(), state=state)).start()
    assert state.read_text() == '{"block": '


def test_a_port_in_use_is_reported_not_waited_for() -> None:
    with AnvilProcess(AnvilSettings(anvil_binary())) as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(LedgerUnreachableError, match="did not start"):
            AnvilProcess(AnvilSettings(anvil_binary(), port=port)).start()


def test_kill_9_of_the_parent_stops_the_chain_and_keeps_its_state(tmp_path: Path) -> None:
    state = tmp_path / "chain.json"
    program = (
        "import sys, time; from pathlib import Path; from node.chain.anvil import *\n"
        f"s = AnvilSettings(Path({str(anvil_binary())!r}), state=Path({str(state)!r}), save_every_s=3600)\n"
        "p = AnvilProcess(s); p.start(); print(p.url, p._guard.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    url, guard = parent.stdout.readline().split()
    process = AnvilProcess(AnvilSettings(anvil_binary(), state=state))
    process._port = int(url.rpartition(":")[2])
    AnvilControl(process).mine(5)
    os.kill(int(guard), signal.SIGINT)  # a stray Ctrl-C in the guard's group changes nothing
    assert AnvilControl(process).height() == 5
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{guard}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{guard}").exists()
    with process:
        assert AnvilControl(process).height() == 5


def test_a_chain_with_a_heartbeat_makes_blocks_at_once_and_empty_ones_in_between() -> None:
    process = AnvilProcess(AnvilSettings(anvil_binary(), heartbeat_s=1))
    with process:
        chain = AnvilControl(process)
        chain.mine(2)
        height, deadline = chain.height(), time.monotonic() + 20
        assert height >= 2
        while chain.height() == height and time.monotonic() < deadline:
            time.sleep(0.05)
        assert chain.height() > height


def test_a_missing_binary_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ToolMissingError) as missing:
        find_anvil(tmp_path)
    assert "make setup" in missing.value.advice
    with pytest.raises(ToolMissingError):
        AnvilProcess(AnvilSettings(tmp_path / "anvil")).start()


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": 70_000},
        {"chain_id": 0},
        {"block_time_s": -1.0},
        {"heartbeat_s": -1},
        {"save_every_s": 0},
        {"ready_s": 0.0},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        AnvilSettings(Path("anvil"), **wrong)  # type: ignore[arg-type]
