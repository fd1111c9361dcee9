"""Causes over the API: a table opens its case, the case is explained, and only two signatures reach the furnace."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from node.auth.permissions import Role
from sandbox.furnace.files import columns_file
from sandbox.furnace.truth import Plan
from tests.support.api import CSRF, ApiHouse
from tests.support.causes import LINE, lots_csv
from tests.support.door import GOOD

URL = "/v1/causes"


@pytest.fixture(params=[False, True], ids=["memory", "sql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> ApiHouse:
    return ApiHouse(tmp_path, sql=request.param)


@pytest.fixture
def clients(house: ApiHouse) -> Iterator[dict[str, TestClient]]:
    people = {
        "eva": (Role.ENGINEER,),
        "sam": (Role.SUPPLIER_QUALITY,),
        "pat": (Role.PURCHASER,),
    }
    with ExitStack() as stack:
        found = {}
        for name, roles in people.items():
            house.person(name, *roles)
            client = stack.enter_context(house.client())
            assert client.post("/v1/session", json={"name": name, "password": GOOD}).status_code in (200, 201)
            client.headers[CSRF] = client.get("/v1/session").json()["csrf"]
            found[name] = client
        yield found


def done(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def watched(client: TestClient) -> Any:
    form = {"line": LINE, "column": "crown height", "phase1": 580, "lower": "40", "upper": "60"}
    done(client.post(f"{URL}/watches", json=form))
    return imported(client)


def imported(client: TestClient, plan: Plan | None = None) -> Any:
    files = {"file": ("lots.csv", lots_csv(plan)), "columns": ("columns.json", columns_file())}
    return done(client.post(f"{URL}/tables", files=files, data={"line": LINE}), 201)


def test_an_imported_table_opens_its_case_by_itself(clients: dict[str, TestClient]) -> None:
    eva = clients["eva"]
    told = watched(eva)
    [row] = told["opened"]
    assert (row["column"], row["state"], row["by_itself"]) == ("crown height", "open", True)
    assert row["since"].startswith("2026-11-2")
    assert imported(eva)["opened"] == [row]
    assert done(eva.get(f"{URL}/cases"))["items"] == [row]
    case = done(eva.get(f"{URL}/cases/{row['id']}"))
    assert case["explanation"] is None
    series = done(eva.get(f"{URL}/cases/{row['id']}/series"))
    assert len(series["values"]) == len(series["times"]) == 720
    assert done(eva.get(f"{URL}/tables"))["items"][0]["rows"] == 720
    assert [one["column"] for one in done(eva.get(f"{URL}/watches"))["items"]] == ["crown height"]


def test_process_data_is_for_engineers_only(clients: dict[str, TestClient]) -> None:
    case = watched(clients["eva"])["opened"][0]["id"]
    assert clients["pat"].get(f"{URL}/cases").status_code == 403
    assert clients["pat"].get(f"{URL}/tables").status_code == 403
    assert clients["sam"].get(f"{URL}/cases/{case}").status_code == 200
    assert clients["sam"].post(f"{URL}/cases/{case}/explanations", json={}).status_code == 403


def test_a_case_is_explained_by_a_job(house: ApiHouse, clients: dict[str, TestClient]) -> None:
    eva = clients["eva"]
    case = watched(eva)["opened"][0]["id"]
    where = [{"column": "shift", "labels": ["night"]}, {"column": "batch", "labels": ["3"]}]
    answer = eva.post(f"{URL}/cases/{case}/explanations", json={"where": where})
    job = done(answer, 202)
    assert answer.headers["location"] == f"{URL}/explanations/{job['id']}"
    for _ in range(600):
        job = done(eva.get(f"{URL}/explanations/{job['id']}"))
        if job["state"] in ("done", "failed"):
            break
        time.sleep(0.1)
    assert job["state"] == "done", job
    told = done(eva.get(f"{URL}/cases/{case}"))
    assert told["state"] == "explained"
    names = [cause["name"] for cause in told["explanation"]["causes"][:3]]
    assert {"controller offset B-7", "powder moisture"} <= set(names)
    draft = done(eva.get(f"{URL}/cases/{case}/eight-d", params={"language": "zh"}))
    assert "controller offset B-7" in draft["cause"]
    assert "crown height" in draft["problem"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"where": [{"column": "shift", "labels": ["dusk"]}]}, 202),
        ({"against": "others"}, 422),
        ({"where": [{"column": "shift"}]}, 422),
        ({"seed": -1}, 422),
        ({"surplus": 1}, 422),
    ],
)
def test_questions_that_make_no_sense(clients: dict[str, TestClient], form: dict[str, Any], status: int) -> None:
    eva = clients["eva"]
    case = watched(eva)["opened"][0]["id"]
    assert eva.post(f"{URL}/cases/{case}/explanations", json=form).status_code == status
    assert eva.post(f"{URL}/cases/rca_{'0' * 24}/explanations", json={}).status_code == 404


def test_bad_tables_are_refused_whole_with_the_place(clients: dict[str, TestClient]) -> None:
    eva = clients["eva"]
    bad = {
        "empty": b"",
        "no column": b"time,lot\n2026-11-02T06:00:00Z,1\n",
        "a word": lots_csv().replace(b",210.", b",abc.", 1),
    }
    for data in bad.values():
        files = {"file": ("lots.csv", data), "columns": ("columns.json", columns_file())}
        answer = eva.post(f"{URL}/tables", files=files, data={"line": LINE})
        assert answer.status_code in (400, 422), answer.text
        assert answer.json()["advice"]
    assert done(eva.get(f"{URL}/tables"))["items"] == []


def test_a_watch_ends_and_a_case_can_be_opened_by_hand(clients: dict[str, TestClient]) -> None:
    eva = clients["eva"]
    table = watched(eva)["table"]["name"]
    [watch] = done(eva.get(f"{URL}/watches"))["items"]
    assert eva.delete(f"{URL}/watches/{watch['name']}").status_code == 204
    assert done(eva.get(f"{URL}/watches"))["items"] == []
    form = {"table": table, "column": "crack length", "line": LINE, "first_row": 600, "why": "Complaint 17"}
    case = done(eva.post(f"{URL}/cases", json=form), 201)
    assert (case["by_itself"], case["alarm"]["why"]) == (False, "Complaint 17")
    assert eva.post(f"{URL}/cases", json={**form, "column": "gloss"}).status_code == 404


def test_without_a_suggestion_nothing_goes_to_release(house: ApiHouse, clients: dict[str, TestClient]) -> None:
    eva = clients["eva"]
    case = watched(eva)["opened"][0]["id"]
    form = {"column": "zone 2 set point", "ground": "drift", "risk": "low"}
    assert eva.post(f"{URL}/cases/{case}/corrections", json=form).status_code == 404
    assert house.machines.writes == []
