"""Process-risk models over the API: who may read, stop and assess, and what is stated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from evidence.draft import Kind
from node.auth.permissions import Role
from node.records.port import StatementFilter
from tests.support.api import ApiHouse, done, signed_in
from tests.unit.node.services.test_process_risk_at_node import DRIFTED, PARTS, WEIGHTS, csv_of, record

URL = "/v1/models/milling/3"


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    return ApiHouse(tmp_path)


@pytest.fixture
def clients(house: ApiHouse) -> Iterator[dict[str, TestClient]]:
    with signed_in(house, {"stef": [Role.STEWARD], "eva": [Role.ENGINEER], "pat": [Role.PURCHASER]}) as found:
        yield found


def assess(client: TestClient, period: str = "2026-02") -> Any:
    return client.post(f"{URL}/assess", data={"period": period}, files={"file": ("february.csv", csv_of(PARTS))})


def kpis(house: ApiHouse) -> int:
    return len(house.node.store.records(StatementFilter(kind=Kind.KPI)))


def test_a_model_is_listed_shown_released_and_states_a_month(house: ApiHouse, clients: dict[str, TestClient]) -> None:
    eva, stef = clients["eva"], clients["stef"]
    assert done(eva.get("/v1/models")) == {"items": []}
    house.node.training.risk.add(record(WEIGHTS), WEIGHTS)
    (row,) = done(eva.get("/v1/models"))["items"]
    assert (row["name"], row["state"], row["figures"]) == ("milling", "trial", {"auc": "0.91"})
    shown = done(stef.get(URL))
    assert shown["columns"][0] == {"name": "torque", "unit": "N.m", "low": "0", "high": "150"}
    assert (shown["rows"], shown["until"]) == (5, "2027-01-31")
    assert eva.get(f"{URL}/weights").content == WEIGHTS
    assert assess(eva).status_code == 409
    assert done(stef.post(f"{URL}/release"))["state"] == "released"
    told = done(assess(eva))
    assert told["counts"] and told["statement"] and told["reasons"] == [] and not told["known"]
    assert set(told["contributions"]) == {"torque", "rise", "wear", "strain"}
    assert done(eva.get(f"/v1/statements/{told['statement']}"))["kind"] == "kpi"
    assert done(assess(eva))["known"] and kpis(house) == 1


def test_a_drifted_process_is_told_why_and_states_nothing(house: ApiHouse, clients: dict[str, TestClient]) -> None:
    house.node.training.risk.add(record(DRIFTED), DRIFTED)
    done(clients["eva"].post(f"{URL}/release"))
    told = done(assess(clients["eva"]))
    assert (told["counts"], told["index"], told["statement"]) == (False, None, None)
    assert told["reasons"] == ["drift:torque"] and kpis(house) == 0


def test_a_stopped_model_is_refused_with_its_reason(house: ApiHouse, clients: dict[str, TestClient]) -> None:
    house.node.training.risk.add(record(WEIGHTS), WEIGHTS)
    done(clients["eva"].post(f"{URL}/release"))
    assert clients["eva"].post(f"{URL}/stop", json={"reason": ""}).status_code == 422
    stopped = done(clients["eva"].post(f"{URL}/stop", json={"reason": "tool steel changed"}))
    assert (stopped["state"], stopped["reason"]) == ("stopped", "tool steel changed")
    assert "tool steel changed" in assess(clients["eva"]).text and assess(clients["eva"]).status_code == 409
    assert clients["stef"].post(f"{URL}/release").status_code == 409
    assert kpis(house) == 0


def test_only_engineers_and_stewards_look_after_models_and_only_engineers_assess(
    house: ApiHouse, clients: dict[str, TestClient]
) -> None:
    house.node.training.risk.add(record(WEIGHTS), WEIGHTS)
    pat = clients["pat"]
    assert [pat.get(one).status_code for one in ("/v1/models", URL, f"{URL}/weights")] == [403] * 3
    assert pat.post(f"{URL}/stop", json={"reason": "no"}).status_code == 403
    assert pat.post(f"{URL}/release").status_code == 403
    assert [assess(clients[one]).status_code for one in ("pat", "stef")] == [403, 403]
    assert clients["eva"].get("/v1/models/none/1").status_code == 404
