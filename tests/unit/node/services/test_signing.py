"""Helper processes sign what the caller would have signed, survive nothing, and break nothing when they die."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from types import MappingProxyType

import psutil
import pytest

from evidence.draft import Draft
from evidence.statement import IssuedStatement, parse, verify
from node.services.signing import WORTH_STARTING, WORTHWHILE, Order, PooledSigner, StatementSigner
from tests.support.evidence_node import ISSUER, START, SUPPLIER, EvidenceNode, delivery, seeded

KEY = seeded("statement")
ORDERS = [Order(delivery(number), number + 1) for number in range(WORTHWHILE)]


@pytest.fixture(scope="module")
def pooled() -> Iterator[PooledSigner]:
    signer = PooledSigner(ISSUER, KEY, os.urandom, processes=2)
    signer.expect(WORTH_STARTING)
    yield signer
    signer.close()


def helpers() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if "spawn_main" in " ".join(one.cmdline())]


def check(signer: StatementSigner, orders: list[Order]) -> None:
    done = signer(orders, subject=SUPPLIER, issued=START)
    assert len(done) == len(orders)
    for order, signed in zip(orders, done, strict=True):
        statement = parse("~".join((signed.signed, *signed.disclosures, "")))
        verify(statement, KEY.public)
        assert (statement.sequence, statement.issuer, statement.subject) == (order.sequence, ISSUER, SUPPLIER)
        assert statement.issued == START
        assert statement.fields == order.draft.fields


def test_helpers_sign_all_orders_in_their_order(pooled: PooledSigner) -> None:
    check(pooled, ORDERS)
    assert len(helpers()) == 2


def test_an_odd_number_of_orders_is_shared_without_loss(pooled: PooledSigner) -> None:
    check(pooled, [*ORDERS, Order(delivery(9_999), 1)])


def test_few_orders_are_signed_here_with_the_given_entropy() -> None:
    signer = PooledSigner(ISSUER, KEY, lambda size: b"\x07" * size, processes=2)
    signer.expect(WORTH_STARTING - 1)
    here = StatementSigner(ISSUER, KEY, lambda size: b"\x07" * size)
    assert signer(ORDERS[:5], subject=SUPPLIER, issued=START) == here(ORDERS[:5], subject=SUPPLIER, issued=START)


def test_drafts_that_hold_read_only_views_reach_the_helpers(pooled: PooledSigner) -> None:
    views = [
        Order(Draft(one.draft.kind, one.draft.occurred, MappingProxyType(dict(one.draft.fields))), one.sequence)
        for one in ORDERS
    ]
    check(pooled, views)


def test_killed_helpers_cost_nothing_but_time() -> None:
    signer = PooledSigner(ISSUER, KEY, os.urandom, processes=2)
    before = {one.pid for one in helpers()}
    signer.expect(WORTH_STARTING)
    check(signer, ORDERS)
    for helper in helpers():
        if helper.pid not in before:
            # The pool ends the others itself as soon as it sees the first one dead.
            with contextlib.suppress(psutil.NoSuchProcess):
                helper.kill()
    check(signer, ORDERS)
    signer.expect(WORTH_STARTING)
    check(signer, ORDERS)
    signer.close()
    signer.close()


def test_a_big_submission_with_helpers_is_numbered_like_one_without() -> None:
    node = EvidenceNode()
    from node.services.submit import SubmitDrafts

    submit = SubmitDrafts(
        node.records.evidence,
        node.records.events,
        issuer=ISSUER,
        key=KEY,
        clock=node.clock,
        entropy=os.urandom,
        processes=2,
    )
    drafts = [delivery(number) for number in range(WORTH_STARTING)]
    report = submit(drafts, subject=SUPPLIER)
    submit.close()
    assert len(report.added) == WORTH_STARTING
    for place in (0, 1, WORTH_STARTING // 2, WORTH_STARTING - 1):
        stored = node.records.evidence.statement(report.added[place])
        assert stored is not None
        assert stored.position == place
        statement = parse(stored.sd_jwt)
        verify(statement, KEY.public)
        assert statement.sequence == place + 1 == stored.record.sequence
        assert statement.fields == drafts[place].fields
        assert IssuedStatement(stored.signed, statement.disclosures).statement_id == stored.record.statement_id


ORPHANS = """
import os, sys, time
from node.services.signing import Order, PooledSigner, WORTH_STARTING, WORTHWHILE
from tests.support.evidence_node import ISSUER, START, SUPPLIER, delivery, seeded

if __name__ == "__main__":
    signer = PooledSigner(ISSUER, seeded("statement"), os.urandom, processes=2)
    signer.expect(WORTH_STARTING)
    signer([Order(delivery(n), n + 1) for n in range(WORTHWHILE)], subject=SUPPLIER, issued=START)
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_helpers_of_a_killed_node_end_with_it(tmp_path: object) -> None:
    from pathlib import Path

    script = Path(str(tmp_path)) / "node_with_helpers.py"
    script.write_text(ORPHANS)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])}
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) >= 2
        os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children):
        assert time.monotonic() < deadline, "helpers outlived their node"
        time.sleep(0.05)
