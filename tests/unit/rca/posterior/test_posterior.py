"""Questions to sampled graphs."""

from __future__ import annotations

import numpy as np
import pytest

from evidence.errors import InputError, NotFoundError, SchemaError
from rca.checks import Abstention
from rca.columns import Column
from rca.posterior.local import Scoring
from rca.posterior.posterior import Posterior, closures, possible, settled

COLUMNS = (Column("a"), Column("b"), Column("c", tier=1))


def posterior(*graphs: list[tuple[int, int]]) -> Posterior:
    edges = np.zeros((len(graphs), 3, 3), dtype=bool)
    for number, graph in enumerate(graphs):
        for cause, effect in graph:
            edges[number, cause, effect] = True
    dead = (("dead", Abstention.CONSTANT),)
    return Posterior(COLUMNS, edges, edges, dead, (("copy", "a"),), "sha256:00", 100, 1, Scoring(), 0.0)


def test_frequencies_are_counted_over_graphs() -> None:
    found = posterior([(0, 1), (1, 2)], [(0, 1)], [(0, 2)], [])
    assert found.path("a", "b") == 0.5
    assert found.path("a", "b", "c") == 0.25
    assert found.reaches()[0, 2] == 0.5
    assert found.likely_paths("a", "c") == [(("a", "b", "c"), 0.25), (("a", "c"), 0.25)]


def test_a_dead_column_is_abstained_from_and_an_unknown_one_is_not_there() -> None:
    found = posterior([])
    with pytest.raises(InputError, match="never changes"):
        found.place("dead")
    with pytest.raises(NotFoundError):
        found.place("nowhere")
    assert found.place("copy") == 0


@pytest.mark.parametrize("steps", [("a",), ("a", "a"), ("a", "copy")])
def test_paths_that_are_none_are_refused(steps: tuple[str, ...]) -> None:
    with pytest.raises(SchemaError):
        posterior([]).path(*steps)


def test_the_route_settles_directions_between_tiers_only() -> None:
    assert settled(COLUMNS).tolist() == [[False, False, True], [False, False, True], [False, False, False]]
    assert possible(COLUMNS)[0, 1]
    assert possible(COLUMNS)[1, 0]


def test_closures_of_many_graphs_are_those_of_each() -> None:
    rng = np.random.default_rng(1)
    graphs = np.triu(rng.random((20, 6, 6)) < 0.3, 1)
    for graph, closed in zip(graphs, closures(graphs), strict=True):
        power = np.linalg.matrix_power(np.eye(6) + graph, 6) - np.eye(6)
        assert np.array_equal(closed, power > 0)


def test_graphs_of_another_shape_are_refused() -> None:
    with pytest.raises(SchemaError):
        Posterior(COLUMNS, np.zeros((1, 2, 2), bool), np.zeros((1, 2, 2), bool), (), (), "", 1, 1, Scoring(), 0.0)
