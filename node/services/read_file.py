"""Read an inspection file with this node's time zone; a file that names no time happened when it was first seen."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import BinaryIO

from evidence.clock import Clock, format_instant, parse_instant
from lake.content import MAX_FILE_BYTES, FileContent
from lake.reader import read
from node.records.port_house import SettingStore


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The reader that imports use."""

    settings: SettingStore
    clock: Clock
    zone: tzinfo
    qif_schemas: Path | None = None

    def __call__(self, name: str, content: BinaryIO, *, mapping: bytes | None) -> FileContent:
        """What the file says; raises ImportRefusedError for a file that cannot be taken whole."""
        data = content.read(MAX_FILE_BYTES + 1)
        # Remembered by content: imported a second time, the file must give the same drafts, else it would count twice.
        mark = f"first-seen:{hashlib.sha256(data).hexdigest()}"
        seen = self.settings.setting(mark)
        if seen is None:
            seen = format_instant(self.clock())
            self.settings.put_setting(mark, seen)
        return read(
            name,
            io.BytesIO(data),
            mapping=mapping,
            default_zone=self.zone,
            default_time=parse_instant(seen),
            qif_schemas=self.qif_schemas,
        )
