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
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.support.demo import ROOT
from tests.support.node_js import tool
from tests.support.portal import PORTAL, built, chromium

pytestmark = [pytest.mark.node_js, pytest.mark.slow, pytest.mark.timeout(900)]
SCRIPT = PORTAL / "e2e" / "federation.mjs"


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
    built()
    environ = {**os.environ, "CREDENCE_CHROMIUM": chromium(), "CREDENCE_SEATS": "2"}
    done = subprocess.run(
        [tool("node"), str(SCRIPT)], cwd=PORTAL, env=environ, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    assert done.stdout.rstrip().endswith("all well")
