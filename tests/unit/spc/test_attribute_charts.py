import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import SchemaError
from spc.attribute_charts import c, np_, p, u


@given(st.lists(st.integers(0, 50), min_size=2, max_size=40).filter(lambda x: sum(x) > 0))
@settings(deadline=None)
def test_p_and_np_charts_say_the_same_in_other_units(bad: list[int]) -> None:
    share, count = p(bad, 60).location, np_(bad, 60).location
    for part in ("points", "centre", "lower", "upper"):
        assert getattr(share, part) * 60 == pytest.approx(getattr(count, part), abs=1e-9)
    assert share.outside == count.outside


@given(st.lists(st.integers(0, 50), min_size=2, max_size=40).filter(lambda x: sum(x) > 0))
@settings(deadline=None)
def test_a_u_chart_of_single_units_is_a_c_chart(defects: list[int]) -> None:
    each, total = u(defects, 1).location, c(defects).location
    assert each.upper == pytest.approx(total.upper) and each.outside == total.outside


def test_limits_are_wider_for_smaller_lots_and_stay_within_nought_and_one() -> None:
    one = p([3, 5, 40, 2], [50, 60, 50, 1000]).location
    assert one.upper[3] < one.upper[1] < one.upper[0] <= 1
    assert (one.lower >= 0).all()
    units = u([3, 5, 4], [0.5, 10.0, 2.5]).location
    assert units.upper[1] < units.upper[2] < units.upper[0]


def test_thin_counts_are_pointed_out() -> None:
    assert any("below 5" in note for note in p([0, 1, 0, 2], 20).notes)
    assert any("cannot signal an improvement" in note for note in c([1, 2, 1]).notes)
    assert not c([50, 60, 55, 45]).notes


def test_phase_one_alone_sets_the_limits() -> None:
    found = np_([5, 6, 4, 5, 30], 100, phase1=4).location
    assert found.centre[0] == pytest.approx(5) and found.outside == (5,)


@pytest.mark.parametrize(
    ("bad", "sizes"),
    [([3, 7], [5, 6]), ([1, 2], [0, 5]), ([1, 2], [5]), ([1.5, 2], 10), ([-1, 2], 10), ([0, 0], 10), ([9, 9], 9)],
)
def test_counts_that_make_no_p_chart_are_refused(bad: list[float], sizes: object) -> None:
    with pytest.raises(SchemaError):
        p(bad, sizes)  # type: ignore[arg-type]


def test_counts_that_make_no_u_or_c_chart_are_refused() -> None:
    for units in (0, -1, [1, 2, 3], np.nan, "x"):
        with pytest.raises(SchemaError):
            u([1, 2], units)
    with pytest.raises(SchemaError, match="no nonconformity"):
        c([0, 0, 0])
