"""How fast a score is: `python -m tests.benchmarks.bench_score` prints one JSON object.

Times are the best of several runs, in milliseconds; rates say how often a stated interval held the truth.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from scoring.engine import score
from scoring.evidence_tuples import EvidenceTuple, in_order
from scoring.indicators import INDICATORS, IndicatorId, IndicatorKind
from scoring.options import NoOptions
from scoring.policy import Policy
from scoring.policy_reader import published
from scoring.scale import FULL
from tests.unit.scoring.builders import AS_OF, MONTH, SUPPLIER, observed
from tests.unit.scoring.coverage import coverage


def best_of(runs: int, work: Callable[[], object]) -> float:
    """Milliseconds of the fastest run."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
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


def main() -> None:
    """Measure and print."""
    policy = wide_policy(20)
    shuffled = wide_evidence(policy, 1000)
    ordered = in_order(shuffled)
    report = {
        "score_20_indicators_x_1000_tuples_ms": best_of(15, lambda: score(ordered, policy, AS_OF, subject=SUPPLIER)),
        "the_same_shuffled_ms": best_of(15, lambda: score(shuffled, policy, AS_OF, subject=SUPPLIER)),
        "coverage_of_90_percent": {name: coverage(name, 4000, seed=1) for name in ("thin", "usual", "rich")},
    }
    json.dump(report, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
