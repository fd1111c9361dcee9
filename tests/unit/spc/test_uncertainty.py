import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import LimitError, SchemaError
from evidence.quantity import Quantity
from spc.conformity import Verdict, acceptance_zone, guard_band, judge, process_sigma
from spc.propagation import Estimates, each_set, independent, observed_together, propagate
from spc.specification import Specification
from spc.uncertainty import (
    Input,
    arcsine,
    budget,
    from_expanded,
    rectangular,
    resolution,
    stated,
    triangular,
)

positive = st.floats(1e-9, 1e6)


@given(st.lists(st.tuples(positive, st.floats(-100, 100)), min_size=1, max_size=10))
@settings(deadline=None)
def test_a_budget_adds_squares_and_no_line_lowers_it(lines: list[tuple[float, float]]) -> None:
    inputs = [Input(f"line {number}", u, c) for number, (u, c) in enumerate(lines)]
    found = budget(inputs)
    assert found.combined == pytest.approx(math.sqrt(sum((u * c) ** 2 for u, c in lines)))
    assert budget([*inputs, Input("more", 1.0)]).combined >= found.combined
    assert found.freedom == math.inf and found.coverage == pytest.approx(1.959964, abs=1e-5)
    if found.combined > 0:
        assert sum(share for _, share in found.shares()) == pytest.approx(100)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=6))
@settings(deadline=None)
def test_effective_freedom_lies_between_the_least_and_the_sum(freedoms: list[int]) -> None:
    found = budget([Input(str(number), 1.0, 1.0, freedom) for number, freedom in enumerate(freedoms)])
    assert min(freedoms) - 1e-9 <= found.freedom <= sum(freedoms) + 1e-9


def test_fully_correlated_lines_add_up_and_opposed_ones_cancel() -> None:
    lines = [Input("a", 3.0), Input("b", 4.0)]
    assert budget(lines, correlation=[[1, 1], [1, 1]]).combined == pytest.approx(7)
    assert budget(lines, correlation=[[1, -1], [-1, 1]]).combined == pytest.approx(1)
    assert budget(lines, correlation=np.eye(2)).combined == pytest.approx(5)


@pytest.mark.parametrize(
    "matrix", [[[1, 2], [2, 1]], [[1, 0.5], [0.4, 1]], [[2, 0], [0, 1]], [[1]], [[1, math.nan], [math.nan, 1]]]
)
def test_a_matrix_that_is_no_correlation_is_refused(matrix: list[list[float]]) -> None:
    with pytest.raises(SchemaError, match="correlation"):
        budget([Input("a", 1.0), Input("b", 1.0)], correlation=matrix)


def test_what_makes_no_budget_is_refused() -> None:
    for lines, options in (
        ([], {}),
        ([Input("a", 1.0, 1.0, 0.5)], {}),
        ([Input("a", 1.0)], {"unit": "furlong"}),
        ([Input("a", 1.0)], {"confidence": 1.0}),
        ([Input("a", 1.0, 1.0, 5), Input("b", 1.0)], {"correlation": np.eye(2)}),
    ):
        with pytest.raises(SchemaError):
            budget(lines, **options)
    with pytest.raises(LimitError):
        budget([Input("a", 1.0)] * 201)
    for u, c, freedom in ((-1.0, 1.0, 1.0), (math.nan, 1.0, 1.0), (1.0, math.inf, 1.0), (1.0, 1.0, 0.0)):
        with pytest.raises(SchemaError, match="line"):
            Input("line", u, c, freedom)


def test_a_stated_result_has_two_digits_of_uncertainty_rounded_up() -> None:
    found = budget([Input("a", 0.0503)], unit="mm")  # U = 0.09859
    assert stated(12.34567, found) == (Quantity("12.346", "mm"), Quantity("0.099", "mm"))
    found = budget([Input("a", 0.5081)], unit="mm")  # U = 0.99586 rounds up to 1.0
    assert stated(-0.04, found) == (Quantity("0.0", "mm"), Quantity("1.0", "mm"))
    found = budget([Input("a", 629.0)], unit="nm")  # U = 1232.8
    assert stated(50_000_838.0, found) == (Quantity("50000800", "nm"), Quantity("1300", "nm"))


