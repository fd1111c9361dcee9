"""Sign a step of a case: our people with a password, other members' people with a signature sealed at their node."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from evidence.errors import ConflictError, ForbiddenError, SignatureError
from evidence.identity import org_id
from nocode.archive import open_export
from nocode.case import Case, CaseId
from nocode.events import Actor, Sign, SignatureRef
from nocode.flow import Flow, SignatureStep
from nocode.legal import facts_needed, not_possible
from nocode.step import Stepped, step
from node.chain.port import MemberDirectory
from node.services.case_desk import CaseDesk
from node.services.case_people import Person, our_actor, their_actor
from node.services.repair_lane import RepairLane
from node.services.sign import SignRecord
from node.services.verify_signature import VerifySignature
from node.signing.port import Credentials, Signature, SignatureStore, Signer
from node.signing.sealed import unseal

_TRIES: Final = 5
_DRY: Final = "dry-run"
"""The id of the signature that a step is tried with before anybody signs."""


@dataclass(frozen=True, slots=True)
class SignStep:
    """Signs a step of a case that runs here."""

    desk: CaseDesk
    sign: SignRecord
    signatures: SignatureStore

    def __call__(
        self,
        case: CaseId,
        name: str,
        person: Person,
        signer: Signer,
        credentials: Credentials,
        *,
        reason: str = "",
        request: str = "",
    ) -> tuple[Case, Signature]:
        """Sign the step `name` as one of our people.

        Cut short between signature and step, the same call again uses the signature that is there.

        Raises:
            NotFoundError: no such case.
            ConflictError: not possible now, or the record changed while it was signed: such a signature counts for
                nothing.
            ForbiddenError: not this person's to sign.
            AuthenticationError: as `SignRecord`.
        """
        flow, found = self.desk.current(case)
        actor = our_actor(flow, found.fields, self.desk.organisation, person)
        # (1) What the flow refuses is refused before anybody signs: a signature cannot be taken back.
        asked = dry_run(self.desk, flow, found, name, actor, reason)
        # (2) The signature, or the one that a crash left without its step.
        about = step_name(case, name)
        signature = self._unfinished(found, asked, signer, about)
        if signature is None:
            signature = self.sign(
                found.record, asked.meaning, signer, credentials, about=about, zone=person.zone, request=request
            )
        else:
            self.sign.presence.confirm(signer, credentials, request=request)
        self.desk.reached("signed")
        # (3) The step, at the moment of the signature.
        return put_step(self.desk, found, name, actor, signature, reason, signature.at), signature

    def _unfinished(self, case: Case, asked: SignatureStep, signer: Signer, about: str) -> Signature | None:
        used = {entry.signature.id for entry in case.history if entry.signature is not None}
        for entry in self.signatures.of_record(case.record):
            made = entry.signature
            if (made.signer, made.about, made.meaning) == (signer.user, about, asked.meaning) and made.id not in used:
                return made
        return None


@dataclass(frozen=True, slots=True)
class CounterSign:
    """Signs a step of a case that runs at another member's node, of which an export was received."""

    desk: CaseDesk
    sign: SignRecord
    lane: RepairLane | None = None

    def __call__(
        self,
        export: bytes,
        name: str,
        person: Person,
        signer: Signer,
        credentials: Credentials,
        *,
        reason: str = "",
        request: str = "",
    ) -> Signature:
        """The signature to send back; `AcceptSignature` puts it into the case there. What has to be on chain as well
        (a co-sign, its revocation) is brought there by this node, as the body.

        Raises:
            MalformedError, LimitError, SchemaError, ConsistencyError: no export, or its history does not hold.
            ConflictError: it runs on a definition that is not ours, or the step is not possible.
            ForbiddenError, AuthenticationError: as `SignStep`.
        """
        flow, found = open_export(export)
        # Whoever wrote the definition decides what a signature does: only definitions known here are signed under.
        if flow.digest not in {known.digest for known in self.desk.flows.values()}:
            raise ConflictError(
                f"the case runs on a definition that is not known here ({flow.digest[:12]})",
                advice="Ask for a case that runs on a flow that ships.",
            )
        actor = our_actor(flow, found.fields, self.desk.organisation, person)
        asked = dry_run(self.desk, flow, found, name, actor, reason)
        about = step_name(found.id, name)
        # (1) The person's signature, sealed here. (2) The organisation's on chain. Cut short in between, the person
        # signs again, and the contract takes the co-sign once.
        signature = self.sign(
            found.record, asked.meaning, signer, credentials, about=about, zone=person.zone, request=request
        )
        if self.lane is not None:
            self.lane.countersigned(flow, found, name)
        return signature


