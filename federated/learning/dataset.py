"""A plant's own rows, checked against the spec and turned into what the network sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evidence.errors import LimitError, SchemaError
from federated.learning.spec import CLAMP, Feature, FeatureSpec

MAX_ROWS: Final = 5_000_000
LARGEST: Final = 1e120
"""Beyond any range of a spec; products of two such numbers are still finite."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Raw values as a plant holds them, before any check.

    Attributes:
        values: for each column its values, shape (n,); NaN where missing.
        units: for each column the UCUM code of its values.
        labels: shape (n,), 0 or 1; NaN where not known (such rows are not learnt from).
    """

    values: Mapping[str, Array]
    units: Mapping[str, str]
    labels: Array


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Rows that conform to a spec.

    Attributes:
        spec: digest of the spec.
        inputs: shape (n, spec.width), features in the spec's order, then one 0/1 flag for each optional column.
        labels: shape (n,), 0.0 or 1.0.
        dropped: rows left out, by reason (`outside`, `missing`, `unlabelled`).
    """

    spec: str
    inputs: Array
    labels: Array
    dropped: Mapping[str, int]

    def __post_init__(self) -> None:
        if self.inputs.ndim != 2 or self.labels.shape != self.inputs.shape[:1]:
            raise SchemaError("inputs and labels do not fit each other", place="inputs")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def positives(self) -> int:
        """Rows with a bad outcome."""
        return int(self.labels.sum())

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Dataset:
        """Some of the rows."""
        return Dataset(self.spec, self.inputs[rows], self.labels[rows], {})


def conform(spec: FeatureSpec, table: Table) -> Dataset:
    """Check a plant's rows against the spec and compute its features.

    A row with a value outside its range, without a label or with a required value missing is left out and counted; a
    plant with more than `spec.outside` of its rows outside a range is refused, because a wrong unit looks like that.

    Raises:
        SchemaError: a column is missing, has another unit or another length, or too many values lie outside the range.
        LimitError: more than `MAX_ROWS` rows.
    """
    rows = len(table.labels)
    if rows > MAX_ROWS:
        raise LimitError(f"{rows} rows; at most {MAX_ROWS} are learnt from at once")
    known = np.isin(table.labels, (0.0, 1.0))
    if not (known | np.isnan(table.labels)).all():
        raise SchemaError("a label is 0, 1 or missing", place=spec.label)
    columns = {column.name: _column(spec, column.name, table, rows) for column in spec.columns}
    outside = np.zeros(rows, dtype=bool)
    missing = np.zeros(rows, dtype=bool)
    for column in spec.columns:
        values = columns[column.name]
        gone = np.isnan(values)
        wrong = ~gone & ((values < float(column.low)) | (values > float(column.high)))
        if rows and int(wrong.sum()) > spec.outside * rows:
            raise SchemaError(
                f"{int(wrong.sum())} of {rows} values lie outside {float(column.low):g} to {float(column.high):g} "
                f"{column.unit}",
                place=f"columns/{column.name}",
                advice="Check the unit of this column at the machine; the spec's range was agreed by all plants.",
            )
        outside |= wrong
        if not column.optional:
            missing |= gone
    kept = known & ~outside & ~missing
    inputs = inputs_of(spec, {name: values[kept] for name, values in columns.items()})
    dropped = {
        "unlabelled": int((~known).sum()),
        "outside": int((known & outside).sum()),
        "missing": int((known & ~outside & missing).sum()),
    }
    return Dataset(spec.digest, inputs, table.labels[kept].astype(np.float64), dropped)


def inputs_of(spec: FeatureSpec, columns: Mapping[str, Array]) -> Array:
    """Inputs of the network for raw columns, shape (n, spec.width); a missing value sits at the agreed centre."""
    parts = [_feature(feature, columns) for feature in spec.features]
    parts += [np.isnan(columns[name]).astype(np.float64) for name in spec.optional]
    return np.column_stack(parts)


def merge(parts: Sequence[Dataset]) -> Dataset:
    """Rows of several parties as one data set: for the yardstick of central training, which no federation does."""
    if len({part.spec for part in parts}) != 1:
        raise SchemaError("the parts follow different specs", place="spec")
    inputs = np.concatenate([part.inputs for part in parts])
    return Dataset(parts[0].spec, inputs, np.concatenate([part.labels for part in parts]), {})


def _column(spec: FeatureSpec, name: str, table: Table, rows: int) -> Array:
    column = next(one for one in spec.columns if one.name == name)
    if name not in table.values:
        raise SchemaError("the column is missing", place=f"columns/{name}")
    if table.units.get(name) != column.unit:
        raise SchemaError(
            f"the unit is {table.units.get(name)!r}; the spec says {column.unit!r}",
            place=f"columns/{name}",
            advice="Convert the values before they are imported; nothing is converted silently.",
        )
    values = np.asarray(table.values[name], dtype=np.float64)
    if values.shape != (rows,):
        raise SchemaError(f"{values.shape} values for {rows} rows", place=f"columns/{name}")
    return values


def _feature(feature: Feature, columns: Mapping[str, Array]) -> Array:
    raw = np.clip(columns[feature.of[0]], -LARGEST, LARGEST)
    if feature.operation == "difference":
        raw = raw - np.clip(columns[feature.of[1]], -LARGEST, LARGEST)
    elif feature.operation == "product":
        raw = raw * np.clip(columns[feature.of[1]], -LARGEST, LARGEST)
    scaled = (raw - float(feature.centre)) / float(feature.scale)
    return np.clip(np.nan_to_num(scaled, nan=0.0), -CLAMP, CLAMP)
