"""How fast a score is: `python -m tests.benchmarks.bench_score` prints one JSON object.

Times in milliseconds are CPU time, the best of several runs; seconds are by the clock. Rates say how often a stated
interval held the truth.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from evidence.draft import Draft, Kind
from scoring import batch
from scoring.engine import score
from scoring.evidence_tuples import EvidenceTuple, in_order
from scoring.indicators import INDICATORS, IndicatorId, IndicatorKind
from scoring.options import NoOptions
from scoring.policy import Policy
from scoring.policy_reader import published
from scoring.recompute import recompute
from scoring.recourse import recourse
from scoring.scale import FULL, PPB
from tests.unit.scoring.builders import AS_OF, MONTH, SUPPLIER, observed, year_of_drafts
from tests.unit.scoring.coverage import coverage
from tests.unit.scoring.test_recompute import bundle, bundle_of
from tests.unit.scoring.test_recourse import BALANCED, CARD, least_effort_by_milp, random_ladders


def best_of(runs: int, work: Callable[[], object], watch: Callable[[], float] = time.process_time) -> float:
    """Milliseconds of the fastest run."""
    times = []
    for _ in range(runs):
        begun = watch()
        work()
        times.append(watch() - begun)
    return round(min(times) * 1000, 2)


def wide_policy(count: int) -> Policy:
    """A policy of `count` copies of the defect rate: the load that the target names, not a policy to publish."""
    first = published("first-2026")
    names = [IndicatorId(f"copy-{index}") for index in range(count)]
    for name in names:
        INDICATORS[name] = IndicatorKind(1, False, lambda node: NoOptions())  # type: ignore[index]
    copies = tuple(replace(first.indicator("defect-rate"), id=name, weight=FULL // count) for name in names)
    priors = {"*": dict.fromkeys(names, first.priors["*"][IndicatorId("defect-rate")])}
    return replace(first, indicators=copies, priors=priors)


def wide_evidence(policy: Policy, each: int) -> list[EvidenceTuple]:
    """`each` tuples for every indicator of a policy."""
    rng = random.Random(1)
    return [
        observed(
            indicator.id,
            index,
            exposure=rng.randint(100, 5000),
            bad=rng.choice((0, 0, 0, 1, 3)),
            month=MONTH - rng.randint(0, 23),
        )
        for indicator in policy.indicators
        for index in range(each)
    ]


def many_lots(count: int) -> list[Draft]:
    """A year of a supplier who inspects every lot: `count` statements, most of them about lots."""
    year = year_of_drafts()
    lots = [draft for draft in year if draft.kind is Kind.INSPECTION_RESULT]
    more = (
        replace(lots[index % len(lots)], fields={**lots[index % len(lots)].fields, "lot": f"M{index}"})
        for index in range(count - len(year))
    )
    return [*year, *more]


def replay_report(count: int) -> dict[str, float]:
    """The bundle that an auditor gets, replayed with every signature and inclusion proof, on one core."""
    replayed = bundle_of(many_lots(count))
    begun = time.process_time()
    answer = recompute(replayed)
    took = time.process_time() - begun
    if not answer.equal or answer.proved != count:
        raise AssertionError(f"replay of {count} statements: {answer.outcome}, {answer.proved} proved")
    return {"statements": count, "cpu_seconds": round(took, 2), "ms_a_statement": round(took / count * 1000, 3)}


def network(count: int, wide: Policy) -> tuple[batch.Integers, batch.Integers]:
    """Aged sums of `count` suppliers: bad and exposure, shape (count, indicators)."""
    rng = np.random.default_rng(1)
    exposure = rng.integers(1000, 10**9, size=(count, len(wide.indicators)))
    bad = exposure // rng.integers(2, 10**5, size=exposure.shape)
    bad[rng.random(exposure.shape) < 0.2] = 0
    return bad, exposure


SHAP_ROWS = 5000
"""As many as take the explainer about as long as we take for a million."""
ROUNDS = 5


def explainer(wide: Policy, bad: batch.Integers, exposure: batch.Integers) -> tuple[Callable[[], object], float]:
    """A call of `shap.AdditiveExplainer` on `SHAP_ROWS` suppliers as its users make it, and how far from ours it is.

    Its preparation is not in the call. The function is the policy's own, rounding included, as fast as we can make it:
    thetas in, points out, one numpy pass. The distance, in points, is that of the contributions' sums.
    """
    import shap  # type: ignore[import-untyped]

    knots = [(np.array(one.curve.xs, dtype=float), np.array(one.curve.ys, dtype=float)) for one in wide.indicators]
    weights = [one.weight for one in wide.indicators]

    def points(thetas: np.ndarray) -> np.ndarray:
        total = np.zeros(len(thetas))
        for column, ((xs, ys), weight) in enumerate(zip(knots, weights, strict=True)):
            total += np.floor(np.floor(np.interp(thetas[:, column] * PPB, xs, ys)) * weight / 1e6)
        return total

    thetas = bad / exposure
    explaining = shap.explainers.Additive(points, shap.maskers.Independent(thetas[:100], max_samples=100))
    rows = thetas[100 : 100 + SHAP_ROWS]
    found = explaining(rows)
    ours = batch.score_batch(bad[100 : 100 + SHAP_ROWS], exposure[100 : 100 + SHAP_ROWS], wide)
    apart = np.abs(found.values.sum(axis=1) + found.base_values - ours.points).max() / 1e6
    return lambda: explaining(rows), float(apart)


def once(work: Callable[[], object]) -> float:
    """Seconds by the clock."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def milp_report(count: int = 1_000) -> dict[str, float]:
    """Recourse against a mixed-integer solver: random cases, how many of them differ, and the slowest of ours."""
    rng, differ, slowest = random.Random(7), 0, 0.0
    start = sum(line.points for line in CARD.lines)
    for _ in range(count):
        policy = random_ladders(rng)
        target, within = rng.randint(start, FULL), rng.choice([None, 60, 120])
        begun = time.process_time()
        mine = recourse(CARD, policy, target, within_days=within)
        slowest = max(slowest, time.process_time() - begun)
        oracle = least_effort_by_milp(CARD, policy, target, within)
        same = (mine is None) == (oracle is None)
        differ += not (same and (mine is None or oracle is None or abs(mine.effort - oracle) < 1e-6))
    return {"cases": count, "differ": differ, "slowest_ms": round(slowest * 1000, 2)}


