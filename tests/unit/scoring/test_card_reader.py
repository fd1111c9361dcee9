"""A card reads back from its document, and one that does not add up is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evidence import canonical
from evidence.errors import CredenceError
from scoring.card import ScoreCard
from scoring.card_reader import read_card
from scoring.engine import score
from scoring.policy_reader import PUBLISHED, published
from tests.unit.scoring.builders import AS_OF, SUPPLIER, enough
from tests.unit.scoring.test_engine import mixed


def cards() -> list[ScoreCard]:
    evidence = (enough(), mixed(), [])
    return [score(one, published(name), AS_OF, subject=SUPPLIER) for name in PUBLISHED for one in evidence]


@pytest.mark.parametrize("card", cards(), ids=lambda card: f"{card.policy_name}-{card.state}")
def test_a_card_reads_back_to_itself(card: ScoreCard) -> None:
    assert read_card(canonical.loads(card.encode())) == card


def test_no_changed_number_is_read_without_being_noticed() -> None:
    card = score(mixed(), published("first-2026"), AS_OF, subject=SUPPLIER)
    document: Any = json.loads(card.encode())
    for line in document["lines"]:
        for name in ("points", "reference_points", "weight", "contribution"):
            line[name] += 1
            with pytest.raises(CredenceError):
                read_card(document)
            line[name] -= 1
    for name in ("points", "reference"):
        document[name] += 1
        with pytest.raises(CredenceError):
            read_card(document)
        document[name] -= 1
    document["lines"][0]["theta"] = ["1", "0"]
    with pytest.raises(CredenceError):
        read_card(document)
