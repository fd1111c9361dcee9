"""The demo over other people's real files: `credence demo --once --data ../shared/samples`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.demo import DemoRun, run_demo
from tests.support.required import shared

pytestmark = [pytest.mark.anvil, pytest.mark.samples, pytest.mark.slow, pytest.mark.timeout(1200)]

WITHOUT_VALUES = {
    "WIDGET_QIF_PLAN_W_QPIDS.QIF",
    "mitutoyo_statistics_production_control_and_corrective_action_plan_sample.QIF",
    "planWithWorkInstructions.QIF",
    "sheetMetalPlanWithUUIDs.QIF",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    return run_demo(tmp_path_factory.mktemp("samples"), "--data", str(shared("samples")))


def files(run: DemoRun) -> dict[str, dict[str, Any]]:
    return {file["name"]: file for one in run.summary["suppliers"] for file in one["files"]}


def test_every_qif_file_with_results_or_statistics_is_imported(demo: DemoRun) -> None:
    found = files(demo)
    for path in shared("samples", "qif").glob("*.QIF"):
        wanted = "no values" if path.name in WITHOUT_VALUES else "imported"
        assert found[path.name]["outcome"] == wanted, found[path.name]


def test_every_cfx_inspection_or_test_message_is_imported_and_the_others_are_named(demo: DemoRun) -> None:
    found = files(demo)
    for path in shared("samples", "cfx").glob("*.json"):
        carries = "UnitsInspected" in path.name or "UnitsTested" in path.name
        assert found[path.name]["outcome"] == ("imported" if carries else "no values"), found[path.name]
        if not carries:
            assert found[path.name]["reason"]


def test_every_aqdef_file_with_values_is_imported_and_the_others_are_named(demo: DemoRun) -> None:
    found = files(demo)
    for path in shared("samples", "aqdef").glob("*.dfq"):
        text = path.read_text("latin-1")
        carries = any(field in text for field in ("K0001", "K0020")) or "\x0f" in text
        assert (found[path.name]["outcome"] == "imported") == carries, found[path.name]


def test_each_supplier_is_anchored_and_rated_or_told_what_is_missing(demo: DemoRun) -> None:
    assert demo.code == 0
    for one in demo.summary["suppliers"]:
        assert one["anchors"] >= 1
        assert one["verified"]
        if one["score"]["state"] != "rated":
            assert one["score"]["missing"]