@dataclass(frozen=True, slots=True)
class AcceptSignature:
    """Puts a signature that was sealed at another member's node into a case that runs here."""

    desk: CaseDesk
    verify: VerifySignature
    directory: MemberDirectory
    lane: RepairLane | None = None

    def __call__(self, case: CaseId, name: str, sealed: str, *, reason: str = "") -> tuple[Case, Signature]:
        """Check the seal against the registry, then take the step, now.

        Raises:
            NotFoundError: no such case.
            MalformedError, SignatureError: no seal, not by a registered key, or over another record or step.
            ConflictError, ForbiddenError: as `SignStep`.
        """
        flow, found = self.desk.current(case)
        if sealed in self.desk.cases.seals(case).values():
            # It was sent again: the step was taken, and what the node could not do then is tried once more.
            self.desk.carry_out.now(case)
            return found, unseal(sealed)
        signature = self.verify(found.record, sealed)
        if signature.organisation == self.desk.organisation:
            raise ForbiddenError("our own people sign with their password", advice="Sign in, then sign.")
        if signature.about != step_name(case, name):
            raise SignatureError(f"the signature is for {signature.about[:120]!r}, not for this step")
        member = self.directory.member(org_id(signature.organisation))
        if member is None:
            raise ForbiddenError(f"{signature.organisation} is not a member")
        if self.lane is not None:
            self.lane.check(flow, found, name)
        who = Person(signature.signer, signature.name, frozenset(), signature.zone)
        actor = their_actor(flow, found.fields, member, who)
        return put_step(self.desk, found, name, actor, signature, reason, self.desk.clock()), signature


def step_name(case: CaseId, name: str) -> str:
    """What a signature is about: without the step, one given for a step could be used for another."""
    return f"case/{case}/{name}"


def dry_run(desk: CaseDesk, flow: Flow, case: Case, name: str, actor: Actor, reason: str) -> SignatureStep:
    """The step, after trying that a signature by `actor` would be accepted; errors as `nocode.step.step`."""
    asked = flow.states[case.state].steps.get(name)
    if asked is None:
        raise not_possible(flow, case, name)
    reference = SignatureRef(_DRY, case.record.hex(), asked.meaning)
    _try(desk, flow, case, name, actor, reference, reason, desk.clock())
    return asked


def put_step(
    desk: CaseDesk, read: Case, name: str, actor: Actor, signature: Signature, reason: str, at: datetime
) -> Case:
    """Take the step in the case as it is now; the same signature a second time changes nothing."""
    reference = SignatureRef(signature.id, signature.record.hex(), signature.meaning)
    for tried in range(_TRIES):
        flow, case = desk.read(read.id)
        if any(entry.signature == reference for entry in case.history):
            return case
        after, commands = _try(desk, flow, case, name, actor, reference, reason, at)
        try:
            desk.keep(flow, after, commands, expected=case.head, seals={signature.id: signature.sealed})
        except ConflictError:
            # Somebody else's signature came in between. If the record is still the same, this one counts as well.
            if tried == _TRIES - 1:
                raise
            continue
        return after
    raise AssertionError("the last try returns or raises")


def _try(
    desk: CaseDesk,
    flow: Flow,
    case: Case,
    name: str,
    actor: Actor,
    reference: SignatureRef,
    reason: str,
    at: datetime,
) -> Stepped:
    # A reminder may have come between signature and step; the case's time does not run backwards.
    at = max(at, case.history[-1].at)
    facts = desk.facts(facts_needed(flow, case, name), flow, case.fields, actor, at)
    return step(flow, case, Sign(name, actor, reference, reason, facts), at)
