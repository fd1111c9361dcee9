"""Schemathesis calls every operation of the description with good and bad input: nothing crashes, nothing surprises."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from evidence.identity import Subject
from node.api.settings import Rate
from node.auth.permissions import Role
from scoring.policy_reader import published
from tests.support.api import MAKER, ApiHouse
from tests.support.evidence_node import ISSUER, inspection

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
FREE = Rate(burst=1e9, per_second=1e9)
DESCRIPTION = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = [(path, method) for path, item in DESCRIPTION["paths"].items() for method in item]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> ApiHouse:
    rates = {"public_rate": FREE, "caller_rate": FREE, "sign_in_rate": FREE, "failure_rate": FREE}
    house = ApiHouse(tmp_path_factory.mktemp("api"), settings={**rates, "stream_s": 0.0})
    return house


@pytest.fixture(scope="module")
def known(house: ApiHouse) -> dict[str, str]:
    """Path parameters that exist, mixed in below: made-up ids would only ever see 404."""
    ids = house.anchored(3)
    person = house.person("known", Role.OPERATOR)
    house.node.score(Subject(ISSUER))
    cid = house.node.attach(io.BytesIO(b"photo"), readers=[]).cid
    house.node.submit([inspection(1)], subject=Subject(MAKER))
    house.node.seal(limit=10)
    attested = house.node.attest(house.node.score(Subject(MAKER))).attestation
    governance = house.node.governance
    record = governance.submit_policy(published("first-2026"))
    house.evidence.chain.mine()
    ballot = governance.propose(record.key)
    claim = governance.open_repair(b"\x01" * 32, "repair-complaint")
    assert attested is not None
    return {
        "policy": record.document.policy.hex(),
        "ballot": f"0x{ballot.number.hex()}",
        "claim": f"0x{claim.id.hex()}",
        "uid": f"0x{attested.hex()}",
        "statement": ids[0],
        "lei": ISSUER,
        "size": "3",
        "level": "0",
        "number": "000.p/3",
        "user": person.id,
        "cid": cid,
        "case": house.claim(ids[0]),
    }


@pytest.fixture(scope="module")
def api(house: ApiHouse) -> Any:
    return schemathesis.openapi.from_asgi("/v1/openapi.json", house.app)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_as_described(house: ApiHouse, api: Any, known: dict[str, str], path: str, method: str) -> None:
    token = house.token()
    operation = DESCRIPTION["paths"][path][method]
    takes_input = "requestBody" in operation or operation.get("parameters")
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE) if takes_input else (GenerationMode.POSITIVE,):
        cases = api[path][method.upper()].as_strategy(generation_mode=mode)

        @seed(20261123)
        @settings(
            max_examples=30,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases, exists=st.booleans())
        def call(case: Any, exists: bool) -> None:
            if exists:
                named = {name: value for name, value in known.items() if name in (case.path_parameters or {})}
                case.path_parameters = {**(case.path_parameters or {}), **named}
            case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

        call()
