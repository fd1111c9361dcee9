import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evidence.errors import SchemaError
from spc.capability import capability
from spc.distributions import Distribution, Family
from spc.fitting import choose, fit, normality
from spc.interval import Side
from spc.nonnormal import LEAST_EMPIRICAL, bootstrap, of_distribution, of_sample
from spc.sigma import SigmaMethod
from spc.specification import Specification

KNOWN = {
    Family.NORMAL: (10.0, 2.0),
    Family.LOGNORMAL: (0.5, 0.4),
    Family.WEIBULL: (1.8, 6.0),
    Family.GAMMA: (3.0, 1.5),
    Family.FOLDED_NORMAL: (3.0, 1.2),
    Family.RAYLEIGH: (2.5,),
}


def sample(family: Family, n: int, seed: int = 3) -> np.ndarray:
    rng, first, last = np.random.default_rng(seed), KNOWN[family][0], KNOWN[family][-1]
    return {
        Family.NORMAL: lambda: rng.normal(first, last, n),
        Family.LOGNORMAL: lambda: rng.lognormal(first, last, n),
        Family.WEIBULL: lambda: last * rng.weibull(first, n),
        Family.GAMMA: lambda: rng.gamma(first, last, n),
        Family.FOLDED_NORMAL: lambda: np.abs(rng.normal(first, last, n)),
        Family.RAYLEIGH: lambda: rng.rayleigh(last, n),
    }[family]()


@pytest.mark.parametrize("family", Family)
def test_a_fit_finds_the_parameters_again(family: Family) -> None:
    found = fit(sample(family, 3000), family)
    assert found.distribution.parameters == pytest.approx(KNOWN[family], rel=0.08)
    assert found.anderson_darling < 2.5  # the 5 % point when all parameters are known


@pytest.mark.parametrize(
    ("family", "theirs"),
    [
        (Family.WEIBULL, stats.weibull_min),
        (Family.LOGNORMAL, stats.lognorm),
        (Family.RAYLEIGH, stats.rayleigh),
        (Family.FOLDED_NORMAL, stats.foldnorm),
    ],
)
def test_our_fits_reach_at_least_the_likelihood_of_scipys(family: Family, theirs) -> None:
    for seed in range(5):
        data = sample(family, 80, seed)
        ours = fit(data, family).distribution.log_likelihood(data)
        assert ours >= float(theirs.logpdf(data, *theirs.fit(data, floc=0)).sum()) - 1e-6


def test_a_folded_normal_without_a_mean_of_its_own_is_half_normal() -> None:
    data = np.abs(np.random.default_rng(3).normal(0, 2, 400))
    mean, sigma = fit(data, Family.FOLDED_NORMAL).distribution.parameters
    assert mean < 1.2 and math.hypot(mean, sigma) == pytest.approx(2, rel=0.1)
    assert fit([0.1, *[1.0] * 3, 2.0, 3.0, 0.2, 0.3, 9.0, 20.0], Family.FOLDED_NORMAL).distribution.parameters[0] == 0


@given(st.floats(-5, 5), st.floats(0.1, 10), st.floats(1e-6, 1 - 1e-6))
@settings(max_examples=40, deadline=None)
def test_a_quantile_leaves_its_share_below(mean: float, sigma: float, probability: float) -> None:
    for family in (Family.FOLDED_NORMAL, Family.NORMAL):
        distribution = Distribution(family, (mean, sigma))
        at = distribution.quantile(probability)
        assert distribution.below(at) == pytest.approx(probability, rel=1e-6, abs=1e-12)
        assert distribution.above(at) == pytest.approx(1 - probability, rel=1e-6, abs=1e-12)


@given(st.floats(1e-6, 1e6), st.sampled_from([Family.WEIBULL, Family.LOGNORMAL, Family.RAYLEIGH]))
@settings(max_examples=25, deadline=None)
def test_capability_by_percentiles_has_no_unit(scale: float, family: Family) -> None:
    data = sample(Family.WEIBULL, 50)
    plain = of_distribution(fit(data, family).distribution, Specification(0.01, 12.0))
    scaled = of_distribution(fit(data * scale, family).distribution, Specification(0.01 * scale, 12.0 * scale))
    assert (scaled.pp, scaled.ppk) == pytest.approx((plain.pp, plain.ppk), rel=1e-6)


