"""A line's causal model over the API: kept with an explanation, asked within its limits, stopped by people or drift."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from node.auth.permissions import Role
from sandbox.furnace.files import columns_file, lots_file
from sandbox.furnace.truth import Plan, produce
from tests.support.api import ApiHouse, done, signed_in
from tests.support.causes import LINE, START, lots_csv

URL = "/v1/causes"
PATH = ["zone 2 temperature", "shrinkage", "crown height"]


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[dict[str, TestClient]]:
    house = ApiHouse(tmp_path, sql=False)
    with signed_in(house, {"eva": [Role.ENGINEER], "pat": [Role.PURCHASER]}) as found:
        yield found


def imported(client: TestClient, data: bytes) -> Any:
    files = {"file": ("lots.csv", data), "columns": ("columns.json", columns_file())}
    return done(client.post(f"{URL}/tables", files=files, data={"line": LINE}), 201)


def later(aged: bool) -> bytes:
    """The line's lots of the week after, with its controller as new or as it is since it aged."""
    made = produce(Plan(before=0 if aged else 200, after=200 if aged else 0), np.random.default_rng(11))
    return lots_file(made, START + timedelta(days=60), 2_001)


def model_of(eva: TestClient) -> dict[str, Any]:
    [one] = done(eva.get(f"{URL}/models"))["items"]
    return dict(one)


def test_a_model_is_kept_asked_watched_and_stopped(clients: dict[str, TestClient]) -> None:
    eva = clients["eva"]
    form = {"line": LINE, "column": "crown height", "phase1": 1_100, "lower": "40", "upper": "60"}
    done(eva.post(f"{URL}/watches", json=form))
    case = imported(eva, lots_csv())["opened"][0]["id"]
    assert done(eva.get(f"{URL}/models"))["items"] == []
    job = done(eva.post(f"{URL}/cases/{case}/explanations", json={"where": [], "graph": ""}), 202)
    while (job := done(eva.get(f"{URL}/explanations/{job['id']}")))["state"] not in ("done", "failed"):
        time.sleep(0.2)
    model = model_of(eva)
    assert (model["line"], model["version"], model["standing"]) == (LINE, 1, "in-use")
    assert 1_000 < model["rows"] < 1_120, "graphs come from lots before the fault"
    url = f"{URL}/models/{model['name']}"
    card = done(eva.get(url))["card"]
    assert [one["unit"] for one in card["columns"] if one["name"] == "crown height"] == ["um"]
    told = done(eva.post(f"{url}/ask", json={"steps": PATH}))
    assert told["version"] == 1 and float(told["stated"]["raw"]) > 0.5
    assert eva.post(f"{url}/ask", json={"steps": ["crown height", "crown height"]}).status_code == 422
    assert eva.post(f"{url}/ask", json={"steps": ["crown height", "elsewhere"]}).status_code == 404
    assert clients["pat"].get(url).status_code == 403
    # Lots of a well line are what the model knows; those since the controller aged are not, and it says so.
    quiet = imported(eva, later(aged=False))["table"]["name"]
    assert model_of(eva)["standing"] == "in-use"
    checked = done(eva.post(f"{url}/check", json={"table": quiet}))
    assert checked["standing"] == "in-use" and len(checked["columns"]) == model["columns"]
    imported(eva, later(aged=True))
    drifted = model_of(eva)
    assert drifted["standing"] in ("drifting", "stopped")
    assert "controller offset B-7" in [one["column"] for one in drifted["drifted"]]
    assert eva.post(f"{url}/ask", json={"steps": ["controller offset B-7", *PATH]}).status_code == 409
    stopped = done(eva.post(f"{url}/stop", json={"reason": "The furnace was rebuilt."}))
    assert (stopped["standing"], stopped["reason"]) == ("stopped", "The furnace was rebuilt.")
    refused = eva.post(f"{url}/ask", json={"steps": PATH})
    assert refused.status_code == 409 and "rebuilt" in refused.json()["detail"]
    # What a person stopped does not come back because quiet lots come in.
    imported(eva, later(aged=False))
    assert model_of(eva)["standing"] == "stopped"
