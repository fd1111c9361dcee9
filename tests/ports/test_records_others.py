"""One suite for the ports of received statements, scores, jobs, events and settings, run on every adapter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from evidence.draft import Kind
from evidence.errors import ConflictError, NotFoundError
from evidence.log import Digest, InclusionProof, LogHead
from node.records.memory import MemoryRecords
from node.records.port import StatementFilter, StatementId
from node.records.port_exchange import ReceivedStatement, ScoreRecord
from node.records.port_house import Job, JobId, JobState
from node.records.sql import SqlRecords
from tests.support.records import KILN, OTHER, START, SUPPLIER, lei, sha

Records = MemoryRecords | SqlRecords


def received(number: int, *, issuer: str = "A", size: int = 10) -> ReceivedStatement:
    """Statement `number` that member `issuer` sent."""
    return ReceivedStatement(
        statement_id=StatementId(sha(f"{issuer} {number}").hex()),
        issuer=lei(issuer),
        subject=SUPPLIER if number % 2 else KILN,
        kind=Kind.DELIVERY,
        sequence=number,
        occurred_at=START + timedelta(days=number),
        sd_jwt="a.b.c~d~",
        head=LogHead(size, Digest(sha(f"root {size}"))),
        inclusion=InclusionProof(0, size, (Digest(bytes([7]) * 32),)),
        received_at=START,
    )


def score(points: str, subject: object = SUPPLIER) -> ScoreRecord:
    """A score whose bundle says `points`."""
    assert subject in (SUPPLIER, OTHER, KILN)
    return ScoreRecord(SUPPLIER if subject is SUPPLIER else OTHER, START, sha("policy"), points.encode())


class OtherStoresSuite:
    """What the other stores must do."""

    def test_statements_received_twice_are_kept_once(self, records: Records) -> None:
        assert records.exchange.receive([received(1), received(2)]) == 2
        assert records.exchange.receive([received(2), received(3)]) == 1
        kept = records.exchange.received(StatementFilter())
        assert kept == ((1, received(1)), (2, received(2)), (3, received(3)))

    def test_the_copy_with_more_disclosures_stays(self, records: Records) -> None:
        records.exchange.receive([received(1)])
        records.exchange.receive([replace(received(1), sd_jwt="a.b.c~d~e~")])
        records.exchange.receive([replace(received(1), sd_jwt="a.b.c~")])
        assert records.exchange.received(StatementFilter())[0][1].sd_jwt == "a.b.c~d~e~"

    def test_the_place_under_the_larger_head_stays(self, records: Records) -> None:
        records.exchange.receive([received(1, size=10)])
        records.exchange.receive([received(1, size=12)])
        records.exchange.receive([received(1, size=11)])
        kept = records.exchange.received(StatementFilter())[0][1]
        assert kept.head.size == kept.inclusion.size == 12
        assert records.exchange.heads_of(lei("A")) == 1

    def test_two_statements_of_one_number_are_both_kept(self, records: Records) -> None:
        twin = replace(received(1), statement_id=StatementId(sha("the other 1").hex()))
        assert records.exchange.receive([received(1), twin]) == 2

    def test_received_statements_are_chosen_by_issuer_subject_and_time(self, records: Records) -> None:
        records.exchange.receive([received(1), received(2), received(3, issuer="B")])

        def numbers(chosen: StatementFilter, **more: object) -> list[int]:
            return [number for number, _ in records.exchange.received(chosen, **more)]  # type: ignore[arg-type]

        assert numbers(StatementFilter(), issuer=lei("B")) == [3]
        assert numbers(StatementFilter(subject=SUPPLIER)) == [1, 2, 3]
        assert numbers(StatementFilter(subject=KILN)) == [2]
        assert numbers(StatementFilter(since=START + timedelta(days=2), until=START + timedelta(days=3))) == [2]
        assert numbers(StatementFilter(kind=Kind.AUDIT)) == []
        assert numbers(StatementFilter(), after=1, limit=1) == [2]

    def test_the_newest_head_of_an_issuer_is_its_largest(self, records: Records) -> None:
        assert records.exchange.newest_received_head(lei("A")) is None
        records.exchange.receive([received(1, size=10), received(2, size=30), received(3, size=20)])
        newest = records.exchange.newest_received_head(lei("A"))
        assert newest is not None
        assert newest.size == 30

    def test_the_newest_score_of_a_subject_is_found(self, records: Records) -> None:
        assert records.scores.latest_score(SUPPLIER) is None
        assert [records.scores.add_score(score(points)) for points in ("90", "91")] == [1, 2]
        assert records.scores.add_score(score("50", OTHER)) == 3
        assert records.scores.latest_score(SUPPLIER) == (2, score("91"))
        assert [number for number, _ in records.scores.scores(SUPPLIER)] == [1, 2]
        assert [number for number, _ in records.scores.newest_scores(SUPPLIER, limit=5)] == [2, 1]
        assert records.scores.subjects() == tuple(sorted([SUPPLIER, OTHER], key=str))
        assert records.scores.newest_scores(SUPPLIER, limit=1) == ((2, score("91")),)
        assert [number for number, _ in records.scores.scores(None, after=1)] == [2, 3]

    def test_an_attested_score_keeps_its_one_attestation(self, records: Records) -> None:
        number = records.scores.add_score(score("90"))
        records.scores.attest_score(number, b"\x01" * 32, None)
        records.scores.attest_score(number, b"\x01" * 32, "a credential", b"with attester")
        records.scores.attest_score(number, b"\x01" * 32, None)
        latest = records.scores.latest_score(SUPPLIER)
        assert latest is not None
        assert (latest[1].attestation, latest[1].credential) == (b"\x01" * 32, "a credential")
        with pytest.raises(ConflictError):
            records.scores.attest_score(number, b"\x02" * 32, None)
        with pytest.raises(NotFoundError):
            records.scores.attest_score(7, b"\x01" * 32, None)

    def test_a_job_is_kept_in_its_newest_state(self, records: Records) -> None:
        job = Job(JobId("j1"), "import", JobState.WAITING, 0, 3, {}, START, START)
        later = replace(job, job_id=JobId("j2"), created_at=START + timedelta(seconds=1))
        records.jobs.put_job(later)
        records.jobs.put_job(job)
        assert records.jobs.unfinished_jobs() == (job, later)
        done = replace(job, state=JobState.DONE, done=3, report={"files": ["不良.csv"], "added": 12})
        records.jobs.put_job(done)
        assert records.jobs.job(JobId("j1")) == done
        assert records.jobs.job(JobId("j3")) is None
        assert records.jobs.unfinished_jobs() == (later,)

    def test_events_are_numbered_from_one_without_gaps(self, records: Records) -> None:
        assert records.events.newest_event() == 0
        kept = [records.events.add_event("head.closed", {"size": size}, START) for size in (3, 5, 9)]
        assert [event.number for event in kept] == [1, 2, 3]
        assert records.events.events(after=1) == tuple(kept[1:])
        assert records.events.events(limit=1) == (kept[0],)
        assert records.events.newest_event() == 3

    def test_a_setting_holds_its_last_value(self, records: Records) -> None:
        assert records.settings.setting("zone") is None
        records.settings.put_setting("zone", "UTC")
        records.settings.put_setting("zone", "Asia/Shanghai")
        assert records.settings.setting("zone") == "Asia/Shanghai"


class TestMemoryOtherStores(OtherStoresSuite):
    @pytest.fixture
    def records(self) -> Records:
        return MemoryRecords()


class TestSqlOtherStores(OtherStoresSuite):
    @pytest.fixture
    def records(self, tmp_path: Path) -> Iterator[Records]:
        opened = SqlRecords.open(tmp_path / "node.db")
        yield opened
        opened.close()
