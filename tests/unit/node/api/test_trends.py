"""Scores as lines for lists, and who was given what."""

from __future__ import annotations

from pathlib import Path

from node.auth.permissions import Permission
from tests.support.api import BUYER, MAKER
from tests.support.evidence_node import ISSUER
from tests.unit.node.api.test_scores_explained import stocked


def test_a_list_gets_the_lines_of_the_suppliers_it_shows_in_its_order_and_nothing_is_computed(tmp_path: Path) -> None:
    house = stocked(tmp_path)
    with house.client(house.token()) as client:
        assert client.get("/v1/trends", params={"lei": MAKER}).json() == {"items": [{"lei": MAKER, "points": []}]}
        made = client.post(f"/v1/suppliers/{MAKER}/score").json()
        asked = [str(ISSUER), MAKER, MAKER]
        lines = client.get("/v1/trends", params={"lei": asked}).json()["items"]
        assert [line["lei"] for line in lines] == [str(ISSUER), MAKER]
        (point,) = lines[1]["points"]
        assert point["number"] == made["number"] and point["points"] == f"{made['card']['points'] / 1_000_000:.1f}"
        assert client.get("/v1/trends").status_code == 422
        assert client.get("/v1/trends", params={"lei": [BUYER] * 51}).status_code == 422


def test_who_saw_what_is_told_to_whoever_may_disclose_and_names_the_member(tmp_path: Path) -> None:
    house = stocked(tmp_path)
    target = f"/v1/exchange/statements?subject={MAKER}&after=-1"
    with house.client() as member:
        assert member.get(target, headers=house.signed("GET", target)).status_code == 200
    with house.client(house.token()) as client:
        (one,) = client.get("/v1/disclosures").json()["items"]
        assert (one["by"], one["member"], one["target"]) == (BUYER, "Buyer & Sons", MAKER)
        assert int(one["detail"]["statements"]) > 0
    with house.client(house.token(Permission.STATEMENTS_READ)) as reader:
        assert reader.get("/v1/disclosures").status_code == 403
