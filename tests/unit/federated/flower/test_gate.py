"""The door lets in exactly the nodes of those who are members now."""

from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from federated.flower.certificates import ensure_certificates
from federated.flower.front import make_front
from federated.flower.gate import HEADER, Gate
from federated.secagg.registry import MemberKey, Registry, RegistryFile
from tests.support.secagg import NOW, key_of, org, registry


def header(place: int) -> str:
    return base64.b64encode(key_of(place).public.pem()).decode("ascii")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    registry(2).write(tmp_path / "federation.json")
    return tmp_path / "federation.json"


def test_members_pass_and_come_and_go_as_the_file_says(path: Path) -> None:
    gate = Gate(RegistryFile(path), lambda: NOW)
    assert gate.lets_in(header(0)) and gate.lets_in(header(1)) and not gate.lets_in(header(2))
    registry(1).write(path)
    assert gate.lets_in(header(0)) and not gate.lets_in(header(1))
    registry(3).write(path)
    assert all(gate.lets_in(header(place)) for place in range(3))


def test_keys_that_are_retired_compromised_or_not_yet_valid_do_not_pass(path: Path) -> None:
    key = key_of(0).public
    for times in ({"valid_from": NOW + 1}, {"retired_at": NOW}, {"compromised_at": NOW - 1}):
        Registry((MemberKey(org(0), key, **{"valid_from": 1, **times}),)).write(path)
        assert not Gate(RegistryFile(path), lambda: NOW).lets_in(header(0))


@pytest.mark.parametrize("wrong", [None, "", "not base64!", "AAAA", header(0)[:-8], header(0) * 9, "\u00e9"])
def test_nonsense_does_not_pass(path: Path, wrong: str | None) -> None:
    assert not Gate(RegistryFile(path), lambda: NOW).lets_in(wrong)


def test_the_door_answers_401_before_anything_is_passed_on(path: Path, tmp_path: Path) -> None:
    ensure_certificates(tmp_path, ("localhost",), dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    certificate = str(tmp_path / "ca.crt")
    client = TestClient(make_front("127.0.0.1:1", certificate, Gate(RegistryFile(path), lambda: NOW)))
    assert client.post("/v1/fleet/pull-messages").status_code == 401
    assert client.post("/v1/fleet/pull-messages", headers={HEADER: header(5)}).status_code == 401
    assert client.post("/v1/fleet/pull-messages", headers={HEADER: header(0)}).status_code == 503
    assert client.post("/v1/control/list-runs", headers={HEADER: header(0)}).status_code == 404
