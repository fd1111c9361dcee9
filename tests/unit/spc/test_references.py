"""Every published or independently computed case of ../shared/reference, to the digits given.

Where a case cannot hold as written, because its source rounds or errs, the test says why and shows the digits that do.
"""

import json
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from spc import bounds
from spc.attribute_charts import c, p
from spc.capability import BoundMethod, Capability, Freedom, capability, indices_of, one_tail_ppm
from spc.charts import i_mr, xbar_r, xbar_s
from spc.constants import Constants, RangeConstants
from spc.data import Array
from spc.distributions import Distribution, Family
from spc.interval import Side
from spc.moments import moments
from spc.msa.bias import type_one
from spc.msa.crossed import Interaction, crossed
from spc.nonnormal import of_distribution
from spc.propagation import each_set, observed_together, propagate
from spc.proportions import ProportionMethod, proportion
from spc.rules import NELSON, WESTERN_ELECTRIC, Marking, judge, marks, signals
from spc.sigma import SigmaMethod
from spc.specification import Specification
from spc.tolerance import two_sided_factor
from spc.uncertainty import Input, budget
from spc.weighted_charts import ewma
from tests.support.required import shared

# qcc calculates with d2 to three decimals and with its own table of d3.
QCC_OF_FIVE = RangeConstants(2.326, 0.8640855)
QCC_OF_TWO = RangeConstants(1.128, 0.8525033)


def reference(name: str) -> Any:
    return json.loads(shared("reference", f"{name}.json").read_text(encoding="utf-8"))


def assert_digits(found: float, given: float, digits: int = 10) -> None:
    """The reference prints about ten significant digits; half a unit of the last one is allowed."""
    assert found == pytest.approx(given, rel=0.6 * 10 ** (1 - digits))


@pytest.fixture(scope="module")
def rings() -> Any:
    return reference("spc_pistonrings")


@pytest.fixture(scope="module")
def nist() -> Any:
    return {case.get("what", case.get("chart")): case for case in reference("spc_nist")["cases"]}


def groups_of(rings: Any) -> Array:
    return np.array(rings["phase1"] + rings["phase2"]).reshape(-1, rings["subgroup_size"])


def test_piston_rings_have_the_published_xbar_and_r_limits(rings: Any) -> None:
    chart = xbar_r(groups_of(rings), phase1=25, constants=QCC_OF_FIVE)
    means, ranges = chart.panels
    expected = rings["expected"]
    assert chart.sigma is not None
    assert_digits(chart.sigma, expected["xbar"]["sigma_Rbar_d2"])
    assert_digits(float(means.centre[0]), expected["xbar"]["center"], 8)
    assert_digits(float(means.lower[0]), expected["xbar"]["lcl"])
    assert_digits(float(means.upper[0]), expected["xbar"]["ucl"])
    assert_digits(float(ranges.centre[0]), expected["R"]["center"])
    assert ranges.lower[0] == expected["R"]["lcl"] == 0
    assert_digits(float(ranges.upper[0]), expected["R"]["ucl"])
    # With exact constants the limits agree to the digits of the book, and not to those of qcc's rounded d2.
    exact = xbar_r(groups_of(rings), phase1=25)
    assert round(float(exact.location.lower[0]), 5) == 73.98805 and round(float(exact.location.upper[0]), 4) == 74.0143


def test_piston_rings_have_the_published_s_chart(rings: Any) -> None:
    chart = xbar_s(groups_of(rings), phase1=25)
    spread, expected = chart.panels[1], rings["expected"]["S"]
    assert chart.sigma is not None
    assert_digits(chart.sigma, expected["sigma"])
    assert_digits(float(spread.centre[0]), expected["center"])
    assert_digits(float(spread.upper[0]), expected["ucl"])
    assert spread.lower[0] == expected["lcl"]


