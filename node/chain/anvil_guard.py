"""Runs one anvil for as long as its parent lives; a program of its own, standard library only.

Usage: `python -I anvil_guard.py LOCK|- ANVIL ARGUMENT...`. The parent holds the other end of this program's standard
input and never writes to it: when the parent stops, is killed or crashes, the pipe closes, and anvil is asked (SIGINT)
to write its state and go. So no chain is ever left behind, whatever happens to the node that started it.

Standard output carries one line, `listening PORT`, when the chain answers. Exit status: anvil's own, or 75 when
another anvil holds the state file.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import selectors
import signal
import subprocess
import sys
from collections.abc import Sequence

LOCKED = 75
STOP_SECONDS = 30.0
ASK_SECONDS = 0.5
LISTENING = re.compile(rb"Listening on 127\.0\.0\.1:(\d{1,5})")


def main(arguments: Sequence[str]) -> int:
    """Start anvil, report its port, wait for either end to close, stop it."""
    lock, command = arguments[0], arguments[1:]
    with contextlib.ExitStack() as held:
        if lock != "-":
            file = held.enter_context(open(lock, "ab"))  # noqa: PTH123 - a plain path from our own parent
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return LOCKED
        # A terminal's Ctrl-C reaches the whole group: the parent decides, not the keyboard.
        chain = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
        try:
            _watch(chain)
        finally:
            _stop(chain)
        return chain.returncode


def _watch(chain: subprocess.Popen[bytes]) -> None:
    assert chain.stdout is not None
    output, parent = chain.stdout.fileno(), sys.stdin.fileno()
    seen: bytes | None = b""
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        selector.register(parent, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if parent in ready and not os.read(parent, 4096):
                return
            if output in ready:
                chunk = os.read(output, 65536)
                if not chunk:
                    return
                # anvil logs every call it serves: read so that it never blocks, kept only until the port is known.
                if seen is not None:
                    seen = _report(seen + chunk)


def _report(seen: bytes) -> bytes | None:
    found = LISTENING.search(seen)
    if found is None or not seen[found.end() :]:
        return seen
    sys.stdout.write(f"listening {int(found[1])}\n")
    sys.stdout.flush()
    return None


def _stop(chain: subprocess.Popen[bytes]) -> None:
    assert chain.stdout is not None
    chain.stdout.close()
    for _ in range(int(STOP_SECONDS / ASK_SECONDS)):
        # Asked again and again: anvil listens before it handles signals, and one that comes in between is lost.
        chain.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            chain.wait(ASK_SECONDS)
            return
    chain.kill()
    chain.wait()


if __name__ == "__main__":
    # Only the parent's end of the pipe ends this program: a signal sent to its group must not orphan the chain.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.exit(main(sys.argv[1:]))
