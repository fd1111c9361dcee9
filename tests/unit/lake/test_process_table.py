"""The process table: imported once, read back whole, blind to the rest of the machine."""

from __future__ import annotations

import math
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.draft import Tier
from evidence.errors import ImportRefusedError, LimitError, SchemaError, StorageError
from lake.process_import import ProcessMapping, headings_of, import_csv, values_of
from lake.process_query import Sensor, names, parts
from lake.process_table import ProcessRow, ProcessTable

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
SOURCE = "ab" * 32


def row(name: str, value: float, seconds: int = 0, part: str | None = "P1", unit: str = "Cel") -> ProcessRow:
    return ProcessRow("kiln-7", name, unit, value, START + timedelta(seconds=seconds), part, "L1")


def test_what_was_added_is_read_back_with_all_its_columns(tmp_path: Path) -> None:
    table = ProcessTable(tmp_path)
    odd = ProcessRow('烧结炉, "7"', "温度", "Cel", 0.1, START, None, None, Tier.BASE)
    assert table.add([row("temperature", 1200.5), odd], SOURCE) == 2
    with table.connect() as database:
        found = database.execute("SELECT * FROM process ORDER BY value").fetchall()
    assert found[0][:6] == (None, None, '烧结炉, "7"', "温度", "Cel", 0.1)
    assert found[1][:6] == ("P1", "L1", "kiln-7", "temperature", "Cel", 1200.5)
    assert [line[7:] for line in found] == [("base", SOURCE), ("sensitive", SOURCE)]
    assert found[0][6] == START


def test_importing_twice_changes_nothing_and_forgetting_removes(tmp_path: Path) -> None:
    table = ProcessTable(tmp_path)
    assert table.add([row("temperature", 1.0)], SOURCE) == 1
    assert table.add([row("temperature", 2.0)], SOURCE) == 0
    assert table.sources == (SOURCE,)
    assert table.forget(SOURCE) and not table.forget(SOURCE)
    with table.connect() as database:
        assert database.execute("SELECT count(*) FROM process").fetchone() == (0,)


