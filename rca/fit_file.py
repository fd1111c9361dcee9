"""A fit as a file (`credence-rca-fit/1`): sampled graphs and calibration curves, so that questions need no new fit."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from evidence.canonical import loads
from evidence.draft import JsonValue
from evidence.errors import LimitError, MalformedError, SchemaError
from rca.calibration.calibrate import Calibration
from rca.calibration.curve import Bin, Curve
from rca.calibration.statements import Claim, Stratum, Where
from rca.checks import Abstention
from rca.columns import column_from
from rca.posterior.fit import MAX_GRAPHS
from rca.posterior.local import Scoring
from rca.posterior.posterior import Flags, Posterior

FORMAT: Final = "credence-rca-fit/1"
MAX_BYTES: Final = 256 * 1024 * 1024
"""Largest file, bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A posterior, its calibration, and the version of the engineers' graph that it was fitted with ("" without)."""

    posterior: Posterior
    calibration: Calibration
    graph_version: str = ""

    def document(self) -> dict[str, JsonValue]:
        """The JSON form; `fit_from` reads it back."""
        one, curves = self.posterior, self.calibration
        return {
            "format": FORMAT,
            "graph_version": self.graph_version,
            "window": one.window,
            "rows": one.rows,
            "seed": one.seed,
            "columns": [column.document() for column in one.columns],
            "abstained": [[name, why.value] for name, why in one.abstained],
            "same_as": [list(pair) for pair in one.same_as],
            "scoring": {
                "candidates": one.scoring.candidates,
                "temper": f"{one.scoring.temper:.6g}",
                "parents": f"{one.scoring.parents:.6g}",
            },
            "disagreement": f"{one.disagreement:.6g}",
            "samples": len(one.graphs),
            "graphs": _packed(one.graphs),
            "held": _packed(one.held),
            "calibration": {
                "window": curves.window,
                "seed": curves.seed,
                "twins": curves.twins,
                "curves": [
                    {"claim": claim.value, "where": where.value, "bins": [_bin(bin_) for bin_ in curve.bins]}
                    for (claim, where), curve in sorted(curves.curves.items())
                ],
            },
        }


def fit_from(data: bytes) -> Fit:
    """Read the JSON form of a fit.

    Raises:
        LimitError: larger than MAX_BYTES, or than MAX_GRAPHS graphs.
        MalformedError: not JSON, or graphs that do not unpack.
        SchemaError: not of this format, or a member missing or of a wrong type.
    """
    document = loads(data, limit=MAX_BYTES)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise SchemaError(f"not a fit of causes ({FORMAT})", place="/format")
    whole: Mapping[str, Any] = document
    try:
        columns = tuple(column_from(one, f"/columns/{place}") for place, one in enumerate(whole["columns"]))
        samples, size = int(whole["samples"]), len(columns)
        if not 0 < samples <= MAX_GRAPHS:
            raise LimitError(f"{samples} graphs; 1 to {MAX_GRAPHS} are read")
        scoring = whole["scoring"]
        posterior = Posterior(
            columns=columns,
            graphs=_unpacked(whole["graphs"], samples, size),
            held=_unpacked(whole["held"], samples, size),
            abstained=tuple((str(name), Abstention(why)) for name, why in whole["abstained"]),
            same_as=tuple((str(name), str(other)) for name, other in whole["same_as"]),
            window=str(whole["window"]),
            rows=int(whole["rows"]),
            seed=int(whole["seed"]),
            scoring=Scoring(int(scoring["candidates"]), float(scoring["temper"]), float(scoring["parents"])),
            disagreement=float(whole["disagreement"]),
        )
        curves = dict(_curve(one) for one in whole["calibration"]["curves"])
        about = whole["calibration"]
        calibration = Calibration(curves, int(about["twins"]), int(about["seed"]), str(about["window"]))
        return Fit(posterior, calibration, str(whole["graph_version"]))
    except (KeyError, TypeError, ValueError) as error:
        raise SchemaError(f"a member is missing or of a wrong type: {error}", place="/") from error


def _curve(one: Mapping[str, Any]) -> tuple[Stratum, Curve]:
    bins = tuple(
        Bin(
            int(b["first"]),
            int(b["last"]),
            int(b["stated"]),
            int(b["true"]),
            int(b["twins"]),
            float(b["error"]),
            float(b["off"]),
        )
        for b in one["bins"]
    )
    return (Claim(one["claim"]), Where(one["where"])), Curve(bins)


def _bin(one: Bin) -> dict[str, JsonValue]:
    return {
        "first": one.first,
        "last": one.last,
        "stated": one.stated,
        "true": one.true,
        "twins": one.twins,
        "error": f"{one.error:.9g}",
        "off": f"{one.off:.9g}",
    }


def _packed(graphs: Flags) -> str:
    return base64.b64encode(zlib.compress(np.packbits(graphs).tobytes(), 6)).decode("ascii")


def _unpacked(text: object, samples: int, size: int) -> Flags:
    cells = samples * size * size
    wanted = (cells + 7) // 8
    try:
        packed = base64.b64decode(str(text), validate=True)
        # No more than what is wanted is ever unpacked, whatever the file claims.
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(packed, wanted + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise MalformedError(f"graphs that do not unpack: {error}") from error
    if len(data) != wanted:
        raise MalformedError(f"graphs of {len(data)} bytes where {wanted} are expected")
    flags = np.unpackbits(np.frombuffer(data, dtype=np.uint8), count=cells).astype(np.bool_)
    return np.asarray(flags.reshape(samples, size, size))
