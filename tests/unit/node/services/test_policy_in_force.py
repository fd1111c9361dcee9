"""The policy that scores is the one that the members adopted, and no other document passes for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from evidence.errors import ConflictError, MalformedError, NotFoundError
from node.chain.memory import MemoryAdmin
from node.chain.memory_chain import ENROLLER, MemoryChain
from node.chain.memory_desks import MemoryPolicies
from node.chain.port_policies import BallotState, Motion, Vote
from node.services.policy_in_force import PolicyInForce
from node.services.policy_shelf import PolicyShelf
from node.services.submit_policy import SubmitPolicy, document_of
from node.services.vote_policy import AdoptPolicy, ProposePolicy, VotePolicy
from scoring.document import Node
from scoring.policy import Policy
from scoring.policy_reader import published, read
from tests.support.consortium import Org

FIRST = published("first-2026")


class Parliament:
    """One member that is the whole consortium, and its clock."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
        self.chain = MemoryChain(lambda: self.now)
        org = Org("member")
        org.enrol(MemoryAdmin(self.chain, ENROLLER), "scorer")
        self.book = MemoryPolicies(self.chain, org.attest_address)  # type: ignore[arg-type]
        self.shelf = PolicyShelf(folder / "policies")
        self.submit = SubmitPolicy(self.book, self.shelf, "http://member.example")

    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.chain.mine()

    def adopt(self, policy: Policy) -> bytes:
        self.wait(2)
        record = self.submit(policy)
        ballot = ProposePolicy(self.book)(record.key)
        self.wait(2)
        VotePolicy(self.book)(ballot.number, Vote.FOR)
        self.wait(61)
        with pytest.raises(ConflictError, match="waits until"):
            AdoptPolicy(self.book)(ballot.number)
        self.wait(61)
        assert AdoptPolicy(self.book)(ballot.number).state is BallotState.EXECUTED
        assert AdoptPolicy(self.book)(ballot.number).state is BallotState.EXECUTED
        return ballot.number


@pytest.fixture
def house(tmp_path: Path) -> Parliament:
    return Parliament(tmp_path)


def changed(**changes: Any) -> Policy:
    document: Any = FIRST.to_json()
    return read(Node({**document, **changes}))


def in_force(house: Parliament, shelf: PolicyShelf | None = None) -> PolicyInForce:
    return PolicyInForce(house.book, shelf or house.shelf, "first-2026")


def test_without_votes_and_before_the_first_one_the_shipped_policy_scores(house: Parliament) -> None:
    assert PolicyInForce(None, house.shelf, "first-2026")() == FIRST
    assert in_force(house)() == FIRST
    with pytest.raises(NotFoundError, match="ships"):
        PolicyInForce(house.book, house.shelf, "no-such-policy")()


def test_the_adopted_version_scores_from_its_vote_on(house: Parliament) -> None:
    house.adopt(FIRST)
    second = changed(version=2, validity_days=60)
    source = in_force(house)
    assert source() == FIRST
    house.adopt(second)
    assert source() == second != FIRST


def test_a_policy_whose_document_is_not_here_scores_nobody(house: Parliament, tmp_path: Path) -> None:
    second = changed(version=2)
    house.adopt(second)
    elsewhere = PolicyShelf(tmp_path / "another-node")
    with pytest.raises(NotFoundError, match=second.hash.hex()) as missing:
        in_force(house, elsewhere)()
    assert second.hash.hex() in missing.value.advice
    elsewhere.keep(second)
    assert in_force(house, elsewhere)() == second


def test_a_document_under_another_ones_hash_is_refused(house: Parliament) -> None:
    second, third = changed(version=2), changed(version=3)
    house.adopt(second)
    (house.shelf.folder / f"{second.hash.hex()}.json").write_bytes(third.encode())
    with pytest.raises(MalformedError, match="another policy"):
        in_force(house)()


def test_a_withdrawn_policy_no_longer_counts(house: Parliament) -> None:
    second = changed(version=2)
    house.adopt(second)
    (record,) = house.book.policies()
    ballot = ProposePolicy(house.book)(record.key, Motion.WITHDRAW)
    house.wait(2)
    VotePolicy(house.book)(ballot.number, Vote.FOR)
    with pytest.raises(ConflictError, match="active"):
        AdoptPolicy(house.book)(ballot.number)
    house.wait(61)
    with pytest.raises(ConflictError, match="waits until"):
        AdoptPolicy(house.book)(ballot.number)
    house.wait(61)
    AdoptPolicy(house.book)(ballot.number)
    assert in_force(house)() == FIRST and not house.book.counts(second.hash)
    with pytest.raises(NotFoundError):
        AdoptPolicy(house.book)(b"\x01" * 32)


def test_the_last_day_of_a_policy_counts_whole() -> None:
    made = document_of(FIRST, "http://member.example")
    first, after = (datetime.fromtimestamp(at, UTC) for at in (made.valid_from, made.valid_until))
    assert first.date() == FIRST.valid_from and first.hour == 0
    assert after.date() == FIRST.valid_until + timedelta(days=1) and after.hour == 0
    assert made.uri == "urn:credence:policy:first-2026"
