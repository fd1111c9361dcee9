"""The quality data lake: readers of inspection files, one a format; a file in, `evidence.draft.Draft`s out."""

from __future__ import annotations

from lake.content import FileContent
from lake.reader import read
from lake.suggest import suggest_mapping

__all__ = ["FileContent", "read", "suggest_mapping"]
