"""`Accreditations`, `Repairs` and `Objections` on an EVM chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from evidence.errors import ConflictError, LedgerUnreachableError, NotFoundError
from evidence.identity import OrgId
from evidence.receipt import Address
from node.chain.eip712 import claim_id, co_sign_digest, message_digest
from node.chain.evm_account import EvmAccount
from node.chain.evm_chain import NEWEST, EvmChain
from node.chain.evm_policies import block_time
from node.chain.evm_sender import EvmSender
from node.chain.port_repairs import Accreditation, CoSign, Objection, RepairClaim, SignedCoSign

ACCREDITATIONS: Final = "AccreditationRegistry"
REPAIRS: Final = "RepairBook"
OBJECTIONS: Final = "ObjectionBook"
_PAGE: Final = 100
_MOST: Final = 10_000


class EvmAccreditations:
    """See the port; `sender` holds the accreditor's key, None only reads."""

    def __init__(self, chain: EvmChain, sender: EvmSender | None = None) -> None:
        self._chain = chain
        self._account = EvmAccount(chain, sender)

    def grant(self, body: OrgId, scopes: Sequence[bytes], until: int) -> None:
        def holds(at: int) -> bool:
            terms = [self._term(body, scope, at) for scope in scopes]
            return bool(terms) and all(one is not None and one.until == until for one in terms)

        self._account.call(ACCREDITATIONS, "grant", [body, list(scopes), until], holds)

    def withdraw(self, body: OrgId, scope: bytes) -> None:
        before = self.accreditation(body, scope)
        if before is None or not before.runs(block_time(self._chain)):
            raise ConflictError(f"0x{body.hex()} is not accredited for scope 0x{scope.hex()} now")

        def holds(at: int) -> bool:
            found = self._term(body, scope, at)
            return found is not None and found.until < before.until

        self._account.call(ACCREDITATIONS, "withdraw", [body, scope], holds)

    def bar(self, body: OrgId, since: int) -> None:
        self._account.call(ACCREDITATIONS, "bar", [body, since], lambda at: 0 < since == self._barred(body, at))

    def accreditation(self, body: OrgId, scope: bytes) -> Accreditation | None:
        return self._term(body, scope, NEWEST)

    def accreditations(self, body: OrgId | None = None) -> Sequence[Accreditation]:
        indexed = {} if body is None else {"body": bytes(body)}
        logs = self._chain.logs(ACCREDITATIONS, "AccreditationGranted", indexed, last=self._chain.newest())
        named = dict.fromkeys((OrgId(bytes(log.values["body"])), bytes(log.values["scope"])) for log in logs)
        return tuple(term for who, scope in named if (term := self.accreditation(who, scope)) is not None)

    def barred_since(self, body: OrgId) -> int | None:
        return self._barred(body, NEWEST) or None

    def is_accredited(self, body: OrgId, scope: bytes, at: int | None = None) -> bool:
        moment = block_time(self._chain) if at is None else at
        return bool(self._chain.read(ACCREDITATIONS, "isAccredited", body, scope, moment))

    def _term(self, body: OrgId, scope: bytes, at: int | str) -> Accreditation | None:
        since, until = self._chain.read(ACCREDITATIONS, "term", body, scope, at=at)
        return Accreditation(body, scope, since, until) if since else None

    def _barred(self, body: OrgId, at: int | str) -> int:
        return int(self._chain.read(ACCREDITATIONS, "barredSince", body, at=at))


