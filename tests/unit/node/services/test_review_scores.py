"""Kept scores held against each other: drift, bias, and when there are too few to say anything."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from evidence.canonical import encode, loads
from evidence.identity import Subject, lei_from_prefix
from node.records.memory import MemoryRecords
from node.services.review_scores import ReviewScores
from scoring.bundle import MAX_BYTES
from tests.support.api import MAKER
from tests.unit.node.api.test_scores_explained import NOW, stocked


def kept(tmp_path: Path) -> tuple[MemoryRecords, ReviewScores, bytes]:
    house = stocked(tmp_path)
    house.node.score(Subject(MAKER))
    latest = house.node.scores.latest_score(Subject(MAKER))
    assert latest is not None
    record = latest[1]
    records = MemoryRecords()
    for number in range(35):
        subject = Subject(lei_from_prefix(f"REVIEWED00000000{number:02d}"))
        old = replace(record, subject=subject, computed_at=NOW - timedelta(days=200))
        records.scores.add_score(old)
        records.scores.add_score(replace(record, subject=subject, computed_at=NOW - timedelta(days=1)))
    return records, ReviewScores(records.scores, lambda: NOW), record.policy


def test_scores_that_stay_as_they_were_show_no_drift_and_one_commodity_no_bias(tmp_path: Path) -> None:
    _, review, policy = kept(tmp_path)
    found = review(policy, days=90)  # type: ignore[arg-type]
    assert (found.baseline, found.recent) == (35, 35)
    assert found.drift == () and found.bias == () and not found.stop


def test_without_enough_earlier_scores_it_says_so_instead_of_all_is_well(tmp_path: Path) -> None:
    _, review, policy = kept(tmp_path)
    found = review(policy, days=365)  # type: ignore[arg-type]
    assert found.baseline == 0
    assert [one.check for one in found.drift] == ["too-few"] and not found.stop


def test_scores_that_fell_for_everybody_are_called_drift_and_another_policy_is_not_compared(tmp_path: Path) -> None:
    records, review, policy = kept(tmp_path)
    for subject in records.scores.subjects():
        latest = records.scores.latest_score(subject)
        assert latest is not None
        document: dict = loads(latest[1].bundle, limit=MAX_BYTES)  # type: ignore[assignment,type-arg]
        card = document["card"]
        line = card["lines"][0]
        lost = line["points"]
        line.update(points=0, low=0, utility=0, contribution=line["contribution"] - lost)
        card.update(points=card["points"] - lost, low=max(0, card["low"] - lost))
        worse = replace(latest[1], bundle=encode(document), computed_at=NOW)
        records.scores.add_score(worse)
    found = review(policy, days=90)  # type: ignore[arg-type]
    assert found.stop and {one.about for one in found.drift} >= {"score"}
    assert review(os.urandom(32), days=90).recent == 0  # type: ignore[arg-type]
