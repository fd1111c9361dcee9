import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import SchemaError
from spc.capability import BoundMethod, Freedom, capability, indices_of
from spc.interval import Side
from spc.sigma import SigmaMethod
from spc.specification import Specification

FLAT = np.random.default_rng(9).normal(10, 0.5, 100)
BOTH = Specification(8.0, 12.0, 10.0)


def names(found) -> list[str]:
    return [one.name for one in found.indices]


def test_the_estimator_decides_what_an_index_is_called() -> None:
    overall = capability(FLAT, BOTH, method=SigmaMethod.OVERALL)
    assert names(overall) == ["Pp", "Ppl", "Ppu", "Ppk", "Ppm"]
    within = capability(FLAT, BOTH, method=SigmaMethod.POOLED, subgroup=5)
    assert names(within) == ["Cp", "Cpl", "Cpu", "Cpk", "Cpm"]
    with pytest.raises(SchemaError, match="no Cpk here"):
        overall.index("Cpk")


def test_with_one_limit_there_is_no_cp_and_without_a_target_no_cpm() -> None:
    assert names(capability(FLAT, Specification(upper=12.0), method=SigmaMethod.OVERALL)) == ["Ppu", "Ppk"]
    assert names(capability(FLAT, Specification(lower=8.0), method=SigmaMethod.OVERALL)) == ["Ppl", "Ppk"]
    assert "Ppm" not in names(capability(FLAT, Specification(8.0, 12.0), method=SigmaMethod.OVERALL))


def test_with_one_limit_the_bounds_are_exact() -> None:
    found = capability(FLAT, Specification(upper=12.0), method=SigmaMethod.OVERALL).index("Ppk")
    assert found.interval.method == "noncentral t"
    assert capability(FLAT, BOTH, method=SigmaMethod.OVERALL).index("Ppk").interval.method.endswith("worst position")


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e3))
@settings(max_examples=30, deadline=None)
def test_an_index_has_no_unit(shift: float, scale: float) -> None:
    moved = Specification(8.0 * scale + shift, 12.0 * scale + shift)
    found = capability(FLAT * scale + shift, moved, method=SigmaMethod.OVERALL, bound=BoundMethod.BISSELL)
    plain = capability(FLAT, Specification(8.0, 12.0), method=SigmaMethod.OVERALL, bound=BoundMethod.BISSELL)
    assert [one.value for one in found.indices] == pytest.approx([one.value for one in plain.indices], rel=1e-4)


@given(st.floats(8.5, 11.5), st.floats(0.1, 2))
@settings(deadline=None)
def test_cpk_never_exceeds_cp_and_equals_it_when_centred(mean: float, sigma: float) -> None:
    found = indices_of(mean, sigma, BOTH)
    assert found.spread is not None and found.about_target is not None
    assert found.nearest <= found.spread + 1e-12 and found.about_target <= found.spread + 1e-12
    assert indices_of(10.0, sigma, BOTH).nearest == pytest.approx(found.spread)


def test_effective_freedom_widens_the_bounds_of_a_range_estimate() -> None:
    def width(freedom: Freedom) -> float:
        found = capability(FLAT, BOTH, method=SigmaMethod.RANGE, subgroup=5, freedom=freedom).index("Cp").interval
        return found.upper - found.lower

    assert width(Freedom.EFFECTIVE) > width(Freedom.NOMINAL)


def test_expected_and_observed_parts_beyond_the_limits() -> None:
    found = capability(FLAT, Specification(9.5, 10.5), method=SigmaMethod.OVERALL)
    assert found.observed_outside == int(((FLAT < 9.5) | (FLAT > 10.5)).sum())
    assert found.ppm_below + found.ppm_above == pytest.approx(1e4 * found.observed_outside, rel=0.3)
    assert capability(FLAT, Specification(upper=10.5), method=SigmaMethod.OVERALL).ppm_below == 0


def test_a_value_on_a_limit_conforms() -> None:
    assert BOTH.contains(8.0) and BOTH.contains(12.0) and not BOTH.contains(math.nextafter(12.0, 13.0))


@pytest.mark.parametrize(
    "limits",
    [
        (None, None, None),
        (12.0, 8.0, None),
        (8.0, 8.0, None),
        (math.nan, 12.0, None),
        (8.0, math.inf, None),
        (8, 12, 13),
    ],
)
def test_limits_that_make_no_sense_are_refused(limits: tuple[float | None, float | None, float | None]) -> None:
    with pytest.raises(SchemaError):
        Specification(*limits)


def test_what_cannot_be_a_capability_is_refused() -> None:
    with pytest.raises(SchemaError, match="do not vary"):
        capability([5.0] * 30, BOTH, method=SigmaMethod.OVERALL)
    with pytest.raises(SchemaError, match="at least 2"):
        capability([5.0], BOTH, method=SigmaMethod.OVERALL)
    with pytest.raises(SchemaError, match="value 3"):
        capability([5.0, 6.0, math.nan], BOTH, method=SigmaMethod.OVERALL)
    with pytest.raises(SchemaError, match="confidence"):
        capability(FLAT, BOTH, method=SigmaMethod.OVERALL, confidence=0.4)
    with pytest.raises(SchemaError, match="sigma"):
        indices_of(10.0, 0.0, BOTH)


def test_one_sided_bounds_are_open_on_the_other_side() -> None:
    found = capability(FLAT, BOTH, method=SigmaMethod.OVERALL, side=Side.LOWER)
    assert all(one.interval.upper == math.inf for one in found.indices)
    assert all(one.interval.lower < one.value for one in found.indices)
