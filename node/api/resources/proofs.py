"""`/v1/proofs/verify`: check somebody's proof bundle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from evidence.encoding import hex0x_decode, hex0x_encode
from evidence.proof import MAX_BYTES
from evidence.verify import Answer, State, VerificationReport
from node.api.desk import Desk
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission

Block = Annotated[str, Query(pattern="^0x[0-9a-f]{64}$")]


class AnswerView(BaseModel):
    """One question answered."""

    state: State
    detail: str


class AboutView(BaseModel):
    """What the bundle is about; believe it only when `verified`."""

    id: str
    issuer: str
    subject: str
    kind: str
    sequence: int
    occurred: str
    fields: dict[str, Any]


class BlockView(BaseModel):
    """The block whose state the bundle proves."""

    hash: str = Field(pattern="^0x[0-9a-f]{64}$")
    number: int
    time: int = Field(description="Seconds since 1970, UTC.")


class VerificationView(BaseModel):
    """Four answers, each on its own evidence; `verified` only when all hold."""

    verified: bool
    statement: AnswerView
    log: AnswerView
    storage: AnswerView
    header: AnswerView
    about: AboutView | None
    block: BlockView | None
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class ProofRoutes:
    """Checking proofs of others."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        binary = {"schema": {"type": "string", "format": "binary"}}
        table.add(
            "POST",
            "/v1/proofs/verify",
            self.verify,
            permission=Permission.PROOFS_VERIFY,
            summary="Verify a proof bundle",
            body_bytes=MAX_BYTES,
            openapi_extra={
                "requestBody": {"required": True, "content": {"application/octet-stream": binary}},
            },
        )
        return table.routes

    async def verify(
        self,
        request: Request,
        trusted_block: Annotated[list[Block], Query(max_length=64, description="Hash of a block you trust.")] = [],  # noqa: B006
    ) -> VerificationView:
        """Send the file's bytes as the body. Bytes that are no bundle are answered too: they prove nothing."""
        trusted = frozenset(hex0x_decode(text, size=32) for text in trusted_block)
        body = await request.body()
        return _view(await run_in_threadpool(self.desk.node.verify, body, trusted))


def _view(report: VerificationReport) -> VerificationView:
    about, block = report.about, report.block
    return VerificationView(
        verified=report.verified,
        statement=_answer(report.statement),
        log=_answer(report.log),
        storage=_answer(report.storage),
        header=_answer(report.header),
        about=None
        if about is None
        else AboutView(
            id=about.statement_id,
            issuer=about.issuer,
            subject=str(about.subject),
            kind=about.kind.value,
            sequence=about.sequence,
            occurred=about.occurred,
            fields=about.fields,
        ),
        block=None
        if block is None
        else BlockView(hash=hex0x_encode(block.hash), number=block.number, time=block.timestamp),
        warnings=list(report.warnings),
    )


def _answer(answer: Answer) -> AnswerView:
    return AnswerView(state=answer.state, detail=answer.detail)
