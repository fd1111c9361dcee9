from pathlib import Path

import pytest

from rca.evaluate import effects
from rca.evaluate.graph_sections import effects_section
from rca.evaluate.work import Work


def test_do_is_judged_against_the_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "LINES", range(81_000, 81_003))
    found = effects.evaluate_effects(Work(tmp_path))
    assert found.stated.of > 5
    assert found.outside.hits == found.outside.of
    assert found.error < 1.0
    assert "do()" in effects_section(found).title
