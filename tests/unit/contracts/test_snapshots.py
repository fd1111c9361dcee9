"""What the contracts cost and weigh is as committed: a change shows in review, not on a bill."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.anvil import anvil_binary
from tools.snapshot_contracts import MOST_RUNTIME_BYTES, SNAPSHOTS, measure_gas, measure_size

MOST_ANCHOR_GAS = 120_000


def committed(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SNAPSHOTS / name).read_text("utf-8"))
    return content


def assert_current(measured: dict[str, Any], path: Path) -> None:
    before = path.read_text("utf-8").splitlines()
    after = json.dumps(measured, indent=1).splitlines()
    changes = "\n".join(difflib.unified_diff(before, after, "committed", "measured", lineterm="", n=0))
    assert not changes, f"{path.name} has changed; if you meant it, run python -m tools.snapshot_contracts\n{changes}"


@pytest.mark.anvil
def test_every_act_costs_the_gas_that_is_committed() -> None:
    anvil_binary()
    assert_current(measure_gas(), SNAPSHOTS / "gas.json")


def test_every_contract_has_the_size_that_is_committed_and_fits_on_a_chain() -> None:
    sizes = measure_size()
    assert_current(sizes, SNAPSHOTS / "size.json")
    assert all(size["runtime"] <= MOST_RUNTIME_BYTES for size in sizes.values())


def test_anchoring_stays_within_its_budget_at_a_million_leaves() -> None:
    costs = {act: gas for act, gas in committed("gas.json").items() if act.startswith("anchor at 1M leaves")}
    assert len(costs) == 2
    assert max(costs.values()) <= MOST_ANCHOR_GAS


def test_a_changed_cost_is_reported_with_both_figures(tmp_path: Path) -> None:
    path = tmp_path / "gas.json"
    path.write_text(json.dumps({"revoke": 132_633, "pause": 47_055}, indent=1) + "\n", "utf-8")
    with pytest.raises(AssertionError, match=r'(?s)-.*"revoke": 132633.*\+.*"revoke": 132634'):
        assert_current({"revoke": 132_634, "pause": 47_055}, path)
