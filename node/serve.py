"""Serve a node: its API and its worker in one process, until it is told to stop."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter
from structlog.typing import FilteringBoundLogger

from evidence.errors import CredenceError, FaultError
from evidence.identity import Lei, org_id
from node.api.app import create_app
from node.api.logs import build_logger
from node.api.services import (
    CaseServices,
    CausalServices,
    GovernanceServices,
    NodeServices,
    ScoreServices,
)
from node.api.settings import ApiSettings
from node.bootstrap import Node, open_node
from node.causal_access import CausalAccess
from node.chain.roles import SCORER
from node.services.attest_score import AttestScore
from node.services.fetch_new import FetchNew
from node.services.keep_scores import KeepScores
from node.services.repair_watch import RepairWatch
from node.training_serving import training_chores, training_services
from node.worker.chores import draining, fetching, reaffirming, reviewing, scoring, sealing, ticking
from node.worker.loop import Worker, WorkerThread

REAFFIRM_EVERY: Final = timedelta(minutes=5)
TICK_EVERY: Final = timedelta(seconds=5)
FETCH_EVERY: Final = timedelta(seconds=2)
SCORES_EVERY: Final = timedelta(seconds=10)
REVIEW_EVERY: Final = timedelta(days=1)
DRAIN_EVERY: Final = timedelta(seconds=30)
PORTAL: Final = Path(__file__).resolve().parent.parent / "portal" / "dist"


def serve(home: Path, environ: Mapping[str, str]) -> None:
    """Run the node in `home` until SIGINT or SIGTERM; a chore under way is finished first.

    Raises:
        NotFoundError: no node there.
        ConflictError: another process runs it already.
    """
    import uvicorn  # late: only this command serves

    with open_node(home, environ, writer=True) as node:
        logger = build_logger(sys.stderr, node.clock)
        if drafts := node.blobs.local.sweep():
            logger.info("half-written attachments of an earlier run deleted", drafts=drafts)
        registry = CollectorRegistry()
        stop = threading.Event()
        worker = _worker(node, logger, registry, stop)
        thread = WorkerThread(worker, stop)
        app = create_app(
            services_of(node, lambda: worker_health(worker, alive=thread.alive)),
            node.door,
            ApiSettings(
                base_url=node.settings.url,
                spool=node.settings.home / "spool",
                portal=PORTAL if PORTAL.is_dir() else None,
                upload_bytes=node.settings.upload_limit_bytes,
            ),
            clock=node.clock,
            entropy=node.entropy,
            logger=logger,
            registry=registry,
        )
        # uvicorn raises the signal again once it has shut down; by default that would end the process before the
        # worker is told to stop.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        thread.start()
        logger.info("node started", lei=node.lei, url=node.settings.url)
        try:
            uvicorn.run(
                app,
                host=node.settings.host,
                port=node.settings.port,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=5,
            )
        finally:
            if not thread.stop():
                logger.warning("the worker did not stop in time; what it was doing is finished at the next start")
            logger.info("node stopped", lei=node.lei)


def worker_health(worker: Worker, *, alive: bool) -> str:
    """ "ok", or why nothing is sealed any more: a bug ended the worker, or a false proof halted one of its chores."""
    if not alive:
        return "the worker ended; restart the node and read its log"
    return "; ".join(f"{chore}: {reason}" for chore, reason in worker.halted.items()) or "ok"


def services_of(node: Node, worker: Callable[[], str]) -> NodeServices:
    """The node as its API sees it; `worker` says how the worker is."""

    def ready() -> Mapping[str, str]:
        return {"database": _database(node), "chain": _chain(node), "worker": worker()}

    return NodeServices(
        lei=node.lei,
        name=node.settings.name,
        store=node.store,
        log=node.log,
        read_log=node.log_reader,
        events=node.records.events,
        jobs=node.records.jobs,
        scores=node.records.scores,
        directory=node.chain.directory,
        network=node.chain.network,
        state=node.chain.state,
        submit=node.submit,
        seal=node.seal,
        prove=node.prove,
        verify=node.verify,
        attach=node.attach,
        read_attachment=node.read_attachment,
        verify_credential=node.verify_credential,
        import_files=node.import_files,
        share=node.share,
        fetch=node.fetch,
        score=node.score,
        attest=node.attest,
        cases=case_services(node),
        causes=causal_services(node.causes),
        training=training_services(node),
        scoring=score_services(node),
        governance=governance_services(node),
        audit=lambda lei: node.audit_log(Lei(lei)),
        block=node.chain.evm.newest,
        ready=ready,
    )


def causal_services(causes: CausalAccess) -> CausalServices:
    """The services of causes as the API sees them."""
    return CausalServices(
        desk=causes.desk,
        keep=causes.keep,
        watches=causes.watches,
        alarms=causes.alarms,
        open=causes.open,
        cases=causes.cases,
        explain=causes.explain,
        edit=causes.edit,
        graphs=causes.graphs,
        suggest=causes.suggest,
        plant=causes.plant,
        propose=causes.propose,
        follow=causes.follow,
        effect=causes.effect,
        eight_d=causes.eight_d,
        lessons=causes.lessons,
        models=causes.models,
    )


def case_services(node: Node) -> CaseServices:
    """The services of cases as the API sees them."""
    cases = node.cases
    return CaseServices(
        cases.desk.cases, cases.open, cases.act, cases.read, cases.sign, cases.countersign, cases.accept
    )


def score_services(node: Node) -> ScoreServices:
    """What explains scores, as the API sees it."""
    found = node.scoring
    standing = found.standing(node.chain.credits)
    return ScoreServices(
        found.explain, found.peers, found.dry_run, found.charts, found.timeline, standing, found.review
    )


def governance_services(node: Node) -> GovernanceServices:
    """What the members decide together, as the API sees it."""
    found = node.governance
    return GovernanceServices(
        policies=found.read_policies,
        submit_policy=found.submit_policy,
        propose=found.propose,
        vote=found.vote,
        adopt=found.adopt,
        gate=node.gate,
        set_rule=found.set_rule,
        capability=node.attest_capability,
        accredit=found.accredit,
        accreditations=found.read_accreditations,
        open_repair=found.open_repair,
        co_sign=found.co_sign,
        repairs=found.read_repairs,
        object=found.object,
        objections=found.read_objections,
    )


def _worker(node: Node, logger: FilteringBoundLogger, registry: CollectorRegistry, stop: threading.Event) -> Worker:
    failures = Counter("credence_chore_failures", "Failures of the worker's chores.", ["chore"], registry=registry)

    def failed(chore: str, error: CredenceError) -> None:
        failures.labels(chore).inc()
        logger.warning("chore failed", chore=chore, error=error.name, message=error.message, advice=error.advice)

    every = timedelta(seconds=node.settings.seal_every_s)
    chores = [
        sealing(node.seal, every=every, batch=node.settings.seal_batch_statements),
        reaffirming(node.seal, every=REAFFIRM_EVERY),
        ticking(node.cases.tick, every=TICK_EVERY),
    ]
    if node.chain.chosen:
        chores += [fetching(fetch_new(node), every=FETCH_EVERY), scoring(keep_scores(node), every=SCORES_EVERY)]
        chores.append(reviewing(lambda: node.scoring.review(act=True), every=REVIEW_EVERY))
    chores += training_chores(node)
    if node.blobs.queued is not None:
        chores.append(draining(node.blobs.queued.drain, every=DRAIN_EVERY))
    return Worker(chores, node.records.events, clock=node.clock, stopwatch=time.monotonic, stop=stop, failed=failed)


def fetch_new(node: Node) -> FetchNew:
    """Asks members with a new head on chain for their statements."""
    records, chain = node.records, node.chain
    return FetchNew(
        node.lei,
        node.fetch,
        chain.directory,
        chain.ledger,
        records.settings,
        records.events,
        node.clock,
        chain.evm.newest,
    )


def keep_scores(node: Node) -> KeepScores:
    """Keeps scores true, and attests them while this organisation is a scorer."""

    def attester() -> AttestScore | None:
        member = node.chain.directory.member(org_id(node.lei))
        return node.attest if member is not None and member.active and SCORER in member.roles else None

    governed = node.chain.governed
    watch = RepairWatch(node.chain.repairs, node.store, node.records.exchange) if governed else dict
    counts = node.chain.policies.counts if governed else lambda policy: True
    return node.scoring.keep(attester, watch, counts)


def _database(node: Node) -> str:
    try:
        node.store.count()
    except FaultError as error:
        return error.message
    return "ok"


def _chain(node: Node) -> str:
    try:
        node.chain.evm.newest()
    except CredenceError as error:
        return error.message
    return "ok"
