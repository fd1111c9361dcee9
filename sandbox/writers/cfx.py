"""IPC-CFX messages: UnitsTested with numeric measurements, UnitsInspected with defects (IPC-2591)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """A characteristic with its unit, limits and one value per unit tested, as decimal strings."""

    name: str
    unit: str
    nominal: str
    lower: str
    upper: str
    values: Sequence[str]


def units_tested(source: str, lot: str, when: datetime, measured: Measured, rng: Random) -> bytes:
    """An envelope with a UnitsTested message: one unit per value."""
    units = [
        {
            "UnitIdentifier": f"{lot}-{position:04d}",
            "UnitPositionNumber": 1,
            "OverallResult": _result(measured, value),
            "Tests": [_test(measured, value, when, rng)],
        }
        for position, value in enumerate(measured.values, start=1)
    ]
    body = {
        "TransactionId": _uuid(rng),
        "TestMethod": "Automated",
        "Tester": None,
        "SamplingInformation": {"SamplingMethod": "FixedSample", "LotSize": None, "SampleSize": len(units)},
        "TestedUnits": units,
    }
    return _envelope("CFX.Production.TestAndInspection.UnitsTested", source, when, body, rng)


def units_inspected(source: str, lot: str, when: datetime, failed: Sequence[bool], rng: Random) -> bytes:
    """An envelope with a UnitsInspected message: one unit per entry of `failed`, solder bridge where it is true."""
    units = [
        {
            "UnitIdentifier": f"{lot}-{position:04d}",
            "UnitPositionNumber": 1,
            "OverallResult": "Failed" if bad else "Passed",
            "Inspections": [_inspection(bad, when, rng)],
        }
        for position, bad in enumerate(failed, start=1)
    ]
    body = {
        "TransactionId": _uuid(rng),
        "InspectionMethod": "AOI",
        "SamplingInformation": {"SamplingMethod": "NoSampling", "LotSize": len(units), "SampleSize": len(units)},
        "Inspector": None,
        "InspectedUnits": units,
    }
    return _envelope("CFX.Production.TestAndInspection.UnitsInspected", source, when, body, rng)


def _test(measured: Measured, value: str, when: datetime, rng: Random) -> dict[str, Any]:
    return {
        "UniqueIdentifier": _uuid(rng),
        "TestName": measured.name.upper(),
        "TestStartTime": when.isoformat(),
        "TestEndTime": when.isoformat(),
        "TestConditions": [],
        "TestProcedure": None,
        "Comments": None,
        "Result": _result(measured, value),
        "Error": None,
        "SymptomsFound": [],
        "DefectsFound": [],
        "Measurements": [
            {
                "$type": "CFX.Structures.NumericMeasurement, CFX",
                "MeasuredValue": {
                    "Value": float(value),
                    "ValueUnits": measured.unit,
                    "ExpectedValue": float(measured.nominal),
                    "ExpectedValueUnits": measured.unit,
                    "MinimumAcceptableValue": float(measured.lower),
                    "MaximumAcceptableValue": float(measured.upper),
                },
                "UniqueIdentifier": _uuid(rng),
                "MeasurementName": measured.name,
                "TimeRecorded": when.isoformat(),
                "Sequence": 0,
                "Result": _result(measured, value),
                "CRDs": None,
            }
        ],
    }


def _inspection(bad: bool, when: datetime, rng: Random) -> dict[str, Any]:
    defect: dict[str, Any] = {
        "UniqueIdentifier": _uuid(rng),
        "DefectCode": "BRIDGE",
        "DefectCategory": "Solder",
        "Description": "Solder bridge",
        "Comments": None,
        "ComponentOfInterest": None,
        "RegionOfInterest": None,
        "DefectImages": [],
        "Priority": 1,
        "ConfidenceLevel": 100.0,
        "RelatedMeasurements": [],
        "RelatedSymptoms": [],
    }
    return {
        "UniqueIdentifier": _uuid(rng),
        "InspectionName": "AOI_FINAL",
        "InspectionStartTime": when.isoformat(),
        "InspectionEndTime": when.isoformat(),
        "TestProcedure": None,
        "Comments": None,
        "Result": "Failed" if bad else "Passed",
        "Error": None,
        "DefectsFound": [defect] if bad else [],
        "Symptoms": [],
        "Measurements": [],
    }


def _envelope(name: str, source: str, when: datetime, body: dict[str, Any], rng: Random) -> bytes:
    envelope = {
        "MessageName": name,
        "Version": "1.7",
        "TimeStamp": when.isoformat(),
        "UniqueID": _uuid(rng),
        "Source": source,
        "Target": None,
        "RequestID": None,
        "MessageBody": body,
    }
    return (json.dumps(envelope, indent=1) + "\n").encode()


def _result(measured: Measured, value: str) -> str:
    return "Passed" if Decimal(measured.lower) <= Decimal(value) <= Decimal(measured.upper) else "Failed"


def _uuid(rng: Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))
