"""The rules of accreditations, repairs and objections over a memory chain's state: equal checks, equal refusals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evidence.identity import OrgId
from evidence.receipt import Address
from node.chain import roles
from node.chain.eip712 import claim_id, co_sign_digest, message_digest
from node.chain.memory_rules import actor, is_active
from node.chain.memory_score import CHAIN_ID
from node.chain.memory_world import REPAIR_ADDRESS, World, refuse
from node.chain.port_repairs import (
    LONGEST_REPAIR_S,
    LONGEST_TERM_S,
    MOST_CO_SIGNS,
    MOST_OPEN,
    MOST_SCOPES,
    Accreditation,
    CoSign,
    Objection,
    RepairClaim,
    SignedCoSign,
)

_DAY = 86_400

# AccreditationRegistry


def grant(world: World, sender: Address, now: int, body: OrgId, scopes: Sequence[bytes], until: int) -> None:
    """`AccreditationRegistry.grant`."""
    _only_accreditor(world, sender)
    state = world.score
    if not is_active(world, body, roles.ACCREDITED_BODY):
        raise refuse("NotAccreditedBody", body=body)
    if body in state.barred:
        raise refuse("BarredBody", body=body, since=state.barred[body])
    if not now < until <= now + LONGEST_TERM_S:
        raise refuse("ExpiryRefused", until=until, latest=now + LONGEST_TERM_S)
    if not 1 <= len(scopes) <= MOST_SCOPES or not all(any(scope) for scope in scopes):
        raise refuse("ScopesRefused", count=len(scopes), most=MOST_SCOPES)
    for scope in scopes:
        present = state.accreditations.get((body, scope))
        since = present.since if present is not None and present.runs(now) else now
        state.accreditations[body, scope] = Accreditation(body, scope, since, until)


def withdraw_term(world: World, sender: Address, now: int, body: OrgId, scope: bytes) -> None:
    """`AccreditationRegistry.withdraw`."""
    _only_accreditor(world, sender)
    present = world.score.accreditations.get((body, scope))
    if present is None or not present.runs(now):
        raise refuse("NoTerm", body=body, scope=scope)
    world.score.accreditations[body, scope] = replace(present, until=now)


def bar(world: World, sender: Address, now: int, body: OrgId, since: int) -> None:
    """`AccreditationRegistry.bar`."""
    _only_accreditor(world, sender)
    declared = world.score.barred.get(body, 0)
    if not 0 < since <= now or (declared and since >= declared):
        raise refuse("BarRefused", body=body, declared=declared, requested=since, nowTime=now)
    world.score.barred[body] = since


def is_accredited(world: World, body: OrgId, scope: bytes, at: int) -> bool:
    """`AccreditationRegistry.isAccredited`."""
    term = world.score.accreditations.get((body, scope))
    barred = world.score.barred.get(body, 0)
    held = term is not None and term.runs(at) and (not barred or at < barred)
    return held and is_active(world, body, roles.ACCREDITED_BODY)


def _only_accreditor(world: World, sender: Address) -> None:
    if sender != world.score.accreditor:
        raise refuse("AccessControlUnauthorizedAccount", account=sender)


# RepairBook


def open_repair(world: World, sender: Address, now: int, document: bytes, scope: bytes, until: int) -> None:
    """`RepairBook.open`."""
    org = actor(world, sender, now)
    if world.paused:
        raise refuse("RepairsPaused")
    if not is_active(world, org, roles.SUPPLIER):
        raise refuse("NotSupplierAccount", org=org, caller=sender)
    if not any(document) or not any(scope):
        raise refuse("RepairClaimRefused", document=document, scope=scope)
    if not now < until <= now + LONGEST_REPAIR_S:
        raise refuse("DeadlineRefused", until=until, latest=now + LONGEST_REPAIR_S)
    name = claim_id(org, document, scope)
    if name in world.score.claims:
        raise refuse("AlreadyOpened", claim=name)
    others = claims_of(world, org)
    if len(others) >= MOST_OPEN and claim_runs(others[-MOST_OPEN], now):
        raise refuse("TooManyOpen", subject=org, most=MOST_OPEN)
    _spend(world, "open", org, now, world.score.claims_per_day)
    world.score.claims[name] = RepairClaim(name, org, document, scope, now, until, 0)


def withdraw_repair(world: World, sender: Address, now: int, claim: bytes) -> None:
    """`RepairBook.withdraw`."""
    org, record = actor(world, sender, now), _claim(world, claim)
    if record.subject != org:
        raise refuse("NotSubject", claim=claim, caller=sender)
    if record.withdrawn_at:
        raise refuse("ClaimOver", claim=claim, end=record.withdrawn_at)
    world.score.claims[claim] = replace(record, withdrawn_at=now)


def co_sign(world: World, now: int, signed: SignedCoSign) -> None:
    """`RepairBook.coSign`; the signature is really checked."""
    if world.paused:
        raise refuse("RepairsPaused")
    record, body = _claim(world, signed.claim), signed.body
    if not claim_runs(record, now):
        raise refuse("ClaimOver", claim=signed.claim, end=record.withdrawn_at or record.until)
    if body == record.subject:
        raise refuse("OwnClaim", claim=signed.claim, body=body)
    if not is_accredited(world, body, record.scope, now):
        raise refuse("NotAccredited", body=body, scope=record.scope, nowTime=now)
    given = world.score.co_signs.get(signed.claim, ())
    if len(given) >= MOST_CO_SIGNS or any(one.body == body for one in given):
        raise refuse("CoSignRefused", claim=signed.claim, body=body, count=len(given))
    if signed.deadline < now:
        raise refuse("SignatureExpired", deadline=signed.deadline, nowTime=now)
    _check_signature(world, now, signed)
    _spend(world, "co-sign", body, now, world.score.co_signs_per_day)
    world.score.co_signs[signed.claim] = (*given, CoSign(body, signed.evidence, now, 0))


def revoke_co_sign(world: World, sender: Address, now: int, claim: bytes) -> None:
    """`RepairBook.revokeCoSign`."""
    org, given = actor(world, sender, now), list(world.score.co_signs.get(claim, ()))
    for place, one in enumerate(given):
        if one.body == org and not one.revoked_at:
            given[place] = replace(one, revoked_at=now)
            world.score.co_signs[claim] = tuple(given)
            return
    raise refuse("NoCoSign", claim=claim, body=org)


def claims_of(world: World, subject: OrgId) -> list[RepairClaim]:
    """All claims of a supplier, oldest first."""
    return [one for one in world.score.claims.values() if one.subject == subject]


def claim_runs(record: RepairClaim, at: int) -> bool:
    """Whether a claim runs at a moment."""
    return record.opened_at <= at < record.until and not _over(record.withdrawn_at, at)


def is_cosigned(world: World, claim: bytes, at: int) -> bool:
    """`RepairBook.isCosigned`."""
    record = world.score.claims.get(claim)
    if record is not None and _over(record.withdrawn_at, at):
        return False
    return any(
        one.signed_at <= at and not _over(one.revoked_at, at) and not _over(world.score.barred.get(one.body, 0), at)
        for one in world.score.co_signs.get(claim, ())
    )


def in_repair(world: World, subject: OrgId, at: int) -> bool:
    """`RepairBook.inRepair`."""
    newest = claims_of(world, subject)[-MOST_OPEN:]
    return any(claim_runs(one, at) and is_cosigned(world, one.id, at) for one in newest)


def _check_signature(world: World, now: int, signed: SignedCoSign) -> None:
    from eth_keys.datatypes import Signature
    from eth_keys.exceptions import BadSignature
    from eth_utils.exceptions import ValidationError

    member = world.members[signed.body]
    account = member.account or ""
    digest = co_sign_digest(CHAIN_ID, REPAIR_ADDRESS, signed.claim, signed.body, signed.evidence, signed.deadline)
    refused = refuse("SignatureRefused", body=signed.body, account=account)
    try:
        place = Address(bytes.fromhex(account.removeprefix("0x")).rjust(20, b"\0"))
        parts = signed.signature[:64] + bytes([(signed.signature[64] - 27) % 256])
        holder = Signature(parts).recover_public_key_from_msg_hash(message_digest(CHAIN_ID, place, digest))
    except (BadSignature, ValidationError, ValueError) as error:
        raise refused from error
    operator = Address(holder.to_canonical_address())
    if not account or world.account_of(operator, now) != account:
        raise refused


def _claim(world: World, claim: bytes) -> RepairClaim:
    if claim not in world.score.claims:
        raise refuse("UnknownClaim", claim=claim)
    return world.score.claims[claim]


def _spend(world: World, what: str, org: OrgId, now: int, limit: int) -> None:
    place = (what, org, now // _DAY)
    spent = world.score.spent.get(place, 0)
    if spent >= limit:
        raise refuse("DailyLimit", org=org, day=now // _DAY, limit=limit)
    world.score.spent[place] = spent + 1


def _over(end: int, at: int) -> bool:
    return end != 0 and end <= at


# ObjectionBook


def file_objection(world: World, sender: Address, now: int, uid: bytes, reason: bytes) -> None:
    """`ObjectionBook.file`."""
    org = actor(world, sender, now)
    if not is_active(world, org):
        raise refuse("NotActiveMember", org=org, caller=sender)
    if uid not in world.attestations and uid not in world.score.attested_months:
        raise refuse("UnknownAttestation", uid=uid)
    if not any(reason):
        raise refuse("ReasonMissing", uid=uid)
    given = world.score.objections.get(uid, ())
    if any(one.by == org and not one.withdrawn_at for one in given):
        raise refuse("AlreadyObjected", uid=uid, by=org)
    world.score.objections[uid] = (*given, Objection(uid, org, reason, now, 0))


def withdraw_objection(world: World, sender: Address, now: int, uid: bytes) -> None:
    """`ObjectionBook.withdraw`."""
    org, given = actor(world, sender, now), list(world.score.objections.get(uid, ()))
    for place, one in enumerate(given):
        if one.by == org and not one.withdrawn_at:
            given[place] = replace(one, withdrawn_at=now)
            world.score.objections[uid] = tuple(given)
            return
    raise refuse("NoObjection", uid=uid, by=org)
