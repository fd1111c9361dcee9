"""The line of furnace B-7 does what its truth says, and its control system takes a set point."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import numpy as np

from node.outbound.opcua import OpcUaPoint
from node.outbound.port import Point, SetPoint
from rca.table_file import read_columns, read_csv
from sandbox.furnace.files import columns_file, lots_file
from sandbox.furnace.machine import MACHINE, NODE, PARAMETER, furnace
from sandbox.furnace.truth import COLUMNS, LOWER, PER_DEGREE, SET_POINT, UPPER, Plan, produce

START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


def test_equal_seeds_give_equal_files() -> None:
    one, other = (lots_file(produce(Plan(), np.random.default_rng(3)), START) for _ in range(2))
    assert one == other
    assert one != lots_file(produce(Plan(), np.random.default_rng(4)), START)


def test_only_night_shift_and_batch_3_together_leave_the_limits() -> None:
    lots = produce(Plan(before=600, after=4_000), np.random.default_rng(1))
    crown, late = lots["crown height"], np.arange(4_600) >= 600
    outside = (crown < LOWER) | (crown > UPPER)
    night, wet = lots["shift"] == 1, lots["batch"] == 2
    assert outside[late & night & wet].mean() > 0.1
    for other in (~late, late & night & ~wet, late & ~night & wet, late & ~night & ~wet):
        assert outside[other].mean() < 0.04


def test_a_degree_moves_the_crown_by_what_the_truth_says() -> None:
    low, high = (
        produce(Plan(set_point=SET_POINT + add), np.random.default_rng(5))["crown height"].mean() for add in (0.0, 4.0)
    )
    assert abs((high - low) / 4.0 - PER_DEGREE) < 0.01


def test_the_files_are_read_by_the_room_that_looks_for_causes() -> None:
    lots = produce(Plan(before=50, after=10), np.random.default_rng(2))
    table = read_csv(lots_file(lots, START), "lots.csv", read_columns(columns_file()))
    assert table.names == tuple(one.name for one in COLUMNS)
    assert np.allclose(table.column("crown height"), lots["crown height"], atol=5e-4)
    assert np.array_equal(table.column("batch"), lots["batch"])


def test_the_control_system_takes_a_set_point() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with furnace(port) as running:
        told = running.control_point()
        point = Point(
            *(str(told[name]) for name in ("machine", "parameter", "unit", "lowest", "highest", "resolution"))
        )
        wanted = SetPoint("case_1:5:1", MACHINE, PARAMETER, "Cel", "812.5", "806.0")
        assert OpcUaPoint(point, running.url, NODE).write(wanted).value == "806.0"
        assert running.set_point == 806.0
