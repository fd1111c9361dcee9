"""Tricks that must not raise a score, tried through the whole way from facts to points and to the lower bound.

CREDENCE_TRIALS sets how many histories are tried (12 unless told); a million trials: `make bench ARGS=properties`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scoring.policy import Policy
from tests.benchmarks import properties

HISTORIES = int(os.environ.get("CREDENCE_TRIALS", "12"))


@pytest.mark.parametrize("policy", properties.policies(), ids=lambda policy: policy.name)
def test_no_trick_raises_points_or_lower_bound_and_no_good_lot_lowers_them(policy: Policy) -> None:
    for seed in range(HISTORIES):
        for name, held in properties.trials(seed, policy):
            assert held, f"{name} with seed {seed} under {policy.name}"


def test_the_long_run_goes_on_where_it_stopped_and_begins_anew_with_other_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(properties, "HISTORIES_A_CHUNK", 1)
    state = tmp_path / "state.json"
    half = properties.run(30, state, told=False)
    whole = properties.run(60, state, told=False)
    at_once = properties.run(60, tmp_path / "other.json", told=False)
    assert half.done < whole.done and whole.trials == at_once.trials and not whole.found
    assert properties.report(whole)["held"] is True
    shared = properties.run(60, tmp_path / "two.json", told=False, workers=2)
    alone = properties.run(shared.total, tmp_path / "other.json", told=False)
    assert (shared.trials, shared.done) == (alone.trials, alone.done)
    state.write_text(json.dumps(json.loads(state.read_text()) | {"code": "older"}))
    assert properties.run(1, state, told=False).done == 1


def test_a_property_that_is_broken_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tests.unit.scoring import trick_list

    monkeypatch.setattr(properties, "TRICKS", (trick_list.one_more_good_lot,))
    monkeypatch.setattr(properties, "HISTORIES_A_CHUNK", 8)
    tried = properties.run(20, tmp_path / "state.json", told=False)
    assert any(one["property"] == "one_more_good_lot" for one in tried.found)
