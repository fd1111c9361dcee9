"""QIF 3.0 results: one file a month and part, every measured diameter or length with its limits (ANSI/DMSC QIF 3.0)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from xml.sax.saxutils import escape

_NAMESPACE = "http://qifstandards.org/xsd/qif3"


@dataclass(frozen=True, slots=True)
class Measured:
    """A characteristic with its limits and the values of one run, as decimal strings in millimetres."""

    name: str
    nominal: str
    lower: str
    upper: str
    values: Sequence[str]


def results(part: str, lot: str, when: str, measured: Sequence[Measured], rng: Random) -> bytes:
    """A QIF results document.

    Args:
        when: local time of preparation, "YYYY-MM-DDThh:mm:ss".
        measured: all with equally many values: one measurement result (one part made) per position.
        rng: the only source of the document's identifiers.
    """
    ids = _Ids()
    standard, part_id = ids.next(), ids.next()
    definitions, nominals, items, item_ids = [], [], [], []
    for one in measured:
        definition, nominal, item = ids.next(), ids.next(), ids.next()
        definitions.append(
            f'<DiameterCharacteristicDefinition id="{definition}"><Tolerance><MaxValue>{one.upper}</MaxValue>'
            f"<MinValue>{one.lower}</MinValue><DefinedAsLimit>true</DefinedAsLimit></Tolerance>"
            "</DiameterCharacteristicDefinition>"
        )
        nominals.append(
            f'<DiameterCharacteristicNominal id="{nominal}"><CharacteristicDefinitionId>{definition}'
            f"</CharacteristicDefinitionId><TargetValue>{one.nominal}</TargetValue></DiameterCharacteristicNominal>"
        )
        items.append(
            f'<DiameterCharacteristicItem id="{item}"><Name>{escape(one.name)}</Name>'
            f"<CharacteristicNominalId>{nominal}</CharacteristicNominalId></DiameterCharacteristicItem>"
        )
        item_ids.append(item)
    count = len(measured[0].values)
    results_xml = "".join(_result(ids, position, measured, item_ids, when, rng) for position in range(count))
    n = len(measured)
    body = (
        f"<QPId>{_uuid(rng)}</QPId><Version><TimeCreated>{when}</TimeCreated></Version>"
        f'<StandardsDefinitions n="1"><Standard id="{standard}"><Organization><StandardsOrganizationEnum>ASME'
        "</StandardsOrganizationEnum></Organization><Designator>Y14.5</Designator><Year>2018</Year></Standard>"
        "</StandardsDefinitions>"
        f"<PreInspectionTraceability><ReportNumber>{escape(lot)}</ReportNumber><InspectionScope>DETAIL</InspectionScope>"
        f"<InspectionMode>KPC</InspectionMode><FormalStandardId>{standard}</FormalStandardId></PreInspectionTraceability>"
        "<FileUnits><PrimaryUnits><LinearUnit><SIUnitName>meter</SIUnitName><UnitName>mm</UnitName><UnitConversion>"
        "<Factor>0.001</Factor></UnitConversion></LinearUnit></PrimaryUnits></FileUnits>"
        f'<Product><PartSet n="1"><Part id="{part_id}" label="{escape(part)}"><ModelNumber>{escape(part)}</ModelNumber>'
        "</Part></PartSet></Product>"
        f"<Characteristics><FormalStandardId>{standard}</FormalStandardId>"
        f'<CharacteristicDefinitions n="{n}">{"".join(definitions)}</CharacteristicDefinitions>'
        f'<CharacteristicNominals n="{n}">{"".join(nominals)}</CharacteristicNominals>'
        f'<CharacteristicItems n="{n}">{"".join(items)}</CharacteristicItems></Characteristics>'
        f'<Results><MeasurementResultsSet n="{count}">{results_xml}</MeasurementResultsSet></Results>'
    )
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<QIFDocument xmlns="{_NAMESPACE}" versionQIF="3.0.0" '
    return f'{head}idMax="{ids.last}">{body}</QIFDocument>\n'.encode()


def _result(
    ids: _Ids, position: int, measured: Sequence[Measured], items: Sequence[int], when: str, rng: Random
) -> str:
    own, measurements, passed = ids.next(), [], True
    for one, item in zip(measured, items, strict=True):
        value = one.values[position]
        good = float(one.lower) <= float(value) <= float(one.upper)
        passed = passed and good
        measurements.append(
            f'<DiameterCharacteristicMeasurement id="{ids.next()}"><Status><CharacteristicStatusEnum>'
            f"{'PASS' if good else 'FAIL'}</CharacteristicStatusEnum></Status><CharacteristicItemId>{item}"
            f"</CharacteristicItemId><Value>{value}</Value></DiameterCharacteristicMeasurement>"
        )
    return (
        f'<MeasurementResults id="{own}"><ThisResultsInstanceQPId>{_uuid(rng)}</ThisResultsInstanceQPId>'
        f'<MeasuredCharacteristics><CharacteristicMeasurements n="{len(measurements)}">{"".join(measurements)}'
        "</CharacteristicMeasurements></MeasuredCharacteristics><InspectionStatus><InspectionStatusEnum>"
        f"{'PASS' if passed else 'FAIL'}</InspectionStatusEnum></InspectionStatus></MeasurementResults>"
    )


class _Ids:
    """QIF numbers everything in one sequence."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def _uuid(rng: Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))
