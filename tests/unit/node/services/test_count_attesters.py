"""With k = 2 no score attested once counts, nor twice by one owner; two owners that agree make it count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence.errors import ProofError
from node.services.attest_score import AttestScore
from node.services.count_attesters import CountAttesters
from node.services.score_supplier import ScoreReport
from node.services.verify_credential import VerifyCredential
from scoring.bundle import decode
from scoring.owners import NOBODY_OWNED, Owners
from scoring.policy import Policy
from scoring.policy_reader import published
from tests.support.consortium import Org
from tests.support.market import CHAIN_ID, EAS, Market, Trader
from tests.unit.scoring.builders import year_of_drafts

TWO = replace(published("first-2026"), attesters=2, name="two-eyes")


class House:
    """A supplier, and two members that score it from the same evidence."""

    def __init__(self, policy: Policy = TWO) -> None:
        self.market, self.policy = Market(), policy
        second = Org("second")
        second.enrol(self.market.admin, "scorer")
        self.second = Trader(second, self.market.chain)
        self.market.bring(year_of_drafts())
        # The same pages under the same head.
        kept = [one for _, one in self.market.scorer.records.exchange.received(_any(), limit=1_000)]
        self.second.records.exchange.receive(kept)

    def attest(self, trader: Trader) -> ScoreReport:
        score = replace(trader.score, source=self.policy)
        attest: AttestScore = trader.attest
        return attest(score(self.market.supplier.subject))

    def count(self, owners: Owners = NOBODY_OWNED) -> CountAttesters:
        return CountAttesters(self.second.directory, self.second.credits, self.second.now, owners)

    def counts(self, owners: Owners = NOBODY_OWNED) -> bool:
        return bool(self.count(owners)(self.market.supplier.subject, self.policy)["counts"])

    def verify(self, report: ScoreReport, owners: Owners = NOBODY_OWNED) -> object:
        service = VerifyCredential(self.second.directory, self.second.credits, CHAIN_ID, EAS, self.second.now, owners)
        assert report.credential is not None
        return service(report.credential, bundle=decode(report.bundle.encode()))


def _any() -> object:
    from node.records.port import StatementFilter

    return StatementFilter()


def test_two_members_compute_the_same_card_to_the_last_bit() -> None:
    house = House()
    cards = [
        replace(it.score, source=TWO)(house.market.supplier.subject).card for it in (house.market.scorer, house.second)
    ]
    assert cards[0].digest == cards[1].digest


def test_one_attestation_does_not_count_where_two_are_asked_for_and_two_do() -> None:
    house = House()
    first = house.attest(house.market.scorer)
    assert not house.counts()
    with pytest.raises(ProofError, match="2 independent attesters; 1 agree"):
        house.verify(first)
    second = house.attest(house.second)
    assert house.counts() and house.verify(first) and house.verify(second)


def test_two_attestations_of_one_owner_do_not_count() -> None:
    house = House()
    first = house.attest(house.market.scorer)
    house.attest(house.second)
    one, other = house.market.scorer.org.lei, house.second.org.lei
    group = Owners({one: other})
    assert house.counts() and not house.counts(group)
    with pytest.raises(ProofError, match="2 independent attesters; 1 agree"):
        house.verify(first, group)


def test_a_revoked_attestation_and_a_suspended_attester_do_not_count() -> None:
    house = House()
    house.attest(house.market.scorer)
    second = house.attest(house.second)
    assert house.counts() and second.attestation
    house.market.admin.set_active(house.second.org.org, False)
    assert not house.counts()
    house.market.admin.set_active(house.second.org.org, True)
    house.second.credits.revoke(second.attestation)
    assert not house.counts()


def test_attesters_that_disagree_do_not_count_together() -> None:
    house = House()
    house.attest(house.market.scorer)
    house.second.records.exchange._received.popitem()  # it knows less, so it says something else
    house.attest(house.second)
    found = house.count()(house.market.supplier.subject, TWO)
    assert len(found["attestations"]) == 2 and not found["counts"]


def test_the_suppliers_own_group_has_no_voice() -> None:
    house = House(replace(TWO, attesters=1, name="one-eye"))
    house.attest(house.second)
    assert house.counts()
    assert not house.counts(Owners({house.second.org.lei: house.market.supplier.org.lei}))
