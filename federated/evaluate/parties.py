"""Public data cut into parties, and parties into parts.

The test part of a party is the same for every seed (drawn once, by `TEST_SEED`), and nothing but the last figures is
ever computed on it; a seed cuts the other rows into those to train on and those to choose by, and starts the networks.

- Milling (UCI AI4I 2020): one party a product type (H, L, M), or equal random parties for the tests with poison.
- Steel plates (UCI Steel Plates Faults): four parties by grade (A300, A400) and thickness (to 70 mm, above), as four
  mills with other products would be; the share of `Other_Faults` goes from 0.23 to 0.53.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evidence.errors import NotFoundError
from federated.learning.dataset import Array, Dataset, Table, conform
from federated.learning.spec import FeatureSpec
from federated.specs import shipped

TEST: Final = 0.25
CHECK: Final = 0.2
"""Shares: of a party's rows for the test, and of the others for choosing."""
TEST_SEED: Final = 20260101
MILLING: Final = "ai4i2020.csv"
STEEL: Final = "steel_plates.csv"
_MILLING_COLUMNS: Final = {
    "air-temperature": "Air temperature [K]",
    "process-temperature": "Process temperature [K]",
    "rotational-speed": "Rotational speed [rpm]",
    "torque": "Torque [Nm]",
    "tool-wear": "Tool wear [min]",
}


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """One party's rows: to train on, to choose by, to report on."""

    name: str
    train: Dataset
    check: Dataset
    test: Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Raw:
    """A whole public table and the party of each of its rows."""

    spec: FeatureSpec
    table: Table
    party: NDArray[np.str_]

    def rows(self, name: str) -> NDArray[np.int64]:
        """Positions of one party's rows."""
        return np.flatnonzero(self.party == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The parties, in order."""
        return tuple(sorted(set(self.party.tolist())))


def milling(folder: Path) -> Raw:
    """AI4I by product type."""
    rows = _read(folder / MILLING)
    spec = shipped("milling-failure")
    values = {name: _numbers(rows, column) for name, column in _MILLING_COLUMNS.items()}
    units = {column.name: column.unit for column in spec.columns}
    table = Table(values, units, _numbers(rows, "Machine failure"))
    return Raw(spec, table, np.array([row["Type"] for row in rows]))


def steel(folder: Path) -> Raw:
    """Steel plates by grade and thickness."""
    rows = _read(folder / STEEL)
    spec = shipped("steel-plate-faults")
    spelled = {name.lower().replace("_", "-"): name for name in rows[0]}
    values = {column.name: _numbers(rows, spelled[column.name]) for column in spec.columns}
    units = {column.name: column.unit for column in spec.columns}
    grade = np.where(_numbers(rows, "TypeOfSteel_A300") > 0.5, "A300", "A400")
    thick = np.where(values["steel-plate-thickness"] > 70, "thick", "thin")
    party = np.array([f"{a}-{b}" for a, b in zip(grade, thick, strict=True)])
    return Raw(spec, Table(values, units, _numbers(rows, "Other_Faults")), party)


def split(raw: Raw, seed: int, *, spec: FeatureSpec | None = None) -> list[Split]:
    """Cut each party's rows, label by label, into train, check and test; `spec` may be a later version of raw's."""
    rng = np.random.default_rng(seed)
    whole = conform(spec or raw.spec, raw.table)
    parts = []
    for name in raw.names:
        train, chosen, test = _cut(raw.rows(name), raw.table.labels, rng)
        parts.append(Split(name, whole.take(train), whole.take(chosen), whole.take(test)))
    return parts


def dealt(raw: Raw, count: int, seed: int) -> Raw:
    """The same rows dealt at random to `count` parties, each with the same share of bad outcomes."""
    rng = np.random.default_rng(seed)
    party = np.empty(len(raw.table.labels), dtype="<U8")
    for label in (0.0, 1.0):
        rows = rng.permutation(np.flatnonzero(raw.table.labels == label))
        for index, part in enumerate(np.array_split(rows, count)):
            party[part] = f"p{index:02d}"
    return Raw(raw.spec, raw.table, party)


def train_columns(raw: Raw, seed: int, name: str) -> Mapping[str, Array]:
    """Raw columns of one party's training rows, for agreeing on scales; the same cut as `split`."""
    rng = np.random.default_rng(seed)
    for one in raw.names:
        train, _, _ = _cut(raw.rows(one), raw.table.labels, rng)
        if one == name:
            return {column: values[train] for column, values in raw.table.values.items()}
    raise NotFoundError(f"there is no party {name!r}")


def _cut(
    rows: NDArray[np.int64], labels: Array, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    fixed = np.random.default_rng(TEST_SEED)
    train, check, test = [], [], []
    for label in (0.0, 1.0):
        mixed = fixed.permutation(rows[labels[rows] == label])
        held = round(TEST * len(mixed))
        test.append(mixed[:held])
        others = rng.permutation(mixed[held:])
        chosen = round(CHECK * len(others))
        check.append(others[:chosen])
        train.append(others[chosen:])
    return np.sort(np.concatenate(train)), np.sort(np.concatenate(check)), np.sort(np.concatenate(test))


def _read(path: Path) -> Sequence[Mapping[str, str]]:
    if not path.exists():
        raise NotFoundError(
            f"There is no file {path}", advice="Name the folder with ai4i2020.csv and steel_plates.csv by --data."
        )
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _numbers(rows: Sequence[Mapping[str, str]], column: str) -> Array:
    return np.array([float(row[column]) for row in rows])
