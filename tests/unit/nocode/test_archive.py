"""Case files: what is read back is what happened, or it is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence import canonical
from evidence.errors import ConsistencyError, CredenceError, LimitError, MalformedError
from nocode.archive import MAX_BYTES, decode_case, encode_case, export_case, open_export
from nocode.case import Case, check_history
from nocode.events import Act, Tick
from nocode.reader import shipped
from nocode.step import open_case, step
from tests.support.fuzz import assert_refuses_cleanly
from tests.unit.nocode.people import ANNA, BEN, CARA, START, Desk, actor, changed, read, small_desk, small_flow


def released() -> Desk:
    desk = small_desk()
    desk.act("edit", ANNA, reason="typing error", text="second", files=["ab" * 32], count=4)
    desk.act("submit", ANNA)
    desk.sign("release", BEN)
    desk.wait(days=3)
    desk.sign("release", CARA)
    return desk


def case_of(desk: Desk) -> Case:
    assert desk.case is not None
    return desk.case


def test_a_case_is_read_back_as_it_was() -> None:
    desk = released()
    assert decode_case(desk.flow, encode_case(case_of(desk))) == desk.case


def test_a_case_whose_last_entries_are_the_clocks_is_read_back_as_it_was() -> None:
    desk = small_desk()
    desk.act("submit", ANNA)
    for days in (3, 30):
        desk.wait(days=days)
        assert decode_case(desk.flow, encode_case(case_of(desk))) == desk.case


@pytest.mark.parametrize(
    "damage",
    [
        lambda doc: doc.update(state="draft"),
        lambda doc: doc["fields"].update(text="other"),
        lambda doc: doc["history"].pop(),
        lambda doc: doc["history"].pop(1),
        lambda doc: doc["history"].reverse(),
        lambda doc: doc["history"][1].update(reason="because"),
        lambda doc: doc["history"][1]["old"].update(text="forged"),
        lambda doc: doc["history"][1]["fields"].update(text="forged"),
        lambda doc: doc["history"][0].update(at="2026-11-22T08:00:00Z"),
        lambda doc: doc["history"][3]["actor"].update(user="usr_other"),
        lambda doc: doc["history"][3]["signature"].update(record="00" * 32),
        lambda doc: doc["history"][3].update(digest="00" * 32),
        lambda doc: doc["history"][4].update(at="2026-11-25T09:00:00Z"),
        lambda doc: doc.update(case="case-2"),
    ],
)
def test_a_changed_file_is_refused(damage: Any) -> None:
    desk = released()
    document = json.loads(encode_case(case_of(desk)))
    damage(document)
    with pytest.raises((ConsistencyError, MalformedError)):
        decode_case(desk.flow, canonical.encode(document))


def test_a_history_told_anew_from_the_middle_is_found_with_a_known_head() -> None:
    desk = small_desk()
    desk.act("edit", ANNA, count=1)
    known = case_of(desk).head
    other = small_desk()
    other.act("edit", ANNA, count=2)
    data = encode_case(case_of(other))
    assert decode_case(other.flow, data) == other.case
    with pytest.raises(ConsistencyError, match="known from before"):
        decode_case(other.flow, data, known=known)
    with pytest.raises(ConsistencyError, match="known from before"):
        check_history(case_of(other), known=known)
    desk.act("submit", ANNA)
    assert decode_case(desk.flow, encode_case(case_of(desk)), known=known) == desk.case


def test_a_case_is_not_read_under_another_definition() -> None:
    desk = released()
    other = read(changed(small_flow(), "/title/en", "Other"))
    with pytest.raises(ConsistencyError, match="another definition"):
        decode_case(other, encode_case(case_of(desk)))


def test_an_export_opens_without_anything_else() -> None:
    desk = released()
    flow, case = open_export(export_case(desk.flow, case_of(desk)))
    assert (flow, case) == (desk.flow, desk.case)


def test_an_export_with_another_definition_is_refused() -> None:
    desk = released()
    document = json.loads(export_case(desk.flow, case_of(desk)))
    document["definition"]["states"]["review"]["signatures"]["release"]["count"] = 3
    with pytest.raises(CredenceError):
        open_export(canonical.encode(document))


def test_the_deepest_definition_still_exports() -> None:
    guard: Any = {"eq": [{"fact": "open"}, 0]}
    for _ in range(6):
        guard = {"all": [guard]}
    flow = read(changed(small_flow(), "/opening/ways/0/if", guard))
    case, _ = open_case(flow, "deep", Act("open", ANNA, {"text": "x"}, "", {"open": 0}), START)
    assert open_export(export_case(flow, case)) == (flow, case)


def test_damaged_case_files_are_refused_cleanly() -> None:
    desk = released()
    data = encode_case(case_of(desk))
    assert assert_refuses_cleanly(lambda damaged: decode_case(desk.flow, damaged), [data]) > 300
    assert assert_refuses_cleanly(open_export, [export_case(desk.flow, case_of(desk))]) > 300


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_byte_of_a_case_file_changes_unnoticed(data: st.DataObject) -> None:
    desk = released()
    original = encode_case(case_of(desk))
    place = data.draw(st.integers(0, len(original) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != original[place]))
    with pytest.raises(CredenceError):
        decode_case(desk.flow, original[:place] + bytes([byte]) + original[place + 1 :])


def test_events_from_others_with_lists_and_tuples_are_the_same() -> None:
    flow, who = shipped("release-correction.1"), actor("eva", "engineer")
    fields = {
        "machine": "K7", "parameter": "t", "unit": "Cel", "present": "1", "proposed": "2", "lowest": "0",
        "highest": "5", "ground": "g", "risk": "high",
    }  # fmt: skip
    cases = [
        open_case(flow, "c", Act("open", who, {**fields, "evidence": evidence}), START)[0]
        for evidence in (["ab" * 32], ("ab" * 32,))
    ]
    assert cases[0] == cases[1]
    later, _ = step(flow, cases[0], Tick(), START + timedelta(days=31))
    assert later.state == "lapsed"


def test_the_fullest_case_still_goes_into_a_file_and_comes_back() -> None:
    names = [f"t{number}" for number in range(90)]
    document = small_flow()
    document["fields"].update({name: {"type": "text", "title": document["title"]} for name in names})
    document["states"]["draft"]["on"]["edit"]["form"] = {"optional": names}
    document["states"]["review"]["on"]["edit"]["form"] = {}
    desk = small_desk(document)
    with pytest.raises(LimitError):
        for number in range(50):
            desk.act("edit", ANNA, reason="r", **dict.fromkeys(names, f"{number:02}" + "🔥" * 3998))
    data = export_case(desk.flow, case_of(desk))
    assert len(data) < MAX_BYTES
    assert open_export(data) == (desk.flow, desk.case)
