"""What every member directory and every credit ledger must do."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.errors import (
    ConflictError,
    FaultError,
    ForbiddenError,
    InputError,
    LedgerUnreachableError,
    MalformedError,
    NotFoundError,
    SignatureError,
)
from evidence.identity import OrgId
from evidence.keys import KeyId, KeyPurpose
from evidence.log import LogHead
from tests.ports.chain_suite import DAY, Harness, anchor
from tests.support.consortium import Org, claim


class MemberDirectorySuite:
    """Subclasses give `chain`, and the enrolled members `kiln` (supplier), `buyer` (scorer and purchaser)."""

    def test_members_are_found_as_they_were_enrolled_and_in_that_order(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        found = chain.directory.member(kiln.org)
        assert found is not None
        assert (found.lei, found.name, found.active, found.endpoint) == (kiln.lei, "kiln", True, "https://kiln.example")
        assert found.roles == frozenset({"supplier"})
        assert found.account is not None and found.account.startswith("0x") and len(found.account) == 42
        assert [member.org for member in chain.directory.members()] == [kiln.org, buyer.org]
        assert chain.directory.member(OrgId(bytes(32))) is None
        assert chain.directory.member(Org("nobody").org) is None

    def test_keys_are_found_with_their_owner_purpose_and_bytes(self, chain: Harness, kiln: Org) -> None:
        record = chain.directory.key(kiln.keys[0])
        assert record is not None
        assert (record.key, record.org, record.purpose) == (kiln.keys[0], kiln.org, KeyPurpose.STATEMENT)
        assert (record.valid_from, record.retired_at, record.compromised_at) == (1, 0, 0)
        assert chain.directory.public_key(kiln.keys[0]) == kiln.statement.public.sec1
        assert chain.directory.public_key(kiln.keys[1]) == kiln.log.public.raw
        unknown = Org("nobody").keys[0]
        assert chain.directory.key(unknown) is None
        assert chain.directory.public_key(unknown) is None

    def test_enrolling_and_registering_again_changes_nothing(self, chain: Harness, kiln: Org) -> None:
        before = chain.directory.members(), chain.directory.key(kiln.keys[0])
        kiln.enrol(chain.admin, "supplier", valid_from=77)
        assert (chain.directory.members(), chain.directory.key(kiln.keys[0])) == before

    def test_an_lei_is_not_enrolled_under_a_second_name(self, chain: Harness, kiln: Org) -> None:
        with pytest.raises(ConflictError, match="enrolled already, as 'kiln'"):
            chain.admin.enrol(kiln.lei, "somebody else", "", ["supplier"])

    def test_a_key_never_serves_a_second_organisation_or_purpose(self, chain: Harness, kiln: Org, buyer: Org) -> None:
        with pytest.raises(ConflictError, match="registered already"):
            chain.admin.register_key(buyer.org, KeyPurpose.STATEMENT, kiln.statement.public.sec1, 1)
        with pytest.raises(ConflictError, match="registered already"):
            chain.admin.register_key(kiln.org, KeyPurpose.NODE, kiln.log.public.raw, 1)

    def test_keys_that_prove_nothing_are_not_registered(self, chain: Harness, kiln: Org) -> None:
        low_order = (1).to_bytes(32, "little")
        for purpose, key in (
            (KeyPurpose.LOG, low_order),
            (KeyPurpose.STATEMENT, b"\x04" + bytes(64)),
            (KeyPurpose.STATEMENT, kiln.log.public.raw),
        ):
            with pytest.raises(SignatureError):
                chain.admin.register_key(kiln.org, purpose, key, 1)
        for purpose in (KeyPurpose.ANCHOR, KeyPurpose.ENCRYPTION, KeyPurpose.FEDERATED):
            with pytest.raises(MalformedError):
                chain.admin.register_key(kiln.org, purpose, b"short", 1)

    def test_encryption_and_federated_keys_get_the_same_name_on_both_sides(self, chain: Harness, kiln: Org) -> None:
        for purpose, key in (
            (KeyPurpose.ENCRYPTION, b"\x09" + bytes(31)),
            (KeyPurpose.FEDERATED, b"\x04" + b"\x07" * 96),
        ):
            name = chain.admin.register_key(kiln.org, purpose, key, 1)
            record = chain.directory.key(name)
            assert record is not None and record.purpose == purpose
            assert chain.directory.public_key(name) == key

    def test_keys_of_a_member_are_listed_by_purpose_with_what_became_of_them(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        assert chain.directory.keys_of(kiln.org, KeyPurpose.ENCRYPTION) == ()
        first, second = (
            chain.admin.register_key(kiln.org, KeyPurpose.ENCRYPTION, bytes([number]) + bytes(31), number)
            for number in (9, 7)
        )
        chain.admin.register_key(buyer.org, KeyPurpose.ENCRYPTION, b"\x08" + bytes(31), 1)
        chain.admin.retire_key(first)
        found = chain.directory.keys_of(kiln.org, KeyPurpose.ENCRYPTION)
        assert [(record.key, record.valid_from) for record in found] == [(first, 9), (second, 7)]
        assert found[0] == chain.directory.key(first) and found[0].retired_at > 0 and found[1].retired_at == 0
        assert [record.key for record in chain.directory.keys_of(kiln.org, KeyPurpose.LOG)] == [kiln.keys[1]]
        assert chain.directory.keys_of(Org("nobody").org, KeyPurpose.LOG) == ()

    def test_a_cut_off_moves_earlier_but_never_later_or_into_the_future(self, chain: Harness, kiln: Org) -> None:
        now, key = chain.now(), kiln.keys[0]

        def cut_off() -> int:
            record = chain.directory.key(key)
            assert record is not None
            return record.compromised_at

        with pytest.raises(ConflictError, match="cut-off"):
            chain.admin.declare_compromised(key, now + DAY)
        chain.admin.declare_compromised(key, now - 10)
        chain.admin.declare_compromised(key, now - 20)
        assert cut_off() == now - 20
        with pytest.raises(ConflictError, match="cut-off"):
            chain.admin.declare_compromised(key, now - 15)
        assert cut_off() == now - 20

    def test_a_member_changes_its_own_keys_and_endpoint_and_nobody_elses(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        own = chain.admin_of(kiln)
        own.set_endpoint(kiln.org, "https://new.example")
        own.retire_key(kiln.keys[1])
        own.retire_key(kiln.keys[1])
        found, record = chain.directory.member(kiln.org), chain.directory.key(kiln.keys[1])
        assert found is not None and found.endpoint == "https://new.example"
        assert record is not None and record.retired_at > 0
        stranger = Org("stranger")
        attempts: list[Any] = [
            lambda: own.set_endpoint(buyer.org, "https://evil.example"),
            lambda: own.retire_key(buyer.keys[0]),
            lambda: own.declare_compromised(buyer.keys[0], 5),
            lambda: own.register_key(buyer.org, KeyPurpose.LOG, stranger.log.public.raw, 1),
            lambda: own.set_active(buyer.org, False),
            lambda: own.set_roles(kiln.org, ["scorer"]),
            lambda: own.set_paused(True),
            lambda: own.enrol(stranger.lei, "stranger", "", ["scorer"]),
            lambda: chain.admin_of(stranger).set_endpoint(kiln.org, "https://evil.example"),
        ]
        for attempt in attempts:
            with pytest.raises(ForbiddenError):
                attempt()

    def test_a_role_that_does_not_exist_is_refused(self, chain: Harness, kiln: Org) -> None:
        with pytest.raises(InputError, match="not a role"):
            chain.admin.set_roles(kiln.org, ["emperor"])
        chain.admin.set_roles(kiln.org, ["supplier", "bank", "accredited-body"])
        found = chain.directory.member(kiln.org)
        assert found is not None and found.roles == {"supplier", "bank", "accredited-body"}

    def test_changing_a_member_or_key_that_does_not_exist_is_refused(self, chain: Harness, kiln: Org) -> None:
        with pytest.raises(NotFoundError, match="nobody enrolled"):
            chain.admin.set_active(Org("nobody").org, True)
        with pytest.raises(NotFoundError, match="nobody registered"):
            chain.admin.retire_key(KeyId(b"\x11" * 32))


class CreditLedgerSuite:
    """As `MemberDirectorySuite`; `buyer` scores `kiln`."""

    @pytest.fixture
    def head(self, chain: Harness, kiln: Org) -> LogHead:
        head = kiln.tree.grow(3)
        anchor(chain.ledger(kiln), kiln, head, None)
        return head

    def test_a_score_is_attested_by_the_account_contract_and_read_back_whole(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead
    ) -> None:
        score = claim(kiln, ((kiln, head),), chain.now() + 30 * DAY)
        made = chain.credits(buyer).attest(score)
        member = chain.directory.member(buyer.org)
        assert member is not None
        assert (made.claim, made.attester, made.attester_org) == (score, member.account, buyer.org)
        assert made.revoked_at == 0 and abs(made.attested_at - chain.now()) < DAY and len(made.uid) == 32
        anyone = chain.credits(kiln)
        assert anyone.attestation(made.uid) == made
        assert anyone.attestation(bytes(32)) is None
        assert list(anyone.attestations(kiln.org)) == [made]
        assert list(anyone.attestations(buyer.org)) == []

    def test_attesting_an_equal_claim_again_gives_the_first_attestation(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead
    ) -> None:
        score = claim(kiln, ((kiln, head),), chain.now() + 30 * DAY)
        first = chain.credits(buyer).attest(score)
        chain.mine(1)
        assert chain.credits(buyer).attest(score) == first
        assert list(chain.credits(buyer).attestations(kiln.org)) == [first]

    def test_a_score_supersedes_an_earlier_one_of_the_same_attester_and_subject(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead
    ) -> None:
        credit, expires = chain.credits(buyer), chain.now() + 30 * DAY
        first = credit.attest(claim(kiln, ((kiln, head),), expires))
        second = credit.attest(claim(kiln, ((kiln, head),), expires, points=88_000_000, supersedes=first.uid))
        assert second.claim.supersedes == first.uid
        assert list(credit.attestations(kiln.org)) == [first, second]
        with pytest.raises(ConflictError):
            credit.attest(claim(kiln, ((kiln, head),), expires, supersedes=b"\x01" * 32))

    def test_not_rated_is_attested_without_points(self, chain: Harness, kiln: Org, buyer: Org, head: LogHead) -> None:
        score = claim(kiln, ((kiln, head),), chain.now() + DAY, state=1, points=0, low=0, high=0, band=0)
        assert chain.credits(buyer).attest(score).claim.state == 1

    @pytest.mark.parametrize(
        "wrong",
        [
            {"points": 100_000_001, "high": 100_000_001},
            {"points": 84_000_000},
            {"low": 91_000_000},
            {"state": 1},
            {"state": 2},
            {"heads": ()},
        ],
    )
    def test_points_interval_state_and_heads_out_of_bounds_are_refused(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead, wrong: dict[str, object]
    ) -> None:
        with pytest.raises(ConflictError):
            chain.credits(buyer).attest(claim(kiln, ((kiln, head),), chain.now() + DAY, **wrong))
        assert list(chain.credits(buyer).attestations(kiln.org)) == []

    def test_a_missing_past_or_too_late_expiry_is_refused(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead
    ) -> None:
        for expires in (0, chain.now() - 1, chain.now() + 401 * DAY):
            with pytest.raises(ConflictError):
                chain.credits(buyer).attest(claim(kiln, ((kiln, head),), expires))

    def test_evidence_that_is_not_anchored_is_refused(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead
    ) -> None:
        later = kiln.tree.grow(1)
        for heads in (((kiln, later),), ((kiln, head), (buyer, head)), ((kiln, head),) * 65):
            with pytest.raises(ConflictError):
                chain.credits(buyer).attest(claim(kiln, heads, chain.now() + DAY))

    def test_nobody_attests_itself_or_somebody_who_is_no_supplier(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead
    ) -> None:
        chain.admin.set_roles(buyer.org, ["scorer", "supplier"])
        with pytest.raises(ConflictError, match="itself"):
            chain.credits(buyer).attest(claim(buyer, ((kiln, head),), chain.now() + DAY))
        chain.admin.set_roles(kiln.org, ["bank"])
        with pytest.raises(ConflictError, match="supplier role"):
            chain.credits(buyer).attest(claim(kiln, ((kiln, head),), chain.now() + DAY))

    def test_only_an_operator_of_a_scorers_account_attests(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead
    ) -> None:
        score = claim(kiln, ((kiln, head),), chain.now() + DAY)
        with pytest.raises(ForbiddenError, match="account contract"):
            chain.credits(Org("stranger")).attest(score)
        chain.admin.set_roles(buyer.org, ["purchaser"])
        with pytest.raises(ConflictError, match="scorer role"):
            chain.credits(buyer).attest(score)
        chain.admin.set_roles(buyer.org, ["scorer"])
        key = chain.admin.register_key(buyer.org, KeyPurpose.ATTEST, buyer.attest_address, 1)
        chain.admin.retire_key(key)
        with pytest.raises(ForbiddenError):
            chain.credits(buyer).attest(score)

    def test_a_pause_stops_attestations_but_not_revocations(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead
    ) -> None:
        credit, expires = chain.credits(buyer), chain.now() + DAY
        made = credit.attest(claim(kiln, ((kiln, head),), expires))
        chain.admin.set_paused(True)
        with pytest.raises(FaultError, match="paused"):
            credit.attest(claim(kiln, ((kiln, head),), expires, points=86_000_000))
        credit.revoke(made.uid)
        found = credit.attestation(made.uid)
        assert found is not None and found.revoked_at > 0

    def test_only_who_attested_revokes_and_may_do_it_twice(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead
    ) -> None:
        credit = chain.credits(buyer)
        made = credit.attest(claim(kiln, ((kiln, head),), chain.now() + DAY))
        with pytest.raises(ForbiddenError, match="only that account"):
            chain.credits(kiln).revoke(made.uid)
        credit.revoke(made.uid)
        credit.revoke(made.uid)
        found = credit.attestation(made.uid)
        assert found is not None and found.revoked_at > 0
        assert list(credit.attestations(kiln.org)) == [found]
        with pytest.raises(NotFoundError):
            credit.revoke(b"\x07" * 32)

    def test_a_revoked_claim_is_not_attested_again_by_a_late_retry(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead
    ) -> None:
        credit, score = chain.credits(buyer), claim(kiln, ((kiln, head),), chain.now() + DAY)
        made = credit.attest(score)
        credit.revoke(made.uid)
        assert credit.attest(score).revoked_at > 0
        assert len(credit.attestations(kiln.org)) == 1

    def test_a_dropped_or_reorganised_attestation_is_made_again_once(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead
    ) -> None:
        score, dropped = claim(kiln, ((kiln, head),), chain.now() + DAY), []
        chain.mine(5)
        chain.hold()
        chain.during_waits(
            lambda: dropped.append(chain.drop()), lambda: chain.mine(1), lambda: chain.reorg(2), lambda: chain.mine(1)
        )
        made = chain.credits(buyer, confirmations=4).attest(score)
        assert sum(dropped) == 1
        assert made.claim == score
        assert list(chain.credits(buyer).attestations(kiln.org)) == [made]

    def test_an_unreachable_chain_is_reported_by_every_call(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead
    ) -> None:
        credit, score = chain.credits(buyer), claim(kiln, ((kiln, head),), chain.now() + DAY)
        made = credit.attest(score)
        chain.down()
        attempts: list[Any] = [
            lambda: credit.attest(score),
            lambda: credit.attestation(made.uid),
            lambda: credit.attestations(kiln.org),
            lambda: credit.revoke(made.uid),
        ]
        for attempt in attempts:
            with pytest.raises(LedgerUnreachableError):
                attempt()
        chain.up()
        assert credit.attestation(made.uid) == made

    def test_numbers_and_digests_that_do_not_fit_are_refused(
        self, chain: Harness, kiln: Org, buyer: Org, head: LogHead
    ) -> None:
        for wrong in ({"band": 256}, {"points": -1, "low": -1}, {"policy": b"short"}, {"band": -1}):
            with pytest.raises(InputError):
                chain.credits(buyer).attest(claim(kiln, ((kiln, head),), chain.now() + DAY, **wrong))
