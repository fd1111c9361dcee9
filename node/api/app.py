"""The API: one FastAPI app over one node."""

from __future__ import annotations

import hmac
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from structlog.typing import FilteringBoundLogger

from evidence.clock import Clock
from evidence.errors import CredenceError
from evidence.keys import Entropy
from node.api.buckets import Buckets
from node.api.cause_desk import CauseDesk
from node.api.context import RequestContext
from node.api.cursors import Cursors
from node.api.description import VERSION, describe
from node.api.desk import Desk
from node.api.guard import Guard
from node.api.import_desk import ImportDesk
from node.api.portal import mount_portal
from node.api.problems import on_crash, on_error, on_http, on_invalid
from node.api.resources.about import AboutRoutes
from node.api.resources.accreditations import AccreditationRoutes
from node.api.resources.anchors import AnchorRoutes
from node.api.resources.attachments import AttachmentRoutes
from node.api.resources.cases import CaseRoutes
from node.api.resources.cause_graphs import CauseGraphRoutes
from node.api.resources.cause_models import CauseModelRoutes
from node.api.resources.cause_tables import CauseTableRoutes
from node.api.resources.causes import CauseRoutes
from node.api.resources.chain import ChainRoutes
from node.api.resources.credentials import CredentialRoutes
from node.api.resources.disclosures import DisclosureRoutes
from node.api.resources.evidence import EvidenceRoutes
from node.api.resources.explanations import ExplanationRoutes
from node.api.resources.gates import GateRoutes
from node.api.resources.governance import GovernanceRoutes
from node.api.resources.imports import ImportRoutes
from node.api.resources.log import LogRoutes
from node.api.resources.members import MemberRoutes
from node.api.resources.models import ModelRoutes
from node.api.resources.node import NodeRoutes
from node.api.resources.objections import ObjectionRoutes
from node.api.resources.policies import PolicyRoutes
from node.api.resources.process import ProcessRoutes
from node.api.resources.proofs import ProofRoutes
from node.api.resources.repairs import RepairRoutes
from node.api.resources.risk_lines import RiskLineRoutes
from node.api.resources.session import SessionRoutes
from node.api.resources.statements import StatementRoutes
from node.api.resources.suppliers import SupplierRoutes
from node.api.resources.tokens import TokenRoutes
from node.api.resources.trail import TrailRoutes
from node.api.resources.training import TrainingRoutes
from node.api.resources.trends import TrendRoutes
from node.api.resources.trust import TrustRoutes
from node.api.resources.users import UserRoutes
from node.api.routing import GuardedRoute, Table
from node.api.services import NodeServices
from node.api.settings import ApiSettings
from node.api.streams import Streams
from node.api.telemetry import build_metrics
from node.api.turns import Cards, Readiness, Turns
from node.auth.door import Door


def create_app(
    node: NodeServices,
    door: Door,
    settings: ApiSettings,
    *,
    clock: Clock,
    entropy: Entropy,
    logger: FilteringBoundLogger,
    registry: CollectorRegistry | None = None,
) -> FastAPI:
    """The app; serving it takes up imports that a crash cut short.

    Args:
        registry: where the API's metrics are counted; hand in the node's own to serve both together.
    """
    metrics = build_metrics(registry or CollectorRegistry())
    imports = ImportDesk(node.import_files, node.jobs, settings.spool, clock, entropy, logger)
    causes = CauseDesk(node.causes.explain, node.jobs, clock, entropy, logger)
    guard = Guard(
        door=door,
        settings=settings,
        public=Buckets(settings.public_rate, clock),
        callers=Buckets(settings.caller_rate, clock),
        failures=Buckets(settings.failure_rate, clock),
        refusals=metrics.refusals,
    )
    desk = Desk(
        node=node,
        door=door,
        guard=guard,
        sign_ins=Buckets(settings.sign_in_rate, clock),
        imports=imports,
        causes=causes,
        settings=settings,
        cursors=Cursors(hmac.digest(door.secret, b"credence/cursors/v1", "sha256")),
        streams=Streams(settings.streams, settings.stream_s, settings.poll_s, settings.ping_s),
        turns=Turns(threading.BoundedSemaphore(settings.turns)),
        readiness=Readiness(node.ready, clock, timedelta(seconds=settings.ready_s)),
        cards=Cards(),
        metrics=metrics,
        logger=logger,
        clock=clock,
        entropy=entropy,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        imports.open()
        causes.open()
        yield
        causes.close()
        imports.close()

    # No documentation pages: they would load scripts from elsewhere. No redirects: a peer's signature fits one address.
    app = FastAPI(
        version=VERSION, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=lifespan
    )
    routes = _routes(desk)
    # Directly, not by include_router: FastAPI would build each route's handler anew for every request.
    app.router.routes.extend(routes)
    document = describe(routes, settings.cookie)
    app.openapi = lambda: document  # type: ignore[method-assign]
    app.state.description = bytes(JSONResponse(document).body)
    app.add_exception_handler(CredenceError, on_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_crash)
    mount_portal(app, settings.portal, name=node.name, lei=node.lei)
    app.add_middleware(
        RequestContext,
        logger=logger,
        metrics=metrics,
        entropy=entropy,
        secure=settings.secure,
        tracing=settings.tracing,
    )
    return app


def _routes(desk: Desk) -> list[GuardedRoute]:
    def table(tag: str) -> Table:
        return Table(desk.guard, tag, body_bytes=desk.settings.body_bytes)

    return [
        *SessionRoutes(desk).routes(table("session")),
        *UserRoutes(desk).routes(table("users")),
        *TokenRoutes(desk).routes(table("tokens")),
        *TrailRoutes(desk).routes(table("trail")),
        *DisclosureRoutes(desk).routes(table("disclosures")),
        *ImportRoutes(desk).routes(table("imports")),
        *StatementRoutes(desk).routes(table("statements")),
        *AttachmentRoutes(desk).routes(table("attachments")),
        *ProofRoutes(desk).routes(table("proofs")),
        *ChainRoutes(desk).routes(table("chain")),
        *LogRoutes(desk).routes(table("log")),
        *AnchorRoutes(desk).routes(table("anchors")),
        *TrainingRoutes(desk).routes(table("training")),
        *ProcessRoutes(desk).routes(table("process")),
        *ModelRoutes(desk).routes(table("models")),
        *CauseTableRoutes(desk).routes(table("causes")),
        *CauseGraphRoutes(desk).routes(table("causes")),
        *CauseRoutes(desk).routes(table("causes")),
        *CauseModelRoutes(desk).routes(table("causes")),
        *SupplierRoutes(desk).routes(table("suppliers")),
        *TrendRoutes(desk).routes(table("suppliers")),
        *ExplanationRoutes(desk).routes(table("explanations")),
        *RiskLineRoutes(desk).routes(table("suppliers")),
        *EvidenceRoutes(desk).routes(table("evidence")),
        *PolicyRoutes(desk).routes(table("policies")),
        *TrustRoutes(desk).routes(table("trust")),
        *GateRoutes(desk).routes(table("gate")),
        *GovernanceRoutes(desk).routes(table("governance")),
        *AccreditationRoutes(desk).routes(table("accreditations")),
        *RepairRoutes(desk).routes(table("repairs")),
        *ObjectionRoutes(desk).routes(table("objections")),
        *CaseRoutes(desk).routes(table("cases")),
        *CredentialRoutes(desk).routes(table("credentials")),
        *MemberRoutes(desk).routes(table("members")),
        *AboutRoutes(desk).routes(table("node")),
        *NodeRoutes(desk).routes(table("node")),
    ]
