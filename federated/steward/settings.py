"""Where a steward listens and what its folder holds."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence.canonical import encode, loads
from evidence.errors import StorageError
from evidence.json_shape import integer, members, text

LOOPBACK: Final = "127.0.0.1"
_NAMES: Final = ("port", "superlink_port", "fleet_host", "fleet_port")


@dataclass(frozen=True, slots=True)
class StewardHome:
    """A steward's folder.

    It holds `steward.json`, `steward.token` (whoever holds it may start and stop runs), `federation.json` (who takes
    part, written by the node), `spec.json` (the feature spec), `tls/`, `superlink.db`, `runs/` and logs.

    Attributes:
        port: its own JSON interface; superlink_port: the SuperLink; both on the loopback address.
        fleet_host, fleet_port: the door that suppliers' SuperNodes connect to.
    """

    folder: Path
    port: int
    superlink_port: int
    fleet_host: str
    fleet_port: int

    @classmethod
    def load(cls, folder: Path) -> StewardHome:
        """Out of `steward.json`; raises StorageError or MalformedError."""
        path = folder / "steward.json"
        try:
            fields = members(loads(path.read_bytes()), "steward.json", _NAMES)
        except OSError as error:
            raise StorageError(f"{path} cannot be read", advice="Is this a steward's folder?") from error
        ports = {name: integer(fields[name], name) for name in _NAMES if name.endswith("port")}
        return cls(folder, fleet_host=text(fields["fleet_host"], "fleet_host"), **ports)

    def save(self) -> None:
        """Write `steward.json`, and a token unless there is one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "steward.json").write_bytes(encode({name: getattr(self, name) for name in _NAMES}))
        for name in ("steward.token", "superexec.secret"):
            if not (self.folder / name).exists():
                handle = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "w") as file:
                    file.write(secrets.token_hex(32))

    @property
    def token(self) -> str:
        """The token of the JSON interface."""
        return (self.folder / "steward.token").read_text().strip()

    @property
    def superlink(self) -> str:
        """The SuperLink's address, host:port."""
        return f"{LOOPBACK}:{self.superlink_port}"

    @property
    def runs(self) -> Path:
        """The folder of the runs."""
        return self.folder / "runs"

    def tls(self, name: str) -> Path:
        """A file of `tls/`."""
        return self.folder / "tls" / name
