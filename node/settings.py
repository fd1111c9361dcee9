"""The settings of one node: its home folder's `node.json`, overridden by the environment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from evidence.canonical import loads
from evidence.errors import InputError, MalformedError, NotFoundError
from evidence.identity import Lei
from scoring.document import Node
from scoring.owners import MOST, NOBODY_OWNED, Owners, read_owners

FORMAT = "credence-node/1"
MAX_FILE_BYTES = 65_536
MAX_LIST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What a node must know before it starts. Every number states its unit.

    Each entry but `home` may be given as `CREDENCE_<NAME>` in the environment, or in `node.json`; the environment wins.
    Secrets are never here: keys are files under `home/keys`, readable by their owner only.
    """

    home: Path
    lei: Lei
    name: str
    rpc_url: str = "http://127.0.0.1:8545"
    network: Path = Path("network.json")
    host: str = "127.0.0.1"
    port: int = 8420
    endpoint: str = ""
    confirmations_blocks: int = 1
    rpc_timeout_s: int = 20
    seal_every_s: int = 5
    seal_batch_statements: int = 10_000
    upload_limit_bytes: int = 256 * 1024 * 1024
    session_idle_s: int = 1_800
    ipfs_api: str = ""
    qif_schemas: str = ""
    default_zone: str = "UTC"
    policy: str = "first-2026"
    steward_url: str = ""
    steward_token: str = ""
    plant_home: str = ""
    process_table: str = ""
    log_level: str = "info"

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InputError("The node has no name", advice="Give one: credence init --name 'Kiln Works Ltd'.")
        for number in (
            "port",
            "confirmations_blocks",
            "rpc_timeout_s",
            "seal_every_s",
            "seal_batch_statements",
            "session_idle_s",
        ):
            if getattr(self, number) < 0:
                raise InputError(f"{number} is negative", advice=f"Set CREDENCE_{number.upper()} to zero or more.")

    @property
    def network_file(self) -> Path:
        """Where the addresses of the network's contracts are written; relative paths count from `home`."""
        return self.network if self.network.is_absolute() else self.home / self.network

    @property
    def keys(self) -> Path:
        """The folder of private keys, mode 0700."""
        return self.home / "keys"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "credence.db"

    def commodities(self) -> dict[str, str]:
        """LEI to commodity of the suppliers whose commodity this node knows: `commodities.json` in `home`, if there.

        Raises:
            InputError: the file is no JSON object of LEIs and short texts.
        """
        found = self._list("commodities.json")
        entries = {} if found is None else found.entries(maximum=MOST)
        return {str(Lei(lei)): node.text(60) for lei, node in entries.items()}

    def owners(self) -> Owners:
        """Ultimate owners as the consortium agreed on them: `owners.json` in `home`, LEI to LEI, if there.

        Raises:
            InputError: the file is no JSON object of LEIs, or names an owner that has one itself.
        """
        found = self._list("owners.json")
        return NOBODY_OWNED if found is None else read_owners(found)

    def groups(self) -> dict[str, dict[str, str]]:
        """LEI to region and size of suppliers, for the check for bias: `groups.json` in `home`, if there.

        Raises:
            InputError: the file is no JSON object of LEIs, each with `region`, `size` or both.
        """
        found = self._list("groups.json")
        entries = {} if found is None else found.entries(maximum=MOST)
        return {
            str(Lei(lei)): {name: one.text(60) for name, one in node.members((), ("region", "size")).items()}
            for lei, node in entries.items()
        }

    def _list(self, name: str) -> Node | None:
        path = self.home / name
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return Node(loads(file.read(MAX_LIST_BYTES + 1), limit=MAX_LIST_BYTES))

    @property
    def url(self) -> str:
        """Where other members reach this node."""
        return self.endpoint or f"http://{self.host}:{self.port}"


def load(home: Path, environ: Mapping[str, str]) -> Settings:
    """Read `home/node.json`, then let `CREDENCE_*` in `environ` override it.

    Raises:
        NotFoundError: there is no node in `home`.
        MalformedError: the file or a variable does not say what it should.
    """
    path = home / "node.json"
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(
            f"There is no node in {home}",
            advice="Create one with `credence init --home DIR`, or name yours with --home or CREDENCE_HOME.",
        ) from error
    if len(raw) > MAX_FILE_BYTES:
        raise MalformedError(f"{path} is larger than {MAX_FILE_BYTES} bytes")
    try:
        data = json.loads(raw)
    except ValueError as error:
        raise MalformedError(f"{path} is not JSON: {error}") from error
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise MalformedError(f'{path} is not a node file of format "{FORMAT}"')
    known = {field.name for field in fields(Settings)} - {"home"}
    if unknown := sorted(set(data) - known):
        raise MalformedError(f"{path} holds unknown settings: {', '.join(unknown)}")
    for name in known:
        if (value := environ.get(f"CREDENCE_{name.upper()}")) is not None:
            data[name] = value
    return _typed(home, data, str(path))


def _typed(home: Path, data: dict[str, Any], where: str) -> Settings:
    values: dict[str, Any] = {"home": home}
    for field in fields(Settings):
        if field.name not in data:
            continue
        value = data[field.name]
        try:
            if field.type == "int":
                value = int(str(value), 10)
            elif field.type == "Path":
                value = Path(str(value))
            elif field.type == "Lei":
                value = Lei(str(value))
            else:
                value = str(value)
        except ValueError as error:
            raise MalformedError(f"{where}: {field.name} should be a whole number, not {value!r}") from error
        values[field.name] = value
    missing = [name for name in ("lei", "name") if name not in values]
    if missing:
        raise MalformedError(f"{where}: {' and '.join(missing)} missing")
    return Settings(**values)


def save(settings: Settings) -> None:
    """Write `node.json` for a new node; only what differs from the defaults."""
    data: dict[str, object] = {"format": FORMAT}
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if field.name != "home" and value != field.default:
            data[field.name] = value if isinstance(value, int) else str(value)
    (settings.home / "node.json").write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
