"""What must be refused is what the vectors say, in Python and in the browser."""

from __future__ import annotations

import json

import pytest

from evidence.canonical import encode
from evidence.verify import Trust, verify_bundle
from tools.vectors_tampered import FILES, FOLDER, with_edits


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_vectors_are_what_their_script_makes(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == json.dumps(FILES[name](), indent=1) + "\n"


def test_every_tampered_bundle_is_refused_in_the_part_that_the_vectors_name() -> None:
    vectors = json.loads((FOLDER / "tampered.json").read_text(encoding="utf-8"))
    for case in vectors["cases"]:
        bundle = with_edits(case.get("bundle", vectors["golden"]), case.get("edits", []))
        report = verify_bundle(encode(bundle), Trust(frozenset({bytes.fromhex(case["trusted_block"])})))
        assert {part: answer.state.value for part, answer in report.answers.items()} == case["expected"], case["name"]
        assert not report.verified
