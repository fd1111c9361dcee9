"""Repair claims of the flow `repair-claim` on chain: opened when submitted, co-signed as they are signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evidence.encoding import hex0x_encode
from evidence.errors import ConflictError
from evidence.identity import Lei, OrgId, Subject, org_id
from nocode.case import Case
from nocode.commands import OpenRepair as OpenCommand
from nocode.flow import Flow
from node.cases.port import Order
from node.chain.port_repairs import Accreditations, Repairs
from node.services.repair_claims import CoSignRepair, OpenRepair, repair_document
from node.services.scopes import scope_id

CO_SIGN, REVOKE = "co-sign", "revoke"


def lane_of(flow: Flow) -> bool:
    """Whether cases of a flow have a claim on chain: repair claims from version 2 on."""
    return flow.id == "repair-claim" and "scope" in flow.fields


@dataclass(frozen=True, slots=True)
class RepairLane:
    """Keeps cases and the chain together. Each step may be done twice; the contract decides, never this node."""

    book: Repairs
    accreditations: Accreditations
    open_: OpenRepair
    co_sign_: CoSignRepair

    def open(self, order: Order, case: Case) -> str:
        """Carry out `open-repair`: the claim over what the case says now; errors as the port."""
        assert isinstance(order.command, OpenCommand)
        made = self.open_(_document(case), order.command.scope)
        return f"opened {hex0x_encode(made.id)}"

    def accredited(self, body: Lei, scope: str) -> bool:
        """Whether the chain lets a body co-sign in a scope now."""
        return self.accreditations.is_accredited(org_id(body), scope_id(scope))

    def countersigned(self, flow: Flow, case: Case, step: str) -> None:
        """As the body, after one of its people signed `step`: bring the same about on chain.

        Raises:
            NotFoundError: the claim is not open on chain yet.
            ConflictError, RateLimitError: the contract refuses.
        """
        if not lane_of(flow):
            return
        if step == CO_SIGN:
            self.co_sign_(claim_of(self.book, case), case.record)
        elif step == REVOKE:
            self.co_sign_.revoke(claim_of(self.book, case))

    def check(self, flow: Flow, case: Case, step: str) -> None:
        """As the supplier, before the body's signature is put into the case: the chain must say the same.

        Raises:
            ConflictError: it does not.
        """
        if not lane_of(flow) or step not in {CO_SIGN, REVOKE}:
            return
        claim, body = claim_of(self.book, case), org_id(Lei(str(case.fields["body"])))
        given = [one for one in self.book.co_signs(claim) if one.body == body]
        if step == REVOKE:
            good = any(one.revoked_at for one in given)
        else:
            seen = any(one.evidence == case.record and not one.revoked_at for one in given)
            good = seen and self.book.is_cosigned(claim) and self.accreditations.barred_since(body) is None
        if not good:
            raise ConflictError(
                f"the chain does not show this signature on claim {hex0x_encode(claim)}",
                advice="Have the body sign the newest export again; its node brings the co-sign on chain.",
            )

    def barred(self, flow: Flow, case: Case) -> bool:
        """Whether the body's co-sign of a case fell with the body."""
        if not lane_of(flow):
            return False
        # A bar takes all co-signs of the body along, whenever they were given.
        return self.accreditations.barred_since(org_id(Lei(str(case.fields["body"])))) is not None


@dataclass(frozen=True, slots=True)
class OpenClaims:
    """Carries out `open-repair`; `read` finds the case, `lane` is None where the network keeps no repairs."""

    lane: RepairLane | None
    read: Callable[[str], tuple[Flow, Case]]

    def __call__(self, order: Order) -> str | None:
        """Open the claim of the order's case."""
        if self.lane is None:
            raise ConflictError(
                "this network keeps no repairs on chain",
                advice="Its administrator completes it: `credence chain deploy`.",
            )
        return self.lane.open(order, self.read(order.case)[1])


def claim_of(book: Repairs, case: Case) -> bytes:
    """The name of a case's claim on chain, as its fields are now."""
    return book.claim_id(_subject(case), _document(case), scope_id(str(case.fields["scope"])))


def _subject(case: Case) -> OrgId:
    return org_id(Subject.parse(str(case.fields["subject"])).lei)


def _document(case: Case) -> bytes:
    names = ("about", "body", "exposure", "method", "nonconforming")
    covered = {name: case.fields[name] for name in names if name in case.fields}
    return repair_document({**covered, "claim": case.id, "accreditation": case.fields["scope"]})