def network_report() -> dict[str, object]:
    """A million suppliers by thirty indicators, contributions included, and the exact path for a thousand of them."""
    wide = wide_policy(30)
    bad, exposure = network(1_000_000, wide)
    explain, apart = explainer(wide, bad[:6000], exposure[:6000])
    # Turn and turn about, so that what else the machine does slows both alike.
    rounds = [(once(lambda: batch.score_batch(bad, exposure, wide)), once(explain)) for _ in range(ROUNDS)]
    busy = best_of(3, lambda: batch.score_batch(bad, exposure, wide)) / 1000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    ratios = [their / SHAP_ROWS * len(bad) / our for our, their in rounds]
    rows = [[[int(value) for value in row] for row in table[:1000]] for table in (bad, exposure)]

    def exactly() -> None:
        for bads, exposures in zip(*rows, strict=True):
            for b, n, indicator in zip(bads, exposures, wide.indicators, strict=True):
                indicator.points(indicator.curve.at(b * PPB, n))

    return {
        "seconds": round(min(our for our, _ in rounds), 2),
        "cpu_seconds": round(busy, 2),
        "peak_memory_gib": round(memory, 2),
        "shap_additive_explainer_ms_a_row": round(min(their for _, their in rounds) / SHAP_ROWS * 1000, 4),
        "rounds_of_both_seconds": [(round(our, 3), round(their, 3)) for our, their in rounds],
        "times_faster_a_row_by_clock": {"median": round(statistics.median(ratios)), "least": round(min(ratios))},
        "load": [round(value, 1) for value in os.getloadavg()],
        "sums_apart_points": apart,
        "exact_path_a_thousand_ms": best_of(3, exactly),
    }


def main() -> None:
    """Measure and print."""
    policy = wide_policy(20)
    shuffled = wide_evidence(policy, 1000)
    ordered = in_order(shuffled)
    report = {
        "score_20_indicators_x_1000_tuples_ms": best_of(15, lambda: score(ordered, policy, AS_OF, subject=SUPPLIER)),
        "the_same_shuffled_ms": best_of(15, lambda: score(shuffled, policy, AS_OF, subject=SUPPLIER)),
        "replay_of_a_bundle_with_signatures_ms": best_of(5, lambda: recompute(bundle())),
        "statements_in_that_bundle": len(bundle().statements),
        "replay_of_20_x_1000_with_signatures": replay_report(20_000),
        "recourse_ms": best_of(5, lambda: recourse(CARD, BALANCED, CARD.points + 30_000_000)),
        "recourse_against_milp": milp_report(),
        "a_million_suppliers_by_thirty": network_report(),
        "coverage_of_90_percent": {name: coverage(name, 4000, seed=1) for name in ("thin", "usual", "rich")},
    }
    json.dump(report, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
