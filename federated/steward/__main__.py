"""`python -m federated.steward --home FOLDER`: run a federation until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from evidence.errors import CredenceError, InputError
from federated.flower.surroundings import quiet_this_process


def main() -> int:
    """The command; 0 well ended, 2 or 3 as everywhere."""
    parser = argparse.ArgumentParser(prog="python -m federated.steward", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the steward's folder")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    quiet_this_process(chosen.home)
    from federated.flower.front import Serving
    from federated.steward.api import make_api
    from federated.steward.keeper import Keeper
    from federated.steward.settings import LOOPBACK, StewardHome

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        home = StewardHome.load(chosen.home.resolve())
        keeper = Keeper(home)
        try:
            keeper.open()
            api = Serving(make_api(keeper), LOOPBACK, home.port)
            ended.wait()
            api.close()
        finally:
            keeper.close()
    except CredenceError as error:
        sys.stderr.write(f"{error.name}: {error.message}\n{error.advice}\n")
        return 2 if isinstance(error, InputError) else 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
