"""Whom our plant and our steward believe: `federation.json` in their folders, brought up to date from the chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.chain.port import MemberDirectory
from node.services.training.telling import Telling
from node.training.federation_file import federation_document, put_federation_file

FILE: Final = "federation.json"


@dataclass(frozen=True, slots=True)
class KeepMembersFile:
    """A chore of the worker, at start and every so often: the registry is read once, a file is written when it differs.

    Attributes:
        homes: folders with the name of the file that shows that somebody set them up; others are left alone.
    """

    directory: Callable[[], MemberDirectory]
    homes: Sequence[tuple[Path, str]]
    tell: Telling

    def __call__(self) -> bool:
        """Whether a file was written.

        Raises:
            LedgerUnreachableError, StorageError: the files stay as they were.
        """
        homes = [folder for folder, sign in self.homes if (folder / sign).is_file()]
        if not homes:
            return False
        document = federation_document(self.directory())
        # Every folder gets its turn, though one has changed.
        changed = [folder for folder in homes if put_federation_file(folder / FILE, document)]
        if changed:
            self.tell("federation.members", folders=len(changed), keys=document.count(b'"key":'))
        return bool(changed)