def test_an_import_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    table = ProcessTable(tmp_path)

    def half() -> object:
        yield row("temperature", 1.0)
        raise SchemaError("the second line is bad")

    with pytest.raises(SchemaError):
        table.add(half(), SOURCE)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_queries_cannot_reach_other_files_or_the_network(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    table = ProcessTable(tmp_path / "table")
    table.add([row("temperature", 1.0)], SOURCE)
    for attack in (
        f"SELECT * FROM read_csv('{secret}')",
        f"COPY process TO '{tmp_path / 'out.csv'}'",
        f"ATTACH '{tmp_path / 'x.db'}'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
    ):
        with pytest.raises(StorageError), table.connect() as database:
            database.execute(attack)


@pytest.mark.parametrize(
    "change",
    [
        {"value": math.nan},
        {"value": math.inf},
        {"unit": "furlong"},
        {"name": ""},
        {"name": "a\nb"},
        {"part": ""},
        {"station": "x" * 201},
        {"time": datetime(2026, 3, 1)},
    ],
)
def test_a_row_that_nobody_could_interpret_is_refused(change: dict[str, object]) -> None:
    good: dict[str, object] = {"station": "s", "name": "n", "unit": "mm", "value": 1.0, "time": START, "part": "P"}
    with pytest.raises(SchemaError):
        ProcessRow(**{**good, **change})  # type: ignore[arg-type]


def test_parts_stand_side_by_side_and_the_later_value_counts(tmp_path: Path) -> None:
    table = ProcessTable(tmp_path)
    table.add(
        [row("a", 1.0), row("a", 2.0, 5), row("b", 3.0, 1), row("a", 9.0, 9, "P2"), row("x", 0.0, 0, "P3")], SOURCE
    )
    found = parts(table, ["a", "b"])
    assert found.part == ("P1", "P2")
    assert found.values["a"].tolist() == [2.0, 9.0]
    assert found.values["b"][0] == 3.0 and math.isnan(found.values["b"][1])
    assert found.units == {"a": "Cel", "b": "Cel"}


def test_sensors_are_summed_up_over_the_window_before_each_part(tmp_path: Path) -> None:
    table = ProcessTable(tmp_path)
    sensor = [row("t", 100.0 + 2 * second, second, None) for second in range(60)]
    other = [ProcessRow("kiln-8", "t", "Cel", -5.0, START, None)]
    table.add([*sensor, *other, row("a", 1.0, 30), row("a", 1.0, 50, "P2")], SOURCE)
    asked = [Sensor("t", statistic, 10) for statistic in ("mean", "least", "most", "last", "slope")]
    found = parts(table, ["a"], asked)
    # The window (20, 30] holds the readings of seconds 21 to 30.
    assert found.values["t:mean:10s"].tolist() == [151.0, 191.0]
    assert found.values["t:least:10s"].tolist() == [142.0, 182.0]
    assert found.values["t:most:10s"].tolist() == [160.0, 200.0]
    assert found.values["t:last:10s"].tolist() == [160.0, 200.0]
    assert found.values["t:slope:10s"] == pytest.approx([2.0, 2.0])
    assert found.units["t:slope:10s"] == "Cel.s-1"


@settings(max_examples=15, deadline=None)
@given(
    readings=st.dictionaries(st.integers(0, 400), st.integers(-50, 50), min_size=1, max_size=60),
    made=st.lists(st.integers(0, 400), min_size=1, max_size=8),
    seconds=st.integers(1, 120),
)
def test_windows_hold_what_a_slow_search_finds(readings: dict[int, int], made: list[int], seconds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table = ProcessTable(Path(folder))
        parts_made = [row("a", 1.0, second, f"P{index}") for index, second in enumerate(made)]
        table.add([*parts_made, *(row("t", float(value), second, None) for second, value in readings.items())], SOURCE)
        found = parts(table, ["a"], [Sensor("t", "mean", seconds), Sensor("t", "most", seconds)])
    for part, mean, most in zip(
        found.part, *(found.values[f"t:{one}:{seconds}s"] for one in ("mean", "most")), strict=True
    ):
        end = made[int(part[1:])]
        inside = [value for second, value in readings.items() if end - seconds < second <= end]
        if inside:
            assert mean == pytest.approx(sum(inside) / len(inside)) and most == max(inside)
        else:
            assert math.isnan(mean) and math.isnan(most)


def test_a_name_in_two_units_is_refused(tmp_path: Path) -> None:
    table = ProcessTable(tmp_path)
    table.add([row("a", 1.0), row("a", 2.0, 1, "P2", "K")], SOURCE)
    with pytest.raises(SchemaError, match="Cel and in K"):
        parts(table, ["a"])


def test_a_name_is_a_value_and_never_a_piece_of_sql(tmp_path: Path) -> None:
    table = ProcessTable(tmp_path)
    name = "a' OR 1=1; DROP VIEW process; --"
    table.add([row(name, 7.0)], SOURCE)
    assert parts(table, [name]).values[name].tolist() == [7.0]


CSV = "id,when,temp,hold\nP1,2026-03-01T08:00:00Z,1200.5,NA\nP2,2026-03-01T08:01:00Z,1201,30\n"
MAPPING = ProcessMapping(
    {"temp": ("temperature", "Cel"), "hold": ("hold-time", "s")}, "kiln-7", part_column="id", time_column="when"
)


def test_a_wide_file_becomes_values_and_missing_ones_have_no_row(tmp_path: Path) -> None:
    file = tmp_path / "kiln.csv"
    file.write_text(CSV)
    table = ProcessTable(tmp_path / "table")
    assert import_csv(table, file, MAPPING) == 3
    assert import_csv(table, file, MAPPING) == 0
    assert parts(table, ["temperature"]).values["temperature"].tolist() == [1200.5, 1201.0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (CSV.replace("1201", "hot"), "line 3"),
        (CSV.replace("hold", "held"), "no column"),
        (CSV.replace("2026-03-01T08:01:00Z", "yesterday"), "line 3"),
        (CSV.replace(",1201,30", ""), "line 3"),
        (CSV.replace("1201", "inf"), "line 3"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "kiln.csv"
    file.write_text(text)
    table = ProcessTable(tmp_path / "table")
    with pytest.raises(ImportRefusedError, match=reason):
        import_csv(table, file, MAPPING)
    assert table.sources == ()


def test_duckdb_brings_what_the_table_needs_without_an_extension() -> None:
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as database:
        loaded = {
            name
            for (name,) in database.execute("SELECT extension_name FROM duckdb_extensions() WHERE loaded").fetchall()
        }
    assert {"parquet", "core_functions", "icu"} <= loaded


def test_parts_of_a_span_of_time_are_those_whose_last_value_lies_in_it(tmp_path: Path) -> None:
    table = ProcessTable(tmp_path)
    rows = [row("torque", 1.0, 0, "early"), row("torque", 2.0, 60, "middle"), row("wear", 9.0, 3_599, "early")]
    table.add([*rows, row("torque", 3.0, 3_600, "late")], SOURCE)

    def made(first: int, after: int) -> tuple[str, ...]:
        span = START + timedelta(seconds=first), START + timedelta(seconds=after)
        return parts(table, ["torque", "wear"], made=span).part

    assert made(0, 3_600) == ("middle", "early")
    assert made(60, 61) == ("middle",) and made(61, 3_599) == () and made(3_600, 9_999) == ("late",)
    assert parts(table, ["torque"], most=3).part == ("early", "middle", "late")
    with pytest.raises(LimitError):
        parts(table, ["torque"], most=2)


def test_a_sensors_column_names_it_and_nothing_else_does() -> None:
    for sensor in (Sensor("speed", "mean", 60), Sensor("a:b", "slope", 1)):
        assert Sensor.of_column(sensor.column) == sensor
    assert Sensor.of_column("torque") is None
    for wrong in ("speed:mean:60", "speed:mode:60s", ":mean:60s", "speed:mean:s", "speed:mean:0s", "speed:mean:٣s"):
        with pytest.raises(SchemaError):
            Sensor.of_column(wrong)


def test_the_table_says_what_it_holds(tmp_path: Path) -> None:
    table = ProcessTable(tmp_path)
    assert names(table) == []
    table.add([row("torque", 1.0, 0, "a"), row("torque", 2.0, 5, "a"), row("torque", 3.0, 9, "b")], SOURCE)
    table.add([row("speed", 1.0, 2, None, "/min")], "cd" * 32)
    speed, torque = names(table)
    assert (speed.name, speed.unit, speed.values, speed.parts) == ("speed", "/min", 1, 0)
    assert (torque.values, torque.parts, torque.first, torque.last) == (3, 2, START, START + timedelta(seconds=9))
    assert torque.to_json()["last"] == "2026-03-01T08:00:09Z"


def test_headings_say_name_and_unit(tmp_path: Path) -> None:
    file = tmp_path / "made.csv"
    file.write_text("id,torque [N.m],when,flow [mL/min] \np1,1,2026-03-01T08:00:00Z,2\n")
    values = values_of(headings_of(file))
    assert values == {"torque [N.m]": ("torque", "N.m"), "flow [mL/min] ": ("flow", "mL/min")}
    mapping = ProcessMapping(values, station="L1", part_column="id", time_column="when")
    table = ProcessTable(tmp_path / "table")
    assert (import_csv(table, file, mapping), import_csv(table, file, mapping)) == (2, 0)
    assert {one.name for one in names(table)} == {"torque", "flow"}
    for wrong in (["id", "when"], ["torque [N.m]", " torque [N]"], [" [N]"]):
        with pytest.raises(SchemaError):
            values_of(wrong)
    for content, error in ((b"\xff\xfe[N]", ImportRefusedError), (b"a" * (2**20 + 1), LimitError)):
        file.write_bytes(content)
        with pytest.raises(error):
            headings_of(file)
