"""The node's own process table over the API: engineers fill it, nobody reads single values out of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from node.auth.model import TrailAction, TrailQuery
from node.auth.permissions import Role
from tests.support.api import ApiHouse, done, signed_in

URL = "/v1/process"
LINES = ["id,made,torque [N.m],heat [K]", "p1,2026-02-01 06:00,41.5,300.25", "p2,2026-02-01 06:05,,301", ""]
FORM = {"time": "made", "part": "id", "station": "mill-2"}


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    return ApiHouse(tmp_path)


@pytest.fixture
def clients(house: ApiHouse) -> Iterator[dict[str, TestClient]]:
    with signed_in(house, {"eva": [Role.ENGINEER], "stef": [Role.STEWARD], "pat": [Role.PURCHASER]}) as found:
        yield found


def sent(client: TestClient, lines: list[str] = LINES, name: str = "made.csv", **form: str) -> Any:
    return client.post(f"{URL}/imports", data={**FORM, **form}, files={"file": (name, "\n".join(lines))})


def test_a_file_is_imported_once_and_told_as_names_only(house: ApiHouse, clients: dict[str, TestClient]) -> None:
    eva = clients["eva"]
    assert done(eva.get(URL)) == {"items": []}
    assert done(sent(eva, zone="Asia/Shanghai"), 201) == {"values": 3, "known": False, "imports": 1}
    assert done(sent(eva, name="again.csv", zone="Asia/Shanghai"), 201) == {"values": 0, "known": True, "imports": 1}
    heat, torque = done(eva.get(URL))["items"]
    assert heat == {
        "name": "heat", "unit": "K", "values": 2, "parts": 2,
        "first": "2026-01-31T22:00:00Z", "last": "2026-01-31T22:05:00Z",
    }  # fmt: skip
    assert (torque["values"], torque["parts"]) == (1, 1)
    assert "300.25" not in eva.get(URL).text
    entries = house.door.stores.trail.page(TrailQuery(action=TrailAction.PROCESS_IMPORTED))
    assert [(one.event.target, dict(one.event.detail)) for one in entries] == [
        ("made.csv", {"values": "3"}), ("again.csv", {"values": "0"})
    ]  # fmt: skip
    assert list((house.tmp / "spool").glob("process-*")) == []


@pytest.mark.parametrize(
    ("lines", "form", "status", "why"),
    [
        (["id,made,torque"], {}, 422, "no heading says a unit"),
        (["id,made,torque [N.m],torque [N]"], {}, 422, "two columns 'torque'"),
        (["id,made,torque [Nm]", "p1,2026-02-01 06:00,1"], {}, 422, "line 2"),
        ([LINES[0], "p1,2026-02-01 06:00,much,300"], {}, 422, "month.csv, line 2"),
        ([LINES[0], "p1,yesterday,1,300"], {}, 422, "month.csv, line 2"),
        ([LINES[0], "p1,2026-02-01 06:00"], {}, 422, "too short"),
        (LINES, {"part": "serial"}, 422, "no column 'serial'"),
        (LINES, {"zone": "Atlantis/Centre"}, 400, "no time zone"),
        (LINES, {"zone": "../../etc/passwd"}, 400, "no time zone"),
        (LINES, {"station_column": "id"}, 422, "either a station"),
        (LINES, {"time": ""}, 422, "time"),
    ],
)
def test_a_file_that_cannot_be_read_whole_leaves_nothing(
    house: ApiHouse, clients: dict[str, TestClient], lines: list[str], form: dict[str, str], status: int, why: str
) -> None:
    answer = sent(clients["eva"], lines, "month.csv", **form)
    assert answer.status_code == status and why in answer.text, answer.text
    assert str(house.tmp) not in answer.text and "upload.csv" not in answer.text
    assert done(clients["eva"].get(URL)) == {"items": []}


@pytest.mark.parametrize("name", ["..", "../../made.csv", "长" * 300, "a\0b.csv", ""])
def test_a_name_from_outside_is_never_a_path(house: ApiHouse, clients: dict[str, TestClient], name: str) -> None:
    before = {path.relative_to(house.tmp).parts[0] for path in house.tmp.rglob("*")}
    answer = sent(clients["eva"], name=name)
    assert answer.status_code in (201, 400, 422)
    after = {path.relative_to(house.tmp).parts[0] for path in house.tmp.rglob("*")}
    assert after - before <= {"process", "spool"}


def test_only_engineers_hand_process_data_in(clients: dict[str, TestClient]) -> None:
    assert [sent(clients[one]).status_code for one in ("stef", "pat")] == [403, 403]
    assert [clients[one].get(URL).status_code for one in ("stef", "pat")] == [403, 403]