def test_piston_rings_break_the_western_electric_rules_where_published(rings: Any) -> None:
    found = judge(xbar_r(groups_of(rings), phase1=25).location, WESTERN_ELECTRIC)
    given = {int(point): rule for point, rule in rings["expected"]["western_electric_phase1_then_2"].items()}
    # qcc lists every point of a pattern: 34 and 35 are the two of three beyond two sigma (2.29 and 2.61 out).
    members = marks(found, WESTERN_ELECTRIC, Marking.MEMBERS)
    assert {point: int(members[point][-1]) if point in members else None for point in given} == given
    # The alarm itself rings at the points that complete a pattern.
    completing = marks(found, WESTERN_ELECTRIC)
    assert completing.keys() == {35, 37, 38, 39, 40} and completing[35] == members[34]


def rings_capability(rings: Any, method: SigmaMethod, confidence: float = 0.95) -> Capability:
    case = rings["expected"]["capability"]
    return capability(
        rings["phase1"],
        Specification(case["lsl"], case["usl"], case["target"]),
        method=method,
        subgroup=5 if method.needs_subgroups else None,
        confidence=confidence,
        bound=BoundMethod.BISSELL,
        freedom=Freedom.NOMINAL,
        constants=QCC_OF_FIVE,
    )


@pytest.mark.parametrize(
    ("name", "method", "confidence"),
    [
        ("Cp", SigmaMethod.RANGE, 0.95),
        ("Cpl", SigmaMethod.RANGE, 0.90),  # the case gives one-sided 95 % limits here
        ("Cpu", SigmaMethod.RANGE, 0.90),
        ("Cpk", SigmaMethod.RANGE, 0.95),
        ("Pp", SigmaMethod.OVERALL, 0.95),
        ("Ppk", SigmaMethod.OVERALL, 0.95),
    ],
)
def test_piston_rings_have_the_published_capability(
    rings: Any, name: str, method: SigmaMethod, confidence: float
) -> None:
    found = rings_capability(rings, method, confidence).index(name)
    for ours, theirs in zip(
        (found.value, found.interval.lower, found.interval.upper), rings["expected"]["capability"][name], strict=True
    ):
        assert_digits(ours, theirs)


def test_piston_rings_have_the_published_cpm(rings: Any) -> None:
    found = rings_capability(rings, SigmaMethod.RANGE)
    value, low, high = rings["expected"]["capability"]["Cpm"]
    assert_digits(found.index("Cpm").value, value)
    # The published bounds leave out a square in Boyles' degrees of freedom: n (1 + d^2)^2 / (1 + 2 d^2).
    shift = (found.mean - 74) / found.sigma.value
    theirs = bounds.chi_square(value, 125 * (1 + shift**2) / (1 + 2 * shift**2), 0.95)
    assert_digits(theirs.lower, low, 9)
    assert_digits(theirs.upper, high, 9)
    ours = found.index("Cpm").interval
    assert low < ours.lower < ours.upper < high and ours.lower - low < 0.002


def test_three_estimators_of_sigma_give_the_three_published_indices(rings: Any) -> None:
    expected = rings["expected"]["same_data_other_sigma"]
    assert_digits(rings_capability(rings, SigmaMethod.POOLED).index("Cpk").value, expected["Cpk_pooled_sd"], 7)
    assert_digits(rings_capability(rings, SigmaMethod.RANGE).index("Cpk").value, expected["Cpk_Rbar"])
    assert_digits(rings_capability(rings, SigmaMethod.OVERALL).index("Ppk").value, expected["Ppk"])


def test_nist_individuals_chart(nist: Any) -> None:
    case = nist["I-MR"]
    chart = i_mr(case["data"], constants=Constants.PRINTED)
    published, tolerance = case["published"], case["tol"]
    assert chart.location.centre[0] == pytest.approx(published["xbar"], abs=tolerance)
    assert chart.panels[1].centre[0] == pytest.approx(published["MRbar"], abs=tolerance)
    assert chart.location.upper[0] == pytest.approx(published["ucl"], abs=tolerance)
    assert chart.location.lower[0] == pytest.approx(published["lcl"], abs=tolerance)
    assert list(chart.location.outside) == case["out"]


