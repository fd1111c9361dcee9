"""One suite for every way to a machine: memory, a real OPC UA server, and tickets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from evidence.errors import ConflictError, ForbiddenError, NotFoundError, SchemaError
from node.outbound.memory import MemoryControl
from node.outbound.opcua import OpcUaPoint
from node.outbound.plant import PlantControl
from node.outbound.port import ControlSystem, ControlUnreachableError, Point, SetPoint
from node.outbound.ticket import TicketPoint
from tests.support.opcua import Machines, machines

POINT = Point("Furnace B-7", "zone 2", "Cel", "760", "840", "0.1")
WANTED = SetPoint("case_1:7:1", "Furnace B-7", "zone 2", "Cel", "812.5", "805.0")


@dataclass
class Trial:
    """A control system, and a way to set the machine behind its back."""

    control: ControlSystem

    def turn(self, value: str) -> None:
        raise NotImplementedError

    def held(self) -> str:
        return self.control.read("Furnace B-7", "zone 2")


class OutboundSuite:
    """The contract of the port."""

    @pytest.fixture
    def trial(self) -> Iterator[Trial]:
        raise NotImplementedError

    def test_a_set_point_is_written_and_read_back(self, trial: Trial) -> None:
        written = trial.control.write(WANTED)
        assert written is not None
        assert float(written.value) == float(trial.held()) == 805.0

    def test_writing_again_changes_nothing_and_counts_as_written(self, trial: Trial) -> None:
        trial.control.write(WANTED)
        again = trial.control.write(WANTED)
        assert again is not None
        assert float(again.value) == 805.0

    def test_a_machine_that_moved_on_is_left_alone(self, trial: Trial) -> None:
        trial.turn("820.0")
        with pytest.raises(ConflictError, match="the machine holds 820"):
            trial.control.write(WANTED)
        assert float(trial.held()) == 820.0

    def test_the_plants_limits_hold_whatever_was_released(self, trial: Trial) -> None:
        with pytest.raises(SchemaError, match="outside the plant's limits"):
            trial.control.write(replace(WANTED, proposed="840.1"))
        assert float(trial.held()) == 812.5

    def test_another_unit_is_refused(self, trial: Trial) -> None:
        with pytest.raises(SchemaError, match=r"unit: .*is set in Cel"):
            trial.control.write(replace(WANTED, unit="K"))

    def test_a_value_that_is_no_decimal_is_refused(self, trial: Trial) -> None:
        for value in ("8e2", "nan", "", "805,0"):
            with pytest.raises(SchemaError, match="proposed"):
                trial.control.write(replace(WANTED, proposed=value))

    def test_what_the_plant_did_not_open_cannot_be_reached(self, trial: Trial) -> None:
        with pytest.raises(NotFoundError, match="no set point 'zone 3'"):
            trial.control.write(replace(WANTED, parameter="zone 3"))
        with pytest.raises(NotFoundError):
            trial.control.read("Furnace B-8", "zone 2")


class TestMemory(OutboundSuite):
    @pytest.fixture
    def trial(self) -> Iterator[Trial]:
        control = MemoryControl([POINT], {POINT.name: "812.5"})

        class InMemory(Trial):
            def turn(self, value: str) -> None:
                control.values[POINT.name] = value

        yield InMemory(control)

    def test_a_machine_that_forgets_what_it_took_is_a_fault(self) -> None:
        control = MemoryControl([POINT], {POINT.name: "812.5"}, deaf=True)
        with pytest.raises(ControlUnreachableError, match="does not hold it"):
            control.write(WANTED)


@pytest.fixture(scope="module")
def plant() -> Iterator[Machines]:
    values: dict[str, float | int | str] = {"sp": 812.5, "fixed": 812.5, "speed": 800, "name": "B-7"}
    with machines(values, read_only=("fixed",)) as running:
        yield running


class TestOpcUa(OutboundSuite):
    @pytest.fixture
    def trial(self, plant: Machines) -> Iterator[Trial]:
        plant.nodes["sp"].write_value(812.5)
        control = PlantControl({POINT.name: OpcUaPoint(POINT, plant.url, plant.id_of("sp"))})

        class OnServer(Trial):
            def turn(self, value: str) -> None:
                plant.nodes["sp"].write_value(float(value))

        yield OnServer(control)

    def test_whole_numbers_are_written_whole(self, plant: Machines) -> None:
        speed = OpcUaPoint(POINT, plant.url, plant.id_of("speed"))
        assert speed.write(replace(WANTED, present="800", proposed="801")).value == "801"
        with pytest.raises(SchemaError, match=r"cannot hold 801\.5"):
            speed.write(replace(WANTED, present="801", proposed="801.5"))

    def test_a_server_that_forbids_the_write_is_told_apart_from_one_that_is_away(self, plant: Machines) -> None:
        with pytest.raises(ForbiddenError, match="does not let this node write"):
            OpcUaPoint(POINT, plant.url, plant.id_of("fixed")).write(WANTED)

    def test_a_node_that_holds_no_number_or_is_not_there_is_a_fault(self, plant: Machines) -> None:
        for node in (plant.id_of("name"), "ns=2;s=nowhere"):
            with pytest.raises(ControlUnreachableError):
                OpcUaPoint(POINT, plant.url, node).read()

    def test_a_server_that_is_away_is_a_fault(self) -> None:
        gone = OpcUaPoint(POINT, "opc.tcp://127.0.0.1:1/", "i=85", timeout_s=2)
        with pytest.raises(ControlUnreachableError, match="does not answer"):
            gone.read()

    def test_another_machine_is_spoken_to_encrypted_only(self) -> None:
        with pytest.raises(SchemaError, match="encrypted only"):
            OpcUaPoint(POINT, "opc.tcp://plc.example:4840/", "i=85")
        with pytest.raises(SchemaError, match="without credentials"):
            OpcUaPoint(POINT, "opc.tcp://me:secret@127.0.0.1:4840/", "i=85")


class TestTickets:
    @pytest.fixture
    def control(self, tmp_path: Path) -> PlantControl:
        return PlantControl({POINT.name: TicketPoint(POINT, tmp_path / "tickets")})

    def answer(self, folder: Path, text: str) -> None:
        (folder / "tickets" / "case_1-7-1.done.json").write_text(text)

    def test_a_ticket_waits_for_its_answer(self, control: PlantControl, tmp_path: Path) -> None:
        assert control.write(WANTED) is None
        ticket = json.loads((tmp_path / "tickets" / "case_1-7-1.json").read_text())
        assert (ticket["machine"], ticket["from"], ticket["to"]) == ("Furnace B-7", "812.5", "805.0")
        assert control.write(WANTED) is None
        self.answer(tmp_path, '{"value": "805.0", "by": "Lee"}')
        written = control.write(WANTED)
        assert written is not None and written.by.endswith("Lee")

    def test_an_answer_with_another_value_is_a_refusal(self, control: PlantControl, tmp_path: Path) -> None:
        control.write(WANTED)
        self.answer(tmp_path, '{"value": "820", "by": "Lee"}')
        with pytest.raises(ConflictError, match="820"):
            control.write(WANTED)

    def test_an_answer_that_is_none_waits_with_advice(self, control: PlantControl, tmp_path: Path) -> None:
        control.write(WANTED)
        for text in ("", "{}", "[]", '{"value": 805, "by": "Lee"}', '{"value": "805", "by": ""}', "x" * 5_000):
            self.answer(tmp_path, text)
            with pytest.raises(ControlUnreachableError, match="no answer to a ticket"):
                control.write(WANTED)

    def test_limits_hold_for_tickets_too(self, control: PlantControl, tmp_path: Path) -> None:
        with pytest.raises(SchemaError):
            control.write(replace(WANTED, proposed="900"))
        assert not (tmp_path / "tickets").exists()
