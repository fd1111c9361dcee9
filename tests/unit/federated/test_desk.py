"""A party's desk answers with refusals, never with an exception, whatever it is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federated.courier import Letter
from federated.desk import MAX_OPEN
from federated.model_bytes import model_bytes
from federated.secagg.terms import RoundTerms
from tests.support.federated_net import SIZE, Net, plan
from tests.support.secagg import CODE, MODEL

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 2**40) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
VERBS = st.sampled_from(["advert", "share", "mask", "confirm", "open", "leak", ""])


def terms(step: int = 1, **changes: Any) -> RoundTerms:
    run = plan(3)
    fields = {"words": run.quantiser().words, "width": run.width, "bucket_size": 0, "code": CODE, **changes}
    return RoundTerms(run=run.run, step=step, base=MODEL, **fields)


def advert(step: int = 1, **changes: Any) -> dict[str, Any]:
    return {"ask": "advert", "terms": terms(step, **changes).to_json(), "plan": plan(3).to_json()}


@given(part=st.dictionaries(st.sampled_from(["terms", "plan", "committee", "run", "step", "sealed"]), JSON), verb=VERBS)
@settings(max_examples=150, deadline=None)
def test_nonsense_is_refused_by_name(tmp_path_factory: pytest.TempPathFactory, part: dict[str, Any], verb: str) -> None:
    desk = Net(3, tmp_path_factory.getbasetemp()).desks[0]
    (answer,) = desk.answer(Letter(({**part, "ask": verb},), b"blob")).parts
    assert "error" in answer and str(answer["error"]).endswith("Error")


def test_terms_that_are_not_those_of_the_plan_are_refused(tmp_path: Path) -> None:
    desk = Net(3, tmp_path).desks[0]
    for change in ({"words": 99}, {"width": 8}, {"bucket_size": 3}, {"code": bytes(32)}):
        (answer,) = desk.answer(Letter((advert(**change),))).parts
        assert "not those of the plan" in str(answer["message"])
    (answer,) = desk.answer(Letter((advert(),))).parts
    assert "advert" in answer


def test_other_weights_than_the_named_ones_are_not_trained_from(tmp_path: Path) -> None:
    net = Net(3, tmp_path)
    net.desks[0].answer(Letter((advert(),)))
    ask = {"ask": "mask", "run": "0x" + plan(3).run.hex(), "step": 1, "model": "0x" + MODEL.hex(), "sealed": {}}
    import numpy as np

    (answer,) = net.desks[0].answer(Letter((ask,), model_bytes(np.ones(SIZE)))).parts
    assert "not those of the model" in str(answer["message"]) and net.trainers[0].steps == []


def test_keys_are_held_for_a_few_rounds_only(tmp_path: Path) -> None:
    desk = Net(3, tmp_path).desks[0]
    for step in range(1, 20):
        desk.answer(Letter((advert(step),)))
    assert len(desk._rounds) == MAX_OPEN


def test_one_letter_holds_a_few_asks_only(tmp_path: Path) -> None:
    desk = Net(3, tmp_path).desks[0]
    assert len(desk.answer(Letter(tuple(advert(step) for step in range(1, 100)))).parts) == 8
