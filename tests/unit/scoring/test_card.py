from dataclasses import replace
from typing import Any

import pytest

from evidence import canonical
from evidence.errors import ProofError
from scoring.card import RatingState
from tests.unit.scoring.test_engine import mixed, scored


@pytest.mark.parametrize(
    "change",
    [
        {"points": 1},
        {"reference": 1},
        {"low": 99_999_999},
        {"high": 1},
        {"high": 100_000_001},
        {"blockers": ("capability",)},
        {"state": RatingState.NOT_RATED},
        {"lines": ()},
    ],
)
def test_a_card_that_does_not_add_up_cannot_be_built(change: dict[str, Any]) -> None:
    with pytest.raises(ProofError):
        replace(scored(mixed()), **change)


@pytest.mark.parametrize("change", [{"points": 5}, {"utility": 3}, {"low": 10**8}, {"high": 0}, {"weight": 1}])
def test_a_line_that_does_not_add_up_cannot_be_built(change: dict[str, Any]) -> None:
    with pytest.raises(ProofError):
        replace(scored(mixed()).lines[0], **change)


def test_a_card_names_what_it_was_made_of() -> None:
    card = scored(mixed())
    document: Any = canonical.loads(card.encode())
    assert document["policy"] == card.policy.hex()
    assert document["inputs"] == card.inputs.hex()
    assert document["points"] == card.points
    assert len(card.digest) == 32
    numerator, denominator = map(int, document["lines"][1]["theta"])
    assert numerator * card.lines[1].theta.denominator == denominator * card.lines[1].theta.numerator
