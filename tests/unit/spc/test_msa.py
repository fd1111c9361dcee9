import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import SchemaError
from spc.msa.average_range import average_range
from spc.msa.bias import bias, type_one
from spc.msa.crossed import Interaction, crossed
from spc.msa.gage import Components, GageStudy
from spc.msa.layout import by_name, crossed_cube, nested_cube
from spc.msa.linearity import linearity
from spc.msa.nested import nested
from spc.msa.stability import stability

SPREAD = {"part": 4.0, "operator": 1.0, "interaction": 0.5, "repeatability": 0.3}


def study(seed: int, parts: int = 12, operators: int = 4, trials: int = 3, *, interaction: float = 0.5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    cube = 100 + rng.normal(0, SPREAD["repeatability"], (parts, operators, trials))
    cube += rng.normal(0, SPREAD["part"], (parts, 1, 1)) + rng.normal(0, SPREAD["operator"], (1, operators, 1))
    return cube + rng.normal(0, interaction, (parts, operators, 1))


def test_an_analysis_of_variance_is_unbiased_for_every_source() -> None:
    found = [crossed(study(seed), interaction=Interaction.KEPT).components for seed in range(600)]
    for source, sigma in SPREAD.items():
        assert np.mean([getattr(one, source) for one in found]) == pytest.approx(sigma**2, rel=0.12), source


def test_without_interaction_both_treatments_give_the_same_answer_on_average() -> None:
    tested = [crossed(study(seed, interaction=0.0)) for seed in range(200)]
    dropped = sum(one.method == "ANOVA without interaction" for one in tested)
    assert dropped / 200 == pytest.approx(0.75, abs=0.08)  # p above 0.25 in three of four
    assert np.mean([one.components.gauge for one in tested]) == pytest.approx(1.0 + 0.09, rel=0.15)


@given(st.integers(0, 10**6), st.floats(-1e4, 1e4), st.floats(0.01, 100))
@settings(max_examples=25, deadline=None)
def test_percentages_have_neither_unit_nor_origin(seed: int, shift: float, scale: float) -> None:
    cube = study(seed, 5, 3, 2)
    for analyse in (crossed, average_range):
        plain, moved = analyse(cube, tolerance=20.0), analyse(cube * scale + shift, tolerance=20.0 * scale)
        for one, other in zip(plain.shares, moved.shares, strict=True):
            assert (one.contribution, one.study) == pytest.approx((other.contribution, other.study), abs=1e-4)
            assert one.tolerance == pytest.approx(other.tolerance, abs=1e-3)
        assert sum(one.contribution for one in plain.shares if one.source in ("Gage R&R", "part")) == pytest.approx(100)


def test_the_sums_of_squares_add_up_to_the_total() -> None:
    cube = study(1)
    (table,) = crossed(cube, interaction=Interaction.KEPT).tables
    assert sum(row.sum_squares for row in table) == pytest.approx(float(((cube - cube.mean()) ** 2).sum()))
    assert sum(row.freedom for row in table) == cube.size - 1
    (table,) = nested(cube).tables
    assert sum(row.sum_squares for row in table) == pytest.approx(float(((cube - cube.mean()) ** 2).sum()))
    assert sum(row.freedom for row in table) == cube.size - 1


def test_a_gauge_that_repeats_exactly_is_judged_by_its_operators() -> None:
    cube = np.tile(np.arange(5.0)[:, None, None], (1, 3, 2))
    perfect = crossed(cube)
    assert perfect.components.gauge == 0 and perfect.distinct is None and perfect.verdict == "good"
    cube[0, 1, :] += 0.5
    assert crossed(cube).components.interaction > 0  # no error of repetition, so the interaction is real
    with pytest.raises(SchemaError, match="do not vary"):
        crossed(np.full((5, 3, 2), 7.0))


def test_a_negative_variance_counts_as_none() -> None:
    level = study(3)
    level -= level.mean(axis=(0, 2), keepdims=True)
    found = average_range(level)
    assert found.components.operator == 0 and found.notes


def test_ndc_and_verdict_follow_the_guide() -> None:
    def of(gauge: float, part: float) -> GageStudy:
        return GageStudy("test", Components(gauge, 0.0, 0.0, part), None)

    assert (of(1.0, 12.5).distinct, of(1.0, 12.7).distinct) == (4, 5)  # 1.41 sqrt(12.58) = 5
    assert (of(0.5, 99.5).verdict, of(5, 95).verdict, of(20, 80).verdict) == ("good", "conditional", "not acceptable")
    with pytest.raises(SchemaError, match="no source"):
        of(1, 1).share("weather")
    with pytest.raises(SchemaError):
        Components(-1.0, 0.0, 0.0, 0.0)


def test_a_nested_study_finds_its_sources() -> None:
    rng = np.random.default_rng(5)
    found = []
    for _ in range(400):
        cube = rng.normal(0, 0.3, (6, 5, 3)) + rng.normal(0, 2, (6, 5, 1)) + rng.normal(0, 1, (6, 1, 1))
        found.append(nested(cube).components)
    assert np.mean([one.repeatability for one in found]) == pytest.approx(0.09, rel=0.05)
    assert np.mean([one.part for one in found]) == pytest.approx(4, rel=0.1)
    assert np.mean([one.operator for one in found]) == pytest.approx(1, rel=0.35)  # negative ones count as zero


@pytest.mark.parametrize("shape", [(1, 3, 2), (5, 1, 2), (5, 3, 1), (5, 3), (30,)])
@pytest.mark.parametrize("analyse", [crossed, average_range, nested])
def test_a_study_of_too_few_is_refused(analyse, shape: tuple[int, ...]) -> None:
    with pytest.raises(SchemaError):
        analyse(np.random.default_rng(1).normal(0, 1, shape))


def test_bias_holds_the_true_one_as_often_as_stated() -> None:
    rng = np.random.default_rng(3)
    held = [bias(rng.normal(5.2, 0.4, 12), 5.0, confidence=0.9).interval for _ in range(3000)]
    assert np.mean([one.lower <= 0.2 <= one.upper for one in held]) == pytest.approx(0.9, abs=0.02)


def test_cgk_is_cg_less_the_bias() -> None:
    readings = [10.01, 10.03, 9.99, 10.02, 10.00]
    found = type_one(readings, 10.0, 2.0)
    assert found.cgk == pytest.approx(found.cg - abs(found.bias.bias) / (3 * found.bias.repeatability))
    house = type_one(readings, 10.0, 2.0, share_of_tolerance=0.15, spread=4.0)
    assert house.cg == pytest.approx(found.cg * 0.75 * 1.5) and (house.share, house.spread) == (0.15, 4.0)
    for tolerance, spread in ((0.0, 6.0), (2.0, 0.0), (-1.0, 6.0)):
        with pytest.raises(SchemaError):
            type_one(readings, 10.0, tolerance, spread=spread)
    with pytest.raises(SchemaError, match="do not vary"):
        bias([10.0] * 5, 10.0)


def test_linearity_finds_a_gauge_that_stretches() -> None:
    rng = np.random.default_rng(8)
    truth = [2.0, 4.0, 6.0, 8.0, 10.0]
    straight = linearity(truth, [rng.normal(one, 0.1, 12) for one in truth])
    bent = linearity(truth, [rng.normal(1.03 * one, 0.1, 12) for one in truth], process_variation=6.0)
    assert straight.holds_zero and not bent.holds_zero
    assert bent.slope.value == pytest.approx(0.03, abs=0.012)
    assert bent.linearity == pytest.approx(6 * bent.slope.value) and straight.linearity is None
    assert [one.reference for one in bent.parts] == truth


def test_a_perfect_line_has_no_test() -> None:
    found = linearity([1.0, 2.0, 3.0], [[1.5], [2.5], [3.5]])
    assert found.slope.value == 0 and found.slope.p is None and found.intercept.value == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("references", "readings"), [([1.0, 1.0], [[1.0], [1.1]]), ([1.0, 2.0], [[1.0]]), ([1.0, 2.0], [[1.0], [2.0]])]
)
def test_a_line_through_too_little_is_refused(references: list[float], readings: list[list[float]]) -> None:
    with pytest.raises(SchemaError):
        linearity(references, readings)


