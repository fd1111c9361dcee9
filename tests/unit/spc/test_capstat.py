"""`capstat-core`, a library of other authors, agrees with us on 200 random data sets.

Where it means something else by a name, the test states the difference instead of hiding it.
"""

import numpy as np
import pytest

from spc.capability import BoundMethod, capability
from spc.charts import i_mr, xbar_r, xbar_s
from spc.constants import c4, d2, d2_star, d3
from spc.distributions import Distribution, Family
from spc.fitting import normality
from spc.msa.average_range import average_range
from spc.msa.bias import bias
from spc.msa.crossed import crossed
from spc.msa.gage import GageStudy
from spc.msa.linearity import linearity
from spc.nonnormal import of_distribution
from spc.rules import NELSON, WESTERN_ELECTRIC, Rule, judge
from spc.sigma import SigmaMethod
from spc.specification import Specification
from spc.weighted_charts import cusum, ewma
from tests.support.required import skip_or_fail

try:
    import capstat_core
except ImportError:
    skip_or_fail("capstat-core is not installed")

SETS = range(200)
PLAIN = BoundMethod.BISSELL
"""Bounds are not compared here, so the quick ones do."""
WITHIN = (
    (SigmaMethod.RANGE, "rbar_d2"),
    (SigmaMethod.DEVIATION, "sbar_c4"),
    (SigmaMethod.POOLED, "pooled"),
)
CLOSE = 1e-9
"""Relative agreement; capstat's d2 is good to about 1e-12."""


def process(seed: int) -> tuple[np.random.Generator, np.ndarray]:
    """Subgroups of a process with its own mean, spread, size and now and then a shift."""
    rng = np.random.default_rng(seed)
    size, count = int(rng.integers(2, 11)), int(rng.integers(8, 40))
    centre, spread = float(rng.uniform(-50, 500)), float(10 ** rng.uniform(-3, 1))
    table = rng.normal(centre, spread, (count, size))
    table[int(rng.integers(0, count)) :] += float(rng.choice([0, 0, 0.5, 1.5])) * spread
    return rng, table


@pytest.mark.parametrize("size", range(2, 26))
def test_constants_agree(size: int) -> None:
    assert d2(size) == pytest.approx(capstat_core.d2(size), rel=1e-10)
    assert d3(size) == pytest.approx(capstat_core.d3(size), rel=1e-6)  # theirs is a cruder integral
    assert c4(size) == pytest.approx(capstat_core.c4(size), rel=1e-13)
    assert d2_star(size, 1) == pytest.approx(capstat_core.d2_star(size, 1), rel=1e-6)


@pytest.mark.parametrize("seed", SETS)
def test_charts_and_capability_agree(seed: int) -> None:
    _, table = process(seed)
    flat = table.ravel()
    for ours, theirs in (
        (xbar_r(table), capstat_core.xbar_r_chart(table)),
        (xbar_s(table), capstat_core.xbar_s_chart(table)),
        (i_mr(flat), capstat_core.i_mr_chart(flat)),
    ):
        assert ours.sigma == pytest.approx(theirs.sigma_within, rel=CLOSE)
        for panel, other in zip(ours.panels, (theirs.location, theirs.dispersion), strict=True):
            tolerance = 1e-5 * float(panel.error[0])  # of their d3
            assert panel.points == pytest.approx(other.points, rel=CLOSE, abs=1e-12)
            assert panel.centre[0] == pytest.approx(other.limits.center, rel=CLOSE)
            assert panel.lower[0] == pytest.approx(other.limits.lower, abs=tolerance)
            assert panel.upper[0] == pytest.approx(other.limits.upper, abs=tolerance)
    low, high = float(flat.mean() - 4 * flat.std()), float(flat.mean() + 5 * flat.std())
    target = float(flat.mean() + 0.2 * flat.std())
    specification = Specification(low, high, target)
    for method, name in WITHIN:
        other = capstat_core.capability(table, lsl=low, usl=high, target=target, within_method=name)
        found = capability(flat, specification, method=method, subgroup=table.shape[1], bound=PLAIN)
        # Their pooled sigma is divided by c4 of its degrees of freedom; ours is the plain root of the mean variance.
        unbias = capstat_core.c4(len(table) * (table.shape[1] - 1) + 1) if name == "pooled" else 1.0
        for index, theirs in (("Cp", other.cp), ("Cpl", other.cpl), ("Cpu", other.cpu), ("Cpk", other.cpk)):
            assert found.index(index).value * unbias == pytest.approx(theirs, rel=CLOSE)
    overall = capability(flat, specification, method=SigmaMethod.OVERALL, bound=PLAIN)
    for index, theirs in (("Pp", other.pp), ("Ppl", other.ppl), ("Ppu", other.ppu), ("Ppk", other.ppk)):
        assert overall.index(index).value == pytest.approx(theirs, rel=CLOSE)
    adjusted, chance = normality(flat)
    assert chance == pytest.approx(capstat_core.anderson_darling(flat).p_value, abs=1e-6)
    assert adjusted > 0


