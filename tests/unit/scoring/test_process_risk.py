"""The process-risk index: exact reasons, and silence beyond its limits."""

from __future__ import annotations

import itertools
import json
from datetime import date
from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import LimitError, ProofError, SchemaError
from scoring.process_risk import MAX_PARTS, Assessment, assess, histogram, shapley
from scoring.risk_model import CLAMP, decode
from scoring.scale import MICRO
from tests.unit.scoring.risk_builders import UNITS, document, model, part, slow_risk

TODAY = date(2026, 11, 26)
PARTS = [part(str(30 + n), str(20 * n), f"{300 + n}.5") for n in range(12)]
INPUT = st.integers(-CLAMP, CLAMP)


def test_the_index_is_the_mean_risk_and_its_reasons_sum_to_it() -> None:
    risk = model(1)
    found = assess(risk, PARTS, UNITS, TODAY)
    rows = [risk.inputs({name: Fraction(text) for name, text in one.items()}) for one in PARTS]
    total = sum(slow_risk(document(1), row) for row in rows)
    assert found.counts and found.index == -(-total // len(PARTS))
    assert found.reference + sum(found.contributions.values()) == Fraction(total, len(PARTS))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 20), row=st.tuples(INPUT, INPUT, INPUT, INPUT))
def test_contributions_are_the_mean_over_all_orders_of_the_features(seed: int, row: tuple[int, ...]) -> None:
    doc, names = document(seed), ("torque", "rise", "wear", "strain")
    sums = dict.fromkeys(names, 0)
    for order in itertools.permutations(range(4)):
        held = [0, 0, 0, 0]
        before = slow_risk(doc, held)
        for position in order:
            held[position] = row[position]
            after = slow_risk(doc, held)
            sums[names[position]] += after - before
            before = after
    found = shapley(model(seed), np.array([row], dtype=np.int64))
    assert found == {name: Fraction(total, factorial(4)) for name, total in sums.items()}


def test_the_chunks_of_many_parts_do_not_change_a_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(4).integers(-CLAMP, CLAMP, (50, 4))
    whole = shapley(model(2), rows)
    monkeypatch.setattr("scoring.process_risk._CHUNK", 16)
    assert shapley(model(2), rows) == whole


def test_the_kpi_states_the_index_and_names_the_model() -> None:
    risk = model(1)
    found = assess(risk, PARTS, UNITS, TODAY)
    kpi = found.kpi(risk, "2026-10")
    assert kpi is not None and kpi["name"] == "process-risk" and kpi["unit"] == "1"
    assert Fraction(kpi["value"]) * MICRO == found.index
    assert risk.digest[:16] in kpi["process"]


def test_a_drifted_feature_stops_the_index_with_its_name() -> None:
    doc = document(1)
    doc["histograms"] = [[0] * 9 + [1000], *doc["histograms"][1:]]
    doc["limits"] = {**doc["limits"], "drift": 4_000_000}
    risk = decode(json.dumps(doc).encode())
    found = assess(risk, PARTS, UNITS, TODAY)
    assert not found.counts and found.reasons == ("drift:torque",)
    assert found.kpi(risk, "2026-10") is None and found.contributions == {}
    assert found.drift["torque"] > 4_000_000 > found.drift["wear"]


def test_parts_out_of_range_or_incomplete_stop_it_when_they_are_many() -> None:
    odd = [part(torque="151"), {"torque": "40", "wear": "10"}]
    assert assess(model(), [*PARTS, *PARTS, *odd], UNITS, TODAY).counts
    found = assess(model(), [*PARTS, *odd], UNITS, TODAY)
    assert found.reasons == ("out-of-range:2",) and found.parts == 12 and found.outside == 2


def test_too_few_parts_and_an_expired_model_do_not_count() -> None:
    assert assess(model(), PARTS[:4], UNITS, TODAY).reasons == ("too-few-parts:4",)
    assert assess(model(), [], UNITS, TODAY).reasons == ("too-few-parts:0",)
    assert assess(model(), PARTS, UNITS, date(2027, 2, 1)).reasons == ("expired:2027-01-31",)


def test_another_unit_or_a_value_that_is_no_number_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"N\.m"):
        assess(model(), PARTS, {**UNITS, "torque": "kg"}, TODAY)
    with pytest.raises(SchemaError):
        assess(model(), [part(torque="1e3")], UNITS, TODAY)
    with pytest.raises(LimitError):
        assess(model(), [part()] * (MAX_PARTS + 1), UNITS, TODAY)


def test_an_index_that_does_not_prove_itself_cannot_be_built() -> None:
    good = assess(model(), PARTS, UNITS, TODAY)
    assert good.index is not None
    with pytest.raises(ProofError):
        Assessment(good.model, 12, 0, good.index + 1, good.reference, good.contributions, good.drift, ())
    with pytest.raises(ProofError):
        Assessment(good.model, 12, 0, None, good.reference, {}, good.drift, ())


@given(points=st.integers(-(10**8), 10**8), seed=st.integers(0, 10))
@settings(max_examples=30, deadline=None)
def test_points_are_divided_among_features_without_a_rest(points: int, seed: int) -> None:
    found = assess(model(seed), PARTS, UNITS, TODAY)
    shares = found.split(points)
    assert sum(shares.values()) in (points, 0)
    if sum(found.contributions.values()):
        assert sum(shares.values()) == points


def test_every_row_falls_into_one_bin_of_each_feature() -> None:
    rows = np.random.default_rng(1).integers(-CLAMP, CLAMP, (77, 4))
    assert [sum(one) for one in histogram(rows)] == [77] * 4
