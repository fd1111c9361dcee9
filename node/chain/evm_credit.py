"""`CreditLedger` on an EVM chain: attestations through EAS, made by the organisation's account contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from eth_utils.address import to_checksum_address

from evidence.errors import LedgerUnreachableError
from evidence.identity import OrgId
from evidence.keys import KeyPurpose, address_key_id
from evidence.network import MEMBER_REGISTRY
from node.chain.checks import check_revocable, no_account
from node.chain.evm_chain import NEWEST, EvmChain
from node.chain.evm_claim import decode_claim, encode_claim
from node.chain.evm_members import NOBODY, read_key
from node.chain.evm_sender import EvmSender
from node.chain.port import Attestation, CreditClaim

EAS: Final = "EAS"
RESOLVER: Final = "CreditResolver"
ACCOUNT: Final = "OrgAccount"
POLICY_RESOLVER: Final = "PolicyCreditResolver"
SCHEMA_NAMES: Final = {RESOLVER: "CreditClaim", POLICY_RESOLVER: "PolicyCreditClaim"}
"""What the network file calls the schema of each resolver."""
SCHEMA_NAME: Final = SCHEMA_NAMES[RESOLVER]


class EvmCredits:
    """See the port; `sender` holds an attest key of the organisation, None only reads.

    A network with a `PolicyCreditResolver` attests there; what `CreditResolver` took before stays readable.

    Args:
        resolver: who judges new attestations; None is the strictest that the network has.
    """

    def __init__(self, chain: EvmChain, sender: EvmSender | None = None, *, resolver: str | None = None) -> None:
        self._chain = chain
        self._sender = sender
        known = chain.settings.network.contracts
        self._resolver = resolver or (POLICY_RESOLVER if POLICY_RESOLVER in known else RESOLVER)
        self._readable = [one for one in SCHEMA_NAMES if one in known or one == self._resolver]

    @property
    def governed(self) -> bool:
        return self._resolver == POLICY_RESOLVER

    def attest(self, claim: CreditClaim) -> Attestation:
        sender = self._writer()
        org, account = own_account(self._chain, sender)
        recipient = to_checksum_address(self._chain.read(MEMBER_REGISTRY, "accountOf", claim.subject))
        data = encode_claim(self._chain.codec, claim)
        request = (recipient, claim.expires, True, claim.supersedes, data, 0)
        call = self._chain.codec.encode(EAS, "attest", [(self._schema(self._resolver), request)])
        known: dict[bytes, Attestation] = {}

        def find(number: int) -> Attestation | None:
            # The resolver's events name subject and attester, so nobody else's attestation is ever taken for ours.
            for uid in self._uids(claim.subject, org, last=number):
                if uid not in known:
                    known[uid] = self._read(uid, org, number, self._resolver)
                if known[uid].claim == claim:
                    return known[uid]
            return None

        number = sender.write(account, self._execute(call), lambda number: find(number) is not None)
        found = find(number)
        if found is None:
            raise LedgerUnreachableError("the attestation vanished in a reorg right after it settled")
        return self._read(found.uid, org, NEWEST, self._resolver)

    def attestation(self, uid: bytes) -> Attestation | None:
        last = self._chain.newest()
        for resolver in self._readable:
            for log in self._chain.logs(resolver, "CreditAttested", {"uid": uid}, last=last):
                return self._read(uid, OrgId(bytes(log.values["attester"])), NEWEST, resolver)
        return None

    def attestations(self, subject: OrgId) -> Sequence[Attestation]:
        last = self._chain.newest()
        found = [
            (log, resolver)
            for resolver in self._readable
            for log in self._chain.logs(resolver, "CreditAttested", {"subject": subject}, last=last)
        ]
        found.sort(key=lambda pair: pair[0].block)
        return tuple(
            self._read(bytes(log.values["uid"]), OrgId(bytes(log.values["attester"])), last, resolver)
            for log, resolver in found
        )

    def revoke(self, uid: bytes) -> None:
        sender = self._writer()
        org, account = own_account(self._chain, sender)
        made = self.attestation(uid)
        check_revocable(uid, made, account)
        resolver = POLICY_RESOLVER if made is not None and made.governed else RESOLVER
        call = self._chain.codec.encode(EAS, "revoke", [(self._schema(resolver), (uid, 0))])
        sender.write(account, self._execute(call), lambda at: self._read(uid, org, at, resolver).revoked_at > 0)

    def _writer(self) -> EvmSender:
        if self._sender is None:
            raise no_account(b"")
        return self._sender

    def _execute(self, call: str) -> str:
        return self._chain.codec.encode(ACCOUNT, "execute", [self._chain.address(EAS), 0, call])

    def _schema(self, resolver: str) -> bytes:
        known = self._chain.settings.network.schemas.get(SCHEMA_NAMES[resolver])
        return known or bytes(self._chain.read(resolver, "schemaUid"))

    def _uids(self, subject: OrgId, attester: OrgId, *, last: int) -> Sequence[bytes]:
        indexed = {"subject": bytes(subject), "attester": bytes(attester)}
        logs = self._chain.logs(self._resolver, "CreditAttested", indexed, last=last)
        return [bytes(log.values["uid"]) for log in logs]

    def _read(self, uid: bytes, attester_org: OrgId, at: int | str, resolver: str) -> Attestation:
        fields = self._chain.read(EAS, "getAttestation", uid, at=at)
        found, schema, time, expires, revoked, supersedes, _, attester, _, data = fields
        if bytes(found) != uid or bytes(schema) != self._schema(resolver):
            raise LedgerUnreachableError(f"EAS does not know attestation 0x{uid.hex()}, which its resolver announced")
        claim = decode_claim(self._chain.codec, bytes(data), expires=expires, supersedes=bytes(supersedes))
        return Attestation(
            uid, to_checksum_address(attester), attester_org, claim, time, revoked, resolver == POLICY_RESOLVER
        )


def own_account(chain: EvmChain, sender: EvmSender) -> tuple[OrgId, str]:
    """The organisation whose attest key `sender` holds, and its account contract.

    Raises:
        ForbiddenError: the key is registered to nobody for attesting, or its organisation has no account contract.
    """
    record = read_key(chain, address_key_id(sender.address_bytes))
    if record is None or record.purpose != KeyPurpose.ATTEST:
        raise no_account(sender.address_bytes)
    account = chain.read(MEMBER_REGISTRY, "accountOf", record.org)
    if account == NOBODY:
        raise no_account(sender.address_bytes)
    return record.org, to_checksum_address(account)