class EvmRepairs:
    """See the port; `sender` holds an attest key of the organisation, None only reads."""

    def __init__(self, chain: EvmChain, sender: EvmSender | None = None) -> None:
        self._chain = chain
        self._account = EvmAccount(chain, sender)

    def claim_id(self, subject: OrgId, document: bytes, scope: bytes) -> bytes:
        return claim_id(subject, document, scope)

    def open(self, document: bytes, scope: bytes, until: int) -> RepairClaim:
        org, account = self._account.own()
        name = claim_id(org, document, scope)
        self._account.act(
            REPAIRS, "open", [document, scope, until], lambda at: self._claim(name, at) is not None, account=account
        )
        return self._need(name)

    def withdraw(self, claim: bytes) -> None:
        self._need(claim)

        def holds(at: int) -> bool:
            found = self._claim(claim, at)
            return found is not None and found.withdrawn_at > 0

        self._as_own(lambda org: org == self._need(claim).subject, "withdraw", claim, holds)

    def sign(self, claim: bytes, evidence: bytes, deadline: int) -> SignedCoSign:
        org, account = self._account.own()
        network = self._chain.settings.network
        digest = co_sign_digest(network.chain_id, network.contracts[REPAIRS], claim, org, evidence, deadline)
        place = Address(bytes.fromhex(account[2:]))
        signature = self._account.sender.sign_digest(message_digest(network.chain_id, place, digest))
        return SignedCoSign(claim, org, evidence, deadline, signature)

    def co_sign(self, signed: SignedCoSign) -> CoSign:
        def find(at: int | str) -> CoSign | None:
            given = self._co_signs(signed.claim, at)
            return next((one for one in given if (one.body, one.evidence) == (signed.body, signed.evidence)), None)

        arguments = [signed.claim, signed.body, signed.evidence, signed.deadline, signed.signature]
        number = self._account.call(REPAIRS, "coSign", arguments, lambda at: find(at) is not None)
        found = find(number)
        if found is None:
            raise LedgerUnreachableError("the co-sign vanished in a reorg right after it settled")
        return found

    def revoke(self, claim: bytes) -> None:
        org, account = self._account.own()
        if not any(one.body == org for one in self.co_signs(claim)):
            raise NotFoundError(f"no co-sign of ours stands on claim 0x{claim.hex()}", advice="Check the claim.")

        def holds(at: int) -> bool:
            return any(one.body == org and one.revoked_at > 0 for one in self._co_signs(claim, at))

        self._account.act(REPAIRS, "revokeCoSign", [claim], holds, account=account)

    def claim(self, claim: bytes) -> RepairClaim | None:
        return self._claim(claim, NEWEST)

    def claims(self, subject: OrgId) -> Sequence[RepairClaim]:
        count = int(self._chain.read(REPAIRS, "claimCount", subject))
        if count > _MOST:
            raise LedgerUnreachableError(f"the chain names {count} repair claims; at most {_MOST} are believed")
        ids = [bytes(self._chain.read(REPAIRS, "claimAt", subject, index)) for index in range(count)]
        return tuple(self._need(one) for one in ids)

    def co_signs(self, claim: bytes) -> Sequence[CoSign]:
        return self._co_signs(claim, NEWEST)

    def is_cosigned(self, claim: bytes, at: int | None = None) -> bool:
        moment = block_time(self._chain) if at is None else at
        return bool(self._chain.read(REPAIRS, "isCosigned", claim, moment))

    def in_repair(self, subject: OrgId, at: int | None = None) -> bool:
        moment = block_time(self._chain) if at is None else at
        return bool(self._chain.read(REPAIRS, "inRepair", subject, moment))

    def _as_own(
        self, is_ours: Callable[[OrgId], bool], function: str, claim: bytes, holds: Callable[[int], bool]
    ) -> None:
        org, account = self._account.own()
        # A stranger's call must be refused by the contract even when somebody else already brought it about.
        checked = holds if is_ours(org) else lambda at: False
        self._account.act(REPAIRS, function, [claim], checked, account=account)

    def _claim(self, name: bytes, at: int | str) -> RepairClaim | None:
        try:
            fields = self._chain.read(REPAIRS, "repairClaim", name, at=at, to=self._chain.address(REPAIRS))
        except NotFoundError:
            return None
        subject, document, scope, *times = fields
        return RepairClaim(name, OrgId(bytes(subject)), bytes(document), bytes(scope), *times)

    def _need(self, name: bytes) -> RepairClaim:
        found = self.claim(name)
        if found is None:
            raise NotFoundError(f"nobody opened the repair claim 0x{name.hex()}", advice="Check the claim's id.")
        return found

    def _co_signs(self, claim: bytes, at: int | str) -> tuple[CoSign, ...]:
        rows: Sequence[Any] = self._chain.read(REPAIRS, "coSigns", claim, at=at)
        return tuple(CoSign(OrgId(bytes(body)), bytes(seen), *times) for body, seen, *times in rows)


class EvmObjections:
    """See the port; `sender` holds an attest key of the organisation, None only reads."""

    def __init__(self, chain: EvmChain, sender: EvmSender | None = None) -> None:
        self._chain = chain
        self._account = EvmAccount(chain, sender)

    def file(self, uid: bytes, reason: bytes) -> Objection:
        org, account = self._account.own()

        def find(at: int | str) -> Objection | None:
            mine = [one for one in self._objections(uid, at) if one.by == org and not one.withdrawn_at]
            return next((one for one in mine if one.reason == reason), None)

        number = self._account.act(OBJECTIONS, "file", [uid, reason], lambda at: find(at) is not None, account=account)
        found = find(number)
        if found is None:
            raise LedgerUnreachableError("the objection vanished in a reorg right after it settled")
        return found

    def withdraw(self, uid: bytes) -> None:
        org, account = self._account.own()
        if not any(one.by == org for one in self.objections(uid)):
            raise NotFoundError(f"no objection of ours to 0x{uid.hex()} was filed", advice="Check the attestation.")

        def holds(at: int) -> bool:
            return not self._chain.read(OBJECTIONS, "objects", uid, org, at=at)

        self._account.act(OBJECTIONS, "withdraw", [uid], holds, account=account)

    def objections(self, uid: bytes) -> Sequence[Objection]:
        return self._objections(uid, NEWEST)

    def _objections(self, uid: bytes, at: int | str) -> tuple[Objection, ...]:
        found: list[Objection] = []
        while len(found) < _MOST:
            page = self._chain.read(OBJECTIONS, "objections", uid, len(found), _PAGE, at=at)
            found += [Objection(uid, OrgId(bytes(by)), bytes(reason), *times) for by, reason, *times in page]
            if len(page) < _PAGE:
                return tuple(found)
        raise LedgerUnreachableError(f"the chain names more than {_MOST} objections to one attestation")