@pytest.mark.parametrize("seed", SETS)
def test_run_rules_and_weighted_charts_agree(seed: int) -> None:
    rng, table = process(seed)
    flat = table.ravel()
    chart, other = i_mr(flat), capstat_core.i_mr_chart(flat).location
    for rules, apply in ((WESTERN_ELECTRIC, capstat_core.western_electric_rules), (NELSON, capstat_core.nelson_rules)):
        for number, rule in enumerate(rules, start=1):
            theirs = {found.point + 1 for found in apply(other, [number])}
            ours = {signal.point for signal in judge(chart.location, [rule])}
            assert settled(ours, rule) == settled(theirs, rule), (rule.name, ours ^ theirs)
    weight = float(rng.uniform(0.05, 1))
    for steady in (False, True):
        theirs_ = capstat_core.ewma_chart(flat, lmbda=weight, time_varying_limits=not steady)
        curve = ewma(flat, weight=weight, steady=steady).location
        assert curve.points == pytest.approx(theirs_.points, rel=CLOSE)
        assert curve.upper == pytest.approx(theirs_.upper, rel=CLOSE)
    sums = capstat_core.cusum_chart(flat)
    above, below = cusum(flat).panels
    scale = float(flat.std()) * 1e-8
    assert above.points == pytest.approx(sums.upper, abs=scale)
    assert -below.points == pytest.approx(np.abs(sums.lower), abs=scale)


def settled(points: set[int], rule: Rule) -> set[int]:
    """Points far enough from the start that a whole window lies behind them.

    Before that the two differ: we signal as soon as enough points are beyond, they want a full window.
    """
    return {point for point in points if point >= rule.window}


@pytest.mark.parametrize("seed", SETS)
def test_gauge_studies_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = tuple(int(rng.integers(low, high)) for low, high in ((2, 12), (2, 5), (2, 5)))
    cube = rng.normal(0, rng.uniform(0.1, 1), shape) + 10
    cube += rng.normal(0, rng.uniform(0.1, 3), (shape[0], 1, 1)) + rng.normal(0, rng.uniform(0, 1), (1, shape[1], 1))
    cube += rng.normal(0, rng.choice([0, 0.8]), (shape[0], shape[1], 1))
    for ours, theirs in (
        (crossed(cube, tolerance=12.0), capstat_core.gage_rr(cube, tolerance=12.0)),
        (average_range(cube, tolerance=12.0), capstat_core.gage_rr_range(cube, tolerance=12.0)),
    ):
        assert_same_study(ours, theirs)
    truth = np.linspace(2, 10, 5)
    readings = [rng.normal(value * 1.01 + 0.05, 0.1, 12) for value in truth]
    found, line = linearity(truth, readings), capstat_core.linearity(truth, readings)
    assert found.slope.value == pytest.approx(line.slope, rel=1e-8)
    assert found.intercept.value == pytest.approx(line.intercept, rel=1e-8)
    assert found.slope.p == pytest.approx(line.slope_p_value, rel=1e-6)
    assert found.r_squared == pytest.approx(line.r_squared, rel=1e-7)
    one, other = bias(readings[0], 2.0), capstat_core.bias(readings[0], 2.0)
    assert (one.bias, one.t, one.p) == pytest.approx((other.bias, other.t_statistic, other.p_value), rel=1e-8)
    assert one.interval.lower == pytest.approx(other.ci_lower, rel=1e-8)


def assert_same_study(ours: GageStudy, theirs: object) -> None:
    parts = ours.components
    scale = 1e-6 * parts.total  # of their d3 in d2*; the analysis of variance agrees far better
    assert parts.repeatability == pytest.approx(theirs.var_repeatability, abs=scale)
    assert parts.operator == pytest.approx(theirs.var_operator, abs=scale)
    assert parts.interaction == pytest.approx(theirs.var_interaction, abs=scale)
    assert parts.part == pytest.approx(theirs.var_part, abs=scale)
    assert ours.distinct == theirs.ndc
    assert ours.share("Gage R&R").tolerance == pytest.approx(theirs.pct_tolerance_gage_rr, rel=1e-5)


@pytest.mark.parametrize("seed", SETS)
def test_percentile_capability_agrees(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape, scale = float(rng.uniform(0.8, 5)), float(rng.uniform(0.1, 50))
    data = scale * rng.weibull(shape, 60)
    high = float(data.max() * rng.uniform(0.8, 2))
    fit = capstat_core.DistributionFit(name="weibull_min", params=(shape, 0.0, scale), fit_score=0.0)
    theirs = capstat_core.percentile_capability(data, lsl=0.001, usl=high, distribution=fit)
    ours = of_distribution(Distribution(Family.WEIBULL, (shape, scale)), Specification(0.001, high))
    assert (ours.pp, ours.ppl, ours.ppu, ours.ppk) == pytest.approx(
        (theirs.pp, theirs.ppl, theirs.ppu, theirs.ppk), rel=CLOSE
    )
