import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import NotFoundError
from rca.attribution.attribute import Attribution, attribute
from rca.attribution.dags import Dags, one_graph
from rca.attribution.frame import Frame

NAMES = ("furnace", "press", "shade", "height", "leak")
EDGES = [("furnace", "press"), ("press", "height"), ("height", "leak"), ("shade", "leak")]


def line(seed: int, *, furnace: float = 0.0, press: float = 0.0, elsewhere: float = 0.0, rows: int = 40) -> Frame:
    rng = np.random.default_rng(seed)

    def draw(count: int, furnace: float, press: float, elsewhere: float) -> np.ndarray:
        heat = rng.normal(furnace, 1.0, count)
        force = 0.8 * heat + rng.normal(press, 0.5, count)
        shade = rng.normal(0.0, 1.0, count)
        height = 0.9 * force + rng.normal(0.0, 0.5, count)
        leak = 0.8 * height + 0.3 * shade + rng.normal(0.0, 0.5, count)
        weather = rng.normal(elsewhere, 1.0, count)
        return np.column_stack([200 + 5 * heat, force, shade, height, leak, weather])

    return Frame((*NAMES, "weather"), draw(400, 0, 0, 0), draw(rows, furnace, press, elsewhere), "leak")


DAGS = one_graph((*NAMES, "weather"), EDGES)


def ranked(found: Attribution) -> list[str]:
    return [one.name for one in found.causes]


@pytest.mark.parametrize("seed", range(5))
def test_the_changed_node_comes_first_even_though_its_effects_deviate_as_much(seed: int) -> None:
    assert ranked(attribute(line(seed, press=3.0), DAGS))[0] == "press"
    assert ranked(attribute(line(seed, furnace=3.0), DAGS))[0] == "furnace"


def test_a_larger_shift_that_reaches_the_target_by_no_path_comes_after_all_that_do() -> None:
    found = attribute(line(1, press=2.0, elsewhere=8.0), DAGS)
    assert ranked(found)[0] == "press"
    assert ranked(found)[-1] == "weather"
    weather = found.suspect("weather")
    assert weather is not None
    assert weather.reach == 0.0
    assert weather.strength > 100
    assert weather.share == pytest.approx(0.0, abs=1e-9)


def test_mean_parts_add_up_to_the_departure_of_the_target() -> None:
    found = attribute(line(2, press=3.0, furnace=1.0), DAGS)
    assert sum(one.mean_part for one in found.suspects) == pytest.approx(found.departure, rel=1e-9)


def test_a_wider_variation_is_found_though_the_mean_stays() -> None:
    frame = line(3, rows=80)
    window = frame.window.copy()
    rng = np.random.default_rng(7)
    extra = rng.normal(0.0, 3.0, 80)
    window[:, 1] += extra
    window[:, 3] += 0.9 * extra
    window[:, 4] += 0.72 * extra
    found = attribute(Frame(frame.names, frame.reference, window, "leak"), DAGS)
    assert ranked(found)[0] == "press"
    assert found.causes[0].widened > 5


def test_a_constant_column_that_moves_a_little_does_not_hide_the_cause() -> None:
    frame = line(4, press=4.0)
    names = (*frame.names, "status")
    still = np.hstack([frame.reference, np.full((400, 1), 100.0)])
    moved = np.hstack([frame.window, np.full((40, 1), 100.001)])
    dags = one_graph(names, [*EDGES, ("status", "leak")])
    found = attribute(Frame(names, still, moved, "leak"), dags)
    assert ranked(found)[0] == "press"
    assert "status" in found.floored


def test_columns_with_too_few_values_are_named_and_not_judged() -> None:
    frame = line(5, press=3.0)
    reference, window = frame.reference.copy(), frame.window.copy()
    reference[10:, 0] = np.nan
    window[:, 2] = np.nan
    found = attribute(Frame(frame.names, reference, window, "leak"), DAGS)
    assert found.silent == ("furnace", "shade")
    assert found.suspect("furnace") is None
    assert ranked(found)[0] == "press"


def test_missing_cells_do_not_break_the_ranking() -> None:
    frame = line(6, press=3.0)
    rng = np.random.default_rng(1)
    arrays = [np.where(rng.random(one.shape) < 0.2, np.nan, one) for one in (frame.reference, frame.window)]
    assert ranked(attribute(Frame(frame.names, *arrays, "leak"), DAGS))[0] == "press"


def test_graphs_are_averaged() -> None:
    other = one_graph(DAGS.names, [("furnace", "press"), ("weather", "leak")]).edges
    both = Dags(DAGS.names, np.concatenate([DAGS.edges, other]))
    found = attribute(line(7, press=3.0), both)
    press = found.suspect("press")
    assert press is not None
    assert press.reach == 0.5
    assert found.graphs == 2


def test_a_frame_column_that_the_graph_does_not_know_is_named() -> None:
    with pytest.raises(NotFoundError, match="weather"):
        attribute(line(1), one_graph(NAMES, EDGES))


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(6)), seed=st.integers(0, 1000))
def test_the_order_of_columns_changes_no_bit(order: list[int], seed: int) -> None:
    frame = line(seed, press=2.0, elsewhere=2.0)
    plain = attribute(frame, DAGS, smooth=True)
    assert attribute(frame.reordered(order), DAGS, smooth=True) == plain


@settings(max_examples=20, deadline=None)
@given(new=st.permutations(["a", "b", "zz", "μ", "0", "Q"]), seed=st.integers(0, 1000))
def test_renaming_columns_changes_nothing_but_the_names(new: list[str], seed: int) -> None:
    frame = line(seed, furnace=2.0)
    called = dict(zip(frame.names, new, strict=True))
    renamed = Frame(tuple(new), frame.reference, frame.window, called["leak"])
    dags = one_graph(new, [(called[a], called[b]) for a, b in EDGES])
    plain, other = attribute(frame, DAGS), attribute(renamed, dags)
    assert [called[one.name] for one in plain.suspects] == [one.name for one in other.suspects]
    assert [one.score for one in plain.suspects] == [one.score for one in other.suspects]


def test_a_curved_mechanism_is_not_mistaken_for_a_change() -> None:
    rng = np.random.default_rng(11)

    def draw(count: int, shift: float) -> np.ndarray:
        heat = rng.normal(shift, 1.0, count)
        warp = 0.5 * heat**2 + rng.normal(0.0, 0.3, count)
        leak = warp + rng.normal(0.0, 0.3, count)
        return np.column_stack([heat, warp, leak])

    frame = Frame(("heat", "warp", "leak"), draw(600, 0.0), draw(60, 1.8), "leak")
    dags = one_graph(frame.names, [("heat", "warp"), ("warp", "leak")])
    straight, bent = attribute(frame, dags), attribute(frame, dags, smooth=True)
    one, other = straight.suspect("warp"), bent.suspect("warp")
    assert one is not None
    assert other is not None
    assert other.strength < 0.2 * one.strength
    assert ranked(bent)[0] == "heat"