def test_standard_uncertainties_of_the_usual_shapes() -> None:
    rng = np.random.default_rng(4)
    assert rectangular(3.0) == pytest.approx(rng.uniform(-3, 3, 200_000).std(), rel=0.01)
    assert triangular(3.0) == pytest.approx(rng.triangular(-3, 0, 3, 200_000).std(), rel=0.01)
    assert arcsine(3.0) == pytest.approx((3 * np.sin(rng.uniform(0, 7, 200_000) * 2 * math.pi)).std(), rel=0.01)
    assert resolution(0.01) == pytest.approx(rectangular(0.005))
    assert from_expanded(0.1, 2.0) == 0.05
    with pytest.raises(SchemaError):
        rectangular(0.0)


@given(st.floats(1, 100), st.floats(1, 100), st.floats(1e-6, 0.01), st.floats(1e-6, 0.01))
@settings(deadline=None)
def test_relative_uncertainties_of_a_quotient_add_squares(a: float, b: float, ua: float, ub: float) -> None:
    found = propagate([lambda x: float(x[0] / x[1])], independent([a, b], [a * ua, b * ub]))
    assert found.uncertainties[0] == pytest.approx(a / b * math.hypot(ua, ub), rel=1e-3)


def test_a_difference_of_things_measured_together_loses_what_they_share() -> None:
    rng = np.random.default_rng(2)
    common = rng.normal(0, 5, 30)
    together = observed_together([10 + common, 4 + common + rng.normal(0, 0.01, 30)])
    difference = propagate([lambda x: float(x[0] - x[1])], together)
    assert together.correlation(0, 1) > 0.999
    assert difference.uncertainties[0] < 0.005 < together.uncertainties.min()


def test_a_model_that_fails_at_its_inputs_is_refused() -> None:
    inputs = independent([1.0, 2.0], [0.1, 0.1])
    for model in (lambda x: math.nan, lambda x: math.inf):
        with pytest.raises(SchemaError, match="a model gives"):
            propagate([model], inputs)
    with pytest.raises(SchemaError, match="0 models"):
        propagate([], inputs)
    with pytest.raises(SchemaError):
        each_set([lambda x: 1.0], [[1.0], [2.0]])
    with pytest.raises(SchemaError):
        independent([1.0], [-1.0])


@pytest.mark.parametrize(
    "covariance", [[[1.0, 2.0], [2.0, 1.0]], [[1.0, 0.5], [0.0, 1.0]], [[-1.0, 0.0], [0.0, 1.0]], [[1.0]]]
)
def test_a_covariance_that_cannot_be_is_refused(covariance: list[list[float]]) -> None:
    with pytest.raises(SchemaError, match="covariance"):
        Estimates(np.array([1.0, 2.0]), np.array(covariance))


def test_an_exact_input_adds_no_uncertainty() -> None:
    found = propagate([lambda x: float(x[0] * x[1])], independent([3.0, 2.0], [0.1, 0.0]))
    assert found.uncertainties[0] == pytest.approx(0.2) and found.correlation(0, 0) == pytest.approx(1)


def test_a_reading_near_a_limit_proves_nothing() -> None:
    limits = Specification(9.0, 11.0)
    band = guard_band(0.1)
    assert band == pytest.approx(0.1645, abs=1e-4)
    assert judge(10.0, limits, 0.1) is Verdict.CONFORMS
    assert judge(11.0 - band, limits, 0.1) is Verdict.CONFORMS
    assert judge(10.95, limits, 0.1) is judge(11.1, limits, 0.1) is Verdict.UNDECIDED
    assert judge(11.2, limits, 0.1) is judge(8.8, limits, 0.1) is Verdict.FAILS
    zone = acceptance_zone(limits, 0.1)
    assert (zone.lower, zone.upper) == pytest.approx((9 + band, 11 - band))
    assert judge(5.0, Specification(upper=11.0), 0.1) is Verdict.CONFORMS
    with pytest.raises(SchemaError, match="nothing of the tolerance"):
        acceptance_zone(limits, 1.0)


def test_a_gauge_is_taken_out_of_sigma_unless_it_is_all_of_it() -> None:
    assert process_sigma(5.0, 3.0) == 4.0 and process_sigma(5.0, 0.0) == 5.0
    with pytest.raises(SchemaError):
        process_sigma(5.0, 5.0)
