import numpy as np
import pytest

from rca.attribution.dags import one_graph
from rca.attribution.frame import Frame
from rca.evaluate.case import Case
from rca.evaluate.peers import PEERS, correlation, linear_shapley, novelty, z_score


def case(press: float = 4.0) -> Case:
    rng = np.random.default_rng(0)

    def draw(rows: int, shift: float) -> np.ndarray:
        heat = rng.normal(size=rows)
        force = 0.5 * heat + rng.normal(shift, 0.5, rows)
        leak = 0.9 * force + 0.3 * rng.normal(size=rows)
        return np.column_stack([heat, force, leak, np.full(rows, 7.0)])

    frame = Frame(("heat", "press", "leak", "status"), draw(300, 0.0), draw(20, press), "leak")
    return Case("one", frame, one_graph(frame.names, [("heat", "press"), ("press", "leak")]), ("press",))


@pytest.mark.parametrize("name", PEERS)
def test_every_peer_finds_an_obvious_cause_and_never_names_the_target(name: str) -> None:
    ranked = list(PEERS[name](case()))
    assert ranked[0] == "press"
    assert "leak" not in ranked


def test_peers_rank_by_what_they_say() -> None:
    frame = Frame(
        ("a", "b", "t"), np.tile([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]], (20, 1)), np.array([[9.0, 2.0, 5.0]]), "t"
    )
    plain = Case("two", frame, one_graph(frame.names, [("b", "t")]), ("a",))
    assert z_score(plain) == ["a", "b"]
    assert novelty(plain) == ["a", "b"]
    assert linear_shapley(plain) == ["b", "a"]
    assert correlation(plain)[0] == "a"
