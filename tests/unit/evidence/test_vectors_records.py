"""Records of every kind are judged by the same vectors as in the page (`portal/src/verify/records.test.ts`)."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.draft import Kind
from evidence.errors import SchemaError
from evidence.schema import latest
from tests.support.statements import vectors
from tools.vectors_records import main

RECORDS: list[dict[str, Any]] = vectors("records")["records"]


def test_the_vectors_are_what_their_script_makes() -> None:
    assert main(["--check"]) == 0


def test_no_kind_is_forgotten() -> None:
    assert [one["kind"] for one in RECORDS] == [kind.value for kind in Kind]


@pytest.mark.parametrize("record", RECORDS, ids=[one["kind"] for one in RECORDS])
def test_a_sound_record_passes_and_a_wrong_one_is_refused_at_its_place(record: dict[str, Any]) -> None:
    schema = latest(Kind(record["kind"]))
    for fields in record["sound"]:
        schema.check(fields, complete=True)
    for wrong in record["refused"]:
        with pytest.raises(SchemaError) as refused:
            schema.check(wrong["fields"], complete=True)
        assert refused.value.place.startswith(wrong["place"])
