"""Federation and models in a real browser: by keyboard alone, in both languages, on a desk and a phone, with axe.

The page is the built one. Its questions are answered by `portal/e2e/federation_answers.mjs`, because bringing a
federation into all of these states takes many minutes; here those answers are first held against the API's published
description. What node and steward really answer is tested in `tests/integration/` and the suites of the API.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from jsonschema import Draft202012Validator

from evidence.draft import Kind
from evidence.identity import org_id
from lake.process_table import ProcessRow, ProcessTable
from node.auth.permissions import Role
from node.chain.memory_models import ADMIN, MemoryModels
from node.records.port import StatementFilter
from node.services.process_risk.models import ModelState
from tests.support.api import GOOD, ApiHouse
from tests.support.demo import ROOT, first_port
from tests.support.evidence_node import ISSUER, SENDER
from tests.support.exporting import ExportingSteward, parts
from tests.support.node_js import tool
from tests.support.portal import PORTAL, built, chromium
from tests.support.steward import NAME

pytestmark = [pytest.mark.node_js, pytest.mark.slow, pytest.mark.timeout(900)]
SCRIPT = PORTAL / "e2e" / "federation.mjs"


def _page() -> Path:
    """The built page: that of CREDENCE_DIST, as for `npm run size`, else the usual one."""
    return Path(os.environ["CREDENCE_DIST"]) if "CREDENCE_DIST" in os.environ else built()


def _schema(description: dict[str, Any], asked: str) -> dict[str, Any]:
    """The schema of the successful answer to `METHOD /path`, by the description's own templates."""
    method, path = asked.split(" ")
    for template, methods in description["paths"].items():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
        if method.lower() in methods and re.fullmatch(pattern, path):
            answers = methods[method.lower()]["responses"]
            good = next(answers[code] for code in ("200", "201") if code in answers)
            return dict(good["content"]["application/json"]["schema"])
    raise AssertionError(f"the API has no {asked}")


def test_what_the_walk_answers_is_what_the_api_describes() -> None:
    description = json.loads((ROOT / "docs" / "openapi.json").read_bytes())
    said = subprocess.run(
        [tool("node"), str(SCRIPT), "--answers"], cwd=PORTAL, capture_output=True, check=True, timeout=60
    )
    answers = json.loads(said.stdout)
    assert len(answers) > 60
    for one in answers:
        schema = {**_schema(description, one["asked"]), "components": description["components"]}
        faults = [error.message for error in Draft202012Validator(schema).iter_errors(one["json"])]
        assert not faults, f"{one['asked']} ({one['scene']}): {faults[:3]}"


def test_stewards_and_engineers_read_runs_models_and_consequences_by_keyboard() -> None:
    environ = {**os.environ, "CREDENCE_CHROMIUM": chromium(), "CREDENCE_SEATS": "2", "CREDENCE_DIST": str(_page())}
    done = subprocess.run(
        [tool("node"), str(SCRIPT)], cwd=PORTAL, env=environ, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    assert done.stdout.rstrip().endswith("all well")


@contextmanager
def _served(app: FastAPI, port: int) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the node did not come up"
            time.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        thread.join(30)


def test_a_run_becomes_a_model_that_counts_falls_silent_and_is_stopped_at_a_real_node(tmp_path: Path) -> None:
    port, steward = first_port(), ExportingSteward()
    url = f"http://127.0.0.1:{port}"
    house = ApiHouse(tmp_path, settings={"portal": _page()}, base_url=url, steward=steward, policy="balanced-2026")
    MemoryModels(house.evidence.chain, ADMIN).set_steward(org_id(ISSUER), True)
    ledger = MemoryModels(house.evidence.chain, SENDER)
    ledger.record(org_id(ISSUER), steward.record(NAME, 1))
    _fill(house, datetime(2026, 1, 1, tzinfo=UTC), parts(400, 6), "a")
    _fill(house, datetime(2026, 2, 1, tzinfo=UTC), parts(400, 7, hotter=60), "b")
    house.person("eva", Role.ENGINEER)
    command = [tool("node"), str(PORTAL / "e2e" / "models.mjs"), url, "eva", GOOD, "2026-01", "2026-02"]
    environ = {**os.environ, "CREDENCE_CHROMIUM": chromium()}
    with (
        _served(house.app, port),
        subprocess.Popen(
            command, cwd=PORTAL, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        assert process.stdin is not None and process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("@@ anchor"):
                ledger.record(org_id(ISSUER), steward.record(NAME, 2))
                process.stdin.write("done\n")
                process.stdin.flush()
        process.wait(60)
    assert process.returncode == 0, "".join(said)
    kpis = house.node.store.records(StatementFilter(kind=Kind.KPI))
    assert len(kpis) == 1  # the month that moved was not stated
    (model,) = house.node.training.risk.models.records()
    assert (model.state, model.reason, model.checked) == (ModelState.STOPPED, "the furnace was rebuilt", True)
    assert model.figures["auc"] == "0.91"


def _fill(house: ApiHouse, month: datetime, rows: list[dict[str, str]], source: str) -> None:
    units = {"heat": "Cel", "force": "N", "wear": "min"}
    values = [
        ProcessRow("press-2", name, units[name], float(text), month + timedelta(minutes=place), f"{source}-{place}")
        for place, one in enumerate(rows)
        for name, text in one.items()
    ]
    ProcessTable(house.tmp / "process").add(values, source * 64)