def test_nist_ewma_chart(nist: Any) -> None:
    case = nist["EWMA"]
    chart = ewma(
        case["data"], target=case["target"], sigma=case["sigma"], weight=case["lam"], width=case["L"], steady=True
    )
    curve, published = chart.location, case["published"]
    printed = [case["target"], *curve.points.tolist()]  # the published list begins with the starting value
    assert printed == pytest.approx(published["ewma_2dp"], abs=0.00501)
    assert curve.upper[0] == pytest.approx(published["ucl"], abs=case["tol"])
    assert curve.lower[0] == pytest.approx(published["lcl"], abs=case["tol"])


def test_nist_tolerance_factor(nist: Any) -> None:
    case = nist["tolerance k2 (Howe)"]
    assert round(two_sided_factor(case["n"], case["p"], case["gamma"]), 3) == case["published"]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_nist_accuracy_sets_hold_to_the_last_bit(nist: Any, number: int) -> None:
    case = nist[f"StRD NumAcc{number}"]
    texts = {
        1: [str(value) for value in case.get("data", [])],
        2: ["1.2", *["1.1", "1.3"] * 500],
        3: ["1000000.2", *["1000000.1", "1000000.3"] * 500],
        4: ["10000000.2", *["10000000.1", "10000000.3"] * 500],
    }[number]
    found = moments([Decimal(text) for text in texts])
    assert float(found.mean) == case["certified"]["mean"] and found.deviation == case["certified"]["sd"]


def test_nist_michelson_and_textbook_capability(nist: Any) -> None:
    case = nist["StRD Michelso"]
    known = indices_of(case["certified"]["mean"], case["certified"]["sd"], Specification(case["lsl"], case["usl"]))
    assert known.spread is not None
    assert_digits(known.spread, case["pp"], 15)
    case = nist["6.1.6 Cp/Cpk textbook"]
    found = indices_of(case["mu"], case["sigma"], Specification(case["lsl"], case["usl"]))
    expected = case["expected"]
    assert (found.spread, found.upper, found.lower, found.nearest) == tuple(
        expected[name] for name in ("Cp", "Cpu", "Cpl", "Cpk")
    )


def test_attribute_charts_have_the_published_limits() -> None:
    proportions, defects, viscosity = reference("spc_attributes")["cases"]
    chart = p(proportions["D_phase1"], proportions["n"]).location
    expected = proportions["expected"]
    assert_digits(float(chart.centre[0]), expected["pbar"])
    assert_digits(float(chart.lower[0]), expected["lcl"])
    assert_digits(float(chart.upper[0]), expected["ucl"])
    assert list(chart.outside) == expected["out_1based"]
    chart, expected = c(defects["x_phase1"]).location, defects["expected"]
    assert_digits(float(chart.centre[0]), expected["cbar"])
    assert_digits(float(chart.lower[0]), expected["lcl"])
    assert_digits(float(chart.upper[0]), expected["ucl"])
    assert list(chart.outside) == expected["out_1based"]
    single, expected = i_mr(viscosity["x_phase1"], constants=QCC_OF_TWO), viscosity["expected"]
    assert single.sigma is not None
    assert_digits(single.sigma, expected["sigma"])
    assert_digits(float(single.location.lower[0]), expected["lcl"])
    assert_digits(float(single.location.upper[0]), expected["ucl"])
    assert list(single.location.outside) == expected["out_1based"]
    exact = i_mr(viscosity["x_phase1"]).sigma
    assert exact is not None and round(exact, 6) == 0.507482  # the trap that the case names


def test_sixsigma_capability_is_really_performance() -> None:
    case = reference("capability_ss_ca")
    found = capability(case["data"], Specification(case["lsl"], case["usl"]), method=SigmaMethod.OVERALL)
    assert_digits(found.index("Pp").value, case["published"]["cp_overall_sd"], 14)
    assert_digits(found.index("Ppk").value, case["published"]["cpk_overall_sd"], 14)


