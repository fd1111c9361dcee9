"""What is kept of models outlives crashes and versions of the node."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evidence.errors import MalformedError, SchemaError
from node.services.process_risk.looks import Hindrance, Look, LookedBy, Looks, months
from node.services.process_risk.models import ModelFolder, ModelRecord, ModelState
from tests.unit.node.services.test_process_risk_at_node import WEIGHTS, record

TODAY, UNTIL = date(2026, 11, 26), date(2027, 1, 31)


@pytest.fixture
def folder(tmp_path: Path) -> ModelFolder:
    made = ModelFolder(tmp_path)
    made.add(record(WEIGHTS), WEIGHTS)
    return made


@pytest.fixture
def looks(tmp_path: Path) -> Looks:
    return Looks(tmp_path)


def look(source: LookedBy = LookedBy.ASSESS, subject: str = "A", period: str = "2026-10", *reasons: str) -> Look:
    index = None if reasons else 1
    return Look("2026-11-01T00:00:00Z", source, subject, period, 10, index=index, reasons=reasons)


def test_a_record_of_the_first_format_is_one_that_was_never_held_against_the_chain(
    folder: ModelFolder, tmp_path: Path
) -> None:
    file = tmp_path / "milling-3.record.json"
    document = json.loads(file.read_bytes())
    assert document["format"] == "credence-model-record/2"
    first = {name: value for name, value in document.items() if name not in ("run", "model", "code", "checked")}
    file.write_text(json.dumps({**first, "format": "credence-model-record/1"}))
    read = folder.record("milling", 3)
    assert read == record(WEIGHTS) and not read.checked
    assert folder.release("milling", 3).state is ModelState.RELEASED
    assert json.loads(file.read_bytes())["format"] == "credence-model-record/2"
    file.write_text(json.dumps({**first, "format": "credence-model-record/2"}))
    with pytest.raises(SchemaError, match="is missing"):
        folder.record("milling", 3)


def test_every_record_that_is_kept_can_be_read_again(folder: ModelFolder, tmp_path: Path) -> None:
    whole = replace(
        record(WEIGHTS), run="1" * 64, model="2" * 64, code="3" * 64, checked=True, epsilon="2.5", lines=("a",) * 100
    )
    made = ModelFolder(tmp_path / "other")
    made.add(whole, WEIGHTS)
    assert made.record("milling", 3) == whole
    wrongs: list[dict[str, Any]] = [
        {"lines": ("a",) * 101}, {"lines": ("",)}, {"figures": {"a" * 81: "1"}}, {"epsilon": "much"}, {"run": "ab"},
        {"checked": True, "run": ""}, {"figures": {str(n): "1" for n in range(65)}},
    ]  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(SchemaError):
            replace(whole, **wrong)


def test_looks_come_back_newest_first_and_a_line_cut_short_is_left_out(
    folder: ModelFolder, looks: Looks, tmp_path: Path
) -> None:
    kept = folder.record("milling", 3)
    said = [look(period=f"2026-{month:02d}") for month in range(1, 10)]
    for one in said:
        looks.add(kept, one)
    assert looks.of(kept) == said[::-1]
    file = tmp_path / "milling-3.looks.jsonl"
    file.write_bytes(file.read_bytes()[:-20])
    assert looks.of(kept) == said[-2::-1]
    looks.add(kept, look(period="2026-11"))
    file.write_bytes(file.read_bytes() + b'{"at": 1}\n')
    with pytest.raises(MalformedError):
        looks.of(kept)


def test_a_crash_in_the_middle_of_a_look_spoils_no_later_one(folder: ModelFolder, looks: Looks, tmp_path: Path) -> None:
    kept, file = folder.record("milling", 3), tmp_path / "milling-3.looks.jsonl"
    looks.add(kept, look())
    file.write_bytes(file.read_bytes() + b'{"at": "2026')
    looks.add(kept, look(period="2026-11"))
    assert [one.period for one in looks.of(kept)] == ["2026-11", "2026-10"]


def test_drift_hinders_whom_it_was_seen_at_until_a_look_of_the_same_kind_finds_none(
    folder: ModelFolder, looks: Looks
) -> None:
    kept = folder.record("milling", 3)

    def hindrances() -> set[tuple[str, str, str]]:
        found = looks.hindrances(kept, UNTIL, TODAY)
        return {(one.reason, one.subject, one.source.value) for one in found}

    looks.add(kept, look(LookedBy.ASSESS, "A", "2026-08", "drift:wear", "out-of-range:9"))
    looks.add(kept, look(LookedBy.ASSESS, "B", "2026-08"))
    looks.add(kept, look(LookedBy.FEDERATION, "", "run", "federation-drift:heat"))
    both = {("drift:wear", "A", "assess"), ("federation-drift:heat", "", "federation")}
    assert hindrances() == both
    looks.add(kept, look(LookedBy.ASSESS, "A", "2026-09", "too-few-parts:3"))
    assert hindrances() == both
    looks.add(kept, look(LookedBy.ASSESS, "A", "2026-10", "federation-drift:heat"))
    assert hindrances() == {("federation-drift:heat", "", "federation")}
    assert looks.federation(kept) == ("federation-drift:heat",)
    looks.add(kept, look(LookedBy.FEDERATION, "", "run"))
    assert hindrances() == set() and looks.federation(kept) == ()


def test_a_stopped_model_and_one_past_its_day_count_for_nobody(looks: Looks) -> None:
    stopped: ModelRecord = replace(record(WEIGHTS), state=ModelState.STOPPED, reason="steel changed")
    assert [one.reason for one in looks.hindrances(stopped, UNTIL, date(2027, 2, 1))] == [
        "stopped:steel changed", "expired:2027-01-31"
    ]  # fmt: skip
    assert looks.hindrances(record(WEIGHTS), UNTIL, UNTIL) == list[Hindrance]()


def test_of_a_month_the_newest_look_counts() -> None:
    newest = [
        look(period="2026-10", subject="A"),
        look(LookedBy.WATCH),
        look(LookedBy.ASSESS, "A", "2026-10", "drift:x"),
    ]
    assert months(newest) == [newest[0]]
