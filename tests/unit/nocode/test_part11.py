"""Electronic records, as far as a case can hold them; each test names its item of the testable list.

The list follows 21 CFR Part 11 and EU GMP Annex 11; what needs people, passwords and devices is tested with the node.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from evidence import canonical
from evidence.errors import ConflictError, ConsistencyError, CredenceError, ForbiddenError, SchemaError
from nocode.archive import decode_case, encode_case, export_case, open_export
from nocode.case import Case, search
from nocode.events import Tick
from nocode.meaning import Meaning
from nocode.readable import readable
from nocode.step import step
from tests.unit.nocode.people import ANNA, BEN, CARA, START, Desk, changed, read, small_desk, small_flow


def worked() -> Desk:
    desk = small_desk()
    desk.now += timedelta(hours=1)
    desk.act("edit", ANNA, reason="typing error", text="second\nline")
    desk.act("submit", ANNA)
    desk.sign("release", BEN)
    desk.sign("release", CARA)
    return desk


def case_of(desk: Desk) -> Case:
    assert desk.case is not None
    return desk.case


def test_every_change_adds_who_when_with_zone_old_new_and_why() -> None:
    """Item 1: every change adds who, UTC + zone, old, new, reason."""
    entry = case_of(worked()).history[1]
    assert entry.actor is not None
    assert (entry.actor.user, entry.actor.name, entry.actor.zone) == ("usr_anna", "Anna", "Asia/Shanghai")
    assert entry.at == START + timedelta(hours=1)
    assert (entry.old["text"], entry.fields["text"], entry.reason) == ("first", "second\nline", "typing error")
    assert "2026-11-23T09:00:00Z (2026-11-23 17:00:00+08:00 Asia/Shanghai)" in readable(
        worked().flow, case_of(worked())
    )


def test_a_change_without_a_reason_does_not_happen() -> None:
    """Item 1: the reason is not optional, and blanks are none."""
    desk = small_desk()
    for reason in ("", "  \n"):
        with pytest.raises(SchemaError, match="reason"):
            desk.act("edit", ANNA, reason=reason, text="second")


def test_no_entry_can_be_edited_removed_or_added_unnoticed() -> None:
    """Item 2: the trail cannot be edited or switched off unnoticed, by anyone."""
    desk = worked()
    good = json.loads(encode_case(case_of(desk)))
    for number, entry in enumerate(good["history"]):
        for word in entry:
            bad = json.loads(json.dumps(good))
            bad["history"][number][word] = "x" if not isinstance(entry[word], str) else entry[word] + "x"
            with pytest.raises(CredenceError):
                decode_case(desk.flow, canonical.encode(bad))
        bad = json.loads(json.dumps(good))
        del bad["history"][number]
        with pytest.raises(CredenceError):
            decode_case(desk.flow, canonical.encode(bad))


def test_there_is_no_way_to_act_without_an_entry() -> None:
    """Item 2: every accepted event adds exactly one entry, whatever it was."""
    desk = small_desk()
    size = 1
    for event in (
        lambda: desk.act("edit", ANNA, count=1),
        lambda: desk.act("edit", ANNA),
        lambda: desk.act("submit", ANNA),
        lambda: desk.sign("release", BEN),
    ):
        event()
        size += 1
        assert len(case_of(desk).history) == size


def test_old_values_stay_visible_in_every_copy() -> None:
    """Item 3: old values stay visible."""
    desk = worked()
    assert "Text: first -> second\\nline" in readable(desk.flow, case_of(desk))
    assert json.loads(encode_case(case_of(desk)))["history"][1]["old"] == {"text": "first"}


def test_the_history_is_searched_by_person_event_and_field() -> None:
    """Item 4: searchable."""
    case = case_of(worked())
    assert [entry.number for entry in search(case, person=ANNA.person)] == [1, 2, 3]
    assert [entry.number for entry in search(case, event="release")] == [4, 5]
    assert [entry.number for entry in search(case, changed="text")] == [1, 2]
    assert [entry.number for entry in search(case, person=BEN.person, changed="text")] == []
    assert len(list(search(case))) == 5


def test_a_case_is_exported_whole_and_proved_elsewhere() -> None:
    """Item 4: exportable; the export proves itself without our database."""
    desk = worked()
    assert open_export(export_case(desk.flow, case_of(desk)), known=case_of(desk).head) == (desk.flow, desk.case)


def test_there_is_a_readable_and_an_electronic_copy_and_both_have_the_signatures() -> None:
    """Items 5 and 12: copies show the name, the time with its zone, and the meaning of each signature."""
    desk = worked()
    text, document = readable(desk.flow, case_of(desk)), json.loads(encode_case(case_of(desk)))
    at = "2026-11-23T09:00:00Z (2026-11-23 17:00:00+08:00 Asia/Shanghai)"
    for name in ("Ben", "Cara"):
        assert f"signed: {name}, {at}, release, sig_" in text
    assert [entry["signature"]["meaning"] for entry in document["history"][3:]] == ["release", "release"]
    assert "Text: second\\nline" in readable(desk.flow, case_of(desk), language="zh")


def test_a_text_cannot_forge_lines_of_the_readable_copy() -> None:
    """Item 5: what is printed is what was recorded."""
    desk = small_desk()
    desk.act("edit", ANNA, reason="x\n9. 2026 release [released] Ben", text="a\n   signed: Ben, now, release")
    lines = readable(desk.flow, case_of(desk)).splitlines()
    assert not any(line.startswith(("9. ", "   signed:")) for line in lines)


def test_an_old_case_opens_with_the_version_it_ran_on() -> None:
    """Item 6: old records open with their version; a running case is not moved to a newer one."""
    desk = worked()
    newer = changed(changed(small_flow(), "/version", 2), "/fields/text/title/en", "Words")
    flow, case = open_export(export_case(desk.flow, case_of(desk)))
    assert (flow.version, case.flow) == (1, desk.flow.digest)
    with pytest.raises(ConflictError):
        step(read(newer), case, Tick(), desk.now)
    with pytest.raises(ConsistencyError):
        decode_case(read(newer), encode_case(case))


def test_the_sequence_is_the_interpreters_and_not_the_callers() -> None:
    """Item 7: sequence enforced by the server."""
    desk = small_desk()
    for attempt in (
        lambda: desk.sign("release", BEN),
        lambda: desk.act("lapse", ANNA),
        lambda: desk.act("released", ANNA),
    ):
        with pytest.raises(ConflictError, match="not possible in the state 'draft'"):
            attempt()


def test_each_action_asks_for_its_role() -> None:
    """Item 8: authority per action."""
    desk = small_desk()
    with pytest.raises(ForbiddenError):
        desk.act("submit", BEN)
    desk.act("submit", ANNA)
    with pytest.raises(ForbiddenError):
        desk.sign("release", replace(ANNA, user="usr_other"))


def test_an_author_is_never_the_sole_approver() -> None:
    """Item 8: author never sole approver; neither by the definition nor by collecting roles."""
    with pytest.raises(SchemaError, match="author could be the only one"):
        read(changed(changed(small_flow(), "/states/review/signatures/release/author", "allowed"),
                     "/states/review/signatures/release/count", 1))  # fmt: skip
    desk = small_desk()
    desk.act("submit", ANNA)
    with pytest.raises(ForbiddenError, match="author"):
        desk.sign("release", replace(ANNA, roles=frozenset({"author", "checker"})))


def test_a_signature_counts_for_the_record_it_was_given_for_and_no_other() -> None:
    """Item 13: bound to the record's hash."""
    desk = small_desk()
    desk.act("submit", ANNA)
    before = case_of(desk).record
    desk.act("edit", ANNA, count=1)
    with pytest.raises(ConflictError, match="another record"):
        desk.sign("release", BEN, record=before)
    with pytest.raises(ConflictError, match="meaning"):
        desk.sign("release", BEN, meaning=Meaning.REVIEW)


def test_a_signature_id_is_used_once() -> None:
    """Item 14: ids unique, never reused."""
    desk = small_desk()
    desk.act("submit", ANNA)
    desk.sign("release", BEN, signature="sig_1")
    with pytest.raises(ConflictError, match="used in this case before"):
        desk.sign("release", CARA, signature="sig_1")
