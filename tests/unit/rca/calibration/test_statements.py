"""Statements are counted by stratum, against the truth of their line."""

from __future__ import annotations

import numpy as np

from rca.calibration.statements import BINS, STRATA, Claim, Where, cells, tallies
from rca.columns import Column
from rca.posterior.local import Scoring
from rca.posterior.posterior import Posterior
from rca.twins.line import closure

COLUMNS = (Column("a"), Column("b"), Column("c", tier=1))


def counted(graphs: np.ndarray, truth: np.ndarray) -> dict:
    one = Posterior(COLUMNS, graphs, graphs, (), (), "", 100, 1, Scoring(), 0.0)
    return tallies(one, truth, closure(truth))


def test_every_admissible_statement_is_counted_once_in_its_stratum() -> None:
    graphs = np.zeros((4, 3, 3), dtype=bool)
    graphs[:, 0, 1] = graphs[:, 1, 2] = True
    graphs[:2, 0, 2] = True
    truth = np.zeros((3, 3), dtype=bool)
    truth[0, 1] = truth[1, 2] = True
    found = counted(graphs, truth)
    assert set(found) == set(STRATA)
    # Between tiers: a -> c and b -> c; within: a -> b and b -> a.
    assert found[Claim.EDGE, Where.BETWEEN].stated.sum() == 2
    assert found[Claim.EDGE, Where.BETWEEN].true.sum() == 1
    assert found[Claim.EDGE, Where.BETWEEN].stated[BINS // 2] == 1
    assert found[Claim.REACH, Where.BETWEEN].true.sum() == 2
    assert found[Claim.EDGE, Where.WITHIN].stated.sum() == 2
    # One path of two steps, a -> b -> c: its first step is not settled by the route.
    assert found[Claim.PATH, Where.WITHIN].true[-1] == 1
    assert found[Claim.PATH, Where.BETWEEN].stated.sum() == 0


def test_true_paths_that_were_never_sampled_count_too() -> None:
    truth = np.zeros((3, 3), dtype=bool)
    truth[0, 1] = truth[1, 2] = True
    found = counted(np.zeros((4, 3, 3), dtype=bool), truth)
    assert found[Claim.PATH, Where.WITHIN].stated[0] == found[Claim.PATH, Where.WITHIN].true[0] == 1


def test_frequencies_of_one_fall_into_the_last_cell() -> None:
    assert cells(np.array([0.0, 0.5, 1.0])).tolist() == [0, BINS // 2, BINS - 1]
