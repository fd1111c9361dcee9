"""`/v1/credentials/verify`, `/v1/scores/recompute`: what a bank checks without trusting whoever sent it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import File, Request, UploadFile
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from evidence.errors import LimitError, MalformedError, ProofError
from node.api.desk import Desk
from node.api.resources.suppliers import BUNDLE_TYPE
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission
from node.services.verify_credential import CredentialReport
from scoring.bundle import MAX_BYTES as BUNDLE_BYTES
from scoring.bundle import ScoreBundle, decode
from scoring.recompute import Outcome, Recomputation, recompute

CREDENTIAL_BYTES = 1024 * 1024
_ENVELOPE_BYTES = 64 * 1024
"""What multipart boundaries and headers may add."""


class IssuerView(BaseModel):
    """The member that issued and attested."""

    lei: str
    name: str


class CredentialView(BaseModel):
    """What was found. When `verified` is false, `why` and `advice` say what does not hold, and all else is null."""

    verified: bool
    why: str | None = None
    advice: str | None = None
    issuer: IssuerView | None = None
    subject: str | None = None
    claims: dict[str, Any] | None = None
    attestation: str | None = Field(default=None, description="UID on chain.")
    attester: str | None = Field(default=None, description="Address of the account contract that attested.")
    recomputed: Outcome | None = Field(default=None, description="With a bundle: what recomputing the score found.")


class HeadView(BaseModel):
    """An evidence head to ask the chain about."""

    org: str
    size: int
    root: str = Field(pattern="^[0-9a-f]{64}$")


class DifferenceView(BaseModel):
    """A place of the bundle (JSON pointer) where the claim does not follow from the evidence."""

    place: str
    claimed: Any
    found: Any


class RecomputationView(BaseModel):
    """The score worked out again; `equal` only when it is the same to the last bit and all evidence is still there."""

    outcome: Outcome
    equal: bool
    statements: int
    proved: int = Field(description="Statements that lie under one of the heads.")
    erased: int = Field(description="Statements with fields that no signature covers any more.")
    heads: list[HeadView]
    differences: list[DifferenceView]


@dataclass(frozen=True, slots=True)
class CredentialRoutes:
    """Checking credentials and scores of others."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        binary = {"schema": {"type": "string", "format": "binary"}}
        table.add(
            "POST",
            "/v1/credentials/verify",
            self.verify,
            permission=Permission.PROOFS_VERIFY,
            summary="Verify a supplier's credential",
            body_bytes=CREDENTIAL_BYTES + BUNDLE_BYTES + _ENVELOPE_BYTES,
        )
        table.add(
            "POST",
            "/v1/scores/recompute",
            self.recompute,
            permission=Permission.PROOFS_VERIFY,
            summary="Recompute a score from its bundle",
            body_bytes=BUNDLE_BYTES,
            openapi_extra={"requestBody": {"required": True, "content": {BUNDLE_TYPE: binary}}},
        )
        return table.routes

    def verify(
        self,
        credential: Annotated[UploadFile, File(description="The credential, an SD-JWT VC.")],
        bundle: Annotated[
            UploadFile | None, File(description="The score bundle: recompute the score from its evidence as well.")
        ] = None,
    ) -> CredentialView:
        """Signature, issuer, attestation and values against the chain. One that does not hold is answered too."""
        text = _credential(credential)
        with self.desk.turns.turn():
            scored = None if bundle is None else decode(bundle.file.read(BUNDLE_BYTES + 1))
            return self._verified(text, scored)

    async def recompute(self, request: Request) -> RecomputationView:
        """Send the bundle's bytes as the body. Nothing is asked of the chain: whether the heads are anchored and whose
        the keys are is for `/v1/credentials/verify`, which also knows what was attested."""
        data = await request.body()

        def work() -> Recomputation:
            with self.desk.turns.turn():
                return recompute(decode(data))

        return _view(await run_in_threadpool(work))

    def _verified(self, text: str, bundle: ScoreBundle | None) -> CredentialView:
        try:
            report = self.desk.node.verify_credential(text, bundle=bundle)
        except ProofError as error:
            return CredentialView(verified=False, why=error.message, advice=error.advice)
        return _report(report)


def _credential(file: UploadFile) -> str:
    data = file.file.read(CREDENTIAL_BYTES + 1)
    if len(data) > CREDENTIAL_BYTES:
        raise LimitError(f"a credential has at most {CREDENTIAL_BYTES} bytes")
    try:
        return data.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise MalformedError(
            "a credential is ASCII text", advice="Send the SD-JWT VC as the bank received it."
        ) from error


def _report(report: CredentialReport) -> CredentialView:
    return CredentialView.model_validate(report.to_json())


def _view(result: Recomputation) -> RecomputationView:
    return RecomputationView(
        outcome=result.outcome,
        equal=result.equal,
        statements=result.statements,
        proved=result.proved,
        erased=result.erased,
        heads=[HeadView(org=str(head.org), size=head.size, root=head.root.hex()) for head in result.heads],
        differences=[
            DifferenceView(place=one.place, claimed=one.claimed, found=one.found) for one in result.differences
        ],
    )
