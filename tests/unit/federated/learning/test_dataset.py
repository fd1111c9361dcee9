"""Rows against the spec: what is out of range is dropped and counted, what looks like a wrong unit is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evidence.errors import SchemaError
from federated.learning.dataset import Table, conform, inputs_of, merge
from federated.learning.spec import CLAMP
from tests.unit.federated.learning.builders import UNITS, plant, spec, table


def test_features_are_what_the_spec_says() -> None:
    one = Table(
        {"heat": np.array([120.0]), "force": np.array([40.0]), "wear": np.array([210.0])}, UNITS, np.array([1.0])
    )
    assert conform(spec(), one).inputs.tolist() == [[1.0, -1.0, (4800 - 5000) / 1500, 1.0]]


def test_rows_are_dropped_for_a_reason_that_is_counted() -> None:
    one = table(100, 0)
    one.values["heat"][0] = 999.0
    one.values["wear"][1] = np.nan
    one.labels[2] = np.nan
    found = conform(spec(), one)
    assert len(found) == 97 and found.dropped == {"unlabelled": 1, "outside": 1, "missing": 1}


def test_a_plant_in_fahrenheit_is_refused_not_averaged_in() -> None:
    one = table(100, 0)
    wrong = Table({**one.values, "heat": one.values["heat"] * 1.8 + 32}, UNITS, one.labels)
    with pytest.raises(SchemaError, match="lie outside"):
        conform(spec(), wrong)
    with pytest.raises(SchemaError, match="unit"):
        conform(spec(), Table(one.values, {**UNITS, "heat": "[degF]"}, one.labels))


def test_a_missing_column_or_another_length_is_refused() -> None:
    one = table(10, 0)
    with pytest.raises(SchemaError, match="missing"):
        conform(spec(), Table({"heat": one.values["heat"]}, UNITS, one.labels))
    with pytest.raises(SchemaError):
        conform(spec(), Table({**one.values, "wear": np.zeros(9)}, UNITS, one.labels))
    with pytest.raises(SchemaError, match="label"):
        conform(spec(), Table(one.values, UNITS, one.labels + 1))


def test_a_missing_optional_value_sits_at_the_centre_and_is_flagged() -> None:
    one = table(50, 0)
    one.values["force"][3] = np.nan
    found = conform(spec(optional=True), one)
    assert len(found) == 50 and found.inputs.shape == (50, 5)
    assert found.inputs[3, 1] == 0.0 and found.inputs[3, 2] == 0.0
    assert found.inputs[:, 4].tolist() == [float(row == 3) for row in range(50)]


@given(arrays(float, (3, 5), elements=st.floats(-1e300, 1e300)))
def test_inputs_are_finite_and_cut_off_whatever_is_measured(values: np.ndarray) -> None:  # type: ignore[type-arg]
    found = inputs_of(spec(), dict(zip(("heat", "force", "wear"), values, strict=True)))
    assert np.isfinite(found).all() and (np.abs(found) <= CLAMP).all()


def test_rows_of_different_specs_are_not_merged() -> None:
    with pytest.raises(SchemaError):
        merge([plant(10, 0), replace(plant(10, 1), spec="0" * 64)])
