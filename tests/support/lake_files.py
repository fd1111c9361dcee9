"""Small inspection files for the lake's tests, written here: nothing of other people's samples."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import lake
from lake.content import FileContent

LATER = datetime(2026, 11, 23, 12, tzinfo=UTC)
QIF3 = "http://qifstandards.org/xsd/qif3"


def read(name: str, data: bytes | str, **options: Any) -> FileContent:
    """Read a file in UTC with a default time, unless told otherwise."""
    raw = data.encode() if isinstance(data, str) else data
    return lake.read(name, io.BytesIO(raw), **{"default_zone": UTC, "default_time": LATER, **options})


def series(content: FileContent) -> list[Mapping[str, Any]]:
    """The fields of all measurement series."""
    return [draft.fields for draft in content.drafts if draft.kind == "measurement-series"]


def results(content: FileContent) -> list[Mapping[str, Any]]:
    """The fields of all inspection results."""
    return [draft.fields for draft in content.drafts if draft.kind == "inspection-result"]


def studies(content: FileContent) -> list[Mapping[str, Any]]:
    """The fields of all studies."""
    return [draft.fields for draft in content.drafts if draft.kind == "study"]


def qif(
    measurements: str = "",
    *,
    bounds: str = "<MaxValue>10.1</MaxValue><MinValue>9.9</MinValue><DefinedAsLimit>true</DefinedAsLimit>",
    units: str = "<FileUnits><PrimaryUnits><LinearUnit><UnitName>mm</UnitName></LinearUnit></PrimaryUnits></FileUnits>",
    kind: str = "Diameter",
    statistics: str = "",
    created: str = "<Version><TimeCreated>2026-03-01T08:00:00Z</TimeCreated></Version>",
    tail: str = "",
) -> str:
    """A QIF 3.0 document with one part and one characteristic item (id 4), and the results given."""
    results_part = f"<Results>{measurements}</Results>" if measurements else ""
    return (
        f'<?xml version="1.0"?><QIFDocument xmlns="{QIF3}" versionQIF="3.0.0" idMax="99">{created}{units}'
        '<Product><PartSet n="1"><Part id="1" label="Bracket"/></PartSet></Product><Characteristics>'
        f'<CharacteristicDefinitions n="1"><{kind}CharacteristicDefinition id="2"><Tolerance>{bounds}</Tolerance>'
        f'</{kind}CharacteristicDefinition></CharacteristicDefinitions><CharacteristicNominals n="1">'
        f'<{kind}CharacteristicNominal id="3"><CharacteristicDefinitionId>2</CharacteristicDefinitionId>'
        f"<TargetValue>10.0</TargetValue></{kind}CharacteristicNominal></CharacteristicNominals>"
        f'<CharacteristicItems n="1"><{kind}CharacteristicItem id="4"><Name>D1</Name>'
        f"<CharacteristicNominalId>3</CharacteristicNominalId></{kind}CharacteristicItem></CharacteristicItems>"
        f"</Characteristics>{results_part}{statistics}{tail}</QIFDocument>"
    )


def qif_results(rows: Sequence[tuple[str, str]], *, kind: str = "Diameter", times: Sequence[str] = ()) -> str:
    """Measurement results, one part a value, as (value, status); ids of the measurements are 101, 102, ..."""
    parts = []
    for index, (value, status) in enumerate(rows):
        trace = (
            f"<InspectionTraceability><InspectionEnd>{times[index]}</InspectionEnd></InspectionTraceability>"
            if index < len(times)
            else ""
        )
        parts.append(
            f'<MeasurementResults id="{5_000_000 + index}">{trace}<MeasuredCharacteristics>'
            '<CharacteristicMeasurements n="1">'
            f'<{kind}CharacteristicMeasurement id="{101 + index}"><Status><CharacteristicStatusEnum>{status}'
            "</CharacteristicStatusEnum></Status><CharacteristicItemId>4</CharacteristicItemId>"
            f"<Value>{value}</Value></{kind}CharacteristicMeasurement></CharacteristicMeasurements>"
            f"</MeasuredCharacteristics><InspectionStatus><InspectionStatusEnum>{status}</InspectionStatusEnum>"
            "</InspectionStatus></MeasurementResults>"
        )
    return f'<MeasurementResultsSet n="{len(parts)}">{"".join(parts)}</MeasurementResultsSet>'


def cfx(name: str, body: Mapping[str, Any], *, time: str | None = "2026-03-01T08:00:00+01:00") -> bytes:
    """A CFX envelope."""
    envelope = {"MessageName": name, "Version": "1.7", "TimeStamp": time, "Source": "LINE1.ICT", "MessageBody": body}
    return json.dumps(envelope).encode()


def message_body(*units: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a UnitsTested message."""
    return {"TestMethod": "Automated", "Tester": {"OperatorIdentifier": "B7"}, "TestedUnits": list(units)}


def unit(name: str, verdict: str, *measured: Mapping[str, Any], **test: Any) -> dict[str, Any]:
    """A tested unit with one test."""
    one = {"TestName": "ICT", "Result": verdict, "Measurements": list(measured), **test}
    return {"UnitIdentifier": name, "UnitPositionNumber": 1, "OverallResult": verdict, "Tests": [one]}


def numeric(value: object, unit_name: str | None = "Ohm", **limits: Any) -> dict[str, Any]:
    """A numeric measurement."""
    return {
        "$type": "CFX.Structures.NumericMeasurement, CFX",
        "MeasurementName": "R1",
        "MeasuredValue": {"Value": value, "ValueUnits": unit_name, **limits},
    }
