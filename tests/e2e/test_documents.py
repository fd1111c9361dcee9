"""Commands in documents work: the tour is run as written beside a live demo; every command named exists."""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from node.cli.main import build
from tests.support.demo import ROOT, first_port

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.M | re.S)
LIMIT_S = 900
QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
"""What a shell takes for one word; nothing in it is an option of ours."""
TOURS = {
    "tour.md": ("not established", "Verified.", "Equal.", "Whole.", "score recomputed: equal"),
    "causes.md": (
        "controller offset B-7 -> zone 2 temperature -> shrinkage -> crown height",
        "Suggested: zone 2 set point from",
        "Nothing is said",
        "refused: the author does not release",
        "Effect: cpk",
        "能解释本次报警的概率",
    ),
}
"""Pages whose blocks are run, and what must be read on the way."""


@pytest.fixture(scope="module")
def live_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A demo that keeps running, in `demo-data` below the folder given."""
    folder = tmp_path_factory.mktemp("tour")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CREDENCE_")}
    process = subprocess.Popen(
        [
            *(sys.executable, "-u", "-m", "node", "demo"),
            *("--home", str(folder / "demo-data"), "--port", str(first_port())),
        ],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = _until(process, "Press Ctrl-C")
        assert "verified" in said, said
        yield folder, process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.mark.anvil
@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", TOURS)
def test_the_tours_run_as_written(live_demo: tuple[Path, subprocess.Popen[str]], name: str) -> None:
    folder, _ = live_demo
    blocks = [text for _, tags, text in BLOCK.findall((ROOT / "docs" / name).read_text()) if "tour" in tags.split()]
    assert len(blocks) >= 8
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    for expected in TOURS[name]:
        assert expected in done.stdout, (expected, done.stdout[-3000:])


@pytest.mark.anvil
@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_ctrl_c_stops_every_node_cleanly(live_demo: tuple[Path, subprocess.Popen[str]]) -> None:
    folder, process = live_demo
    process.send_signal(signal.SIGINT)
    assert process.wait(90) == 0
    logs = sorted((folder / "demo-data" / "sandbox" / "nodes").glob("*/node.log"))
    assert len(logs) == 7
    for log in logs:
        assert '"node stopped"' in log.read_text().splitlines()[-1], log.read_text()[-500:]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_that_a_document_names_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    root = typer.main.get_command(build())
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    for line in _commands(text):
        words = line.split()
        if words[0] == "make":
            assert words[1] in targets, f"{path.name}: {line}"
        else:
            _check(root, words[1:], f"{path.name}: {line}")


def _commands(text: str) -> Iterator[str]:
    shell = [block for language, _, block in BLOCK.findall(text) if language in {"sh", "console", "bash"}]
    inline = re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))
    for line in [*(line for block in shell for line in block.splitlines()), *inline]:
        line = QUOTED.sub("_", line)
        found = re.search(r"(?:^|\$\(|&& |; )((?:credence|make) [a-z][^#|)]*)", line.strip().removeprefix("$ "))
        if found:
            yield found.group(1)


def _check(command: click.Command, words: list[str], where: str) -> None:
    while isinstance(command, click.Group):
        name = words.pop(0) if words else ""
        if name in command.commands:
            command = command.commands[name]
        elif "of" in command.commands and name:  # `credence score SUPPLIER`
            command = command.commands["of"]
        else:
            assert not name or name.startswith(("-", "[")) or "|" in name, where
            return
    options = {option for parameter in command.params for option in parameter.opts}
    if command.context_settings.get("ignore_unknown_options"):
        return  # The program behind it reads them.
    for word in words:
        if word.startswith("--"):
            assert word.split("=")[0] in options, f"{where}: there is no {word}"


def _until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout is not None
    said, deadline, pipe = b"", time.monotonic() + LIMIT_S, process.stdout.fileno()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while text.encode() not in said:
            assert time.monotonic() < deadline and process.poll() is None, said.decode(errors="replace")
            if selector.select(1):
                # Not readline: lines that wait in Python's own buffer would never wake the selector.
                said += os.read(pipe, 65_536)
    return said.decode(errors="replace")
