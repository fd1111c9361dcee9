"""Scoring, attesting and verifying a credential, as scorer and bank do, over a chain in memory."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from evidence import canonical
from evidence.draft import Draft
from evidence.errors import ConflictError, CredenceError, InputError, NotFoundError, ProofError
from evidence.identity import Subject
from node.services.score_supplier import ScoreReport
from scoring.bundle import decode
from scoring.recompute import Outcome, recompute
from tests.support.market import Market
from tests.unit.scoring.builders import year_of_drafts


@pytest.fixture(scope="module")
def market() -> Market:
    found = Market()
    found.bring(year_of_drafts())
    return found


def test_a_score_follows_from_fetched_evidence_and_recomputes_anywhere(market: Market) -> None:
    report = market.scorer.score(market.supplier.subject)
    assert report.rated and 0 < report.card.points < 100_000_000
    result = recompute(decode(report.bundle.encode()))
    assert result.equal and result.proved == result.statements == len(year_of_drafts())


def test_scoring_again_on_the_same_day_gives_the_same_record(market: Market) -> None:
    first, second = market.scorer.score(market.supplier.subject), market.scorer.score(market.supplier.subject)
    assert first.number == second.number


def test_without_evidence_a_subject_is_not_rated_and_told_what_is_missing() -> None:
    empty = Market()
    report = empty.scorer.score(empty.supplier.subject)
    assert not report.rated
    assert set(report.to_json()["missing"]) == {"capability", "defect-rate", "closure-time"}


def test_a_statement_with_a_withheld_field_does_not_count(market: Market) -> None:
    hiding = Market()
    hiding.bring(year_of_drafts())
    exchange = hiding.scorer.records.exchange
    for place, one in list(exchange._received.items()):
        signed, *disclosures = one.sd_jwt.rstrip("~").split("~")
        exchange._received[place] = replace(one, sd_jwt="~".join([signed, *disclosures[1:], ""]))
    assert len(hiding.scorer.score(hiding.supplier.subject).bundle.statements) == 0


def test_an_attested_score_verifies_at_the_bank_with_its_bundle(market: Market) -> None:
    report = market.scorer.attest(market.scorer.score(market.supplier.subject))
    assert report.credential is not None and report.attestation is not None
    kept = market.scorer.records.scores.latest_score(market.supplier.subject)
    assert kept is not None
    bundle = decode(kept[1].bundle)
    assert [attester.org for attester in bundle.attesters] == [market.scorer.org.lei]
    found = market.supplier.verify_credential(report.credential, bundle=bundle)
    assert found.recomputed is Outcome.EQUAL
    assert found.attestation.uid == report.attestation
    assert found.claims["points"] == report.card.points


def test_attesting_after_a_crash_finds_the_attestation_that_was_made() -> None:
    market = Market()
    market.bring(year_of_drafts())
    report = market.scorer.score(market.supplier.subject)
    first = market.scorer.attest(report)
    again = market.scorer.attest(replace(report, attestation=None, credential=None))
    assert again.attestation == first.attestation
    assert len(market.scorer.credits.attestations(market.supplier.org.org)) == 1


def late_lot() -> Draft:
    late = year_of_drafts()[1]
    return Draft(late.kind, "2026-11-20T08:00:00Z", {**late.fields, "lot": "L99", "nonconforming": 400})


def test_a_new_score_supersedes_the_one_before() -> None:
    market = Market()
    market.bring(year_of_drafts())
    first = market.scorer.attest(market.scorer.score(market.supplier.subject))
    market.bring([late_lot()])
    second = market.scorer.attest(market.scorer.score(market.supplier.subject))
    assert second.card.points < first.card.points
    newest = market.scorer.credits.attestations(market.supplier.org.org)[-1]
    assert newest.claim.supersedes == first.attestation


def test_a_score_that_a_newer_one_overtook_is_never_attested_over_it() -> None:
    market = Market()
    market.bring(year_of_drafts())
    subject = market.supplier.subject
    stale = market.scorer.score(subject)
    market.bring([late_lot()])
    newest = market.scorer.attest(market.scorer.score(subject))
    with pytest.raises(ConflictError, match="overtaken"):
        market.scorer.attest(stale)
    (standing,) = market.scorer.credits.attestations(market.supplier.org.org)
    assert standing.uid == newest.attestation


def test_evidence_that_comes_between_scoring_and_attesting_is_attested_as_well() -> None:
    market = Market()
    market.bring(year_of_drafts())
    reports = []

    def score(subject: Subject) -> ScoreReport:
        reports.append(market.scorer.score(subject))
        if len(reports) == 1:
            # Somebody else, the worker say, scores and attests at this very moment: this score, then the next.
            market.scorer.attest(reports[0])
            market.bring([late_lot()])
            market.scorer.attest(market.scorer.score(subject))
        return reports[-1]

    done = market.scorer.attest.newest(score, market.supplier.subject)
    assert len(reports) == 2 and done.number != reports[0].number
    assert len(market.scorer.credits.attestations(market.supplier.org.org)) == 2
    assert done.attestation == market.scorer.credits.attestations(market.supplier.org.org)[-1].uid


def test_a_supplier_cannot_attest_itself() -> None:
    market = Market()
    market.supplier.submit(year_of_drafts(), market.supplier.subject)
    with pytest.raises(CredenceError):
        market.supplier.attest(market.supplier.score(market.supplier.subject))


def test_no_changed_character_of_a_credential_is_verified(market: Market) -> None:
    report = market.scorer.attest(market.scorer.score(market.supplier.subject))
    text = report.credential
    assert text is not None
    for place in range(0, len(text), 23):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(CredenceError):
            market.supplier.verify_credential(changed)


def test_a_revoked_attestation_takes_the_credential_with_it() -> None:
    market = Market()
    market.bring(year_of_drafts())
    report = market.scorer.attest(market.scorer.score(market.supplier.subject))
    assert report.credential and report.attestation
    market.scorer.credits.revoke(report.attestation)
    with pytest.raises(ProofError):
        market.supplier.verify_credential(report.credential)


def test_a_credential_does_not_outlive_its_time_nor_its_issuers_membership() -> None:
    market = Market()
    market.bring(year_of_drafts())
    report = market.scorer.attest(market.scorer.score(market.supplier.subject))
    assert report.credential
    later = replace(market.supplier.verify_credential, clock=lambda: market.supplier.now() + timedelta(days=91))
    with pytest.raises(ProofError):
        later(report.credential)
    market.admin.set_active(market.scorer.org.org, False)
    with pytest.raises(ProofError, match="not an active member"):
        market.supplier.verify_credential(report.credential)


def test_a_bundle_with_less_evidence_is_refused_by_the_bank(market: Market) -> None:
    report = market.scorer.attest(market.scorer.score(market.supplier.subject))
    assert report.credential
    document = json.loads(report.bundle.encode())
    del document["statements"][3]
    with pytest.raises(ProofError, match="does not follow"):
        market.supplier.verify_credential(report.credential, bundle=decode(canonical.encode(document)))


def test_reasons_sum_exactly_and_come_in_both_languages(market: Market) -> None:
    explain, subject = market.scorer.explain, market.supplier.subject
    english, chinese = explain.reasons(subject), explain.reasons(subject, language="zh")
    total = Fraction(english["reference"]) + sum(Fraction(line["contribution"]) for line in english["lines"])
    assert total == Fraction(english["points"])
    assert english["lines"][0]["title"] != chinese["lines"][0]["title"]
    with pytest.raises(InputError):
        explain.reasons(subject, language="de")


def test_what_if_moves_only_what_was_set(market: Market) -> None:
    found = market.scorer.explain.imagine(market.supplier.subject, {"defect-rate": Fraction(0)})
    assert Fraction(found["after"]) >= Fraction(found["before"])
    assert {line["indicator"] for line in found["lines"] if line["before"] != line["after"]} <= {"defect-rate"}
    with pytest.raises(NotFoundError):
        market.scorer.explain.imagine(market.supplier.subject, {"nonsense": Fraction(0)})


def test_a_policy_without_effort_table_knows_no_path_up(market: Market) -> None:
    with pytest.raises(NotFoundError, match="effort table"):
        market.scorer.explain.path(market.supplier.subject, 100_000_000)


def test_the_first_score_has_nothing_to_be_compared_with_and_the_second_has() -> None:
    market = Market()
    market.bring(year_of_drafts())
    with pytest.raises(NotFoundError, match="no earlier"):
        market.scorer.explain.changed(market.supplier.subject)
    assert market.scorer.records.scores.latest_score(market.supplier.subject) is None, "explaining keeps nothing"
    market.scorer.score(market.supplier.subject)
    late = year_of_drafts()[1]
    market.bring([Draft(late.kind, "2026-11-20T08:00:00Z", {**late.fields, "lot": "L99", "nonconforming": 400})])
    found = market.scorer.explain.changed(market.supplier.subject)
    assert Fraction(found["evidence"]) < 0 and Fraction(found["policy"]) == 0
    assert found["statements_added"] == 1 and found["newest_statements"][0]["kind"] == late.kind.value
