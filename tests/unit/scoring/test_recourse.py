import random
from dataclasses import replace

import numpy as np
from scipy.optimize import LinearConstraint, milp

from scoring.card import ScoreCard
from scoring.effort import Rung
from scoring.engine import score
from scoring.policy import Policy
from scoring.policy_reader import published
from scoring.recourse import recourse
from scoring.scale import FULL, PPB
from tests.unit.scoring.builders import AS_OF, SUPPLIER
from tests.unit.scoring.test_engine import mixed
from tests.unit.scoring.test_whatif import thetas_of

BALANCED = published("balanced-2026")
CARD = score(mixed(), BALANCED, AS_OF, subject=SUPPLIER)


def random_ladders(rng: random.Random) -> Policy:
    """The balanced policy with other ladders, and now and then without some."""
    effort = {}
    for indicator in BALANCED.indicators:
        thetas = sorted({rng.randint(0, PPB // 2) for _ in range(rng.randint(0, 5))}, reverse=True)
        if thetas:
            effort[indicator.id] = tuple(Rung(theta, rng.randint(1, 40), rng.randint(0, 90)) for theta in thetas)
    return replace(BALANCED, effort=effort)


def least_effort_by_milp(card: ScoreCard, policy: Policy, target: int, within_days: int | None) -> float | None:
    """The same question put to a mixed-integer solver, built from the definition alone."""
    efforts: list[int] = []
    gains: list[float] = []
    groups: list[int] = []
    for group, line in enumerate(card.lines):
        indicator = policy.indicator(line.indicator)
        effort = days = 0
        for rung in policy.effort.get(line.indicator, ()):
            if line.present and line.theta * PPB <= rung.theta:
                continue
            effort, days = effort + rung.effort, days + rung.days
            if within_days is None or days <= within_days:
                efforts.append(effort)
                gains.append((indicator.points(indicator.curve.at(rung.theta)) - line.points) / 1e6)
                groups.append(group)
    missing = (target - sum(line.points for line in card.lines)) / 1e6
    if missing <= 0:
        return 0
    if not efforts:
        return None
    one_each = np.array([[group == index for group in groups] for index in range(len(card.lines))], dtype=float)
    rows = np.vstack([np.array(gains), one_each])
    lower = np.array([missing, *[0] * len(card.lines)])
    upper = np.array([np.inf, *[1] * len(card.lines)])
    answer = milp(
        np.array(efforts),
        constraints=LinearConstraint(rows, lower, upper),
        integrality=np.ones(len(efforts)),
        bounds=(0, 1),
    )
    return float(answer.fun) if answer.success else None


def test_the_cheapest_path_costs_what_a_mixed_integer_solver_finds() -> None:
    rng = random.Random(5)
    start, reached, impossible = sum(line.points for line in CARD.lines), 0, 0
    for _ in range(200):
        policy = random_ladders(rng)
        target, within = rng.randint(start, FULL), rng.choice([None, 60, 120])
        mine, oracle = (
            recourse(CARD, policy, target, within_days=within),
            least_effort_by_milp(CARD, policy, target, within),
        )
        if mine is None or oracle is None:
            assert mine is None and oracle is None
            impossible += 1
        else:
            assert abs(mine.effort - oracle) < 1e-6
            reached += 1
    assert reached > 40 and impossible > 40


def test_the_moves_reach_what_they_say() -> None:
    path = recourse(CARD, BALANCED, CARD.points + 20_000_000)
    assert path is not None and path.points >= path.target
    assert sum(move.gain for move in path.moves) == path.points - CARD.points
    assert path.effort == sum(move.effort for move in path.moves)
    assert path.days == max(move.days for move in path.moves)
    assert thetas_of(path, CARD, BALANCED) == path.points


def test_a_target_already_reached_costs_nothing() -> None:
    path = recourse(CARD, BALANCED, CARD.points)
    assert path is not None and (path.moves, path.effort, path.days) == ((), 0, 0)


def test_a_target_out_of_reach_has_no_path() -> None:
    assert recourse(CARD, BALANCED, FULL) is None
    assert recourse(CARD, BALANCED, CARD.points + 1, within_days=0) is None
