"""Mapping files are checked by their own schema and against the kind they fill."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.errors import LimitError, MalformedError, SchemaError
from lake.mapping import parse_mapping

DELIVERY: dict[str, Any] = {
    "format": "credence-mapping/1",
    "kind": "delivery",
    "occurred": {"columns": ["Date"]},
    "fields": {"lot": {"column": "Lot"}, "quantity": {"column": "Qty"}, "unit": {"value": "kg"}},
}


def test_a_mapping_knows_its_columns_and_how_each_field_is_read() -> None:
    rules = parse_mapping(DELIVERY)
    assert rules.columns() == ["Date", "Lot", "Qty"]
    assert (rules.types["quantity"], rules.types["due"], rules.types["unit"]) == ("decimal", "instant", "unit")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"format": "credence-mapping/2"}, "/format"),
        ({"kind": "recipe"}, "/kind"),
        ({"zone": "Mars/Olympus"}, "/zone"),
        ({"zone": "../../etc/passwd"}, "/zone"),
        ({"table": {"delimiter": "ab"}}, "/table/delimiter"),
        ({"fields": {"price": {"column": "P"}}}, "/fields/price"),
        ({"fields": {"lot": {"column": "L", "value": "x"}}}, "/fields/lot"),
        ({"fields": {"lot": {}}}, "/fields/lot"),
        ({"defects": {"A": "a"}}, "/defects"),
        ({"statistics": {"A": "a"}}, "/statistics"),
        ({"measurements": [{"columns": ["x"]}]}, "/measurements"),
        ({"subgroup_size": 5}, "/subgroup_size"),
        ({"surprise": 1}, "/"),
        ({"kind": "measurement-series", "fields": {}}, "/measurements"),
        ({"occurred": {"columns": ["a"], "first_of": ["b"]}}, "/occurred"),
        ({"kind": "measurement-series", "measurements": [{"columns": ["x"]}], "fields": {}}, "/measurements/0"),
    ],
)
def test_a_wrong_mapping_is_refused_at_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(SchemaError) as caught:
        parse_mapping({**DELIVERY, **change})
    assert caught.value.place == place


def test_computed_fields_cannot_be_mapped() -> None:
    raw = {
        **DELIVERY,
        "kind": "measurement-series",
        "fields": {name: {"value": "1"} for name in ("part", "characteristic", "unit", "subgroup_size")},
        "measurements": [{"columns": ["x"]}],
    }
    with pytest.raises(SchemaError, match="computed"):
        parse_mapping(raw)
    raw["fields"].pop("subgroup_size")
    with pytest.raises(SchemaError, match="subgroup already"):
        parse_mapping({**raw, "measurements": [{"columns": ["x", "y"]}], "subgroup_size": 2})


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"format": 1.5}', b"\xff"])
def test_bytes_that_are_no_mapping_are_refused(data: bytes) -> None:
    with pytest.raises((SchemaError, MalformedError)):
        parse_mapping(data)


def test_a_mapping_file_has_a_bound() -> None:
    with pytest.raises(LimitError):
        parse_mapping(b" " * 2_000_000)
