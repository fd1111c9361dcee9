"""Shapes that governance, gates, repairs and objections share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, Field

INSTANT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$"
DIGEST = "^0x[0-9a-f]{64}$"
Id = Annotated[str, Path(pattern=DIGEST, examples=["0x" + "ab" * 32], description="As listed, 0x and 64 digits.")]
InstantText = Annotated[str, Field(pattern=INSTANT, examples=["2027-11-30T00:00:00Z"])]
DigestText = Annotated[str, Field(pattern="^[0-9a-f]{64}$", examples=["ab" * 32], description="SHA-256.")]
ScopeText = Annotated[
    str,
    Field(pattern="^([a-z0-9][a-z0-9.-]{0,63}|0x[0-9a-f]{64})$", examples=["repair-complaint"]),
]


class Organisation(BaseModel):
    """An organisation by LEI (empty for one that the registry does not know) and name."""

    lei: str
    name: str


def raw_id(text: str) -> bytes:
    """The bytes of an `Id`."""
    return bytes.fromhex(text.removeprefix("0x"))


Moment = datetime | None
"""A time on chain; null for what has not happened."""