def test_percentile_capability_of_known_distributions() -> None:
    weibull, lognormal = reference("capability_nonnormal")["cases"]
    found = of_distribution(
        Distribution(Family.WEIBULL, (weibull["shape"], weibull["scale"])), Specification(upper=weibull["usl"])
    )
    three = found.percentiles
    assert [three.low, three.median, three.high] == pytest.approx(weibull["q"], rel=1e-11)
    assert found.ppu == found.ppk == pytest.approx(weibull["CpkU"], rel=1e-11)
    found = of_distribution(
        Distribution(Family.LOGNORMAL, (lognormal["meanlog"], lognormal["sdlog"])),
        Specification(lognormal["lsl"], lognormal["usl"]),
    )
    three = found.percentiles
    assert [three.low, three.median, three.high] == pytest.approx(lognormal["q"], rel=1e-11)
    assert found.pp == pytest.approx(lognormal["Pp"], rel=1e-11)
    assert found.ppk == pytest.approx(lognormal["Ppk"], rel=1e-11)


@pytest.mark.parametrize("name", ["western_electric", "nelson"])
def test_run_rules_hit_where_the_vectors_say(name: str) -> None:
    rules = {"western_electric": WESTERN_ELECTRIC, "nelson": NELSON}[name]
    for case in reference("rules_vectors")[name]:
        found = signals(np.array(case["x"], dtype=float), [rules[case["rule"] - 1]])
        assert [signal.point for signal in found] == case["hits"], case


def test_ppm_intervals_hold_to_all_digits() -> None:
    given = reference("ppm_intervals")
    some, none = given["cases"]
    exact = proportion(some["bad"], some["n"]).interval
    assert [exact.lower, exact.upper] == pytest.approx(some["clopper_pearson95_ppm"], abs=6e-12)
    jeffreys = proportion(some["bad"], some["n"], method=ProportionMethod.JEFFREYS)
    three = [jeffreys.interval.lower, jeffreys.middle, jeffreys.interval.upper]
    assert three == pytest.approx(some["jeffreys_ppm"], abs=6e-12)
    bound = proportion(none["bad"], none["n"], side=Side.UPPER).interval
    assert bound.lower == 0 and bound.upper / 1e6 == pytest.approx(none["ucl95"], rel=1e-12)
    tail = given["normal_tail"]
    assert_digits(one_tail_ppm(1.67), tail["cpk1_67_one_side_ppm"], 12)
    assert_digits(2 * one_tail_ppm(1.67), tail["two_side"], 12)
    assert_digits(one_tail_ppm(1.33), tail["cpk1_33"], 12)


def test_sixsigma_gage_study() -> None:
    case = reference("msa_sixsigma_ss_rr")
    cube = np.array([case["data"][name] for name in ("op1", "op2", "op3")]).reshape(3, 3, 3).transpose(1, 0, 2)
    found = crossed(cube)
    published = case["published"]
    full, reduced = found.tables
    for row, name in zip(full, ("part", "operator", "interaction", "rep"), strict=True):
        expected = published["anova"][name]
        assert row.freedom == expected["df"]
        assert round(row.sum_squares, 4) == expected["ss"] and round(row.mean_square, 4) == expected["ms"]
        if name != "rep":
            assert row.f == pytest.approx(expected.get("F_int_error", expected.get("F")), abs=5e-4)
            assert row.p == pytest.approx(expected["p"], abs=5e-6)
    expected = published["reduced"]
    assert reduced[2].freedom == expected["rep_df"]
    assert round(reduced[2].sum_squares, 4) == expected["rep_ss"] and round(reduced[2].mean_square, 4) == 0.0213
    assert reduced[0].f == pytest.approx(expected["F_part"], abs=5e-3)
    assert reduced[1].f == pytest.approx(expected["F_oper"], abs=5e-3)
    names = {"GRR": "Gage R&R"}
    for name, value in published["varcomp"].items():
        assert round(found.share(names.get(name, name)).variance, 4) == value
    for name, value in published["pct_contribution"].items():
        assert round(found.share(names.get(name, name)).contribution, 2) == value
    for name, value in published["stddev"].items():
        assert round(found.share(names.get(name, name)).deviation, 8) == value