def test_the_family_that_made_the_data_is_chosen_among_distinct_ones() -> None:
    families = (Family.NORMAL, Family.LOGNORMAL, Family.WEIBULL)
    for family in families:
        ranked = choose(sample(family, 2000), families)
        assert ranked[0].distribution.family is family
        assert [one.akaike for one in ranked] == sorted(one.akaike for one in ranked)


def test_for_a_normal_process_percentiles_say_what_sigmas_say() -> None:
    found = of_distribution(Distribution(Family.NORMAL, (10.0, 0.5)), Specification(8.0, 12.0))
    assert (found.pp, found.ppk) == pytest.approx((4 / 3, 4 / 3), rel=2e-5)  # 0.135 % lies at 2.99998 sigma
    assert found.ppm_above == pytest.approx(31.67, abs=0.01)


def test_percentiles_of_a_small_sample_are_refused_because_they_flatter() -> None:
    assert LEAST_EMPIRICAL == 741
    specification = Specification(-3.0, 3.0)
    rng = np.random.default_rng(7)
    flattered = [6 / np.ptp(rng.normal(0, 1, 50)) for _ in range(2000)]
    assert np.mean(flattered) == pytest.approx(1.37, abs=0.03)  # true value 1
    with pytest.raises(SchemaError, match="741"):
        of_sample(rng.normal(0, 1, 740), specification)
    large = of_sample(rng.normal(0, 1, 20_000), specification)
    assert large.pp == pytest.approx(1.0, abs=0.08) and large.ppm_above is None


def test_a_bootstrap_agrees_with_the_exact_bound_where_there_is_one() -> None:
    data = np.random.default_rng(2).normal(10, 0.5, 150)
    specification = Specification(upper=12.0)
    found = bootstrap(data, Family.NORMAL, specification, rng=np.random.default_rng(1), rounds=400, confidence=0.9)
    exact = capability(data, specification, method=SigmaMethod.OVERALL, confidence=0.9).index("Ppk").interval
    assert (found.lower, found.upper) == pytest.approx((exact.lower, exact.upper), rel=0.06)


@pytest.mark.parametrize("family", Family)
def test_a_bootstrap_with_equal_seeds_gives_equal_bounds(family: Family) -> None:
    data, specification = sample(family, 30), Specification(upper=25.0)
    one, other = (
        bootstrap(data, family, specification, rng=np.random.default_rng(5), rounds=100, side=Side.LOWER)
        for _ in range(2)
    )
    assert one == other and one.upper == math.inf


def test_normality_is_rejected_as_often_as_stated() -> None:
    rng = np.random.default_rng(13)
    chances = [normality(rng.normal(3, 2, 40))[1] for _ in range(2000)]
    assert np.mean(np.array(chances) < 0.05) == pytest.approx(0.05, abs=0.012)
    assert normality(rng.exponential(1, 200))[1] < 1e-6
    assert normality(np.concatenate([np.zeros(500), [1e9]]) + rng.normal(0, 1, 501))[1] == 0.0


def test_values_of_zero_or_below_fit_only_the_normal_family() -> None:
    data = np.random.default_rng(1).normal(0, 1, 30)
    for family in Family:
        if family.is_positive:
            with pytest.raises(SchemaError, match="above zero"):
                fit(data, family)
    assert [one.distribution.family for one in choose(data)] == [Family.NORMAL]
    with pytest.raises(SchemaError, match="none of the families"):
        choose(data, [Family.WEIBULL])


@pytest.mark.parametrize(
    ("family", "parameters"),
    [
        (Family.NORMAL, (1.0,)),
        (Family.NORMAL, (1.0, 0.0)),
        (Family.WEIBULL, (-1.0, 2.0)),
        (Family.GAMMA, (1.0, math.nan)),
    ],
)
def test_parameters_outside_their_range_are_refused(family: Family, parameters: tuple[float, ...]) -> None:
    with pytest.raises(SchemaError):
        Distribution(family, parameters)


def test_too_few_or_constant_values_are_not_fitted() -> None:
    for data in ([1.0, 2.0, 3.0], [5.0] * 30):
        with pytest.raises(SchemaError):
            fit(data, Family.WEIBULL)
    with pytest.raises(SchemaError, match="rounds"):
        bootstrap(range(1, 30), Family.GAMMA, Specification(upper=99.0), rng=np.random.default_rng(1), rounds=5)
