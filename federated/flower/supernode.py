"""A SuperNode that runs the pinned local client code and nothing else: `python -m federated.flower.supernode`.

It speaks Flower's fleet protocol through Flower's own client (TLS, node authentication, heartbeats), but fetches no app
from the SuperLink: the stock SuperNode runs whatever code it is sent, starts a process for every message and sleeps 3 s
between messages. The app of the run is never asked for, so there is nothing to refuse.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, NoReturn

from evidence.canonical import encode, loads
from evidence.draft import JsonValue
from evidence.encoding import hex0x_decode, hex0x_encode
from evidence.errors import CredenceError, InputError, PeerUnreachableError, StorageError
from evidence.json_shape import members, text
from federated.desk import Desk
from federated.flower.surroundings import quiet_this_process
from federated.pin import check_pin, code_hash
from federated.plant_data import Watched, read_table
from federated.secagg.identity import FederatedKey
from federated.secagg.party import PartyHome
from federated.secagg.registry import RegistryFile
from federated.secagg.steps import FileStepBook
from federated.secagg.terms import PartyPolicy

if TYPE_CHECKING:
    from flwr.app import Message
    from flwr.clientapp import ClientApp

POLL_S: Final = ((3.0, 0.05), (20.0, 0.25), (float("inf"), 1.0))
"""Up to so many seconds after the last message, the next is asked for so often: quick in a round, quiet outside."""
RETRY_S: Final = 1.0
RETRY_MOST_S: Final = 3
PAUSE_MOST_S: Final = 10.0
"""How long it waits at most between two tries to be let in."""
_log = logging.getLogger("credence.supernode")


@dataclass(frozen=True, slots=True)
class PlantHome:
    """The federated folder of one plant.

    `federation.json` and the rows are read again when they change, from the next round on.

    It holds `settings.json` (`org`, `superlink` as host:port, `spec` and `data` as file names), `key.pem` (the P-384
    organisation key), `ca.crt`, `federation.json` (the local registry), `pin.json`, and what grows: `steps.json`,
    `contributions/`, `training/`.
    """

    folder: Path

    def settings(self) -> Mapping[str, str]:
        """The settings; raises StorageError or MalformedError."""
        fields = members(loads(_bytes(self.folder / "settings.json")), "settings", ("org", "superlink", "spec", "data"))
        return {name: text(value, name) for name, value in fields.items()}

    @property
    def away(self) -> bool:
        """Whether people at the plant said no: `paused` or `left` is there (the node's page writes them)."""
        return any((self.folder / name).exists() for name in ("paused", "left"))

    def key(self) -> FederatedKey:
        """The organisation's key."""
        return FederatedKey(_bytes(self.folder / "key.pem"))

    def pin(self) -> None:
        """Pin the client code that is installed now."""
        (self.folder / "pin.json").write_bytes(encode({"code": hex0x_encode(code_hash())}))

    def pinned(self) -> bytes:
        """The pinned hash, checked against the installed code; raises ForbiddenError when they differ."""
        value = members(loads(_bytes(self.folder / "pin.json")), "pin", ("code",))["code"]
        return check_pin(hex0x_decode(text(value, "code"), size=32))

    def desk(self, now_s: Callable[[], int]) -> Desk:
        """The party's desk over its own data."""
        from federated import task
        from federated.trainer import PlantTrainer

        settings, code = self.settings(), self.pinned()
        agreed = task.task_of(self.folder / settings["spec"])
        rows = Watched(self.folder / settings["data"], lambda path: task.load(agreed, partial(read_table, path)))
        members = RegistryFile(self.folder / "federation.json")
        home = PartyHome(
            settings["org"],
            self.key(),
            members.now(),
            PartyPolicy(code),
            FileStepBook(self.folder / "steps.json"),
            os.urandom,
        )
        trainer = PlantTrainer(agreed, rows.first(), folder=self.folder, fresh=rows.again)
        trainer.warm_up()
        return Desk(home, trainer, now_s, self.keep, lambda one: replace(one, registry=members.now()))

    def keep(self, run: bytes, step: int, document: Mapping[str, JsonValue]) -> None:
        """Write the plant's own record of what it sends."""
        folder = self.folder / "contributions" / run.hex()[:32]
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{step:06d}.new"
        draft.write_bytes(encode(dict(document)))
        draft.replace(folder / f"{step:06d}.json")


def serve(home: PlantHome, app: ClientApp, *, stop: Callable[[], bool] = lambda: False) -> None:
    """Answer messages until `stop`; after any fault of the network, connect again and go on."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from flwr.supercore.retry import http_retry
    from flwr.supernode import fleet_http_connection

    # Flower waits up to 20 s between two tries; a SuperLink that is back should not wait for its nodes.
    setattr(http_retry, "MAX_RETRY_DELAY", RETRY_MOST_S)  # noqa: B010
    # Flower ends the process when it is not let in. After a kill -9 the SuperLink takes the old process for alive until
    # its heartbeats are overdue, for up to a minute: that is waited for.
    setattr(fleet_http_connection, "flwr_exit", _not_let_in)  # noqa: B010
    # And it sends itself SIGINT when the SuperLink does not know the key any more. A member that was taken out may come
    # back, so that is waited for as well.
    for module in (http_retry, fleet_http_connection):
        setattr(module, "os", SimpleNamespace(kill=_taken_out, getpid=os.getpid))  # noqa: B010
    settings = home.settings()
    private = load_pem_private_key(_bytes(home.folder / "key.pem"), None)
    keys, pause = (private, private.public_key()), RETRY_S
    while not stop():
        if home.away:
            time.sleep(RETRY_S)
            continue
        enter = fleet_http_connection.http_request_response
        try:
            with enter(settings["superlink"], False, _bytes(home.folder / "ca.crt"), keys) as connection:  # type: ignore[arg-type]
                _log.info("connected to %s", settings["superlink"])
                pause = RETRY_S
                _answer_all(connection, app, lambda: stop() or home.away)
        except PeerUnreachableError as error:
            _log.info("%s; trying again in %.0f s", error.message, pause)
        time.sleep(pause)
        pause = min(2 * pause, PAUSE_MOST_S)


def _not_let_in(code: int, message: str | None = None, *_: object, **__: object) -> NoReturn:
    said = " ".join(str(message).split())
    raise PeerUnreachableError(f"not let in: {said} ({code})", advice="Is the SuperLink up, and our old process gone?")


def _taken_out(process: int, number: int) -> NoReturn:
    raise PeerUnreachableError(
        "this plant's key is not (or no longer) in the federation",
        advice="Ask the member that runs the federation; it takes part again by itself once the key is back.",
    )


def _answer_all(connection: tuple, app: ClientApp, stop: Callable[[], bool]) -> None:  # type: ignore[type-arg]
    from flwr.app import Context, Error, Message, RecordDict
    from flwr.supercore.inflatable.inflatable_utils import pull_and_inflate_object_from_tree
    from flwr.supercore.run import RunNotRunningException
    from flwr.supercore.task_identity import TaskIdentity

    node_id, receive, send, _, _, pull_object, push_object, confirm = connection
    last = time.monotonic()
    while not stop():
        try:
            asked = time.monotonic()
            got = receive()
            if got is None:
                now = time.monotonic()
                # Never more than a third of the time spent asking: a SuperLink that is slow is not made slower.
                time.sleep(max(next(pause for until, pause in POLL_S if now - last <= until), 2 * (now - asked)))
                continue
            last = time.monotonic()
            head, tree = got
            run_id = head.metadata.run_id
            message = pull_and_inflate_object_from_tree(
                tree,
                partial(pull_object, run_id),
                partial(confirm, run_id),
                return_type=Message,
                initial_backoff=0.05,
            )
            message.metadata.__dict__["_message_id"] = tree.object_id
            context = Context(
                run_id=run_id, node_id=node_id, node_config={}, state=RecordDict(), run_config={}, series_id=0
            )
            TaskIdentity.task_id, TaskIdentity.run_id, TaskIdentity.node_id = 1, run_id, node_id
            began = time.monotonic()
            try:
                reply = app(message=message, context=context)
            except CredenceError as error:
                reply = Message(Error(code=2, reason=error.message), reply_to=message)
            _send(reply, run_id, time.monotonic() - began, send, push_object)
        except RunNotRunningException:
            _log.info("the run has ended; its message is left")


def _send(reply: Message, run_id: int, took_s: float, send: Callable, push_object: Callable) -> None:  # type: ignore[type-arg]
    from flwr.supercore.inflatable.inflatable_object import (
        get_all_nested_objects,
        get_object_tree,
        no_object_id_recompute,
    )

    reply.metadata.__dict__["_message_id"] = reply.object_id
    with no_object_id_recompute():
        objects = get_all_nested_objects(reply)
        wanted, session = send(reply, get_object_tree(reply), took_s)
        for name, one in objects.items():
            if name in wanted:
                push_object(run_id, session, name, one.deflate())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path} cannot be read", advice="Is this the federated folder of a plant?") from error


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 well ended, 2 or 3 as everywhere."""
    parser = argparse.ArgumentParser(prog="python -m federated.flower.supernode", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the federated folder of this plant")
    parser.add_argument("--pin", action="store_true", help="pin the client code that is installed now, and end")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    home = PlantHome(chosen.home)
    try:
        if chosen.pin:
            home.pin()
            return 0
        quiet_this_process(chosen.home)
        from federated.client_app import make_app

        serve(home, make_app(home.desk(lambda: int(time.time()))))
    except KeyboardInterrupt:
        sys.stderr.write("ended\n")
        return 1
    except CredenceError as error:
        sys.stderr.write(f"{error.name}: {error.message}\n{error.advice}\n")
        return 2 if isinstance(error, InputError) else 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
