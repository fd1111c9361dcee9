"""Model cards say what the policy and the documents say, and no more."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence import canonical
from scoring.model_card import COVERAGE, model_card
from scoring.policy_reader import PUBLISHED, published

SCORE_PAGE = Path(__file__).parents[3] / "docs" / "score.md"


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_shipped_policy_has_a_card_about_all_its_indicators(name: str) -> None:
    policy = published(name)
    card: Any = model_card(policy)
    assert canonical.encode(card)
    assert card["policy"]["hash"] == policy.hash.hex()
    assert [one["indicator"] for one in card["indicators"]] == [one.id for one in policy.indicators]
    assert sum(float(one["weight"]) for one in card["indicators"]) == 100
    assert {one["check"] for one in card["governance"]} >= {"adoption", "drift", "bias", "recomputation"}


def test_coverage_is_the_documents_and_only_of_the_policy_that_was_tried() -> None:
    page = SCORE_PAGE.read_text(encoding="utf-8")
    for evidence, held in COVERAGE:
        assert f"| {evidence} | {held / 10:.1f} % |" in page
    first: Any = model_card(published("first-2026"))
    assert len(first["interval"]["coverage"]["figures"]) == len(COVERAGE)
    other: Any = model_card(replace(published("first-2026"), version=2))
    assert other["interval"]["coverage"] == {"figures": [], "measured": False}


def test_limits_follow_the_policy() -> None:
    strict, open_ = (" ".join(map(str, model_card(published(name))["limits"])) for name in PUBLISHED[2:0:-1])  # type: ignore[arg-type]
    assert "is not rated" in strict
    assert "gets no points" in open_
    assert "2027-12-31" in strict
