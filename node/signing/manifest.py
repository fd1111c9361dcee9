"""How signatures are shown, on the screen and on paper: who, when with zone, and with what meaning.

Source:
    21 CFR 11.50: printed name, date and time, and meaning, in every readable form of the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta, timezone

from evidence.clock import format_instant
from node.signing.port import Signature


@dataclass(frozen=True, slots=True)
class Line:
    """One signature as it is shown.

    Attributes:
        name, signer, organisation: who.
        utc, local: when, in UTC and in the signer's time zone as it was then, with offset and name of the zone.
        meaning, method: what for, and how the signer proved to be present.
        id, record: which signature, over which record (hexadecimal).
    """

    name: str
    signer: str
    organisation: str
    utc: str
    local: str
    meaning: str
    method: str
    id: str
    record: str

    def __str__(self) -> str:
        who = f"{self.name} ({self.signer}, {self.organisation})"
        return f"{who}, {self.local}, {self.meaning}; {self.method}; {self.id} over {self.record}"


def line_of(signature: Signature) -> Line:
    """A signature as it is shown; the offset is the one signed, so that it never depends on today's zone tables."""
    zone = timezone(timedelta(minutes=signature.offset_minutes))
    local = signature.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    return Line(
        name=signature.name,
        signer=signature.signer,
        organisation=str(signature.organisation),
        utc=format_instant(signature.at),
        local=f"{local} {signature.zone}",
        meaning=signature.meaning.value,
        method=signature.method.value,
        id=signature.id,
        record=signature.record.hex(),
    )


def printed(signatures: Iterable[Signature]) -> str:
    """The block of signatures for a readable copy, one a line; a note when nobody signed."""
    return "".join(f"{line_of(signature)}\n" for signature in signatures) or "Not signed.\n"
