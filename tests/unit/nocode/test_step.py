"""One step at a time: what is legal happens, all else is refused and says what would be legal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from evidence.errors import ConflictError, ForbiddenError, LimitError, SchemaError
from nocode.case import EntryKind
from nocode.commands import Close, Notify, SignRequest
from nocode.events import Act, Actor, Sign, SignatureRef, Tick
from nocode.legal import choices, facts_needed
from nocode.meaning import Meaning
from nocode.step import MAX_HISTORY, next_due, open_case, step
from tests.unit.nocode.people import ANNA, BEN, BUYER, CARA, START, Desk, actor, changed, read, small_desk, small_flow

FILE = "ab" * 32


def in_review() -> Desk:
    desk = small_desk()
    desk.act("submit", ANNA)
    return desk


def test_a_case_is_opened_with_its_form_and_its_first_entry_says_who_and_when() -> None:
    desk = small_desk()
    assert desk.case is not None
    entry = desk.case.history[0]
    assert (desk.state, dict(desk.case.fields)) == ("draft", {"text": "first"})
    assert (entry.number, entry.kind, entry.actor, entry.at, entry.source) == (1, EntryKind.OPENED, ANNA, START, "")


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (Act("start", ANNA, {"text": "x"}, "", {"open": 0}), ConflictError),
        (Act("open", BEN, {"text": "x"}, "", {"open": 0}), ForbiddenError),
        (Act("open", ANNA, {}, "", {"open": 0}), SchemaError),
        (Act("open", ANNA, {"text": 5}, "", {"open": 0}), SchemaError),
        (Act("open", ANNA, {"text": "x", "count": 1}, "", {"open": 0}), SchemaError),
        (Act("open", ANNA, {"text": "x"}, "", {}), SchemaError),
        (Act("open", ANNA, {"text": "x"}, "", {"open": 0, "more": 1}), SchemaError),
        (Act("open", ANNA, {"text": "x"}, "", {"open": "0"}), SchemaError),
        (Act("open", ANNA, {"text": "x"}, "", {"open": 3}), ConflictError),
    ],
)
def test_a_case_that_may_not_be_opened_is_refused(act: Act, error: type[Exception]) -> None:
    with pytest.raises(error):
        open_case(read(small_flow()), "case-1", act, START)


@pytest.mark.parametrize("name", ["", "a/b", "x" * 65, "a b", "a\n"])
def test_a_case_needs_a_plain_name(name: str) -> None:
    with pytest.raises(SchemaError):
        open_case(read(small_flow()), name, Act("open", ANNA, {"text": "x"}, "", {"open": 0}), START)


def test_an_illegal_event_is_refused_with_what_would_be_legal() -> None:
    desk = small_desk()
    with pytest.raises(ConflictError) as refused:
        desk.act("publish", ANNA)
    assert "'publish' is not possible in the state 'draft'" in refused.value.message
    assert refused.value.advice == "Possible now: edit (author or checker), submit (author)."
    with pytest.raises(ConflictError):
        desk.sign("release", BEN)


def test_a_refused_event_changes_nothing() -> None:
    desk = small_desk()
    before = desk.case
    with pytest.raises(ForbiddenError):
        desk.act("submit", BEN)
    assert desk.case is before


def test_an_event_of_the_clock_is_nobodys() -> None:
    desk = in_review()
    with pytest.raises(ConflictError, match="not possible"):
        desk.act("lapse", ANNA)
    with pytest.raises(SchemaError):
        actor("mallory", "clock")


def test_overwriting_a_value_needs_a_reason_and_keeps_the_old_one() -> None:
    desk = small_desk()
    with pytest.raises(SchemaError) as refused:
        desk.act("edit", ANNA, text="second")
    assert refused.value.place == "/reason"
    desk.act("edit", ANNA, reason="typing error", text="second")
    assert desk.case is not None
    assert desk.case.fields["text"] == "second"
    assert desk.case.history[-1].old == {"text": "first"}
    desk.act("edit", ANNA, text="second")
    assert desk.case.history[-1].old == {}


def test_lists_only_grow_and_take_nothing_twice() -> None:
    desk = small_desk()
    desk.act("edit", ANNA, files=[FILE])
    desk.act("edit", ANNA, files=["cd" * 32])
    assert desk.case is not None
    assert desk.case.fields["files"] == (FILE, "cd" * 32)
    with pytest.raises(SchemaError, match="there already"):
        desk.act("edit", ANNA, files=[FILE])


def test_two_different_people_release() -> None:
    desk = in_review()
    desk.sign("release", BEN)
    assert desk.state == "review"
    with pytest.raises(ForbiddenError, match="different people"):
        desk.sign("release", BEN)
    desk.sign("release", CARA)
    assert desk.state == "released"
    assert isinstance(desk.commands[-1], Close)


def test_an_author_does_not_release_even_with_the_role() -> None:
    both = replace(ANNA, roles=frozenset({"author", "checker"}))
    desk = in_review()
    with pytest.raises(ForbiddenError, match="author"):
        desk.sign("release", both)


def test_who_filled_in_a_form_is_an_author_too() -> None:
    desk = in_review()
    desk.act("edit", BEN, count=5)
    with pytest.raises(ForbiddenError, match="author"):
        desk.sign("release", BEN)
    desk.sign("release", CARA)


def test_a_change_voids_the_signatures_collected_so_far() -> None:
    desk = in_review()
    desk.sign("release", BEN)
    assert desk.case is not None
    old = desk.case.record
    desk.act("edit", ANNA, count=5)
    assert desk.case.record != old
    desk.sign("release", CARA)
    assert desk.state == "review", "Ben's signature was over another record"
    desk.sign("release", BEN)
    assert desk.state == "released"


def test_a_reminder_leaves_the_record_and_its_signatures_alone() -> None:
    desk = in_review()
    desk.sign("release", BEN)
    assert desk.case is not None
    record = desk.case.record
    desk.wait(days=3)
    assert desk.case.record == record
    desk.sign("release", CARA)
    assert desk.state == "released"


def test_a_signature_over_another_record_or_with_another_meaning_is_refused() -> None:
    desk = in_review()
    with pytest.raises(ConflictError, match="another record"):
        desk.sign("release", BEN, record=bytes(32))
    with pytest.raises(ConflictError, match="meaning"):
        desk.sign("release", BEN, meaning=Meaning.APPROVAL)
    with pytest.raises(ForbiddenError, match="is for checker"):
        desk.sign("release", actor("dan", "author"))


def test_one_signature_counts_once() -> None:
    desk = in_review()
    desk.sign("release", BEN, signature="sig_x")
    with pytest.raises(ConflictError, match="used in this case before"):
        desk.sign("release", CARA, signature="sig_x")


def test_the_same_user_id_in_another_organisation_is_another_person() -> None:
    desk = in_review()
    desk.sign("release", BEN)
    desk.sign("release", replace(BEN, organisation=BUYER))
    assert desk.state == "released"


def test_rejecting_needs_a_reason() -> None:
    desk = in_review()
    with pytest.raises(SchemaError) as refused:
        desk.sign("reject", BEN)
    assert refused.value.place == "/reason"
    desk.sign("reject", BEN, reason="no evidence")
    assert desk.state == "draft"


def test_signers_of_another_step_can_be_excluded() -> None:
    document = changed(small_flow(), "/states/review/signatures/release/not_signers_of", ["reject"])
    desk = small_desk(document)
    desk.act("submit", ANNA)
    desk.sign("reject", BEN, reason="r")
    desk.act("submit", ANNA)
    with pytest.raises(ForbiddenError, match="who signed reject"):
        desk.sign("release", BEN)


def test_deadlines_happen_at_their_time_however_late_the_node_looks() -> None:
    desk = in_review()
    desk.wait(days=30)
    assert desk.case is not None
    assert desk.state == "lapsed"
    assert [(entry.event, entry.at - START) for entry in desk.case.history[-2:]] == [
        ("remind", timedelta(days=2)),
        ("lapse", timedelta(days=7)),
    ]
    assert [type(command) for command in desk.commands[-2:]] == [Notify, Close]


def test_an_event_at_the_moment_of_a_deadline_is_too_late_and_one_before_is_not() -> None:
    late, timely = in_review(), in_review()
    late.now += timedelta(days=7)
    with pytest.raises(ConflictError, match="lapsed"):
        late.sign("release", BEN)
    timely.now += timedelta(days=7, microseconds=-1)
    timely.sign("release", BEN)


def test_an_event_that_stays_in_the_state_does_not_put_its_deadlines_off() -> None:
    desk = in_review()
    desk.wait(days=6)
    desk.act("edit", ANNA, count=1)
    assert desk.case is not None
    due = next_due(desk.flow, desk.case)
    assert due is not None
    assert due.at == START + timedelta(days=7)
    desk.wait(days=1)
    assert next_due(desk.flow, desk.case) is None


def test_a_deadline_since_the_opening_counts_from_there() -> None:
    document = changed(small_flow(), "/states/review/deadlines/1/since", "case")
    desk = small_desk(document)
    desk.now += timedelta(days=8)
    desk.act("submit", ANNA)
    desk.do(Tick())
    assert desk.state == "lapsed"


def test_time_does_not_run_backwards_and_needs_a_zone() -> None:
    desk = small_desk()
    assert desk.case is not None
    for at in (START - timedelta(microseconds=1),):
        with pytest.raises(ConflictError, match="before the newest"):
            step(desk.flow, desk.case, Tick(), at)
    with pytest.raises(SchemaError):
        step(desk.flow, desk.case, Tick(), datetime(2027, 1, 1))


def test_commands_carry_keys_that_name_their_entry() -> None:
    desk = in_review()
    requests = [command for command in desk.commands if isinstance(command, SignRequest)]
    assert desk.case is not None
    assert [(request.key, request.missing) for request in requests] == [("case-1:2:reject", 1), ("case-1:2:release", 2)]
    assert all(request.record == desk.case.record for request in requests)
    desk.wait(days=2)
    assert desk.commands[-1].key == "case-1:3:0"


def test_choices_are_what_an_actor_may_do_now() -> None:
    desk = in_review()
    assert desk.case is not None
    assert [choice.action.name for choice in choices(desk.flow, desk.case)] == ["edit", "reject", "release"]
    assert [choice.action.name for choice in choices(desk.flow, desk.case, ANNA)] == ["edit"]
    desk.sign("release", BEN)
    assert [choice.missing for choice in choices(desk.flow, desk.case, BEN)] == [0, 1, 1]


def test_the_facts_that_an_event_needs_are_known_beforehand() -> None:
    desk = small_desk()
    assert facts_needed(desk.flow, None, "open") == {"open"}
    assert desk.needed("submit") == frozenset()
    with pytest.raises(ConflictError):
        desk.needed("gone")


def test_a_running_case_keeps_its_version() -> None:
    desk = in_review()
    assert desk.case is not None
    newer = read(changed(small_flow(), "/version", 2))
    with pytest.raises(ConflictError, match="runs on the definition"):
        step(newer, desk.case, Tick(), desk.now)
    desk.sign("release", BEN)


def test_a_closed_case_stays_closed() -> None:
    desk = in_review()
    desk.wait(days=7)
    with pytest.raises(ConflictError) as refused:
        desk.act("submit", ANNA)
    assert refused.value.advice == "The case is closed."


def test_a_full_history_takes_no_more_events_but_still_follows_the_clock() -> None:
    desk = in_review()
    for number in range(MAX_HISTORY - 2):
        desk.act("edit", ANNA, reason="r", count=number % 2)
    with pytest.raises(LimitError, match="full"):
        desk.act("edit", ANNA, reason="r", count=9)
    desk.wait(days=7)
    assert desk.state == "lapsed"


@pytest.mark.parametrize(
    "make",
    [
        lambda: actor("anna b"),
        lambda: replace(ANNA, name=""),
        lambda: replace(ANNA, name="a\x1bb"),
        lambda: replace(ANNA, zone="../etc"),
        lambda: replace(ANNA, roles=frozenset({"Not A Role"})),
        lambda: SignatureRef("a b", "00" * 32, Meaning.RELEASE),
        lambda: SignatureRef("a", "00", Meaning.RELEASE),
        lambda: Act("edit", ANNA, reason="x" * 1001),
        lambda: Sign("release", BEN, SignatureRef("a", "00" * 32, Meaning.RELEASE), reason="\x00"),
    ],
)
def test_people_and_events_that_are_not_well_formed_cannot_be_made(make: type[Actor]) -> None:
    with pytest.raises(SchemaError):
        make()
