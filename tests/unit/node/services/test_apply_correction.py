"""Nothing reaches a machine without two valid signatures, and what is released reaches it once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from evidence.errors import CredenceError, ForbiddenError, SignatureError
from nocode.case import Case
from nocode.commands import ApplySetPoint
from node.cases.port import Order
from node.services.carry_out import CarryOut, no_machine
from node.services.cases import TickCases
from tests.support.corrections import POINT, Plant


def told(plant: Plant, type_: str) -> list[str]:
    events = plant.evidence.records.events.events(limit=1_000)
    return [str(one.data.get("message", one.data.get("en", ""))) for one in events if one.type == type_]


def released(plant: Plant) -> Case:
    case = plant.open()
    plant.sign(case, "Pia")
    return plant.sign(case, "Paul")


def test_two_engineers_release_and_the_machine_holds_it() -> None:
    plant = Plant()
    case = plant.open()
    plant.sign(case, "Pia")
    assert plant.value == "812.5"
    assert plant.machines.writes == []
    plant.sign(case, "Paul")
    assert plant.value == "805.0"
    after = plant.now(case)
    assert after.state == "applied"
    assert after.history[-1].reason == "805.0 by memory"
    plant.act(after, "report-effect", "Eva", {"observed": "scrap 4.1 % to 0.6 %", "outcome": "as-predicted"})
    assert plant.now(case).state == "closed"


def test_the_author_cannot_release_and_nobody_twice() -> None:
    plant = Plant()
    case = plant.open()
    with pytest.raises(ForbiddenError, match="author"):
        plant.sign(case, "Eva")
    plant.sign(case, "Pia")
    with pytest.raises(ForbiddenError, match="different people"):
        plant.sign(case, "Pia")
    assert plant.machines.writes == []


def test_a_machine_that_does_not_answer_is_written_when_it_does() -> None:
    plant = Plant()
    plant.machines.unreachable = True
    case = released(plant)
    assert plant.now(case).state == "released"
    plant.machines.unreachable = False
    TickCases(plant.desk)()
    assert (plant.now(case).state, plant.value) == ("applied", "805.0")
    assert len(plant.machines.writes) == 1


def test_a_machine_that_moved_on_is_left_alone_and_the_case_says_so() -> None:
    plant = Plant()
    case = plant.open()
    plant.sign(case, "Pia")
    plant.machines.values[POINT.name] = "820"
    plant.sign(case, "Paul")
    after = plant.now(case)
    assert (after.state, plant.value) == ("not-applied", "820")
    assert "decided on 812.5" in after.history[-1].reason
    assert plant.machines.writes == []


def test_the_plants_limits_hold_whatever_was_released() -> None:
    plant = Plant()
    case = plant.open(proposed="845", highest="900")
    plant.sign(case, "Pia")
    plant.sign(case, "Paul")
    assert plant.now(case).state == "not-applied"
    assert plant.machines.writes == []


@pytest.mark.parametrize("where", ["kept", "written"])
def test_a_crash_between_release_and_report_writes_once(where: str) -> None:
    class CrashError(Exception):
        pass

    def crash(name: str) -> None:
        if name == where:
            raise CrashError

    plant = Plant()
    case = plant.open()
    plant.sign(case, "Pia")
    plant.reached = crash
    with pytest.raises(CrashError):
        plant.sign(case, "Paul")
    plant.reached = lambda name: None
    TickCases(plant.desk)()
    assert (plant.now(case).state, plant.value) == ("applied", "805.0")
    assert len(plant.machines.writes) == 1


def command(case: Case, number: int, **other: str) -> Order:
    wanted = ApplySetPoint(f"{case.id}:{number}:1", "Furnace B-7", "zone 2", "Cel", "812.5", "805.0")
    return Order(case.id, replace(wanted, **other))


def test_a_forged_command_of_an_unreleased_case_is_refused() -> None:
    plant = Plant()
    case = plant.open()
    case = plant.sign(case, "Pia")
    for number in range(len(case.history) + 2):
        with pytest.raises((ForbiddenError, SignatureError)):
            plant.apply(command(case, number))
    assert plant.machines.writes == []


def test_a_forged_command_that_differs_from_what_was_released_is_refused() -> None:
    plant = Plant()
    plant.machines.unreachable = True
    case = plant.now(released(plant))
    plant.machines.unreachable = False
    for other in ({"proposed": "839"}, {"machine": "Furnace B-8"}, {"present": "1"}, {"unit": "K"}):
        with pytest.raises(ForbiddenError, match="does not say what is to be written"):
            plant.apply(command(case, len(case.history), **other))
    assert plant.machines.writes == []


def test_without_the_seals_of_both_nothing_is_written() -> None:
    plant = Plant()
    plant.machines.unreachable = True
    case = plant.now(released(plant))
    plant.machines.unreachable = False
    seals = dict(plant.cases.seals(case.id))
    ids = list(seals)
    # Whoever writes the database can drop a seal or put one in the place of another; neither helps.
    for changed in ({}, {ids[0]: seals[ids[0]]}, {ids[0]: seals[ids[1]], ids[1]: seals[ids[1]]}):

        class Tampered(type(plant.cases)):  # type: ignore[misc]
            def __init__(self, inner: object, seals: dict[str, str]) -> None:
                self.__dict__.update(vars(inner))
                self._lie = seals

            def seals(self, case: str) -> dict[str, str]:
                return self._lie

        real, plant.cases = plant.cases, Tampered(plant.cases, changed)
        with pytest.raises((SignatureError, ForbiddenError)):
            plant.apply(command(case, len(case.history)))
        plant.cases = real
    assert plant.machines.writes == []
    TickCases(plant.desk)()
    assert len(plant.machines.writes) == 1


def test_a_recalled_release_is_not_written() -> None:
    plant = Plant()
    plant.machines.unreachable = True
    case = released(plant)
    plant.house.clock.move(minutes=1)
    plant.sign(case, "Paul", "recall", reason="wrong zone")
    plant.machines.unreachable = False
    TickCases(plant.desk)()
    assert plant.machines.writes == []
    assert plant.now(case).state == "recalled"
    assert any("not released" in message for message in told(plant, "case.refused"))


def test_a_node_without_machines_says_so() -> None:
    assert CarryOut.__dataclass_fields__["apply"].default is no_machine


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["release", "reject", "recall", "amend", "submit", "withdraw", "applied", "report-effect"]),
        st.sampled_from(["Eva", "Pia", "Paul"]),
        st.sampled_from(["805.0", "806.0"]),
    ),
    max_size=9,
)


BOTH = [("release", "Pia", ""), ("release", "Paul", "")]


@given(MOVES)
@example(BOTH)
@example([BOTH[0], ("amend", "Eva", "806.0"), ("submit", "Eva", ""), BOTH[1], BOTH[0]])
@example([("amend", "Pia", "806.0"), ("submit", "Eva", ""), *BOTH])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_people_do_a_write_has_two_signatures_over_exactly_its_value(
    moves: list[tuple[str, str, str]],
) -> None:
    plant = Plant()
    case = plant.open()
    proposed, signers, written = "805.0", set[str](), 0
    for event, who, value in moves:
        try:
            if event in ("release", "reject", "recall"):
                plant.sign(case, who, event, reason="because")
                signers |= {who} if event == "release" else set()
            else:
                fields = {"amend": {"proposed": value}, "report-effect": {"observed": "x", "outcome": "none"}}
                plant.act(case, event, who, dict(fields.get(event, {})), reason="because")
                if event == "amend":
                    proposed, signers = value, set()
        except CredenceError:
            pass
        if len(plant.machines.writes) > written:
            written = len(plant.machines.writes)
            assert len(signers) == 2
            assert plant.machines.writes[-1].proposed == proposed
            authors = {user for _, user in plant.now(case).authors}
            assert not authors & {plant.people[name].user for name in signers}
    assert written <= 1
