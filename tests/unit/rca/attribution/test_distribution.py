import numpy as np
import pytest

from rca.attribution.dags import Dags, one_graph
from rca.attribution.distribution import DistributionChange, Part, distribution_change
from rca.attribution.frame import Frame

NAMES = ("heat", "force", "leak", "weather")
DAGS = one_graph(NAMES, [("heat", "force"), ("force", "leak"), ("heat", "leak")])


def shifts(seed: int, *, force: float = 0.0, slope: float = 0.5, heat: float = 0.0, wide: float = 1.0) -> Frame:
    rng = np.random.default_rng(seed)

    def draw(count: int, new: bool) -> np.ndarray:
        warm = 180 + rng.normal(heat if new else 0.0, 1.0, count)
        press = 0.8 * (warm - 180) + rng.normal(force if new else 0.0, 0.6 * (wide if new else 1.0), count)
        leak = 0.7 * press + (slope if new else 0.5) * (warm - 180) + rng.normal(0.0, 0.3, count)
        return np.column_stack([warm, press, leak, rng.normal(2.0 if new else 0.0, 1.0, count)])

    return Frame(NAMES, draw(600, False), draw(300, True), "leak")


def part(found: DistributionChange, name: str) -> Part:
    return next(one for one in found.parts if one.name == name)


def test_the_changed_mechanism_gets_the_change() -> None:
    found = distribution_change(shifts(0, force=2.0), DAGS, rng=np.random.default_rng(0))
    assert found.parts[0].name == "force"
    assert part(found, "force").mean == pytest.approx(1.4, abs=0.2)
    assert sum(one.mean for one in found.parts) == pytest.approx(found.mean - found.unexplained_mean)
    assert abs(found.unexplained_mean) < 0.05
    assert all(one.name != "weather" for one in found.parts)


def test_a_wider_mechanism_gets_the_change_of_the_deviation() -> None:
    found = distribution_change(shifts(1, wide=4.0), DAGS, rng=np.random.default_rng(0))
    widest = max(found.parts, key=lambda one: one.deviation)
    assert widest.name == "force"
    assert abs(found.unexplained_deviation) < 0.1


def test_a_changed_slope_is_the_effects_not_the_causes() -> None:
    found = distribution_change(shifts(2, slope=-1.5, heat=2.0), DAGS, rng=np.random.default_rng(0))
    assert part(found, "leak").mean < -1.0
    assert part(found, "heat").mean > 0


def test_parts_are_averaged_over_graphs_and_say_when_graphs_differ() -> None:
    other = one_graph(NAMES, [("heat", "leak"), ("force", "heat")]).edges
    both = Dags(NAMES, np.concatenate([DAGS.edges, other]))
    frame = shifts(3, force=2.0)
    mixed = distribution_change(frame, both, rng=np.random.default_rng(0))
    single = distribution_change(frame, DAGS, rng=np.random.default_rng(0))
    assert part(mixed, "force").mean_error > part(single, "force").mean_error


def test_curves_are_carried_through_by_simulation() -> None:
    rng = np.random.default_rng(4)

    def draw(count: int, shift: float) -> np.ndarray:
        heat = rng.normal(shift, 1.0, count)
        leak = heat**2 + 0.3 * rng.normal(size=count)
        return np.column_stack([heat, leak])

    frame = Frame(("heat", "leak"), draw(600, 0.0), draw(200, 1.5), "leak")
    dags = one_graph(frame.names, [("heat", "leak")])
    found = distribution_change(frame, dags, rng=np.random.default_rng(0), smooth=True)
    assert found.curved == ("leak",)
    assert found.parts[0].name == "heat"
    assert part(found, "heat").mean == pytest.approx(found.mean, rel=0.3)


def test_equal_seeds_give_equal_answers_in_any_order_of_columns() -> None:
    frame = shifts(5, force=1.0)
    one = distribution_change(frame, DAGS, rng=np.random.default_rng(7), smooth=True)
    other = distribution_change(frame.reordered([3, 1, 0, 2]), DAGS, rng=np.random.default_rng(7), smooth=True)
    assert one == other
