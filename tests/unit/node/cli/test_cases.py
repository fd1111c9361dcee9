"""`credence case` as a user types it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from evidence.clock import utc_now
from evidence.errors import AuthenticationError, ConflictError, ForbiddenError, InputError, NotFoundError
from nocode.archive import open_export
from nocode.reader import shipped
from node.auth.permissions import Role
from node.bootstrap import Node, open_node
from node.cli.case_commands import fields_of
from node.cli.main import build
from tests.support.door import GOOD
from tests.support.node_home import make_home

FIELDS = {
    "machine": "AOI-2",
    "parameter": "offset",
    "unit": "mm",
    "present": "1.00",
    "proposed": "1.05",
    "lowest": "0.9",
    "highest": "1.1",
    "ground": "Drift of the mean since Monday.",
    "risk": "low",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(tmp_path_factory.mktemp("cli") / "home")
    with open_node(home, {}, writer=True, clock=utc_now, entropy=os.urandom) as node:
        for name, role in (("carl", Role.ENGINEER), ("dora", Role.ENGINEER), ("emil", Role.ENGINEER)):
            add(node, name, role)
    return home


def add(node: Node, name: str, role: Role) -> None:
    _, temporary = node.door.accounts.add("test", name, frozenset({role}), request="r")
    first = node.door.sign_in(name, temporary, request="r").principal
    node.door.sign_in.change_password(first, temporary, GOOD, request="r")


def run(home: Path, *words: object, user: str = "", password: str = GOOD) -> Result:
    environ = {"CREDENCE_USER": user, "CREDENCE_PASSWORD": password, "CREDENCE_HOME": str(home)} if user else {}
    given = ["case", *(str(word) for word in words), "--home", str(home)]
    return CliRunner().invoke(build(), given, env=environ)


def opened(home: Path) -> str:
    pairs = [word for name, value in FIELDS.items() for word in ("-f", f"{name}={value}")]
    made = run(home, "open", "release-correction.1", *pairs, "--json", user="carl")
    assert made.exit_code == 0, made.exception or made.output
    return str(json.loads(made.stdout)["case"])


def test_a_release_from_opening_to_two_signatures(home: Path, tmp_path: Path) -> None:
    case = opened(home)
    assert run(home, "act", case, "submit", user="carl").stdout.split() == [case, "review"]
    assert isinstance(run(home, "sign", case, "release", user="carl").exception, ForbiddenError)
    assert run(home, "sign", case, "release", user="dora").stdout.split() == [case, "review"]
    assert run(home, "sign", case, "release", user="emil").stdout.split() == [case, "released"]
    shown = run(home, "show", case, "--export", tmp_path / "case.json")
    assert "signed: dora" in shown.stdout and "Possible now" in shown.stdout
    assert open_export((tmp_path / "case.json").read_bytes())[1].state == "released"
    document = json.loads(run(home, "show", case, "--json").stdout)
    assert (document["state"], len(document["seals"])) == ("released", 2)
    listed = json.loads(run(home, "list", "--state", "released", "--json").stdout)
    assert [row["case"] for row in listed["cases"]] == [case]
    assert case in run(home, "list").stdout.replace("\n", "")


def test_what_is_refused_says_why(home: Path, tmp_path: Path) -> None:
    case = opened(home)
    assert isinstance(run(home, "act", case, "submit", user="carl", password="wrong").exception, AuthenticationError)
    assert isinstance(run(home, "act", case, "release", user="carl").exception, ConflictError)
    assert isinstance(run(home, "show", "case_none").exception, NotFoundError)
    (tmp_path / "export.json").write_text("{}")
    words = ("sign", tmp_path / "export.json", "co-sign", "-o", tmp_path / "sealed")
    assert isinstance(run(home, *words, user="dora").exception, InputError)
    (tmp_path / "sealed").write_text("a.b.c")
    foreign = run(home, "sign", case, "release", "--sealed", tmp_path / "sealed", user="dora")
    assert isinstance(foreign.exception, InputError)


def test_fields_are_typed_as_the_flow_says() -> None:
    flow = shipped("repair-claim.1")
    pairs = ["exposure=80", "method=a=b", "evidence=" + "a" * 64, "evidence=" + "b" * 64]
    expected = {"exposure": 80, "method": "a=b", "evidence": ("a" * 64, "b" * 64)}
    assert fields_of(flow, pairs) == expected
    for wrong in ("exposure", "exposure=8.5", "exposure=--1", "exposure=" + "9" * 30):
        with pytest.raises(InputError):
            fields_of(flow, [wrong])
