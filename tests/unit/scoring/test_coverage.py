import pytest

from tests.unit.scoring.coverage import coverage


@pytest.mark.parametrize(("name", "trials"), [("thin", 500), ("usual", 200)])
def test_the_interval_holds_the_true_score_about_as_often_as_stated(name: str, trials: int) -> None:
    # The figures in docs/score.md come from the benchmark's longer run; three standard errors around 88 to 92 %.
    reach = 3 * (0.9 * 0.1 / trials) ** 0.5
    assert 0.88 - reach <= coverage(name, trials, seed=20261123) <= 0.92 + reach
