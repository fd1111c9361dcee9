"""Tallies of finished twins in a folder, one small file each, so that a calibration goes on where it was cut off."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from evidence.canonical import encode
from evidence.draft import JsonValue
from evidence.errors import StorageError
from rca.calibration.statements import BINS, STRATA, Claim, Stratum, Tally, Where


class TwinFolder:
    """Tallies that belong to one calibration: one table, seed and way of scoring, told by `about`."""

    def __init__(self, folder: Path, about: Mapping[str, JsonValue]) -> None:
        """Files of other calibrations in the same folder are not seen."""
        self._folder = folder
        self._mark = hashlib.sha256(encode(dict(about))).hexdigest()[:24]

    def load(self) -> dict[int, dict[Stratum, Tally]]:
        """All tallies kept so far, by number of the twin; a file that was cut off while being written is ignored."""
        found = dict[int, dict[Stratum, Tally]]()
        for file in sorted(self._folder.glob(f"{self._mark}-*.json")):
            try:
                document = json.loads(file.read_text(encoding="utf-8"))
                found[int(document["twin"])] = _tallies(document["strata"])
            except (ValueError, KeyError, TypeError, IndexError):
                continue
            except OSError as error:
                raise StorageError(f"cannot read {file.name}: {error}") from error
        return found

    def keep(self, number: int, tallies: Mapping[Stratum, Tally]) -> None:
        """Keep one twin's tallies.

        Raises:
            StorageError: the folder cannot be written.
        """
        strata = {f"{claim}/{where}": _sparse(tally) for (claim, where), tally in tallies.items()}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            partial = self._folder / f"{self._mark}-{number}.part"
            partial.write_text(json.dumps({"twin": number, "strata": strata}), encoding="utf-8")
            partial.replace(partial.with_suffix(".json"))
        except OSError as error:
            raise StorageError(f"cannot write to {self._folder}: {error}") from error


def _sparse(tally: Tally) -> list[list[int]]:
    where = np.flatnonzero(tally.stated)
    return [[int(cell), int(tally.stated[cell]), int(tally.true[cell])] for cell in where]


def _tallies(strata: Mapping[str, Any]) -> dict[Stratum, Tally]:
    found = dict[Stratum, Tally]()
    for name, cells in strata.items():
        claim, _, where = name.partition("/")
        stated, true = np.zeros(BINS, dtype=np.int64), np.zeros(BINS, dtype=np.int64)
        for cell, count, hits in cells:
            stated[cell], true[cell] = count, hits
        found[Claim(claim), Where(where)] = Tally(stated, true)
    if set(found) != set(STRATA):
        raise KeyError("a stratum is missing")
    return found
