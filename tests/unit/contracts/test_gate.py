"""The gate against a reckoning of its own: written from the rule's words, with nothing of the contract's in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from eth_abi.abi import decode
from hypothesis import example, given, settings
from hypothesis import strategies as st

from node.chain.anvil import AnvilProcess, AnvilSettings
from node.chain.artifacts import load_artifacts
from tests.support.anvil import anvil_binary
from tools.snapshot_chain import CLOCK, MeasuredChain
from tools.snapshot_scene import FIRST_SUPPLIER, LeafTree, Scene, digest_of
from tools.snapshot_score import MONTH, ScoreScene

pytestmark = pytest.mark.anvil
NOW = datetime.fromtimestamp(CLOCK, UTC)
LIMIT = 1_670_000
STATES = ("none", "open", "watch", "frozen", "in repair")
POINT, BOUND = 0, 1

Row = dict[int, tuple[int, int]]
"""Month back from the running one (0) to Cpk and upper bound; a month that is not there was not attested."""


@dataclass(frozen=True, slots=True)
class Case:
    """A rule, the months of two characteristics, and the moment asked for."""

    rule: int
    grace_days: int
    rows: tuple[Row, Row]
    moment: datetime


def expected_state(case: Case) -> str:
    """The state by the rule's words, in prose order: freeze, else watch, else open."""
    watch = False
    for row in case.rows:
        awaited = 1 not in row and case.moment.day - 1 < case.grace_days
        last_twelve = range(2, 14) if awaited else range(1, 13)
        cpks = [row[back][0] for back in last_twelve if back in row]
        uppers = [row[back][1] for back in last_twelve if back in row]
        complete = len(cpks) == 12
        if case.rule == POINT and not (complete and min(cpks) >= LIMIT):
            return "frozen"
        if case.rule == BOUND and any(upper < LIMIT for upper in uppers):
            return "frozen"
        running_low = 0 in row and row[0][0] < LIMIT
        watch = watch or awaited or running_low or not complete or min(cpks) < LIMIT
    return "watch" if watch else "open"


@pytest.fixture(scope="module")
def score() -> Iterator[ScoreScene]:
    """The gate with a supplier, a scorer and a purchaser; one head is anchored."""
    with AnvilProcess(AnvilSettings(anvil_binary())) as process:
        scene = Scene(MeasuredChain(process.url, load_artifacts()))
        scene.deploy()
        scene.enrol()
        score = ScoreScene(scene)
        score.deploy()
        score.enrol()
        head = LeafTree(3).head(3)
        scene.anchor_head("", FIRST_SUPPLIER, head, ())
        score.head = (score.orgs["supplier"], head.size, head.root)
        yield score


# Around the limit, and just often enough missing, that every state comes up.
values = st.tuples(st.sampled_from((-3, -1, 0, 0, 0, 1, 5)), st.sampled_from((0, 0, 1, 2, 9))).map(
    lambda pair: (LIMIT + pair[0], LIMIT + pair[0] + pair[1])
)
good = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)).map(lambda p: (LIMIT + p[0], LIMIT + p[0] + p[1]))
rows = st.one_of(
    st.fixed_dictionaries(dict.fromkeys(range(1, 14), good), optional={0: values}),
    st.fixed_dictionaries(dict.fromkeys(range(2, 14), good), optional={0: values, 1: values}),
    st.fixed_dictionaries(dict.fromkeys(range(1, 13), values), optional={0: values, 13: values}),
    st.fixed_dictionaries({}, optional=dict.fromkeys(range(14), values)),
)
cases = st.builds(
    Case,
    rule=st.sampled_from((POINT, BOUND)),
    grace_days=st.sampled_from((0, 0, 1, 5, 28)),
    rows=st.tuples(rows, rows),
    moment=st.integers(0, 3 * 365 * 86_400).map(lambda back: NOW - timedelta(seconds=back)),
)


def months(case: Case, row: Row) -> Row:
    running = case.moment.year * 12 + case.moment.month - 1
    return {running - back: value for back, value in row.items()}


def state_of(score: ScoreScene, moment: datetime) -> tuple[str, list[tuple[int, bool, bytes, int, int]]]:
    asked = (score.orgs["purchaser"], score.orgs["supplier"], int(moment.timestamp()))
    answer = score.chain.read("QualificationGate", score.at["QualificationGate"], "state", *asked)
    state, reasons = decode(["uint8", "(uint8,bool,bytes32,uint32,int64)[]"], answer)
    return STATES[state], list(reasons)


def _plain(rule: int, state: str) -> Case:
    """A case of that state, so that every state comes up whatever the generator draws."""
    past = (LIMIT - 9, LIMIT - 5) if state == "frozen" else (LIMIT + 5, LIMIT + 9)
    row = dict.fromkeys(range(1, 14), past)
    if state == "watch":
        row[0] = (LIMIT - 9, LIMIT - 5)
    return Case(rule=rule, grace_days=0, rows=(row, row), moment=NOW)


def test_the_state_is_the_one_that_the_words_of_the_rule_give(score: ScoreScene) -> None:
    fresh, seen = itertools.count(), set()

    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(case=cases)
    @example(case=_plain(POINT, "open"))
    @example(case=_plain(POINT, "watch"))
    @example(case=_plain(POINT, "frozen"))
    @example(case=_plain(BOUND, "open"))
    @example(case=_plain(BOUND, "watch"))
    @example(case=_plain(BOUND, "frozen"))
    def judge(case: Case) -> None:
        # Two characteristics that nobody attested before: earlier cases leave no trace.
        names = sorted(digest_of(f"characteristic {next(fresh)}") for _ in case.rows)
        for name, row in zip(names, case.rows, strict=True):
            if row:
                score.attest_months("", name, months(case, row))
        score.set_rule("", (case.rule, case.grace_days, 0, 0, bytes(32), "", names))
        state, reasons = state_of(score, case.moment)
        assert state == expected_state(case)
        assert (state == "frozen") == any(freezes for _, freezes, *_ in reasons)
        assert (state == "open") == (not reasons)
        seen.add((case.rule, state))

    judge()
    assert seen == set(itertools.product((POINT, BOUND), ("open", "watch", "frozen")))


def test_the_running_month_of_the_chains_clock_is_the_one_of_the_calendar() -> None:
    assert NOW.year * 12 + NOW.month - 1 == MONTH


def test_a_co_signed_repair_shows_in_the_state(score: ScoreScene) -> None:
    score.set_rule("", (POINT, 0, 0, 0, bytes(32), "", [digest_of("nobody measured this")]))
    soon = NOW + timedelta(hours=1)
    assert state_of(score, soon)[0] == "frozen"
    score.repair()
    state, reasons = state_of(score, soon)
    assert state == "in repair"
    assert len(reasons) == 13
