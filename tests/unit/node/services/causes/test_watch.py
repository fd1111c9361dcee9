"""Tables are kept by their hash; a watched characteristic opens its case by itself, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.errors import ConflictError, ImportRefusedError, NotFoundError, SchemaError, StorageError
from node.services.causes.case import CausalCase, CausalState
from node.services.causes.desk import CASE
from node.services.causes.watch import Watch, judged
from sandbox.furnace.files import columns_file
from sandbox.furnace.truth import Plan
from tests.support.causes import CROWN, LINE, CausalRoom, lots_csv


@pytest.fixture
def room(tmp_path: Path) -> CausalRoom:
    return CausalRoom(tmp_path / "causes")


def test_a_table_is_read_back_as_it_was(room: CausalRoom) -> None:
    kept = room.b7()
    again = room.read(kept.name)
    assert again.table.digest == kept.table.digest
    assert (again.times, again.lots) == (kept.times, kept.lots)
    assert again.lots[0] == "B7-00001"
    assert room.b7().name == kept.name
    assert len(room.cases.tables()) == 1


def test_a_table_that_was_changed_on_disk_is_refused(room: CausalRoom) -> None:
    kept = room.b7()
    [path] = room.folder.iterdir()
    path.write_bytes(path.read_bytes().replace(b"B7-00001", b"B7-00009"))
    with pytest.raises(StorageError, match="was changed since"):
        room.read(kept.name)
    path.unlink()
    with pytest.raises(StorageError, match="cannot be read"):
        room.read(kept.name)


def test_lots_out_of_order_are_refused_with_their_line(room: CausalRoom) -> None:
    lines = lots_csv().splitlines(keepends=True)
    swapped = b"".join([lines[0], lines[2], lines[1], *lines[3:]])
    with pytest.raises(ImportRefusedError, match=r"line 3.*earlier than the line before"):
        room.keep("lots.csv", swapped, columns_file(), by="eva")
    assert room.cases.tables() == []


def test_a_watched_characteristic_opens_one_case_by_itself(room: CausalRoom) -> None:
    room.watches(CROWN, by="usr_eva")
    lots = room.b7()
    [case] = room.alarms(LINE, lots)
    assert (case.column, case.state, case.watch) == ("crown height", CausalState.OPEN, CROWN.name)
    assert case.alarm["unit"] == "um"
    assert case.alarm["window"] == lots.table.digest
    assert room.alarms(LINE, lots) == [case]
    [listed] = room.cases.all()
    assert listed.case == case
    assert [one.type for one in room.records.events.events()] == ["causes.alarm"]
    assert CausalCase.from_json(case.to_json()) == case


def test_a_quiet_line_raises_nothing_and_another_line_is_not_judged(room: CausalRoom) -> None:
    room.watches(Watch(LINE, "hold time", 300), by="eva")
    quiet = room.b7(Plan(before=330, after=0), seed=3)
    found = judged(Watch(LINE, "hold time", 300), quiet)
    assert found is None or int(str(found["first_row"])) >= 300
    assert room.alarms("furnace B-8", quiet) == []


def test_an_ended_watch_and_a_missing_column(room: CausalRoom) -> None:
    room.watches(CROWN, by="eva")
    room.watches(Watch(LINE, "gloss", 300), by="eva")
    with pytest.raises(NotFoundError, match="'gloss' is watched"):
        room.alarms(LINE, room.b7())
    room.watches.end(Watch(LINE, "gloss", 300).name, by="eva")
    assert [one.column for one in room.watches.active()] == ["crown height"]
    assert len(room.alarms(LINE, room.b7())) == 1
    with pytest.raises(NotFoundError):
        room.watches.end("nothing", by="eva")


def test_a_case_can_be_opened_by_hand(room: CausalRoom) -> None:
    lots = room.b7()
    case = room.open(lots.name, "crack length", 600, line=LINE, why="Complaint 17: cracks.", by="eva")
    assert room.cases.one(case.id).case == case
    assert [one.case.id for one in room.cases.all(line=LINE)] == [case.id]
    series = room.cases.series(case.id)
    assert (series["unit"], len(series["values"])) == ("um", 1_300)  # type: ignore[arg-type]
    with pytest.raises(SchemaError, match="first_row"):
        room.open(lots.name, "crack length", 1_300, line=LINE, why="x", by="eva")
    with pytest.raises(NotFoundError):
        room.cases.series(case.id, "gloss")


def test_of_two_who_change_a_case_one_is_told(room: CausalRoom) -> None:
    room.watches(CROWN, by="eva")
    [case] = room.alarms(LINE, room.b7())
    moved = case.moved(CausalState.EXPLAINED, explanation="e1")
    room.desk.keep(CASE, case.id, moved.to_json(), about=LINE, by="eva", version=2)
    with pytest.raises(ConflictError, match="is at version 2, not 1"):
        room.desk.keep(CASE, case.id, case.moved(CausalState.CLOSED).to_json(), about=LINE, by="pia", version=2)
    assert room.cases.one(case.id).case.state is CausalState.EXPLAINED


@pytest.mark.parametrize(
    "wrong", [{"phase1": 5}, {"line": ""}, {"lower": "x"}, {"lower": "60", "upper": "40"}, {"column": "c" * 201}]
)
def test_a_watch_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    values: dict[str, object] = {"line": LINE, "column": "crown height", "phase1": 300}
    with pytest.raises(SchemaError):
        Watch(**{**values, **wrong})  # type: ignore[arg-type]
