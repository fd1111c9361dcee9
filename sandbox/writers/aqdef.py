"""Q-DAS AQDEF: one .dfq file a month and part, K-fields for every measured value (Q-DAS ASCII Transfer Format)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Measured:
    """A characteristic: its unit as written in K2142, limits and values as decimal strings, one time per value."""

    name: str
    unit: str
    nominal: str
    lower: str
    upper: str
    subgroup: int
    values: Sequence[str]
    times: Sequence[datetime]


def document(part: str, title: str, lot: str, measured: Sequence[Measured]) -> bytes:
    """An AQDEF file of one part; lines end in CR LF, text is UTF-8 with byte-order mark."""
    lines = [f"K0100 {len(measured)}", f"K1001/1 {part}", f"K1002/1 {title}"]
    for index, one in enumerate(measured, start=1):
        lines += [
            f"K2001/{index} {one.name}",
            f"K2101/{index} {one.nominal}",
            f"K2110/{index} {one.lower}",
            f"K2111/{index} {one.upper}",
            f"K2142/{index} {one.unit}",
            f"K8500/{index} {one.subgroup}",
        ]
    for index, one in enumerate(measured, start=1):
        for value, time in zip(one.values, one.times, strict=True):
            lines += [
                f"K0001/{index} {value}",
                f"K0004/{index} {time:%d.%m.%Y/%H:%M:%S}",
                f"K0006/{index} {lot}",
            ]
    return b"\xef\xbb\xbf" + "".join(f"{line}\r\n" for line in lines).encode()
