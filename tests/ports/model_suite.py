"""What every `ModelLedger` must do; run on each adapter."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from evidence.errors import ConflictError, FaultError, ForbiddenError, LedgerUnreachableError
from evidence.identity import lei_from_prefix
from evidence.model_round import NO_RECORD, ModelRound, RoundMember
from tests.ports.chain_suite import Harness
from tests.support.consortium import Org


def named(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def rounds(count: int, **changes: Any) -> list[ModelRound]:
    """Records that follow one another."""
    members = tuple(RoundMember(lei_from_prefix(f"MODELSUITE{place:08d}"), named(f"{place}")) for place in range(4))
    members = (*sorted(members, key=lambda one: one.org)[:3], RoundMember(lei_from_prefix("MODELSUITEZZZZZZZZ"), None))
    made: list[ModelRound] = []
    for number in range(1, count + 1):
        fields: dict[str, Any] = {
            "run": named("run"),
            "code": named("code"),
            "round": number,
            "step": number + 2,
            "committee": named(f"committee {number}"),
            "roll": named(f"roll {number}"),
            "members": members,
            "model_before": named(f"model {number - 1}"),
            "model_after": named(f"model {number}"),
            "sums": named(f"sums {number}"),
            "weight": 1_000,
            "epsilon_micro": 2_000_000,
            "previous": made[-1].digest if made else NO_RECORD,
            **changes,
        }
        made.append(ModelRound(**fields))
    return made


class ModelLedgerSuite:
    """`buyer` is named a steward; `kiln` is not."""

    @pytest.fixture
    def steward(self, chain: Harness, kiln: Org, buyer: Org) -> Org:
        chain.models().set_steward(buyer.org, True)
        chain.models().set_steward(buyer.org, True)
        return buyer

    def test_rounds_are_recorded_once_each_and_read_back_whole(self, chain: Harness, steward: Org) -> None:
        ledger, made = chain.models(steward), rounds(3)
        assert ledger.rounds(made[0].run) == ()
        for one in made:
            first = ledger.record(steward.org, one)
            assert ledger.record(steward.org, one) == first
        found = ledger.rounds(made[0].run)
        assert len(found) == 3 and all(entry.matches(one) for entry, one in zip(found, made, strict=True))
        assert found[0].contributors == 3 and found[0].committee_size == 4
        assert not found[0].matches(replace(made[0], weight=999))

    def test_what_does_not_follow_is_refused_with_the_reason(self, chain: Harness, steward: Org) -> None:
        ledger, made = chain.models(steward), rounds(3)
        with pytest.raises(ConflictError, match="stands at round 0"):
            ledger.record(steward.org, made[1])
        ledger.record(steward.org, made[0])
        with pytest.raises(ConflictError, match="stands at round 1"):
            ledger.record(steward.org, replace(made[0], weight=5))
        for field in ("previous", "model_before", "code"):
            with pytest.raises(ConflictError, match="the one before ended with"):
                changes: dict[str, Any] = {field: named("other")}
                ledger.record(steward.org, replace(made[1], **changes))
        alone = tuple(replace(one, vector=None) for one in made[1].members)
        with pytest.raises(ConflictError, match="fewer than three"):
            ledger.record(steward.org, replace(made[1], members=alone))

    def test_only_stewards_record_and_each_only_its_own_runs(self, chain: Harness, kiln: Org, steward: Org) -> None:
        made = rounds(2)
        with pytest.raises(ForbiddenError, match="may not record rounds"):
            chain.models(kiln).record(kiln.org, made[0])
        with pytest.raises(ForbiddenError, match="the key"):
            chain.models(kiln).record(steward.org, made[0])
        chain.models(steward).record(steward.org, made[0])
        chain.models().set_steward(kiln.org, True)
        with pytest.raises(ForbiddenError, match="may not record rounds"):
            chain.models(kiln).record(kiln.org, made[1])

    def test_only_the_admin_names_stewards_and_a_dismissed_or_suspended_one_records_nothing(
        self, chain: Harness, kiln: Org, steward: Org
    ) -> None:
        with pytest.raises(ForbiddenError):
            chain.models(kiln).set_steward(kiln.org, True)
        assert chain.models().is_steward(steward.org) and not chain.models().is_steward(kiln.org)
        chain.models().set_steward(steward.org, False)
        with pytest.raises(ForbiddenError):
            chain.models(steward).record(steward.org, rounds(1)[0])
        chain.models().set_steward(steward.org, True)
        chain.admin.set_active(steward.org, False)
        with pytest.raises(ForbiddenError):
            chain.models(steward).record(steward.org, rounds(1)[0])

    def test_a_pause_and_a_dead_chain_are_faults(self, chain: Harness, steward: Org) -> None:
        chain.admin.set_paused(True)
        with pytest.raises(FaultError, match="paused"):
            chain.models(steward).record(steward.org, rounds(1)[0])
        chain.admin.set_paused(False)
        ledger = chain.models(steward)
        chain.down()
        with pytest.raises(LedgerUnreachableError):
            ledger.rounds(named("run"))
        chain.up()
