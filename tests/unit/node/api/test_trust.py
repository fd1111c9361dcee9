"""When a score counts and when a policy may be trusted, over the API and the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from node.auth.permissions import Permission
from node.cli.score import app
from scoring.policy_reader import published
from tests.support.api import MAKER, ApiHouse
from tests.unit.node.api.test_scores_explained import SCORE, stocked

REVIEW = "/v1/policies/first-2026/review"


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    return stocked(tmp_path)


@pytest.fixture
def client(house: ApiHouse) -> Iterator[TestClient]:
    with house.client(house.token()) as client:
        yield client


def test_a_score_counts_once_it_is_attested(client: TestClient) -> None:
    standing = f"{SCORE}/standing"
    before = client.get(standing).json()
    assert (before["counts"], before["needed"], before["owners"], before["attestations"]) == (False, 1, [], [])
    uid = client.post(f"{SCORE}/attestation").json()["attestation"]
    after = client.get(standing).json()
    assert after["counts"] and [one["uid"] for one in after["attestations"]] == [uid]
    assert after["owners"] == [after["attestations"][0]["attester"]]


def test_a_stopped_policy_rates_nobody_until_a_named_person_lifts_it(house: ApiHouse, client: TestClient) -> None:
    policy = house.node.score.policy
    assert client.get(REVIEW).json()["stopped"] is None
    house.node.scoring.review.stops.stop(policy, ["drift:score"], by="test")
    view = client.get(f"{SCORE}/explanation").json()
    assert (view["state"], view["points"], view["missing"]) == ("not-rated", None, ["stopped:drift:score"])
    assert client.get(REVIEW).json()["stopped"]["reasons"] == ["drift:score"]
    assert client.post("/v1/policies/first-2026/lift", json={"why": ""}).status_code == 422
    assert client.post("/v1/policies/first-2026/lift", json={"why": "found and mended"}).json()["stopped"] is None
    assert client.get(f"{SCORE}/explanation").json()["state"] == "rated"
    with house.client(house.token(Permission.SCORES_READ, Permission.SCORES_COMPUTE)) as reader:
        assert reader.post("/v1/policies/first-2026/lift", json={"why": "x"}).status_code == 403
        assert reader.post(REVIEW).status_code == 403
    assert client.post(REVIEW).json()["findings"][0]["check"] == "too-few"
    assert client.get("/v1/policies/none-such/review").status_code == 404
    assert str(MAKER) not in json.dumps(client.get(REVIEW).json())


def test_both_operating_characteristics_come_over_api_and_command_line(client: TestClient, tmp_path: Path) -> None:
    view = client.get("/v1/operating-characteristics").json()
    picture = tmp_path / "curves.svg"
    done = CliRunner().invoke(app, ["operating", "--json", "--svg", str(picture)])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["points"] == view["points"] and picture.read_text().startswith("<svg")
    at = {point["true"]: point for point in view["points"]}
    assert at[2.0]["literal"] == pytest.approx(0.599, abs=0.001) and at[2.0]["bound"] > 0.99
    assert client.get("/v1/operating-characteristics?goal=0").status_code == 422


def test_a_policy_file_is_checked_on_the_command_line_to_the_exact_place(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    document = json.loads(published("first-2026").encode())
    path.write_text(json.dumps(document, indent=2))
    done = CliRunner().invoke(app, ["policy-check", str(path), "--json"])
    assert json.loads(done.stdout)["hash"] == published("first-2026").hash.hex()
    for change, place in (
        (lambda it: it["indicators"][0].update(weight=1), "/indicators"),
        (lambda it: it["indicators"][1]["curve"][3].__setitem__(1, 999_999), "/indicators/1/curve/3"),
        (lambda it: it["indicators"][2].update(id="charm"), "/indicators/2/id"),
    ):
        wrong = json.loads(json.dumps(document))
        change(wrong)
        path.write_text(json.dumps(wrong))
        refused = CliRunner().invoke(app, ["policy-check", str(path)])
        assert refused.exit_code != 0 and place in f"{refused.output}{refused.exception}"
