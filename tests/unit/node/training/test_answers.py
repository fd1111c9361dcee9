"""Whatever a steward answers becomes a value that is valid, or an error of ours."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import MalformedError
from node.training.answers import contributions_of, drift_of, leaving_of, run_of
from tests.support.steward import NAME, PARTIES

ORG, DIGEST = str(PARTIES[0]), "0x" + "ab" * 32
DRIFT: dict[str, Any] = {
    "features": [{"feature": "torque", "index": 260_000, "state": "stop"}], "before": 1, "after": 9, "reason": ""
}  # fmt: skip
PARTY: dict[str, Any] = {
    "org": ORG, "rounds": 9, "shared": "0.750000", "reason": "", "harmful": False, "effect": None, "error": None
}  # fmt: skip
GIVEN: dict[str, Any] = {"rounds": 12, "reason": "one-bucket", "parties": [PARTY]}
LEAVING: dict[str, Any] = {
    "party": ORG, "run": "", "first": 3, "again": 8, "withdrawn": ["ab" * 32], "digest": DIGEST, "state": "asked"
}  # fmt: skip
GONE = {
    "party": ORG, "first": 3, "retrain": NAME, "records": [DIGEST], "models": [DIGEST], "sources": ["cd" * 32]
}  # fmt: skip
RUN: dict[str, Any] = {
    "name": NAME, "state": "finished", "rounds": 4, "done": 4, "newest": None, "events": [], "leaving": None,
    "withdrawn": [GONE], "plan": {"retrain": {"of": DIGEST}},
}  # fmt: skip


def test_answers_become_values() -> None:
    drift = drift_of(DRIFT)
    assert (drift.features[0].feature, drift.features[0].state, drift.after) == ("torque", "stop", 9)
    (party,) = contributions_of(GIVEN).parties
    assert (party.org, party.shared, party.effect) == (ORG, "0.750000", "")
    leaving = leaving_of(LEAVING)
    assert (leaving.state, leaving.withdrawn, leaving.digest) == ("asked", ("ab" * 32,), "ab" * 32)
    run = run_of(RUN)
    assert (run.again, run.leaving, run.withdrawn[0].retrained) == ("ab" * 32, "", NAME)
    assert run.withdrawn[0].sources == {"cd" * 32}
    old = run_of({key: RUN[key] for key in ("name", "state", "rounds", "done", "newest", "events")})
    assert (old.again, old.withdrawn) == ("", ())


@pytest.mark.parametrize(
    ("read", "whole", "change"),
    [
        (drift_of, DRIFT, {"features": [{"feature": "torque", "index": -1, "state": "stop"}]}),
        (drift_of, DRIFT, {"features": [{"feature": "torque", "index": 1, "state": "fine"}]}),
        (drift_of, DRIFT, {"features": [{"feature": "t" * 501, "index": 1, "state": "stop"}]}),
        (drift_of, DRIFT, {"features": [DRIFT["features"][0]] * 4_097}),
        (drift_of, DRIFT, {"before": True}),
        (contributions_of, GIVEN, {"parties": [{**PARTY, "org": "nobody"}]}),
        (contributions_of, GIVEN, {"parties": [{**PARTY, "shared": "1e9"}]}),
        (contributions_of, GIVEN, {"parties": {"a": PARTY}}),
        (leaving_of, LEAVING, {"withdrawn": ["ab"]}),
        (leaving_of, LEAVING, {"digest": "no"}),
        (leaving_of, LEAVING, {"state": "soon"}),
        (leaving_of, LEAVING, {"party": "nobody"}),
        (run_of, RUN, {"withdrawn": [{**GONE, "models": "ab"}]}),
        (run_of, RUN, {"withdrawn": [{**GONE, "party": "x"}]}),
        (run_of, RUN, {"plan": {"retrain": {"of": "0x12"}}}),
        (run_of, RUN, {"rounds": "many"}),
        (run_of, RUN, {"events": ["started"]}),
    ],
)
def test_an_answer_that_is_not_whole_is_refused(read: Any, whole: dict[str, Any], change: dict[str, Any]) -> None:
    with pytest.raises(MalformedError, match="not known"):
        read({**whole, **change})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@given(st.sampled_from([(drift_of, DRIFT), (contributions_of, GIVEN), (leaving_of, LEAVING), (run_of, RUN)]), st.data())
def test_no_answer_does_more_than_be_refused(what: Any, data: st.DataObject) -> None:
    read, whole = what
    place = data.draw(st.sampled_from(sorted(whole)))
    with suppress(MalformedError):
        read({**whole, place: data.draw(JSON)})
