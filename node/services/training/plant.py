"""What a plant of ours gives to a federation and what it keeps: the pinned code, its own record, pausing, leaving."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evidence.errors import ConflictError, MalformedError, NotFoundError, StorageError
from node.services.training.telling import NOBODY, Telling

PAUSED: Final = "paused"
"""While this file is in a plant's folder, its SuperNode asks for no work and answers none."""
LEFT: Final = "left"
"""As `PAUSED`, for good: whoever removes it comes back with a new registration."""
SETTINGS: Final = "settings.json"
"""Where a plant's folder names its organisation and its SuperLink; without it there is no plant."""
MOST_BYTES: Final = 4 * 1024 * 1024
MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Given:
    """One contribution: the run, its step, and what the plant's own record says of it."""

    run: str
    step: int
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlantView:
    """A plant's part in the federation.

    Attributes:
        org: whose plant; spec: the agreed features, as signed.
        pinned: hash of the client code that somebody here looked at; empty when nobody did.
        given: newest contributions first.
    """

    org: str
    superlink: str
    spec: Mapping[str, Any]
    pinned: str
    paused: bool
    left: bool
    given: Sequence[Given]


@dataclass(frozen=True, slots=True)
class OwnPlant:
    """Reads a plant's federated folder (federated/README.md), and lets people here say no; None: takes no part."""

    folder: Path | None
    tell: Telling

    def view(self) -> PlantView | None:
        """The plant's part; None when this node has no plant in a federation, or nobody has set its folder up yet.

        Raises:
            StorageError, MalformedError: a file of the folder cannot be read.
        """
        if self.folder is None or not (self.folder / SETTINGS).exists():
            return None
        settings = self._read(SETTINGS)
        pin = self._read("pin.json") if (self.folder / "pin.json").exists() else {}
        spec = self._read("spec.json") if (self.folder / "spec.json").exists() else {}
        return PlantView(
            org=str(settings.get("org", "")),
            superlink=str(settings.get("superlink", "")),
            spec=spec,
            pinned=str(pin.get("code", "")),
            paused=(self.folder / PAUSED).exists(),
            left=(self.folder / LEFT).exists(),
            given=self._given(),
        )

    def pause(self, *, by: str = NOBODY) -> None:
        """Take no further part until `go_on`; the round at hand counts us as dropped out."""
        self._mark(PAUSED)
        self.tell("plant.paused", by=by)

    def go_on(self, *, by: str = NOBODY) -> None:
        """Take part again.

        Raises:
            ConflictError: we left.
        """
        folder = self._folder()
        if (folder / LEFT).exists():
            raise ConflictError("this plant left the federation", advice="Register again to come back.")
        (folder / PAUSED).unlink(missing_ok=True)
        self.tell("plant.resumed", by=by)

    def leave(self, *, by: str = NOBODY) -> str:
        """Leave for good: no further part. Who we are, for whoever asks the steward to train again without us."""
        self._mark(LEFT)
        self.tell("plant.left", by=by)
        return str(self._read(SETTINGS).get("org", ""))

    def _mark(self, name: str) -> None:
        try:
            (self._folder() / name).touch(mode=0o600)
        except OSError as error:
            raise StorageError(f"the plant's folder cannot be written: {error.strerror}") from error

    def _folder(self) -> Path:
        if self.folder is None:
            raise NotFoundError("this node has no plant in a federation", advice="Set CREDENCE_PLANT_HOME.")
        if not (self.folder / SETTINGS).exists():
            raise NotFoundError(f"the plant's folder has no {SETTINGS} yet", advice="See federated/README.md.")
        return self.folder

    def _given(self) -> list[Given]:
        base, found = self._folder() / "contributions", list[Given]()
        for path in sorted(base.glob("*/*.json"), key=lambda one: one.stat().st_mtime, reverse=True)[:MOST_SHOWN]:
            if path.stem.isdecimal():
                found.append(Given(path.parent.name, int(path.stem), self._read(path.relative_to(self._folder()))))
        return found

    def _read(self, name: str | Path) -> dict[str, Any]:
        path = self._folder() / name
        try:
            with path.open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise StorageError(f"{path} cannot be read: {error.strerror}") from error
        try:
            value = json.loads(raw) if len(raw) <= MOST_BYTES else None
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise MalformedError(f"{path} is no document of a plant", advice="Make the plant's folder anew.")
        return value
