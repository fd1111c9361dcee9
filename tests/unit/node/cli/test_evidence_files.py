"""`credence evidence attach`, `attachment` and `suggest-mapping` as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from evidence.errors import ImportRefusedError, LedgerUnreachableError, MalformedError, NotFoundError, StorageError
from evidence.identity import Subject
from node.cli.main import build
from tests.support.api import BUYER
from tests.support.evidence_node import ISSUER
from tests.support.node_home import make_home

TABLE = "Teil;Merkmal;Einheit;USG;OSG;Messwert;Datum\nP;D;mm;9,9;10,1;10,02;01.03.2026 08:00\n"


def run(*words: object) -> Result:
    return CliRunner().invoke(build(), ["evidence", *(str(word) for word in words)])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "weld.jpg"
    file.write_bytes(b"\xff\xd8 a cracked weld")
    return file


def test_an_attached_file_is_printed_by_its_cid_and_comes_back(home: Path, photo: Path, tmp_path: Path) -> None:
    kept = run("attach", photo, "--home", home)
    assert kept.exit_code == 0, kept.exception
    cid, back = kept.stdout.strip(), tmp_path / "back.jpg"
    assert run("attachment", cid, "-o", back, "--home", home).exit_code == 0
    assert back.read_bytes() == photo.read_bytes()
    (sealed,) = [path for path in (home / "blobs").rglob("b*") if path.is_file()]
    assert sealed.name == cid and b"weld" not in sealed.read_bytes()


def test_programs_get_one_document(home: Path, photo: Path, tmp_path: Path) -> None:
    kept = json.loads(run("attach", photo, "--home", home, "--json").stdout)
    assert (kept["bytes"], kept["readers"]) == (photo.stat().st_size, [])
    back = json.loads(run("attachment", kept["cid"], "-o", tmp_path / "b", "--home", home, "--json").stdout)
    assert back == {"cid": kept["cid"], "file": str(tmp_path / "b"), "bytes": kept["bytes"]}


def test_readers_are_asked_of_the_chain_and_nothing_is_kept_without_its_answer(home: Path, photo: Path) -> None:
    assert isinstance(run("attach", photo, "--reader", BUYER, "--home", home).exception, LedgerUnreachableError)
    assert isinstance(run("attach", photo, "--reader", "nobody", "--home", home).exception, MalformedError)
    assert not [path for path in (home / "blobs").rglob("b*") if path.is_file()]


def test_what_is_not_here_or_cannot_be_written_is_said(home: Path, photo: Path, tmp_path: Path) -> None:
    missing = "bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am"
    assert isinstance(run("attachment", missing, "-o", tmp_path / "x", "--home", home).exception, NotFoundError)
    cid = run("attach", photo, "--home", home).stdout.strip()
    assert isinstance(run("attachment", cid, "-o", tmp_path, "--home", home).exception, StorageError)


def test_a_suggested_mapping_imports_the_table_it_was_made_for(home: Path, tmp_path: Path) -> None:
    table, mapping = tmp_path / "teile.csv", tmp_path / "mapping.json"
    table.write_text(TABLE)
    refused = run("import", table, "--supplier", Subject(ISSUER), "--home", home)
    assert refused.exit_code == 1 and "credence evidence suggest-mapping" in refused.stdout
    assert run("suggest-mapping", table, "-o", mapping).exit_code == 0
    done = run("import", table, "--supplier", Subject(ISSUER), "--mapping", mapping, "--home", home, "--json")
    assert done.exit_code == 0, done.stdout
    assert [file["outcome"] for file in json.loads(done.stdout)["files"]] == ["imported"]


def test_a_suggested_mapping_is_printed_when_no_file_is_named(tmp_path: Path) -> None:
    table = tmp_path / "teile.csv"
    table.write_text(TABLE)
    printed = json.loads(run("suggest-mapping", table).stdout)
    assert printed["decimal"] == ","
    assert json.loads(run("suggest-mapping", table, "--json").stdout) == {"file": None, "mapping": printed}


def test_a_file_that_needs_no_mapping_is_said_to(tmp_path: Path) -> None:
    file = tmp_path / "a.qif"
    file.write_text('<?xml version="1.0"?><QIFDocument xmlns="http://qifstandards.org/xsd/qif3"/>')
    assert isinstance(run("suggest-mapping", file).exception, ImportRefusedError)
