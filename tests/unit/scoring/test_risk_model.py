"""The weight file: read strictly, computed in integers, monotone and bounded."""

from __future__ import annotations

import contextlib
import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import LimitError, MalformedError, SchemaError
from scoring.risk_model import CLAMP, MAX_BYTES, MAX_WEIGHT, ONE, decode
from scoring.scale import MICRO
from tests.unit.scoring.risk_builders import document, model, slow_risk

INPUT = st.integers(-CLAMP, CLAMP)
ROW = st.tuples(INPUT, INPUT, INPUT, INPUT)


@given(seed=st.integers(0, 30), row=ROW)
def test_the_fast_reading_has_the_bits_of_the_slow_one(seed: int, row: tuple[int, ...]) -> None:
    fast = int(model(seed).risks(np.array([row], dtype=np.int64))[0])
    assert fast == slow_risk(document(seed), row)


@given(seed=st.integers(0, 30), row=ROW, more=st.integers(0, CLAMP))
def test_risk_never_falls_as_a_feature_gets_worse_and_stays_between_0_and_1(
    seed: int, row: tuple[int, ...], more: int
) -> None:
    worn = (row[0], row[1], min(CLAMP, row[2] + more), row[3])
    strained = (row[0], row[1], row[2], max(-CLAMP, row[3] - more))
    before, wear, strain = model(seed).risks(np.array([row, worn, strained], dtype=np.int64)).tolist()
    assert 0 <= before <= wear <= MICRO and before <= strain <= MICRO


def test_inputs_are_exact_and_rounded_down() -> None:
    values = {"torque": Fraction("45.5"), "wear": Fraction(120), "heat": Fraction("310.25")}
    exact = [
        (Fraction("45.5") - 40) / 10,
        (Fraction("310.25") - Fraction("45.5") - 260) / Fraction("5.5"),
        Fraction(20, 60),
        (Fraction("45.5") * 120 - 4000) / 2500,
    ]
    assert model().inputs(values) == tuple(int((one * ONE) // 1) for one in exact)
    assert model().inputs({**values, "torque": Fraction(10**9)})[0] == CLAMP


def test_the_largest_weights_allowed_do_not_overflow() -> None:
    doc = document(hidden=(256, 256))
    doc["w1"] = [[MAX_WEIGHT] * 2] * 256
    doc["w2"] = [[MAX_WEIGHT] * 256] * 256
    doc["head"] = [MAX_WEIGHT] * 256
    doc["b1"] = doc["b2"] = [MAX_WEIGHT] * 256
    doc["slopes"] = [[MAX_WEIGHT] * 3] * 2
    rows = [(CLAMP, CLAMP, CLAMP, -CLAMP), (-CLAMP,) * 4]
    found = decode(json.dumps(doc).encode()).risks(np.array(rows, dtype=np.int64))
    assert found.tolist() == [slow_risk(doc, row) for row in rows]


@pytest.mark.parametrize(
    "change",
    [
        {"format": "credence-risk-model/2"},
        {"w1": [[0, 0]] * 3},
        {"w1": [[0.5, 0]] * 4},
        {"w1": [[MAX_WEIGHT + 1, 0]] * 4},
        {"slopes": [[-1, 0, 0], [0, 0, 0]]},
        {"slopes": []},
        {"calibration": [0, 0]},
        {"histograms": [[1] * 9] * 4},
        {"spec": "x"},
        {"surprise": 1},
        {"limits": {"rows": 5, "outside": 0, "drift": 1, "until": "2027-02-30"}},
        {"columns": [{"name": "torque", "unit": "furlong", "low": "0", "high": "1"}]},
        {"features": []},
    ],
)
def test_a_document_that_is_no_weight_file_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(SchemaError):
        model(**change)


def test_what_is_too_large_or_no_json_is_refused() -> None:
    with pytest.raises(LimitError):
        decode(b" " * (MAX_BYTES + 1))
    with pytest.raises(MalformedError):
        decode(b"{")
    with pytest.raises(MalformedError):
        decode(b"[" * 100_000)


@settings(max_examples=200)
@given(place=st.integers(0, 2000), byte=st.integers(0, 255))
def test_a_damaged_file_is_refused_or_read_but_never_crashes(place: int, byte: int) -> None:
    data = bytearray(json.dumps(document()).encode())
    data[place % len(data)] = byte
    with contextlib.suppress(SchemaError, MalformedError, LimitError):
        decode(bytes(data))
