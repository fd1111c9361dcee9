"""Imports: a refused file changes nothing, the others go on, and a second time adds nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pytest

from evidence.draft import Draft, Kind
from evidence.errors import ImportRefusedError, LimitError, StorageError
from node.records.memory import MemoryEvidenceStore, MemoryRecords
from node.services.import_files import MAX_FILES, ImportFiles, Outcome, SourceFile
from tests.support.evidence_node import SUPPLIER, EvidenceNode, delivery
from tests.support.faults import FullDisk


@dataclass(frozen=True, slots=True)
class Content:
    format: str
    drafts: tuple[Draft, ...]
    note: str = ""


def read(name: str, content: BinaryIO, *, mapping: bytes | None) -> Content:
    """A reader of a format of our own: one delivery number a line."""
    drafts = []
    for number, line in enumerate(content.read().decode().splitlines(), start=1):
        if line == "broken":
            raise ImportRefusedError(name, f"line {number}", "is broken")
        if line == "against the schema":
            drafts.append(Draft(Kind.DELIVERY, "2026-02-03T10:00:00Z", {"lot": "L"}, f"{name}, line {number}"))
            continue
        drafts.append(delivery(int(line)))
    return Content("lines" if mapping is None else mapping.decode(), tuple(drafts), "" if drafts else "nothing in it")


def importer(node: EvidenceNode) -> ImportFiles:
    return ImportFiles(read, node.submit, node.records.events, clock=node.clock)


def file(name: str, *lines: object) -> SourceFile:
    return SourceFile.from_bytes(name, "\n".join(map(str, lines)).encode())


def test_each_file_gets_its_line_in_the_report() -> None:
    node = EvidenceNode()
    seen: list[tuple[int, int]] = []
    report = importer(node)(
        [file("a", 1, 2), file("b", 3, "broken"), file("c"), file("d", 4, "against the schema"), file("e", 2, 5)],
        supplier=SUPPLIER,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert [(one.name, one.outcome, one.added, one.known) for one in report.files] == [
        ("a", Outcome.IMPORTED, 2, 0),
        ("b", Outcome.REFUSED, 0, 0),
        ("c", Outcome.NO_VALUES, 0, 0),
        ("d", Outcome.REFUSED, 0, 0),
        ("e", Outcome.IMPORTED, 1, 1),
    ]
    assert "b, line 2: is broken" in report.files[1].reason
    assert "d, line 2" in report.files[3].reason
    assert report.files[2].reason == "nothing in it"
    assert all(one.advice for one in report.files if one.outcome is Outcome.REFUSED)
    assert (report.added, report.known) == (3, 1)
    assert node.records.evidence.count() == 3
    assert seen == [(done, 5) for done in range(6)]
    assert json.loads(json.dumps(report.to_json()))["refused"] == 2


def test_importing_twice_changes_nothing() -> None:
    node = EvidenceNode()
    files = [file("a", 1, 2, 2), file("b", 3)]
    importer(node)(files, supplier=SUPPLIER)
    again = importer(node)(files, supplier=SUPPLIER)
    assert [one.outcome for one in again.files] == [Outcome.KNOWN, Outcome.KNOWN]
    assert (again.added, again.known) == (0, 4)
    assert node.records.evidence.count() == 4


def test_files_on_disk_are_opened_when_their_turn_comes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1\n2")
    node = EvidenceNode()
    report = importer(node)(
        [SourceFile.from_path(tmp_path / "a.txt"), SourceFile.from_path(tmp_path / "gone.txt")], supplier=SUPPLIER
    )
    assert [one.outcome for one in report.files] == [Outcome.IMPORTED, Outcome.REFUSED]
    assert "cannot be opened" in report.files[1].reason


def test_the_mapping_reaches_the_reader() -> None:
    report = importer(EvidenceNode())([file("a", 1)], supplier=SUPPLIER, mapping=b"mapped")
    assert report.files[0].format == "mapped"


def test_a_full_disk_stops_the_import_and_a_second_try_completes_it() -> None:
    disk = FullDisk(frozenset({"append"}), full=False)
    node = EvidenceNode(MemoryRecords(evidence=MemoryEvidenceStore(disk)))

    def fill(done: int, _total: int) -> None:
        disk.full = done == 1

    files = [file("a", 1), file("b", 2), file("c", 3)]
    with pytest.raises(StorageError):
        importer(node)(files, supplier=SUPPLIER, progress=fill)
    assert node.records.evidence.count() == 1
    disk.full = False
    report = importer(node)(files, supplier=SUPPLIER)
    assert (report.added, report.known) == (2, 1)


def test_too_many_files_are_refused() -> None:
    with pytest.raises(LimitError):
        importer(EvidenceNode())([file("a", 1)] * (MAX_FILES + 1), supplier=SUPPLIER)


def test_watchers_are_told_how_an_import_ended() -> None:
    node = EvidenceNode()
    importer(node)([file("a", 1), file("b", "broken")], supplier=SUPPLIER)
    last = node.records.events.events()[-1]
    assert last.type == "import.finished"
    assert last.data == {"supplier": str(SUPPLIER), "files": 2, "added": 1, "known": 0, "refused": 1}
