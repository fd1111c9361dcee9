"""A detector of values that must not leave: as text with any number of digits, and as floats in either byte order."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

MIN_DIGITS = 6


def forms_of(value: float) -> Iterator[bytes]:
    """How a value might look on its way: decimal texts from 6 significant digits up, doubles and floats."""
    text = repr(value)
    digits = len(text.replace(".", "").lstrip("0"))
    yield from {f"{value:.{count}g}".encode() for count in range(MIN_DIGITS, digits + 1)}
    for form in ("<d", ">d", "<f", ">f"):
        yield struct.pack(form, value)


def found_in(data: bytes, values: Iterable[float]) -> set[float]:
    """Those of `values` that are in `data`, in hexadecimal parts of it too."""
    hexadecimal = b"".join(bytes.fromhex(one.decode()) for one in re.findall(rb"(?:[0-9a-f]{2}){8,}", data))
    places = (data, hexadecimal)
    return {value for value in values if any(form in place for form in forms_of(value) for place in places)}


def files_with(folder: Path, values: Iterable[float], *, but: Iterable[Path] = ()) -> dict[Path, set[float]]:
    """The files below `folder` (outside `but`) that hold any of the values."""
    wanted, left = list(values), list(but)
    hits = {}
    for path in folder.rglob("*"):
        if path.is_file() and not any(path.is_relative_to(one) for one in left):
            hits[path] = found_in(path.read_bytes(), wanted)
    return {path: found for path, found in hits.items() if found}
