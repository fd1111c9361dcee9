"""`CapabilityBook` and `Gate` on an EVM chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from eth_utils.address import to_checksum_address

from evidence.errors import LedgerUnreachableError, NotFoundError
from evidence.identity import OrgId
from evidence.network import MEMBER_REGISTRY
from node.chain.checks import not_ours
from node.chain.evm_account import EvmAccount
from node.chain.evm_chain import NEWEST, EvmChain
from node.chain.evm_credit import EAS
from node.chain.evm_policies import block_time
from node.chain.evm_sender import EvmSender
from node.chain.port_gate import (
    CapabilityClaim,
    CapabilityMonth,
    CapabilityRule,
    Cause,
    GateReading,
    GateReason,
    GateRule,
    GateState,
)

CAPABILITIES: Final = "CapabilityResolver"
GATE: Final = "QualificationGate"
CAPABILITY_SCHEMA: Final = (
    "bytes32 subject,bytes32 characteristic,uint32 month,uint32 n,int64 cpkMicro,int64 upperMicro,"
    "bytes32 evidenceOrg,uint64 evidenceSize,bytes32 evidenceRoot"
)
"""The EAS schema, letter by letter as `CapabilityResolver` has it."""
CAPABILITY_SCHEMA_NAME: Final = "CapabilityClaim"
"""What the network file calls the schema."""
_TYPES: Final = tuple(field.split(" ")[0] for field in CAPABILITY_SCHEMA.split(","))
_ANYBODY: Final = bytes(32)
_RULES, _STATES, _CAUSES = tuple(CapabilityRule), tuple(GateState), tuple(Cause)


class EvmCapabilities:
    """See the port; `sender` holds an attest key of the organisation, None only reads."""

    def __init__(self, chain: EvmChain, sender: EvmSender | None = None) -> None:
        self._chain = chain
        self._account = EvmAccount(chain, sender)

    def attest(self, claim: CapabilityClaim) -> CapabilityMonth:
        org, account = self._account.own()
        data = self._chain.codec.encode_values(_TYPES, _values(claim))
        recipient = to_checksum_address(self._chain.read(MEMBER_REGISTRY, "accountOf", claim.subject))

        def newest(at: int | str) -> CapabilityMonth | None:
            return self._month(claim.subject, claim.characteristic, claim.month, org, at)

        def holds(at: int) -> bool:
            found = newest(at)
            return found is not None and self._data(found.uid, at) == data

        known = newest(NEWEST)
        request = (recipient, 0, True, known.uid if known else bytes(32), data, 0)
        number = self._account.act(EAS, "attest", [(self._schema(), request)], holds, account=account)
        found = newest(number)
        if found is None:
            raise LedgerUnreachableError("the attested month vanished in a reorg right after it settled")
        return found

    def month(
        self, subject: OrgId, characteristic: bytes, month: int, scorer: OrgId | None = None
    ) -> CapabilityMonth | None:
        return self._month(subject, characteristic, month, scorer, NEWEST)

    def months_back(
        self, subject: OrgId, characteristic: bytes, last: int, count: int, scorer: OrgId | None = None
    ) -> Sequence[CapabilityMonth | None]:
        who = scorer or _ANYBODY
        rows = self._chain.read(CAPABILITIES, "monthsBack", subject, characteristic, last, count, who)
        return tuple(_found(last - back, row) for back, row in enumerate(rows))

    def revoke(self, uid: bytes) -> None:
        _, account = self._account.own()
        logs = self._chain.logs(EAS, "Attested", {"schemaUID": self._schema()}, last=self._chain.newest())
        made = next((log for log in logs if bytes(log.values["uid"]) == uid), None)
        if made is None:
            raise NotFoundError(f"there is no attested month 0x{uid.hex()}", advice="Check the attestation's UID.")
        if to_checksum_address(made.values["attester"]) != account:
            raise not_ours(uid, str(made.values["attester"]))
        self._account.act(
            EAS, "revoke", [(self._schema(), (uid, 0))], lambda at: self._fields(uid, at)[4] > 0, account=account
        )

    def _month(
        self, subject: OrgId, characteristic: bytes, month: int, scorer: OrgId | None, at: int | str
    ) -> CapabilityMonth | None:
        who = scorer or _ANYBODY
        return _found(month, self._chain.read(CAPABILITIES, "monthOf", subject, characteristic, month, who, at=at))

    def _fields(self, uid: bytes, at: int | str) -> Sequence[Any]:
        fields: Sequence[Any] = self._chain.read(EAS, "getAttestation", uid, at=at)
        return fields

    def _data(self, uid: bytes, at: int | str) -> bytes:
        return bytes(self._fields(uid, at)[9])

    def _schema(self) -> bytes:
        known = self._chain.settings.network.schemas.get(CAPABILITY_SCHEMA_NAME)
        return known or bytes(self._chain.read(CAPABILITIES, "schemaUid"))


class EvmGate:
    """See the port; `sender` holds an attest key of the organisation, None only reads."""

    def __init__(self, chain: EvmChain, sender: EvmSender | None = None) -> None:
        self._chain = chain
        self._account = EvmAccount(chain, sender)

    def set_rule(self, subject: OrgId, rule: GateRule) -> None:
        org, account = self._account.own()
        fields = (
            *(_RULES.index(rule.rule), rule.grace_days, rule.attesters, rule.floor, rule.scorer or _ANYBODY),
            *(rule.policy_name, list(rule.characteristics)),
        )
        self._account.act(
            GATE, "setRule", [subject, fields], lambda at: self._rule(org, subject, at) == rule, account=account
        )

    def clear_rule(self, subject: OrgId) -> None:
        org, account = self._account.own()
        if self.rule(org, subject) is None:
            raise NotFoundError(f"0x{org.hex()} asks nothing of 0x{subject.hex()}", advice="Check the supplier's LEI.")
        self._account.act(
            GATE, "clearRule", [subject], lambda at: self._rule(org, subject, at) is None, account=account
        )

    def rule(self, purchaser: OrgId, subject: OrgId) -> GateRule | None:
        return self._rule(purchaser, subject, NEWEST)

    def read(self, purchaser: OrgId, subject: OrgId, at: int | None = None) -> GateReading:
        moment = block_time(self._chain) if at is None else at
        state, reasons = self._chain.read(GATE, "state", purchaser, subject, moment)
        return GateReading(_STATES[state], tuple(_reason(one) for one in reasons), moment)

    def _rule(self, purchaser: OrgId, subject: OrgId, at: int | str) -> GateRule | None:
        rule, grace, attesters, floor, scorer, name, characteristics = self._chain.read(
            GATE, "ruleOf", purchaser, subject, at=at
        )
        if not floor and not characteristics:
            return None
        who = OrgId(bytes(scorer)) if any(scorer) else None
        names = tuple(bytes(one) for one in characteristics)
        return GateRule(names, _RULES[rule], grace, floor, name, attesters, who)


def _values(claim: CapabilityClaim) -> list[Any]:
    return [
        *(claim.subject, claim.characteristic, claim.month, claim.n, claim.cpk_micro, claim.upper_micro),
        *claim.head,
    ]


def _found(month: int, row: Sequence[Any]) -> CapabilityMonth | None:
    n, cpk, upper, attested_at, uid = row
    return CapabilityMonth(month, n, cpk, upper, attested_at, bytes(uid)) if n else None


def _reason(row: Sequence[Any]) -> GateReason:
    cause, freezes, characteristic, month, value = row
    named = bytes(characteristic)
    return GateReason(_CAUSES[cause], bool(freezes), named if any(named) else None, month or None, value)
