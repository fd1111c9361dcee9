import numpy as np
import pytest

from rca.attribution.dags import ancestors, topological
from rca.evaluate.faults import Setting, fault_case, spoiled


def test_equal_seeds_give_equal_cases() -> None:
    one, other = fault_case(3), fault_case(3)
    assert np.array_equal(one.frame.window, other.frame.window)
    assert (one.root, one.distractor) == (other.root, other.distractor)
    assert not np.array_equal(one.frame.window, fault_case(4).frame.window)


@pytest.mark.parametrize("seed", range(6))
def test_with_no_edge_wrong_the_root_reaches_the_target_and_the_distractor_does_not(seed: int) -> None:
    case = fault_case(seed, Setting(wrong=0.0))
    reach = dict(zip(case.expert.names, case.expert.reach(case.frame.target), strict=True))
    assert reach[case.root] == 1.0
    assert reach[case.distractor] == 0.0


def test_a_quarter_of_the_edges_is_wrong_and_the_rest_is_right() -> None:
    rng = np.random.default_rng(0)
    true = np.triu(rng.random((30, 30)) < 0.1, 1)
    tiers = np.arange(30) // 6
    found = spoiled(rng, true, tiers, 0.25)
    lost = np.count_nonzero(true & ~found)
    assert lost == round(0.25 * np.count_nonzero(true))
    assert np.count_nonzero(found & ~true) == lost
    topological(found)
    causes, effects = np.nonzero(found)
    assert (tiers[causes] <= tiers[effects]).all()


def test_without_a_distractor_only_what_the_root_reaches_shifts() -> None:
    case = fault_case(5, Setting(wrong=0.0, distractor=False))
    assert case.distractor == ""
    place = case.expert.names.index(case.root)
    edges = case.expert.edges[0]
    moved = np.abs(case.frame.window.mean(axis=0) - case.frame.reference.mean(axis=0)) / case.frame.reference.std(
        axis=0
    )
    untouched = [node for node in range(len(edges)) if not ancestors(edges, node)[place]]
    assert moved[untouched].max() < 0.8
