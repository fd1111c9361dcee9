"""What every book of policies, months of capability and gates must do, whatever chain keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from evidence.errors import ConflictError, ForbiddenError, InputError, LedgerUnreachableError, NotFoundError
from evidence.log import LogHead
from node.chain.port_gate import (
    LIMIT_MICRO,
    CapabilityClaim,
    CapabilityRule,
    Cause,
    GateRule,
    GateState,
)
from node.chain.port_policies import BallotState, Motion, PolicyDocument, PolicyRecord, Vote, VotingTerms
from tests.ports.chain_suite import DAY, Harness, anchor
from tests.support.consortium import Org, claim

NAME = "balanced-2026"
BORE, SHAFT = sorted(sha256(name).digest() for name in (b"bore", b"shaft"))


def document(chain: Harness, **changes: object) -> PolicyDocument:
    """A policy that the claims of `tests.support.consortium` name."""
    now = chain.now()
    made = PolicyDocument(sha256(b"policy").digest(), NAME, 1, "ipfs://policy", now, now + 300 * DAY)
    return replace(made, **changes)  # type: ignore[arg-type]


def adopt(chain: Harness, one: PolicyDocument, *voters: Org) -> PolicyRecord:
    """Hand a document in, have all voters vote for it, and do what they decided."""
    book = chain.policies(voters[0])
    chain.wait(2)
    record = book.submit(one)
    ballot = book.propose(record.key)
    chain.wait(2)
    for voter in voters:
        chain.policies(voter).vote(ballot.number, Vote.FOR)
    chain.wait(61)
    book.queue(ballot.number)
    chain.wait(61)
    assert book.execute(ballot.number).state is BallotState.EXECUTED
    found = book.policy(record.key)
    assert found is not None
    return found


class PolicyBookSuite:
    """Subclasses give `chain`, and the enrolled members `kiln` (supplier), `buyer` (scorer and purchaser)."""

    def test_a_policy_is_handed_in_voted_on_and_counts_after_the_timelock(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        book, one = chain.policies(buyer), document(chain)
        assert book.terms() == VotingTerms(1, 60, 50, 60)
        record = book.submit(one)
        assert (record.document, record.proposer, record.adopted_at) == (one, buyer.org, 0)
        assert book.policies() == (record,) and book.policy(bytes(32)) is None
        chain.wait(2)
        ballot = book.propose(record.key)
        assert (ballot.motion, ballot.policy, ballot.state) == (Motion.ADOPT, record.key, BallotState.PENDING)
        assert ballot.proposer == buyer.org and not book.counts(one.policy)
        chain.wait(2)
        voted = book.vote(ballot.number, Vote.FOR)
        assert (voted.in_favour, voted.against, voted.quorum, voted.state) == (1, 0, 1, BallotState.ACTIVE)
        assert book.vote_of(ballot.number, buyer.org) and not book.vote_of(ballot.number, kiln.org)
        chain.wait(61)
        queued = book.queue(ballot.number)
        assert queued.state is BallotState.QUEUED and queued.ready_at >= chain.now()
        with pytest.raises(ConflictError, match="timelock"):
            book.execute(ballot.number)
        assert book.in_force(NAME) is None
        chain.wait(61)
        assert book.execute(ballot.number).state is BallotState.EXECUTED
        found = book.policy(record.key)
        assert found is not None and found.counts(chain.now()) and found.adopted_at > 0
        assert book.in_force(NAME) == one.policy and book.counts(one.policy)
        assert [one.number for one in book.ballots()] == [ballot.number]

    def test_every_step_may_be_done_twice(self, chain: Harness, kiln: Org, buyer: Org) -> None:
        book, one = chain.policies(buyer), document(chain)
        assert book.submit(one) == book.submit(one)
        record = book.submit(one)
        chain.wait(2)
        number = book.propose(record.key).number
        assert book.propose(record.key).number == number
        chain.wait(2)
        for _ in range(2):
            book.vote(number, Vote.FOR)
        with pytest.raises(ConflictError, match="voted already"):
            book.vote(number, Vote.AGAINST)
        chain.wait(61)
        for _ in range(2):
            book.queue(number)
        chain.wait(61)
        for _ in range(2):
            assert book.execute(number).in_favour == 1

    def test_a_later_adoption_ends_the_earlier_and_a_withdrawal_ends_it_for_good(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        book = chain.policies(buyer)
        first = adopt(chain, document(chain), buyer, kiln)
        newer = document(chain, policy=sha256(b"newer").digest(), version=2)
        second = adopt(chain, newer, buyer)
        ended = book.policy(first.key)
        assert ended is not None and ended.counts_until == second.counts_from and not book.counts(first.document.policy)
        assert book.in_force(NAME) == newer.policy
        ballot = book.propose(second.key, Motion.WITHDRAW)
        chain.wait(2)
        book.vote(ballot.number, Vote.FOR)
        chain.wait(61)
        book.queue(ballot.number)
        chain.wait(61)
        book.execute(ballot.number)
        assert book.in_force(NAME) is None

    def test_a_ballot_without_quorum_or_majority_fails_and_may_be_proposed_again(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        book, record = chain.policies(buyer), chain.policies(buyer).submit(document(chain))
        chain.wait(2)
        first = book.propose(record.key)
        chain.wait(2)
        book.vote(first.number, Vote.FOR)
        chain.policies(kiln).vote(first.number, Vote.AGAINST)
        chain.wait(61)
        failed = book.ballot(first.number)
        assert failed is not None and failed.state is BallotState.DEFEATED
        with pytest.raises(ConflictError, match="defeated"):
            book.queue(first.number)
        second = book.propose(record.key)
        assert (second.round, second.state) == (2, BallotState.PENDING)
        assert second.number != first.number

    def test_only_members_hand_in_propose_and_vote_and_only_in_time(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        record = chain.policies(buyer).submit(document(chain))
        chain.wait(2)
        ballot = chain.policies(buyer).propose(record.key)
        with pytest.raises(ConflictError, match="pending"):
            chain.policies(buyer).vote(ballot.number, Vote.FOR)
        chain.wait(2)
        late = Org("late")
        late.enrol(chain.admin, "bank")
        with pytest.raises(ForbiddenError):
            chain.policies(late).vote(ballot.number, Vote.FOR)
        stranger = chain.policies(Org("stranger"))
        for attempt in (
            lambda: stranger.submit(document(chain)),
            lambda: stranger.propose(record.key, Motion.WITHDRAW),
            lambda: stranger.vote(ballot.number, Vote.FOR),
        ):
            with pytest.raises(ForbiddenError, match="account contract"):
                attempt()
        chain.admin.set_active(kiln.org, False)
        with pytest.raises(ForbiddenError):
            chain.policies(kiln).vote(ballot.number, Vote.FOR)

    def test_documents_that_can_never_count_are_refused(self, chain: Harness, buyer: Org) -> None:
        book, now = chain.policies(buyer), chain.now()
        for wrong in (
            {"name": ""},
            {"name": "x" * 65},
            {"uri": ""},
            {"policy": bytes(32)},
            {"valid_from": now - 20, "valid_until": now - 10},
            {"valid_until": now - 1, "valid_from": now},
        ):
            with pytest.raises(ConflictError):
                book.submit(document(chain, **wrong))
        with pytest.raises(NotFoundError):
            book.propose(bytes(32))
        for act in (book.queue, book.execute, lambda number: book.vote(number, Vote.FOR)):
            with pytest.raises(NotFoundError):
                act(b"\x01" * 32)

    def test_a_chain_that_is_down_is_told(self, chain: Harness, buyer: Org) -> None:
        book = chain.policies(buyer)
        chain.down()
        for ask in (book.policies, book.ballots, book.terms, lambda: book.in_force(NAME)):
            with pytest.raises(LedgerUnreachableError):
                ask()
        chain.up()


class GovernedCreditSuite:
    """Scores where the members vote on policies."""

    def test_a_score_is_attested_under_an_adopted_policy_and_under_no_other(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        head, credit = anchored(chain, kiln), chain.credits(buyer, governed=True)
        assert credit.governed and not chain.credits(buyer).governed
        with pytest.raises(ConflictError, match="not adopted"):
            credit.attest(claim(kiln, ((kiln, head),), chain.now() + 30 * DAY))
        adopt(chain, document(chain), buyer)
        score = claim(kiln, ((kiln, head),), chain.now() + 30 * DAY)
        made = credit.attest(score)
        assert made.governed and made.claim == score and credit.attest(score) == made
        assert credit.attestation(made.uid) == made
        with pytest.raises(ConflictError, match="not adopted"):
            credit.attest(claim(kiln, ((kiln, head),), chain.now() + 30 * DAY, policy=sha256(b"other").digest()))
        credit.revoke(made.uid)
        found = credit.attestation(made.uid)
        assert found is not None and found.revoked_at > 0

    def test_scores_from_before_the_votes_stay_readable_and_are_not_superseded_by_later_ones(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        head = anchored(chain, kiln)
        old = chain.credits(buyer).attest(claim(kiln, ((kiln, head),), chain.now() + 30 * DAY))
        adopt(chain, document(chain), buyer)
        credit, expires = chain.credits(buyer, governed=True), chain.now() + 30 * DAY
        assert credit.attestation(old.uid) == old and not old.governed
        with pytest.raises(ConflictError, match="not ours about this subject"):
            credit.attest(claim(kiln, ((kiln, head),), expires, supersedes=old.uid))
        new = credit.attest(claim(kiln, ((kiln, head),), expires))
        assert credit.attestations(kiln.org) == (old, new)
        credit.revoke(old.uid)
        assert [one.revoked_at > 0 for one in credit.attestations(kiln.org)] == [True, False]


def anchored(chain: Harness, org: Org) -> LogHead:
    """A first head of `org`, anchored."""
    head = org.tree.grow(3)
    anchor(chain.ledger(org), org, head, None)
    return head


def month_now(chain: Harness) -> int:
    moment = datetime.fromtimestamp(chain.now(), UTC)
    return moment.year * 12 + moment.month - 1


def month(kiln: Org, head: LogHead, number: int, cpk: int, upper: int, name: bytes = BORE) -> CapabilityClaim:
    return CapabilityClaim(kiln.org, name, number, 50, cpk, upper, (kiln.org, head.size, bytes(head.root)))


class CapabilityBookSuite:
    """`buyer` is the scorer, `kiln` the supplier."""

    def test_a_month_is_attested_restated_and_withdrawn(self, chain: Harness, kiln: Org, buyer: Org) -> None:
        head, book, running = anchored(chain, kiln), chain.capabilities(buyer), month_now(chain)
        made = book.attest(month(kiln, head, running - 1, 1_500_000, 1_700_000))
        assert (made.month, made.n, made.cpk_micro, made.upper_micro) == (running - 1, 50, 1_500_000, 1_700_000)
        assert book.attest(month(kiln, head, running - 1, 1_500_000, 1_700_000)) == made
        again = book.attest(month(kiln, head, running - 1, 1_800_000, 2_000_000))
        assert again.uid != made.uid and book.month(kiln.org, BORE, running - 1) == again
        assert book.months_back(kiln.org, BORE, running, 3) == (None, again, None)
        assert book.month(kiln.org, BORE, running - 1, buyer.org) == again
        assert book.month(kiln.org, BORE, running - 1, kiln.org) is None
        for _ in range(2):
            book.revoke(again.uid)
        assert book.month(kiln.org, BORE, running - 1) is None
        with pytest.raises(NotFoundError):
            book.revoke(bytes(31) + b"\x01")
        with pytest.raises(ForbiddenError, match="only that account"):
            chain.capabilities(kiln).revoke(made.uid)

    def test_what_proves_nothing_is_refused_with_the_reason(self, chain: Harness, kiln: Org, buyer: Org) -> None:
        head, book, running = anchored(chain, kiln), chain.capabilities(buyer), month_now(chain)
        good = month(kiln, head, running, 1_800_000, 2_000_000)
        for wrong in (
            replace(good, month=running + 1),
            replace(good, characteristic=bytes(32)),
            replace(good, n=1),
            replace(good, upper_micro=1_700_000),
            replace(good, head=(kiln.org, head.size + 1, bytes(head.root))),
            replace(good, subject=buyer.org),
        ):
            with pytest.raises(ConflictError):
                book.attest(wrong)
        with pytest.raises(ConflictError, match="scorer role"):
            chain.capabilities(kiln).attest(good)
        with pytest.raises(ForbiddenError):
            chain.capabilities(Org("stranger")).attest(good)
        with pytest.raises(InputError):
            replace(good, n=1 << 32)


class GateSuite:
    """`buyer` is purchaser and scorer, `kiln` the supplier."""

    def test_without_a_rule_there_is_no_state_and_a_rule_comes_and_goes(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        gate, rule = chain.gate(buyer), GateRule((BORE, SHAFT), CapabilityRule.BOUND, 5)
        assert gate.read(buyer.org, kiln.org).state is GateState.NONE
        for _ in range(2):
            gate.set_rule(kiln.org, rule)
        assert gate.rule(buyer.org, kiln.org) == rule and gate.rule(kiln.org, buyer.org) is None
        scored = GateRule((), floor=70_000_000, policy_name=NAME, attesters=2, scorer=buyer.org)
        gate.set_rule(kiln.org, scored)
        assert gate.rule(buyer.org, kiln.org) == scored
        gate.clear_rule(kiln.org)
        assert gate.read(buyer.org, kiln.org).state is GateState.NONE
        with pytest.raises(NotFoundError):
            gate.clear_rule(kiln.org)
        with pytest.raises(ForbiddenError, match="purchaser role"):
            chain.gate(kiln).set_rule(buyer.org, rule)

    def test_the_literal_rule_freezes_for_a_missing_month_and_thaws_by_itself(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        head, gate, running = anchored(chain, kiln), chain.gate(buyer), month_now(chain)
        gate.set_rule(kiln.org, GateRule((BORE,)))
        frozen = gate.read(buyer.org, kiln.org)
        assert frozen.state is GateState.FROZEN
        assert [one.cause for one in frozen.reasons] == [Cause.CAPABILITY_MISSING] * 12
        assert [one.month for one in frozen.reasons] == [running - back for back in range(1, 13)]
        assert all(one.freezes and one.characteristic == BORE for one in frozen.reasons)
        book = chain.capabilities(buyer)
        for back in range(1, 13):
            book.attest(month(kiln, head, running - back, LIMIT_MICRO, 2_000_000))
        assert gate.read(buyer.org, kiln.org).state is GateState.OPEN
        low = book.attest(month(kiln, head, running - 3, LIMIT_MICRO - 1, 2_000_000))
        (reason,) = gate.read(buyer.org, kiln.org).reasons
        assert (reason.cause, reason.month, reason.value) == (Cause.CAPABILITY_LOW, running - 3, LIMIT_MICRO - 1)
        book.revoke(low.uid)
        (reason,) = gate.read(buyer.org, kiln.org).reasons
        assert reason.cause is Cause.CAPABILITY_MISSING
        book.attest(month(kiln, head, running - 3, LIMIT_MICRO, 2_000_000))
        assert gate.read(buyer.org, kiln.org).state is GateState.OPEN

    def test_the_bound_rule_freezes_only_what_is_surely_below(self, chain: Harness, kiln: Org, buyer: Org) -> None:
        head, gate, running = anchored(chain, kiln), chain.gate(buyer), month_now(chain)
        gate.set_rule(kiln.org, GateRule((BORE,), CapabilityRule.BOUND, grace_days=28))
        assert gate.read(buyer.org, kiln.org).state is GateState.WATCH
        book = chain.capabilities(buyer)
        book.attest(month(kiln, head, running - 2, LIMIT_MICRO - 1, LIMIT_MICRO))
        found = gate.read(buyer.org, kiln.org)
        assert found.state is GateState.WATCH
        assert Cause.CAPABILITY_UNSURE in {one.cause for one in found.reasons}
        book.attest(month(kiln, head, running - 2, LIMIT_MICRO - 2, LIMIT_MICRO - 1))
        assert gate.read(buyer.org, kiln.org).state is GateState.FROZEN
        book.attest(month(kiln, head, running, LIMIT_MICRO - 2, LIMIT_MICRO - 1))
        assert Cause.RUNNING_MONTH_LOW in {one.cause for one in gate.read(buyer.org, kiln.org).reasons}

    def test_the_lower_end_of_the_newest_score_under_the_present_policy_decides(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        head, gate = anchored(chain, kiln), chain.gate(buyer)

        def causes() -> list[Cause]:
            return [one.cause for one in gate.read(buyer.org, kiln.org).reasons]

        gate.set_rule(kiln.org, GateRule(floor=85_000_001, policy_name=NAME, attesters=1))
        assert causes() == [Cause.SCORE_MISSING]
        adopt(chain, document(chain), buyer)
        assert causes() == [Cause.SCORE_MISSING]
        credit, expires = chain.credits(buyer, governed=True), chain.now() + 30 * DAY
        first = credit.attest(claim(kiln, ((kiln, head),), expires))
        (reason,) = gate.read(buyer.org, kiln.org).reasons
        assert (reason.cause, reason.value) == (Cause.SCORE_LOW, 85_000_000)
        gate.set_rule(kiln.org, GateRule(floor=85_000_000, policy_name=NAME, attesters=1))
        assert gate.read(buyer.org, kiln.org).state is GateState.OPEN
        assert gate.read(buyer.org, kiln.org, expires).state is GateState.FROZEN
        gate.set_rule(kiln.org, GateRule(floor=85_000_000, policy_name=NAME, attesters=2))
        assert causes() == [Cause.SCORE_UNCONFIRMED]
        gate.set_rule(kiln.org, GateRule(floor=85_000_000, policy_name=NAME, attesters=1))
        second = credit.attest(
            claim(kiln, ((kiln, head),), expires, state=1, points=0, low=0, high=0, band=0, supersedes=first.uid)
        )
        assert causes() == [Cause.SCORE_NOT_RATED]
        credit.revoke(second.uid)
        assert causes() == [Cause.SCORE_MISSING]
        chain.admin.set_roles(kiln.org, ["bank"])
        assert causes() == [Cause.SUBJECT_INACTIVE]

    def test_rules_that_ask_for_nothing_or_do_not_go_together_are_no_rules(self) -> None:
        for wrong in (
            {},
            {"floor": 1},
            {"characteristics": (SHAFT, BORE)},
            {"characteristics": (BORE, BORE)},
            {"characteristics": (bytes(32),)},
            {"characteristics": (BORE,), "grace_days": 29},
            {"characteristics": (BORE,), "attesters": 1},
            {"characteristics": (BORE,), "policy_name": NAME},
            {"floor": 100_000_001, "policy_name": NAME, "attesters": 1},
        ):
            with pytest.raises(InputError):
                GateRule(**wrong)
