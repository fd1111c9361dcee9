"""From a trained model to a line of the score: a month of the plant's own table, its KPI, the card, and its limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from evidence.draft import Kind
from evidence.identity import Subject, org_id
from lake.process_table import ProcessRow, ProcessTable
from node.auth.permissions import Role
from node.chain.memory_models import ADMIN, MemoryModels
from node.records.port import StatementFilter
from node.services.process_risk.watch import WatchModels
from tests.support.api import ApiHouse, done, signed_in
from tests.support.evidence_node import ISSUER, SENDER
from tests.support.exporting import ExportingSteward, csv_of, parts
from tests.support.steward import NAME

MODEL, RISK = "/v1/models/press/1", f"/v1/suppliers/{ISSUER}/score/process-risk"
UNITS = {"heat": "Cel", "force": "N", "wear": "min"}


@pytest.fixture(scope="module")
def steward() -> ExportingSteward:
    return ExportingSteward()


@pytest.fixture
def house(tmp_path: Path, steward: ExportingSteward) -> ApiHouse:
    steward.moved = []
    house = ApiHouse(tmp_path, steward=steward, policy="balanced-2026")
    MemoryModels(house.evidence.chain, ADMIN).set_steward(org_id(ISSUER), True)
    for number in (1, 2):
        MemoryModels(house.evidence.chain, SENDER).record(org_id(ISSUER), steward.record(NAME, number))
    return house


@pytest.fixture
def eva(house: ApiHouse) -> Iterator[TestClient]:
    with signed_in(house, {"eva": [Role.ENGINEER]}) as found:
        done(found["eva"].post("/v1/models", data={"run": NAME, "release": "true"}), 201)
        yield found["eva"]


def fill(house: ApiHouse, month: datetime, rows: list[dict[str, str]], source: str) -> None:
    """The month's parts in the node's own process table, one a minute from its first moment on."""
    values = [
        ProcessRow("press-2", name, UNITS[name], float(text), month + timedelta(minutes=place), f"{source}-{place}")
        for place, one in enumerate(rows)
        for name, text in one.items()
    ]
    ProcessTable(house.tmp / "process").add(values, source * 64)


def kpis(house: ApiHouse) -> int:
    return len(house.node.store.records(StatementFilter(kind=Kind.KPI)))


def assess(eva: TestClient, period: str, **form: str) -> Any:
    return done(eva.post(f"{MODEL}/assess", data={"period": period, "table": "true", **form}))


def test_months_of_the_plants_own_table_become_points_that_the_features_share(house: ApiHouse, eva: TestClient) -> None:
    before = done(eva.get(RISK))
    assert (before["weighed"], before["present"], before["months"], before["shares"]) == (True, False, [], [])
    fill(house, datetime(2026, 1, 1, tzinfo=UTC), parts(400, 6), "a")
    fill(house, datetime(2026, 2, 1, tzinfo=UTC), parts(400, 7), "b")
    fill(house, datetime(2026, 3, 1, tzinfo=UTC), parts(50, 8, hotter=60), "c")  # of no month that is over
    told = [assess(eva, period) for period in ("2026-01", "2026-02")]
    assert [(one["counts"], one["parts"], one["outside"]) for one in told] == [(True, 400, 0)] * 2 and kpis(house) == 2
    # The same parts as a file give the same index: exactly what was stated before.
    file = {"file": ("f.csv", csv_of(parts(400, 7)))}
    again = done(eva.post(f"{MODEL}/assess", data={"period": "2026-02"}, files=file))
    assert again["known"] and again["statement"] == told[1]["statement"]
    house.node.seal(limit=100)
    line = done(eva.get(RISK))
    assert line["present"] and line["policy"] == "balanced-2026" and line["silent"] == []
    assert [(one["period"], one["value"], one["statement"]) for one in line["months"]] == [
        (one["period"], f"{Decimal(one['index']) / 1_000_000:.6f}", one["statement"]) for one in reversed(told)
    ]
    assert all(one["model"].startswith("press 1 ") for one in line["months"])
    shares = {one["feature"]: Decimal(one["points"]) for one in line["shares"]}
    assert set(shares) == {"heat", "force", "work", "wear"} and sum(shares.values()) == Decimal(line["contribution"])
    assert any(shares.values())
    (model,) = line["models"]
    assert (model["rows"], model["outside"], model["drift"], model["until"]) == (200, 50_000, 250_000, "2027-03-02")
    explained = done(eva.get(f"/v1/suppliers/{ISSUER}/score/explanation"))
    (shown,) = [one for one in explained["lines"] if one["indicator"] == "process-risk"]
    assert shown["present"] and abs(Decimal(shown["points"]) - Decimal(line["points"])) < Decimal("0.1")
    assert 0 < Decimal(line["points"]) <= Decimal(line["of"]) == 3


def test_a_month_beyond_the_limits_states_nothing_says_why_and_the_model_stops_counting(
    house: ApiHouse, eva: TestClient
) -> None:
    fill(house, datetime(2026, 1, 1, tzinfo=UTC), parts(400, 9, hotter=30), "c")
    told = assess(eva, "2026-01")
    assert (told["counts"], told["statement"]) == (False, None) and kpis(house) == 0
    assert "drift:heat" in told["reasons"] and told["drift"]["heat"] >= 250_000
    house.node.seal(limit=100)
    line = done(eva.get(RISK))
    assert not line["present"] and Decimal(line["points"]) == 0 and line["months"] == line["shares"] == []
    assert [(one["period"], one["reasons"]) for one in line["silent"]] == [("2026-01", told["reasons"])]
    shown = done(eva.get(MODEL))
    assert (shown["state"], shown["counting"]) == ("released", False)
    assert [one["subject"] for one in shown["hindrances"]] == [str(ISSUER)] * len(shown["hindrances"])
    assert "drift:heat" in [one["reason"] for one in shown["hindrances"]]
    (event,) = [one for one in house.evidence.records.events.events(limit=500) if one.type == "model.assessed"]
    assert event.data["reasons"] == ", ".join(told["reasons"]) and event.data["by"] == "eva"
    # A later month within the limits counts again, and both looks stay.
    fill(house, datetime(2026, 2, 1, tzinfo=UTC), parts(400, 7), "a")
    assert assess(eva, "2026-02")["counts"] and done(eva.get(MODEL))["counting"]
    looks = done(eva.get(f"{MODEL}/assessments"))["items"]
    assert [(one["period"], one["counts"], one["by"]) for one in looks] == [
        ("2026-02", True, "eva"), ("2026-01", False, "eva")
    ]  # fmt: skip


def test_a_federation_whose_data_drifted_silences_its_model_everywhere_until_it_is_steady_again(
    house: ApiHouse, eva: TestClient, steward: ExportingSteward
) -> None:
    fill(house, datetime(2026, 2, 1, tzinfo=UTC), parts(400, 7), "a")
    watch = WatchModels(house.node.training.risk, Subject(ISSUER), steward, house.clock)
    steward.moved = [("heat", 20_000, "steady"), ("wear", 400_000, "stop")]
    assert watch() and not watch()
    (hindrance,) = done(eva.get(MODEL))["hindrances"]
    assert (hindrance["reason"], hindrance["subject"], hindrance["source"]) == (
        "federation-drift:wear",
        "",
        "federation",
    )
    told = assess(eva, "2026-02")
    assert (told["counts"], told["reasons"], kpis(house)) == (False, ["federation-drift:wear"], 0)
    steward.moved = [("heat", 20_000, "steady"), ("wear", 90_000, "steady")]
    assert watch() and done(eva.get(MODEL))["counting"]
    assert assess(eva, "2026-02")["counts"] and kpis(house) == 1
    kinds = [one.type for one in house.evidence.records.events.events(limit=500) if one.type.startswith("model.")]
    assert [one for one in kinds if one != "model.assessed"] == [
        "model.added", "model.released", "model.drifted", "model.counts-again"
    ]  # fmt: skip


def test_the_newest_parts_are_watched_without_anybody_asking(
    house: ApiHouse, eva: TestClient, steward: ExportingSteward
) -> None:
    watch = WatchModels(house.node.training.risk, Subject(ISSUER), steward, house.clock)
    assert not watch()  # no table yet
    fill(house, datetime(2026, 2, 20, tzinfo=UTC), parts(400, 9, hotter=30), "d")
    assert watch()
    shown = done(eva.get(MODEL))
    assert not shown["counting"] and {one["source"] for one in shown["hindrances"]} == {"watch"}
    assert kpis(house) == 0


def test_a_table_without_that_month_or_with_another_unit_is_refused(house: ApiHouse, eva: TestClient) -> None:
    def refused(**form: str) -> Any:
        return eva.post(f"{MODEL}/assess", data={"period": "2026-02", **form})

    assert refused(table="true").status_code == 404
    fill(house, datetime(2026, 1, 1, tzinfo=UTC), parts(300, 9), "e")
    assert refused(table="true").status_code == 404
    assert refused().status_code == refused(table="false").status_code == 400
    ProcessTable(house.tmp / "process").add(
        [ProcessRow("press-2", "heat", "K", 373.0, datetime(2026, 2, 3, tzinfo=UTC), "p")], "f" * 64
    )
    answer = refused(table="true")
    assert answer.status_code == 422 and "heat is stated in Cel and in K" in answer.text
    assert kpis(house) == 0
