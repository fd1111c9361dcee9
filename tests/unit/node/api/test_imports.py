"""Uploads become jobs: bounded, repeatable, and taken up again after a crash."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from evidence.errors import RateLimitError, StorageError
from evidence.identity import Subject
from node.api.import_desk import MOST_WAITING, ImportDesk, Incoming, clean_name
from node.api.logs import build_logger
from node.records.port_house import Job, JobId, JobState
from node.services.import_files import ImportFiles
from tests.support.api import ApiHouse, read_lines
from tests.support.evidence_node import ISSUER

SUPPLIER = {"supplier": str(ISSUER)}


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    return ApiHouse(tmp_path, settings={"upload_bytes": 20_000, "upload_files": 3})


@pytest.fixture
def client(house: ApiHouse) -> Iterator[TestClient]:
    with house.client(house.token()) as client:
        yield client


def upload(client: TestClient, *files: tuple[str, bytes], key: str = "") -> str:
    answer = client.post(
        "/v1/imports",
        files=[("files", file) for file in files],
        data=SUPPLIER,
        headers={"Idempotency-Key": key} if key else {},
    )
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/v1/imports/{answer.json()['id']}"
    return str(answer.headers["location"])


def ended(client: TestClient, url: str) -> dict[str, object]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        job = client.get(url).json()
        if job["state"] in ("done", "failed"):
            return dict(job)
    raise AssertionError("the import did not end in 20 s")


def test_files_become_statements_and_the_report_says_what_became_of_each(house: ApiHouse, client: TestClient) -> None:
    job = ended(client, upload(client, ("a.txt", b"1\n2"), ("b.txt", b"broken"), ("c.txt", b"3")))
    report = job["report"]
    assert isinstance(report, dict)
    assert (job["state"], job["done"], report["added"], report["refused"]) == ("done", 3, 3, 1)
    assert [file["outcome"] for file in report["files"]] == ["imported", "refused", "imported"]
    assert house.node.store.count() == 3
    deadline = time.monotonic() + 20
    while list((house.tmp / "spool").iterdir()) and time.monotonic() < deadline:
        time.sleep(0.001)  # cleared away right after the job has ended
    assert list((house.tmp / "spool").iterdir()) == []


def test_progress_is_streamed_until_the_end(client: TestClient) -> None:
    url = upload(client, ("a.txt", b"1"))
    with client.stream("GET", f"{url}/progress") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        text = "".join(stream.iter_text())
    last = [line for line in text.splitlines() if line.startswith("data: ")][-1]
    assert json.loads(last.removeprefix("data: "))["state"] == "done"


def test_the_same_key_and_files_give_the_first_job_again(house: ApiHouse, client: TestClient) -> None:
    first = upload(client, ("a.txt", b"1"), key="k1")
    assert upload(client, ("a.txt", b"1"), key="k1") == first
    other = client.post(
        "/v1/imports", files=[("files", ("a.txt", b"2"))], data=SUPPLIER, headers={"Idempotency-Key": "k1"}
    )
    assert other.status_code == 409
    ended(client, first)
    assert house.node.store.count() == 1


def test_too_large_and_too_many_are_refused_and_leave_nothing(house: ApiHouse, client: TestClient) -> None:
    large = client.post("/v1/imports", files=[("files", ("a.txt", b"1" * 30_000))], data=SUPPLIER)
    many = client.post("/v1/imports", files=[("files", (f"{n}.txt", b"1")) for n in range(4)], data=SUPPLIER)
    assert (large.status_code, many.status_code) == (413, 413)
    assert not (house.tmp / "spool").exists()


def test_a_body_that_lies_about_its_length_is_cut_off(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        for _ in range(100):
            yield b"1" * 1000
        yield b"\r\n--x--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/v1/imports", content=chunks(), headers=headers).status_code == 413


@pytest.mark.parametrize("data", [{}, {"supplier": "x"}, {"supplier": "5299000000000000AA00"}])
def test_an_upload_without_a_real_supplier_is_refused(client: TestClient, data: dict[str, str]) -> None:
    answer = client.post("/v1/imports", files=[("files", ("a.txt", b"1"))], data=data)
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\a.csv", "a.csv"),
        ("a\r\nb", "ab"),
        ("", "unnamed"),
        (None, "unnamed"),
        ("检验.xlsx", "检验.xlsx"),
        ("y" * 999, "y" * 200),
    ],
)
def test_names_are_for_reports_only(name: str | None, shown: str) -> None:
    assert clean_name(name) == shown


def desk(house: ApiHouse, importer: ImportFiles | None = None) -> ImportDesk:
    return ImportDesk(
        importer or house.node.import_files,
        house.node.jobs,
        house.tmp / "spool",
        house.clock,
        lambda size: bytes(range(size)),
        build_logger(house.log, house.clock),
    )


def taken(desk: ImportDesk) -> Job:
    return desk.take([Incoming("a.txt", io.BytesIO(b"1\n2"))], supplier=Subject(ISSUER), mapping=None)


def test_an_import_cut_short_by_a_crash_is_done_after_the_restart(house: ApiHouse) -> None:
    job = taken(desk(house))  # never opened: as if the process had died right after its answer
    assert house.node.store.count() == 0
    again = desk(house)
    again.open()
    again.close()
    done = house.node.jobs.job(job.job_id)
    assert done is not None and done.state in (JobState.DONE, JobState.WAITING)
    while done.state is JobState.WAITING:  # the thread had not begun when the desk closed
        again.open()
        time.sleep(0.01)
        again.close()
        done = house.node.jobs.job(job.job_id)
        assert done is not None
    assert house.node.store.count() == 2


def test_what_is_left_of_uploads_without_a_job_is_cleared_away(house: ApiHouse) -> None:
    (house.tmp / "spool" / "imp_half").mkdir(parents=True)
    (house.tmp / "spool" / "imp_half" / "0").write_bytes(b"1")
    again = desk(house)
    again.open()
    again.close()
    assert list((house.tmp / "spool").iterdir()) == []


def test_a_job_whose_upload_is_gone_fails_and_says_what_to_do(house: ApiHouse) -> None:
    now = house.clock()
    house.node.jobs.put_job(Job(JobId("imp_gone"), "import", JobState.RUNNING, 0, 1, {}, now, now))
    again = desk(house)
    again.open()
    again.close()
    job = house.node.jobs.job(JobId("imp_gone"))
    assert job is not None
    assert (job.state, job.report["advice"]) == (JobState.FAILED, "Upload the files again.")


def test_a_fault_ends_the_job_with_its_advice(house: ApiHouse) -> None:
    def full(name: str, content: object, *, mapping: bytes | None) -> None:
        raise StorageError("the disk is full")

    broken = desk(house, ImportFiles(full, house.node.submit, house.node.events, clock=house.clock))  # type: ignore[arg-type]
    job = run(house, broken)
    assert (job.state, job.report["error"]) == (JobState.FAILED, "StorageError")


def test_a_crash_inside_an_import_is_logged_and_ends_the_job(house: ApiHouse) -> None:
    def crash(name: str, content: object, *, mapping: bytes | None) -> None:
        raise RuntimeError("a mistake of ours")

    broken = desk(house, ImportFiles(crash, house.node.submit, house.node.events, clock=house.clock))  # type: ignore[arg-type]
    job = run(house, broken)
    assert job.state is JobState.FAILED
    assert "a mistake of ours" in house.log.getvalue()
    assert "a mistake of ours" not in str(job.report)


def run(house: ApiHouse, desk: ImportDesk) -> Job:
    desk.open()
    job = taken(desk)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        current = house.node.jobs.job(job.job_id)
        if current is not None and current.state in (JobState.DONE, JobState.FAILED):
            break
    desk.close()
    assert current is not None
    return current


def test_not_endlessly_many_imports_wait(house: ApiHouse) -> None:
    busy = desk(house)
    busy._waiting = MOST_WAITING
    with pytest.raises(RateLimitError):
        taken(busy)


def test_a_mapping_reaches_the_reader(house: ApiHouse, client: TestClient) -> None:
    seen: list[bytes | None] = []

    def read(name: str, content: io.BytesIO, *, mapping: bytes | None) -> object:
        seen.append(mapping)
        return read_lines(name, content, mapping=mapping)

    watched = desk(house, ImportFiles(read, house.node.submit, house.node.events, clock=house.clock))  # type: ignore[arg-type]
    watched.open()
    watched.take([Incoming("a.txt", io.BytesIO(b"1"))], supplier=Subject(ISSUER), mapping=io.BytesIO(b"{}"))
    deadline = time.monotonic() + 20
    while not seen and time.monotonic() < deadline:
        time.sleep(0.001)
    watched.close()
    assert seen == [b"{}"]
