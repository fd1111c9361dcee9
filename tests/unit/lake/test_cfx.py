"""IPC-CFX: units tested and inspected; all other classes are named, not read."""

from __future__ import annotations

import json

import pytest

from evidence.errors import ImportRefusedError
from tests.support.lake_files import cfx, message_body, numeric, read, results, series, unit
from tests.support.required import shared

TESTED = "CFX.Production.TestAndInspection.UnitsTested"
LIMITS = {"ExpectedValue": 28.2, "ExpectedValueUnits": "kOhm", "MinimumAcceptableValue": 28.0}


def test_limits_stand_in_the_unit_of_the_expected_value_and_are_converted_exactly() -> None:
    content = read("m.json", cfx(TESTED, message_body(unit("U1", "Passed", numeric(28300.0, **LIMITS)))))
    (one,) = series(content)
    assert (one["values"], one["unit"]) == (["28300.0"], "Ohm")
    assert (one["nominal"], one["lower_limit"]) == ("28200", "28000")
    assert "upper_limit" not in one
    assert (one["characteristic"], one["station"], one["operator"]) == ("ICT / R1", "LINE1.ICT", "B7")
    assert content.drafts[0].occurred == "2026-03-01T08:00:00+01:00"


def test_units_are_counted_by_their_overall_result() -> None:
    body = message_body(
        unit("U1", "Passed"), unit("U2", "Failed", DefectsFound=[{"DefectCode": "D7"}]), unit("U3", "Error")
    )
    content = read("m.json", cfx(TESTED, body))
    (one,) = results(content)
    assert (one["inspected"], one["nonconforming"], one["result"]) == (2, 1, "fail")
    assert one["defects"] == [{"code": "D7", "count": 1}]
    assert one["units"] == ["U1/1", "U2/1", "U3/1"]
    assert "units with the result Error" in content.note


def test_a_measurement_beside_a_symptom_is_read_once() -> None:
    same = {**numeric(5), "UniqueIdentifier": "m1"}
    body = message_body(
        unit("U1", "Failed", same, SymptomsFound=[{"SymptomCode": "S1", "RelatedMeasurements": [same]}])
    )
    content = read("m.json", cfx(TESTED, body))
    assert series(content)[0]["values"] == ["5"]
    assert results(content)[0]["defects"] == [{"code": "S1", "count": 1}]


def test_numbers_are_never_binary_floats() -> None:
    text = (
        cfx(TESTED, message_body(unit("U1", "Passed", numeric("@"))))
        .decode()
        .replace('"@"', "0.1000000000000000055511")
    )
    assert series(read("m.json", text))[0]["values"] == ["0.1000000000000000055511"]


def test_messages_come_alone_in_a_list_or_one_a_line() -> None:
    message = cfx(TESTED, message_body(unit("U1", "Passed", numeric(1)))).decode()
    for text in (message, f"[{message},{message}]", f"{message}\n{message}\n"):
        expected = 1 if text == message else 2
        assert len(results(read("m.json", text))) == expected


def test_process_data_of_units_processed_are_not_drafted() -> None:
    content = read("m.json", cfx("CFX.Production.Processing.UnitsProcessed", {"CommonProcessData": {"Speed": 60}}))
    assert content.drafts == ()
    assert "CFX.Production.Processing.UnitsProcessed" in content.note
    assert "machine parameters" in content.note


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (message_body(unit("U1", "Passed", numeric("12"))), "a number is needed"),
        (message_body(unit("U1", "Passed", numeric(1, "furlong"))), "furlong"),
        (
            message_body(unit("U1", "Passed", numeric(1, "Ohm", ExpectedValue=1, ExpectedValueUnits="V"))),
            "does not convert",
        ),
        (message_body(unit("U1", "Passed", numeric(1, None, ExpectedValue=1, ExpectedValueUnits="V"))), "not for both"),
        ({"TestedUnits": {"a": 1}}, "a list is needed"),
        ({"TestedUnits": [7]}, "an object is needed"),
        (message_body(unit("U1", "Passed", TestEndTime="noon")), "not a date and time"),
    ],
)
def test_a_message_that_cannot_be_read_is_refused_whole(body: dict[str, object], reason: str) -> None:
    with pytest.raises(ImportRefusedError, match=reason):
        read("m.json", cfx(TESTED, body))


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '{"MessageName": "Foo.Bar", "MessageBody": {}}',
        '{"MessageName": "CFX.X"}',
        "[]",
        "[1]",
        "{",
        '{"a":NaN}',
        '{"TestedUnits": [], "TestedUnits": []}',
        "[" * 100_000,
        '{"a":' * 500,
    ],
)
def test_json_that_is_no_cfx_message_is_refused(text: str) -> None:
    with pytest.raises(ImportRefusedError):
        read("something.json", text)


def test_a_bare_body_takes_its_class_from_the_file_name() -> None:
    assert "CFX.production.UnitsArrived" in read("production.UnitsArrived_2.json", "{}").note
    with pytest.raises(ImportRefusedError, match="message class as file name"):
        read("recipes.UnitsArrived.json", "{}")


@pytest.mark.samples
def test_every_sample_message_is_read_or_named() -> None:
    paths = sorted(shared("samples", "cfx").glob("*.json"))
    assert len(paths) == 142
    with_values = {}
    for path in paths:
        content = read(path.name, path.read_bytes())
        if content.drafts:
            with_values[path.name.rpartition(".Units")[2]] = (
                sum(len(one["values"]) for one in series(content)),
                [(one["inspected"], one["nonconforming"]) for one in results(content)],
            )
        else:
            name = path.name.split(".")[-2].partition("_")[0]
            assert (name if name != "CFXEnvelope" else "EndpointConnected") in content.note
    assert with_values == {
        "Inspected_1.json": (0, [(2, 1)]),
        "Inspected_2.json": (24, [(2, 1)]),
        "Inspected_3.json": (48, [(2, 1)]),
        "Tested_1.json": (4, [(2, 0)]),
        "Tested_2.json": (0, [(1, 0)]),
    }


@pytest.mark.samples
def test_the_paste_and_offset_samples_keep_axis_and_unit() -> None:
    paste = series(
        read("production.testandinspection.UnitsInspected_2.json",
             shared("samples", "cfx", "production.testandinspection.UnitsInspected_2.json").read_bytes())
    )  # fmt: skip
    by_name = {one["characteristic"].partition(" / ")[2]: one for one in paste}
    assert (by_name["R1.1 / X"]["nominal"], by_name["R1.1 / X"]["values"]) == ("5.6", ["5.62", "5.62"])
    assert (by_name["R1.2 / Vol"]["unit"], by_name["R1.2 / Vol"]["values"]) == ("mL", ["5.11", "5.11"])


def test_the_zero_time_of_dotnet_is_no_time() -> None:
    body = message_body(unit("U1", "Passed", TestEndTime="0001-01-01T00:00:00"))
    assert read("m.json", cfx(TESTED, body)).drafts[0].occurred == "2026-03-01T08:00:00+01:00"
    with pytest.raises(ImportRefusedError, match="names no time"):
        read("m.json", json.dumps(body), default_time=None)
