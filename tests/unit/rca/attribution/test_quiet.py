import numpy as np

from rca.attribution.attribute import attribute
from rca.attribution.dags import one_graph
from rca.attribution.frame import Frame
from rca.attribution.quiet import MIN_WINDOWS, Quiet, quiet

DAGS = one_graph(("heat", "leak"), [("heat", "leak")])


def frame(seed: int, shift: float, rows: int = 400) -> Frame:
    rng = np.random.default_rng(seed)

    def draw(count: int, moved: float) -> np.ndarray:
        heat = rng.normal(moved, 1.0, count)
        return np.column_stack([heat, 0.8 * heat + 0.5 * rng.standard_t(3, count)])

    return Frame(("heat", "leak"), draw(rows, 0.0), draw(8, shift), "leak")


def test_a_quiet_window_names_no_cause_about_as_seldom_as_the_level_says() -> None:
    named = [quiet(frame(seed, 0.0), DAGS).names_cause(attribute(frame(seed, 0.0), DAGS)) for seed in range(60)]
    assert sum(bool(one) for one in named) <= 8


def test_a_fault_stands_out() -> None:
    one = frame(1, 3.0)
    bar = quiet(one, DAGS)
    assert bar.share_louder(attribute(one, DAGS)) == 1 / (1 + len(bar.scores))
    assert bar.names_cause(attribute(one, DAGS)) is True


def test_too_few_quiet_windows_cannot_say() -> None:
    one = frame(2, 3.0, rows=100)
    bar = quiet(one, DAGS)
    assert len(bar.scores) < MIN_WINDOWS
    assert bar.names_cause(attribute(one, DAGS)) is None
    assert Quiet(()).share_louder(attribute(one, DAGS)) is None
