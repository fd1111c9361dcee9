"""Words about edges: who, why, when, and how strongly."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import CredenceError, SchemaError
from rca.graph.word import MAX_LOG_ODDS, Saying, Word, belief, word_from

AT = "2026-11-26T10:00:00Z"


@given(probability=st.floats(0.001, 0.999))
def test_a_belief_keeps_its_probability_as_log_odds(probability: float) -> None:
    word = belief("a", "b", probability, author="li", reason="seen", at=AT)
    assert 1 / (1 + math.exp(-word.log_odds)) == pytest.approx(probability, abs=1e-4)
    assert word_from(word.document(), "/words/0") == word


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, 1.1])
def test_certainty_is_not_a_belief(probability: float) -> None:
    with pytest.raises(SchemaError, match="probability"):
        belief("a", "b", probability, author="li", reason="seen", at=AT)


@pytest.mark.parametrize(
    "change",
    [
        {"reason": " "},
        {"author": ""},
        {"at": "yesterday"},
        {"at": "2026-11-26T10:00:00+08:00"},
        {"effect": "a"},
        {"log_odds": MAX_LOG_ODDS + 1},
        {"log_odds": math.nan},
    ],
)
def test_a_word_without_reason_author_time_or_bounds_is_refused(change: dict[str, object]) -> None:
    about: dict[str, object] = {
        "cause": "a",
        "effect": "b",
        "saying": Saying.BELIEF,
        "log_odds": 1.0,
        "author": "li",
        "reason": "seen",
        "at": AT,
    }
    with pytest.raises(CredenceError):
        Word(**{**about, **change})  # type: ignore[arg-type]


def test_an_impossibility_carries_no_odds() -> None:
    with pytest.raises(SchemaError):
        Word("a", "b", Saying.IMPOSSIBLE, 1.0, "li", "upstream", AT)


@pytest.mark.parametrize("change", [{"log_odds": "1e9"}, {"saying": "maybe"}, {"log_odds": 1}, {"extra": "x"}])
def test_documents_against_the_rules_are_refused(change: dict[str, object]) -> None:
    document = belief("a", "b", 0.9, author="li", reason="seen", at=AT).document()
    with pytest.raises(SchemaError):
        word_from({**document, **change}, "/words/0")


def test_the_same_word_has_the_same_hash_and_another_reason_another() -> None:
    one, same = (belief("a", "b", 0.9, author="li", reason="seen", at=AT) for _ in range(2))
    other = belief("a", "b", 0.9, author="li", reason="measured", at=AT)
    assert one.digest == same.digest != other.digest