def test_qualitytools_gage_study() -> None:
    case = reference("msa_qualitytools_gage")
    cube = np.array(case["data"], dtype=float).reshape(2, 10, 3).transpose(1, 2, 0)
    for treatment in (Interaction.TESTED, Interaction.DROPPED):
        found = crossed(cube, interaction=treatment)
        parts, computed, published = found.components, case["r_computed"], case["published"]
        assert parts.repeatability == pytest.approx(computed["rep"], rel=1e-11)
        assert parts.operator == pytest.approx(computed["op"], rel=1e-11)
        assert parts.part == pytest.approx(computed["part"], rel=1e-11)
        for source, name in (
            ("Gage R&R", "totalRR"),
            ("repeatability", "repeatability"),
            ("reproducibility", "reproducibility"),
            ("part", "part"),
            ("total", "total"),
        ):
            assert found.share(source).variance == pytest.approx(published[name], abs=5.1e-4)
        assert round(found.share("part").contribution, 1) == published["pct_part"]


def test_qualitytools_type_one_study() -> None:
    case = reference("msa_qualitytools_gage")["type1"]
    low, high = case["tolerance"]
    found = type_one(case["data"], case["target"], high - low)
    expected = case["r_computed"]
    assert found.cg == pytest.approx(expected["Cg"], rel=1e-11)
    assert found.cgk == pytest.approx(expected["Cgk"], rel=1e-11)
    assert found.bias.t == pytest.approx(expected["t"], rel=1e-11)
    assert found.bias.p == pytest.approx(expected["p"], rel=1e-11)


def test_gum_end_gauge_budget() -> None:
    case = reference("uncertainty_gum")["H1"]
    published = case["published"]

    def of(u: list[float]) -> tuple[list[float], float, float, float, float]:
        lines = [Input(str(i), *row) for i, row in enumerate(zip(u, case["c"], case["dof"], strict=True))]
        found = budget(lines, unit="nm")
        parts = [line.contribution for line in lines]
        return parts, found.combined, found.freedom, found.freedom_used, found.coverage

    _, combined, _, used, factor = of(case["u"])
    assert round(combined) == published["uc"]
    assert used == published["nu_used"] and round(factor, 2) == published["k95"]
    # GUM carries 1e-6 / sqrt(3) and 0.05 / sqrt(3) and prints them rounded; with these all its digits come out.
    exact = [*case["u"][:4], 1e-6 / math.sqrt(3), 0.05 / math.sqrt(3)]
    parts, combined, freedom, used, factor = of(exact)
    assert parts == pytest.approx(published["contrib_nm"], abs=0.05)
    assert math.floor(10 * freedom) / 10 == published["nu_eff"]
    # And from the contributions as printed, which is how GUM H.1.6 itself writes the sum: 16.75, rounded down.
    lines = [
        Input(str(i), u, 1, dof) for i, (u, dof) in enumerate(zip(published["contrib_nm"], case["dof"], strict=True))
    ]
    printed = budget(lines, unit="nm")
    assert printed.freedom_printed == published["nu_eff"]
    assert (round(printed.combined), printed.freedom_used) == (published["uc"], published["nu_used"])
    assert (round(combined), used, round(factor, 2)) == (published["uc"], published["nu_used"], published["k95"])


def test_gum_resistance_and_reactance_measured_together() -> None:
    case = reference("uncertainty_gum")["H2"]
    published = case["published"]
    readings = np.array([case["V"], np.array(case["I_mA"]) / 1000, case["phi"]])
    models = [
        lambda x: float(x[0] / x[1] * np.cos(x[2])),
        lambda x: float(x[0] / x[1] * np.sin(x[2])),
        lambda x: float(x[0] / x[1]),
    ]
    # Set by set (GUM's second approach) every printed digit comes out.
    found = each_set(models, readings)
    assert [round(value, 3) for value in found.values] == [published[name] for name in ("R", "X", "Z")]
    assert [round(u, 3) for u in found.uncertainties] == [published[name] for name in ("uR", "uX", "uZ")]
    # By covariances (its first approach) too, but for one unit of the last digit, which GUM loses by rounding inputs.
    first = propagate(models, observed_together(readings))
    assert first.values == pytest.approx(found.values, abs=6e-4)
    assert first.uncertainties == pytest.approx([published[name] for name in ("uR", "uX", "uZ")], abs=1e-3)
    assert [round(first.correlation(*pair), 3) for pair in ((0, 1), (0, 2), (1, 2))] == [-0.588, -0.485, 0.993]