def test_a_gauge_that_drifts_is_not_stable() -> None:
    rng = np.random.default_rng(9)
    calm = rng.normal(5, 0.1, 30)
    assert stability(calm).is_stable
    assert not stability(calm + np.linspace(0, 2, 30)).is_stable
    groups = rng.normal(5, 0.1, (25, 3))
    groups[20] += [0.0, 2.0, -2.0]
    assert stability(groups).spread_outside == (21,)
    with pytest.raises(SchemaError):
        stability(5.0)


def test_a_list_of_readings_becomes_a_cube_in_order_of_appearance() -> None:
    rows = [(part, operator, trial) for trial in range(2) for operator in "BA" for part in ("p2", "p1", "p3")]
    readings = np.arange(12.0)
    cube = crossed_cube([row[0] for row in rows], [row[1] for row in rows], readings)
    assert cube.shape == (3, 2, 2) and cube[0, 0].tolist() == [0, 6] and cube[2, 1].tolist() == [5, 11]
    with pytest.raises(SchemaError, match="part 'p3', operator 'A'"):
        crossed_cube([row[0] for row in rows[:-1]], [row[1] for row in rows[:-1]], readings[:-1])


def test_nested_parts_of_two_operators_may_share_a_name() -> None:
    operators, parts = list("AAAABBBB"), list("1122") * 2
    cube = nested_cube(operators, parts, np.arange(8.0))
    assert cube.tolist() == [[[0, 1], [2, 3]], [[4, 5], [6, 7]]]
    with pytest.raises(SchemaError, match="operator 'B'"):
        nested_cube(operators[:-1], parts[:-1], np.arange(7.0))
    assert list(by_name(["x", "y", "x"], np.arange(3.0))["x"]) == [0, 2]
