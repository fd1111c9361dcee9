"""Only a release by two different people who wrote nothing may ask for a set point; all else is refused."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from evidence import canonical
from evidence.errors import SchemaError
from nocode.commands import ApplySetPoint
from nocode.reader import decode, shipped
from tests.unit.nocode.people import Desk, actor

EVA, PIA, PAUL = actor("eva", "engineer"), actor("pia", "process-engineer"), actor("paul", "process-engineer")
FIELDS: dict[str, Any] = {
    "machine": "Kiln 7", "parameter": "zone 3", "unit": "Cel", "present": "1180", "proposed": "1184.5",
    "lowest": "1170", "highest": "1190", "ground": "Causal case 12", "risk": "low",
}  # fmt: skip


def definition() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        resources.files("nocode").joinpath("flows", "release-correction.2.json").read_bytes()
    )
    return document


def refused(document: dict[str, Any]) -> str:
    with pytest.raises(SchemaError) as caught:
        decode(canonical.encode(document))
    return str(caught.value)


def apply() -> dict[str, Any]:
    return {"do": "apply-set-point"} | {
        name: {"field": name} for name in ("machine", "parameter", "present", "proposed", "unit")
    }


def test_the_last_of_two_signatures_asks_for_exactly_what_was_released() -> None:
    desk = Desk(shipped("release-correction.2"))
    desk.open(EVA, None, **FIELDS)
    desk.act("submit", EVA)
    desk.sign("release", PIA)
    assert not any(isinstance(command, ApplySetPoint) for command in desk.commands)
    desk.sign("release", PAUL)
    [wanted] = [command for command in desk.commands if isinstance(command, ApplySetPoint)]
    assert (wanted.machine, wanted.present, wanted.proposed) == ("Kiln 7", "1180", "1184.5")


@pytest.mark.parametrize(
    ("step", "changes"),
    [
        ("release", {"count": 1}),
        ("release", {"meaning": "approval"}),
        ("release", {"author": "allowed"}),
        ("release", {"different_people": False}),
        ("reject", {}),
    ],
)
def test_a_weaker_signature_may_not_ask_for_it(step: str, changes: dict[str, Any]) -> None:
    document = definition()
    signed = document["states"]["review"]["signatures"][step]
    signed.update(changes)
    signed["commands"] = [apply()]
    message = refused(document)
    assert f"/states/review/signatures/{step}/commands/0: a set point is written only with the release" in message


def test_no_event_and_no_deadline_may_ask_for_it() -> None:
    for state, event in (("draft", "submit"), ("review", "lapse"), ("applied", "report-effect")):
        document = definition()
        document["states"][state]["on"][event]["ways"][0]["commands"] = [apply()]
        assert "a set point is written only" in refused(document)
    document = definition()
    document["opening"]["ways"][0]["commands"] = [apply()]
    assert "a set point is written only" in refused(document)


@pytest.mark.parametrize("source", [{"value": "900"}, {"case": "id"}, {"field": "ground"}])
def test_what_is_written_stands_in_a_field_that_was_signed(source: dict[str, str]) -> None:
    document = definition()
    document["states"]["review"]["signatures"]["release"]["commands"] = [{**apply(), "proposed": source}]
    assert "a field of the type decimal is expected" in refused(document)


def test_a_field_that_may_be_missing_cannot_be_written() -> None:
    document = definition()
    document["states"]["review"]["signatures"]["release"]["commands"] = [{**apply(), "present": {"field": "tolerance"}}]
    assert "'tolerance' may be missing" in refused(document)
