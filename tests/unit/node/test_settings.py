"""The node's settings: a file, overridden by the environment; anything odd is refused with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evidence.errors import CredenceError, InputError, MalformedError, NotFoundError
from evidence.identity import lei_from_prefix
from node.settings import Settings, load, save

LEI = lei_from_prefix("5299000000000000AA")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    save(Settings(home=tmp_path, lei=LEI, name="Kiln Works", port=9000))
    return tmp_path


def test_what_is_saved_is_loaded(home: Path) -> None:
    found = load(home, {})
    assert (found.lei, found.name, found.port, found.url) == (LEI, "Kiln Works", 9000, "http://127.0.0.1:9000")
    assert found.network_file == home / "network.json"


def test_only_what_differs_from_the_defaults_is_written(home: Path) -> None:
    assert set(json.loads((home / "node.json").read_text())) == {"format", "lei", "name", "port"}


def test_the_environment_wins(home: Path) -> None:
    found = load(home, {"CREDENCE_PORT": "9100", "CREDENCE_NETWORK": "/elsewhere/network.json", "PATH": "/bin"})
    assert found.port == 9100
    assert found.network_file == Path("/elsewhere/network.json")


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "many"), ("SEAL_EVERY_S", "-1"), ("LEI", "5299000000000000AA00"), ("NAME", "  ")]
)
def test_a_variable_that_makes_no_sense_is_refused(home: Path, name: str, value: str) -> None:
    with pytest.raises(CredenceError):
        load(home, {f"CREDENCE_{name}": value})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "credence-node/1"}', '{"format": "credence-node/9"}'])
def test_a_file_that_is_no_node_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "node.json").write_text(text)
    with pytest.raises(MalformedError):
        load(tmp_path, {})


def test_an_unknown_setting_is_named(home: Path) -> None:
    data = json.loads((home / "node.json").read_text())
    (home / "node.json").write_text(json.dumps({**data, "prot": 1}))
    with pytest.raises(MalformedError, match="prot"):
        load(home, {})


def test_no_node_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as error:
        load(tmp_path, {})
    assert "credence init" in error.value.advice


def test_commodities_are_read_from_their_file_and_refused_when_malformed(tmp_path: Path) -> None:
    settings = Settings(tmp_path, LEI, "Kiln Works")
    assert settings.commodities() == {}
    (tmp_path / "commodities.json").write_text(json.dumps({str(LEI): "separator film"}))
    assert settings.commodities() == {str(LEI): "separator film"}
    for wrong in ("[]", '{"x": "y"}', json.dumps({str(LEI): 1}), "{"):
        (tmp_path / "commodities.json").write_text(wrong)
        with pytest.raises(InputError):
            settings.commodities()


def test_owners_are_read_from_their_file_and_must_be_ultimate(tmp_path: Path) -> None:
    settings = Settings(tmp_path, LEI, "Kiln Works")
    sister, parent = lei_from_prefix("5299000000000000BB"), lei_from_prefix("5299000000000000CC")
    assert settings.owners().of(LEI) == LEI
    (tmp_path / "owners.json").write_text(json.dumps({LEI: parent, sister: parent}))
    assert settings.owners().same(LEI, sister)
    (tmp_path / "owners.json").write_text(json.dumps({LEI: sister, sister: parent}))
    with pytest.raises(InputError):
        settings.owners()
