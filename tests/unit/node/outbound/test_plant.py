"""A plant's control.json: what it may say, and what is refused with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evidence.errors import InputError, NotFoundError
from node.outbound.opcua import OpcUaPoint
from node.outbound.plant import FILE, load
from node.outbound.ticket import TicketPoint

OPCUA = {"url": "opc.tcp://127.0.0.1:4840/", "node": "ns=2;s=B7"}


def point(**other: Any) -> dict[str, Any]:
    base = {"machine": "B-7", "parameter": "zone 2", "unit": "Cel", "lowest": "760", "highest": "840"}
    return {**base, "resolution": "0.1", "opcua": OPCUA, **other}


def write(home: Path, *points: Any, **other: Any) -> Path:
    (home / FILE).write_text(json.dumps({"format": "credence-control/1", "points": list(points), **other}))
    return home


def test_without_a_file_nothing_can_be_written(tmp_path: Path) -> None:
    plant = load(tmp_path)
    assert plant.points() == ()
    with pytest.raises(NotFoundError, match="is configured"):
        plant.read("B-7", "zone 2")


def test_points_are_reached_as_the_file_says(tmp_path: Path) -> None:
    hand = point(machine="Press 3", column="force", ticket={"folder": "tickets"})
    del hand["opcua"]
    plant = load(write(tmp_path, point(), hand))
    by_wire, by_hand = plant.reached.values()
    assert isinstance(by_wire, OpcUaPoint) and by_wire.node == "ns=2;s=B7"
    assert isinstance(by_hand, TicketPoint) and by_hand.folder == tmp_path / "tickets"
    assert [one.column for one in plant.points()] == ["", "force"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"lowest": "840"}, "points/0: lowest: it is not below"),
        ({"lowest": "abc"}, "points/0: .*decimal"),
        ({"unit": "furlong"}, "points/0"),
        ({"resolution": "0"}, "points/0: resolution: it is not above 0"),
        ({"machine": ""}, "points/0: machine"),
        ({"lowest": 760}, "quotation marks"),
        ({"surplus": "1"}, "exactly"),
        ({"ticket": {"folder": "t"}}, "exactly"),
        ({"opcua": {"url": "http://127.0.0.1", "node": "i=1"}}, "opc.tcp"),
        ({"opcua": {**OPCUA, "timeout_s": "1"}}, "opcua/timeout_s: a int is expected"),
        ({"opcua": {"url": "opc.tcp://10.0.0.1:4840", "node": "i=1"}}, "encrypted only"),
        ({"opcua": {"node": "i=1"}}, "url and node"),
    ],
)
def test_what_a_point_may_not_say_is_refused_with_its_place(tmp_path: Path, wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError, match=why):
        load(write(tmp_path, point(**wrong)))


def test_a_point_twice_or_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="points/1: the set point is there twice"):
        load(write(tmp_path, point(), point()))
    with pytest.raises(InputError, match="format"):
        load(write(tmp_path, surplus=1))
    (tmp_path / FILE).write_text("{")
    with pytest.raises(InputError, match="not JSON"):
        load(tmp_path)
