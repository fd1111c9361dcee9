"""What every registry of accreditations, book of repairs and book of objections must do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from evidence.errors import (
    ConflictError,
    FaultError,
    ForbiddenError,
    InputError,
    NotFoundError,
    RateLimitError,
    SignatureError,
)
from node.chain.port_gate import Cause, GateRule, GateState
from tests.ports.chain_suite import CO_SIGNS_PER_DAY, DAY, Harness
from tests.ports.score_suite import BORE, anchored
from tests.support.consortium import Org, claim

SCOPE, OTHER_SCOPE = sha256(b"scope").digest(), sha256(b"other scope").digest()
DOCUMENT, EVIDENCE, REASON = (sha256(text).digest() for text in (b"document", b"evidence", b"reason"))


class _Lane:
    @pytest.fixture
    def body(self, chain: Harness) -> Org:
        org = Org("body")
        org.enrol(chain.admin, "accredited-body")
        return org


class AccreditationsSuite(_Lane):
    """Subclasses give `chain`, and the enrolled members `kiln` (supplier), `buyer` (scorer and purchaser)."""

    def test_a_body_is_accredited_for_its_scopes_until_its_term_ends(self, chain: Harness, body: Org) -> None:
        book, until = chain.accreditations(), chain.now() + 100 * DAY
        for _ in range(2):
            book.grant(body.org, [SCOPE, OTHER_SCOPE], until)
        assert book.is_accredited(body.org, SCOPE) and book.is_accredited(body.org, OTHER_SCOPE, until - 1)
        assert not book.is_accredited(body.org, SCOPE, until) and not book.is_accredited(body.org, sha256().digest())
        terms = book.accreditations(body.org)
        assert [(term.body, term.scope, term.until) for term in terms] == [
            (body.org, SCOPE, until),
            (body.org, OTHER_SCOPE, until),
        ]
        assert book.accreditations() == terms and book.accreditations(Org("nobody").org) == ()
        chain.wait(10)
        book.grant(body.org, [SCOPE], until + DAY)
        longer = book.accreditation(body.org, SCOPE)
        assert longer is not None and (longer.since, longer.until) == (terms[0].since, until + DAY)

    def test_a_withdrawn_term_ends_now_and_can_be_granted_anew(self, chain: Harness, body: Org) -> None:
        book, until = chain.accreditations(), chain.now() + 100 * DAY
        with pytest.raises(ConflictError, match="not accredited"):
            book.withdraw(body.org, SCOPE)
        book.grant(body.org, [SCOPE], until)
        chain.wait(10)
        book.withdraw(body.org, SCOPE)
        assert not book.is_accredited(body.org, SCOPE)
        chain.wait(10)
        book.grant(body.org, [SCOPE], until)
        assert book.is_accredited(body.org, SCOPE)

    def test_a_barred_body_stays_barred_and_its_cut_off_only_moves_earlier(self, chain: Harness, body: Org) -> None:
        book, now = chain.accreditations(), chain.now()
        book.grant(body.org, [SCOPE], now + DAY)
        assert book.barred_since(body.org) is None
        for wrong in (now + DAY, 0):
            with pytest.raises(ConflictError, match="cut-off"):
                book.bar(body.org, wrong)
        for since in (now - 5, now - 5, now - 10):
            book.bar(body.org, since)
            assert book.barred_since(body.org) == since
        with pytest.raises(ConflictError, match="cut-off"):
            book.bar(body.org, now - 7)
        assert not book.is_accredited(body.org, SCOPE)
        with pytest.raises(ConflictError, match="barred"):
            book.grant(body.org, [SCOPE], now + 2 * DAY)

    def test_only_the_accreditor_decides_and_only_within_the_bounds(
        self, chain: Harness, kiln: Org, buyer: Org, body: Org
    ) -> None:
        book, until = chain.accreditations(), chain.now() + DAY
        others = chain.accreditations(buyer)
        book.grant(body.org, [SCOPE], until)
        for attempt in (
            lambda: others.grant(body.org, [OTHER_SCOPE], until),
            lambda: others.withdraw(body.org, SCOPE),
            lambda: others.bar(body.org, 5),
        ):
            with pytest.raises(ForbiddenError):
                attempt()
        with pytest.raises(ConflictError, match="role of an accredited body"):
            book.grant(kiln.org, [SCOPE], until)
        for scopes, end in (
            ([OTHER_SCOPE], chain.now() - 1),
            ([OTHER_SCOPE], chain.now() + 6 * 365 * DAY),
            ([], until),
            ([bytes(32)], until),
            ([bytes([1, number]) + bytes(30) for number in range(33)], until),
        ):
            with pytest.raises(ConflictError):
                book.grant(body.org, scopes, end)
        chain.admin.set_roles(body.org, ["auditor"])
        assert not book.is_accredited(body.org, SCOPE)


class RepairsSuite(_Lane):
    """`kiln` repairs, `body` co-signs."""

    @pytest.fixture
    def opened(self, chain: Harness, kiln: Org, body: Org) -> bytes:
        chain.accreditations().grant(body.org, [SCOPE], chain.now() + 50 * DAY)
        return chain.repairs(kiln).open(DOCUMENT, SCOPE, chain.now() + 90 * DAY).id

    def test_a_claim_is_opened_co_signed_and_runs(self, chain: Harness, kiln: Org, body: Org, opened: bytes) -> None:
        book, until = chain.repairs(kiln), chain.now() + 90 * DAY
        found = book.claim(opened)
        assert found is not None and (found.subject, found.document, found.scope) == (kiln.org, DOCUMENT, SCOPE)
        assert found.id == book.claim_id(kiln.org, DOCUMENT, SCOPE) and book.claims(kiln.org) == (found,)
        assert book.open(DOCUMENT, SCOPE, until) == found
        assert not book.is_cosigned(opened) and not book.in_repair(kiln.org) and book.co_signs(opened) == ()
        signed = chain.repairs(body).sign(opened, EVIDENCE, chain.now() + DAY)
        made = book.co_sign(signed)  # the supplier brings it: anyone may
        assert (made.body, made.evidence, made.revoked_at) == (body.org, EVIDENCE, 0)
        assert book.co_sign(signed) == made and book.co_signs(opened) == (made,)
        assert book.is_cosigned(opened) and book.in_repair(kiln.org)
        assert not book.in_repair(kiln.org, found.until) and not book.is_cosigned(opened, made.signed_at - 1)
        assert book.claim(bytes(32)) is None

    def test_a_frozen_gate_is_in_repair_while_a_co_signed_claim_runs(
        self, chain: Harness, kiln: Org, buyer: Org, body: Org, opened: bytes
    ) -> None:
        gate = chain.gate(buyer)
        gate.set_rule(kiln.org, GateRule((BORE,)))
        assert gate.read(buyer.org, kiln.org).state is GateState.FROZEN
        chain.repairs(kiln).co_sign(chain.repairs(body).sign(opened, EVIDENCE, chain.now() + DAY))
        found = gate.read(buyer.org, kiln.org)
        assert found.state is GateState.IN_REPAIR and found.reasons[-1].cause is Cause.REPAIR_RUNS
        assert len(found.reasons) == 13
        chain.wait(10)
        chain.accreditations().bar(body.org, chain.now() - 1)
        assert gate.read(buyer.org, kiln.org).state is GateState.FROZEN

    def test_a_wrong_expired_or_out_of_scope_accreditation_is_refused(
        self, chain: Harness, kiln: Org, body: Org, opened: bytes
    ) -> None:
        book, theirs, later = chain.repairs(kiln), chain.repairs(body), chain.now() + 60 * DAY
        elsewhere = book.open(DOCUMENT, OTHER_SCOPE, later).id
        with pytest.raises(ConflictError, match="not accredited for scope"):
            book.co_sign(theirs.sign(elsewhere, EVIDENCE, later))
        other = Org("unknown")
        other.enrol(chain.admin, "accredited-body")
        with pytest.raises(ConflictError, match="not accredited for scope"):
            book.co_sign(chain.repairs(other).sign(opened, EVIDENCE, later))
        chain.wait(51 * DAY)
        with pytest.raises(ConflictError, match="not accredited for scope"):
            book.co_sign(theirs.sign(opened, EVIDENCE, later))
        assert book.co_signs(opened) == ()

    def test_a_signature_that_is_late_changed_or_somebody_elses_is_refused(
        self, chain: Harness, kiln: Org, body: Org, buyer: Org, opened: bytes
    ) -> None:
        book, now = chain.repairs(kiln), chain.now()
        good = chain.repairs(body).sign(opened, EVIDENCE, now + DAY)
        with pytest.raises(ConflictError, match="was to be brought before"):
            book.co_sign(chain.repairs(body).sign(opened, EVIDENCE, now - 1))
        forged = replace(chain.repairs(buyer).sign(opened, EVIDENCE, now + DAY), body=body.org)
        for wrong in (
            forged,
            replace(good, evidence=DOCUMENT),
            replace(good, deadline=good.deadline + 1),
            replace(good, signature=bytes(64) + b"\x1b"),
            replace(good, signature=good.signature[:64] + b"\x63"),
        ):
            with pytest.raises(SignatureError, match="does not own"):
                book.co_sign(wrong)
        with pytest.raises(InputError):
            replace(good, signature=good.signature[:64])
        key = address_key(chain, body)
        chain.admin.retire_key(key)
        with pytest.raises(SignatureError, match="does not own"):
            book.co_sign(good)

    def test_revoked_withdrawn_and_barred_co_signs_no_longer_count(
        self, chain: Harness, kiln: Org, body: Org, opened: bytes
    ) -> None:
        book, theirs = chain.repairs(kiln), chain.repairs(body)
        with pytest.raises(NotFoundError):
            theirs.revoke(opened)
        signed = theirs.sign(opened, EVIDENCE, chain.now() + DAY)
        at = book.co_sign(signed).signed_at
        chain.wait(10)
        for _ in range(2):
            theirs.revoke(opened)
        assert not book.is_cosigned(opened) and book.is_cosigned(opened, at)
        with pytest.raises(ConflictError, match="signed claim"):
            book.co_sign(theirs.sign(opened, DOCUMENT, chain.now() + DAY))
        second = book.open(EVIDENCE, SCOPE, chain.now() + DAY).id
        book.co_sign(theirs.sign(second, EVIDENCE, chain.now() + DAY))
        chain.wait(10)
        for _ in range(2):
            book.withdraw(second)
        assert not book.is_cosigned(second)
        third = book.open(SCOPE, SCOPE, chain.now() + DAY).id
        signed_at = book.co_sign(theirs.sign(third, EVIDENCE, chain.now() + DAY)).signed_at
        chain.wait(10)
        assert book.in_repair(kiln.org)
        chain.accreditations().bar(body.org, signed_at + 2)
        assert not book.is_cosigned(third) and not book.in_repair(kiln.org)
        assert book.is_cosigned(third, signed_at + 1)

    def test_nobody_opens_or_withdraws_for_somebody_else_or_signs_its_own_claim(
        self, chain: Harness, kiln: Org, buyer: Org, body: Org, opened: bytes
    ) -> None:
        until = chain.now() + DAY
        with pytest.raises(ForbiddenError, match="supplier role"):
            chain.repairs(buyer).open(DOCUMENT, SCOPE, until)
        with pytest.raises(ForbiddenError, match="opened claim"):
            chain.repairs(buyer).withdraw(opened)
        chain.repairs(kiln).withdraw(opened)
        with pytest.raises(ForbiddenError, match="opened claim"):
            chain.repairs(buyer).withdraw(opened)
        with pytest.raises(ConflictError, match="is over"):
            chain.repairs(kiln).co_sign(chain.repairs(body).sign(opened, EVIDENCE, until))
        chain.admin.set_roles(kiln.org, ["supplier", "accredited-body"])
        chain.accreditations().grant(kiln.org, [SCOPE], chain.now() + 50 * DAY)
        own = chain.repairs(kiln).open(EVIDENCE, SCOPE, until).id
        with pytest.raises(ConflictError, match="its own claim"):
            chain.repairs(kiln).co_sign(chain.repairs(kiln).sign(own, EVIDENCE, until))
        with pytest.raises(NotFoundError):
            chain.repairs(kiln).withdraw(bytes(32))

    def test_claims_and_co_signs_are_rate_limited(self, chain: Harness, kiln: Org, body: Org, opened: bytes) -> None:
        book, until = chain.repairs(kiln), chain.now() + 2 * DAY
        names = [opened, *(book.open(sha256(bytes([n])).digest(), SCOPE, until).id for n in range(9))]
        with pytest.raises(RateLimitError, match="in a day"):
            book.open(sha256(b"one more").digest(), SCOPE, until)
        for name in names[:CO_SIGNS_PER_DAY]:
            book.co_sign(chain.repairs(body).sign(name, EVIDENCE, until))
        with pytest.raises(RateLimitError, match="in a day"):
            book.co_sign(chain.repairs(body).sign(names[CO_SIGNS_PER_DAY], EVIDENCE, until))
        chain.wait(DAY)
        book.co_sign(chain.repairs(body).sign(names[CO_SIGNS_PER_DAY], EVIDENCE, until))

    def test_claims_without_content_or_time_and_during_a_pause_are_refused(self, chain: Harness, kiln: Org) -> None:
        book, now = chain.repairs(kiln), chain.now()
        for document, scope, until in (
            (bytes(32), SCOPE, now + DAY),
            (DOCUMENT, bytes(32), now + DAY),
            (DOCUMENT, SCOPE, now - 1),
            (DOCUMENT, SCOPE, now + 181 * DAY),
        ):
            with pytest.raises(ConflictError):
                book.open(document, scope, until)
        chain.admin.set_paused(True)
        with pytest.raises(FaultError, match="paused"):
            book.open(DOCUMENT, SCOPE, now + DAY)


class ObjectionsSuite:
    """Anyone who is a member doubts a score of `buyer` about `kiln`."""

    @pytest.fixture
    def uid(self, chain: Harness, kiln: Org, buyer: Org) -> bytes:
        head = anchored(chain, kiln)
        return chain.credits(buyer).attest(claim(kiln, ((kiln, head),), chain.now() + 30 * DAY)).uid

    def test_an_objection_is_filed_once_taken_back_and_stays_readable(
        self, chain: Harness, kiln: Org, buyer: Org, uid: bytes
    ) -> None:
        book = chain.objections(kiln)
        assert book.objections(uid) == ()
        made = book.file(uid, REASON)
        assert (made.uid, made.by, made.reason, made.withdrawn_at) == (uid, kiln.org, REASON, 0)
        assert book.file(uid, REASON) == made and book.objections(uid) == (made,)
        with pytest.raises(ConflictError, match="another objection"):
            book.file(uid, EVIDENCE)
        other = chain.objections(buyer).file(uid, EVIDENCE)
        for _ in range(2):
            book.withdraw(uid)
        mine, theirs = book.objections(uid)
        assert mine.withdrawn_at > 0 and theirs == other
        again = book.file(uid, REASON)
        assert book.objections(uid) == (mine, theirs, again)

    def test_only_members_object_and_only_to_what_was_attested(
        self, chain: Harness, kiln: Org, buyer: Org, uid: bytes
    ) -> None:
        attempts: list[tuple[type[Exception], Callable[[], Any]]] = [
            (NotFoundError, lambda: chain.objections(kiln).file(b"\x01" * 32, REASON)),
            (ConflictError, lambda: chain.objections(kiln).file(uid, bytes(32))),
            (NotFoundError, lambda: chain.objections(kiln).withdraw(uid)),
            (ForbiddenError, lambda: chain.objections(Org("stranger")).file(uid, REASON)),
        ]
        for error, attempt in attempts:
            with pytest.raises(error):
                attempt()
        chain.admin.set_active(kiln.org, False)
        with pytest.raises(ForbiddenError, match="active member"):
            chain.objections(kiln).file(uid, REASON)


def address_key(chain: Harness, org: Org) -> Any:
    """The id of the key that operates the account of `org`."""
    from evidence.keys import KeyPurpose

    return chain.admin.register_key(org.org, KeyPurpose.ATTEST, org.attest_address, 1)
