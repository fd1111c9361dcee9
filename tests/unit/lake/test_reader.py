"""The door of the lake: bounds, equal answers to equal files, and nothing but our own errors for damaged ones."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from datetime import UTC

import pytest

import lake
from evidence import schema
from evidence.errors import ImportRefusedError
from lake.content import MAX_FILE_BYTES
from tests.support.fuzz import assert_refuses_cleanly, fuzz_count
from tests.support.lake_files import LATER, cfx, message_body, numeric, qif, qif_results, read, unit
from tests.support.required import shared
from tests.unit.lake.test_aqdef import DC4, HEAD, SI
from tests.unit.lake.test_excel import MAPPING as EXCEL_MAPPING
from tests.unit.lake.test_excel import ROW, with_member, workbook
from tests.unit.lake.test_tables import LONG, TABLE

TESTED = "CFX.Production.TestAndInspection.UnitsTested"
STATISTICS = (
    '<Statistics><StatisticalStudiesResults n="1"><CapabilityStudyResults id="70"><CharacteristicsStats n="1">'
    '<DiameterCharacteristicStats><Subgroups n="1"><Subgroup id="80"><MeasuredIds><Ids n="2"><Id>101</Id><Id>102</Id>'
    "</Ids></MeasuredIds></Subgroup></Subgroups><ValueStats><Cpk>1.5</Cpk></ValueStats></DiameterCharacteristicStats>"
    "</CharacteristicsStats></CapabilityStudyResults></StatisticalStudiesResults></Statistics>"
)
SEEDS: dict[str, list[bytes]] = {
    "qif": [qif(qif_results([("10.05", "PASS"), ("10.3", "FAIL")]), statistics=STATISTICS).encode()],
    "aqdef": [
        (HEAD + "K0001/1 5.01\nK0004/1 01.03.2026/08:00:00\nK0006/1 L\nK0001/1 5.02\n").encode(),
        f"K0100 2\nK1001/1 P\nK2001/1 A\nK2001/2 B\nK2004/2 1\n1{DC4}0{DC4}01.03.2026/08:00{SI}5000{DC4}1\n".encode(),
    ],
    "cfx": [cfx(TESTED, message_body(unit("U1", "Passed", numeric(1.5, ExpectedValue=2), TestEndTime="2026-03-01")))],
    "csv": [TABLE.encode()],
    "xlsx": [workbook(ROW)],
}


def parse(data: bytes) -> object:
    mapping = EXCEL_MAPPING if data.startswith(b"PK") else LONG
    return lake.read("a", io.BytesIO(data), mapping=mapping, default_zone=UTC, default_time=LATER)


@pytest.mark.parametrize("seeds", SEEDS.values(), ids=SEEDS)
def test_damaged_files_raise_our_own_errors_in_bounded_time(seeds: list[bytes]) -> None:
    for seed in seeds:
        parse(seed)
    assert assert_refuses_cleanly(parse, seeds) > 100


@pytest.mark.samples
@pytest.mark.parametrize("folder", ["qif", "cfx", "aqdef"])
def test_all_samples_import_or_say_why_not_the_same_every_time(folder: str) -> None:
    for path in sorted(shared("samples", folder).iterdir()):
        if path.suffix.lower() not in (".qif", ".json", ".dfq"):
            continue
        content = read(path.name, path.read_bytes())
        assert content == read(path.name, path.read_bytes())
        assert content.drafts or content.note
        for draft in content.drafts:
            schema.validate(draft)
            assert draft.source.startswith(f"{path.name}, ")


def test_a_file_beyond_the_bound_is_refused_unread() -> None:
    class Endless(io.RawIOBase):
        served = 0

        def read(self, size: int = -1) -> bytes:
            self.served += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(ImportRefusedError, match="longer than 64 MiB"):
        lake.read("a", stream, default_zone=UTC)  # type: ignore[arg-type]
    assert stream.served == MAX_FILE_BYTES + 1


def test_a_large_series_is_split_at_ten_thousand_values() -> None:
    rng = random.Random(1)
    values = [f"{rng.randrange(10**6) / 1000:.3f}" for _ in range(25_000)]
    content = read("a.dfq", HEAD + "".join(f"K0001/1 {value}\n" for value in values))
    told = [draft.fields["values"] for draft in content.drafts]
    assert [len(one) for one in told] == [10_000, 10_000, 5_000]  # type: ignore[arg-type]
    assert [value for one in told for value in one] == values  # type: ignore[union-attr]


@pytest.mark.parametrize("make", [lambda: qif(qif_results([("10", "PASS")] * 3)), lambda: HEAD + "K0001/1 5\n" * 3])
def test_no_value_is_lost_on_the_way(make: Callable[[], str]) -> None:
    content = read("a", make())
    assert sum(len(draft.fields.get("values", ())) for draft in content.drafts) == 3  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    "member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]
)
def test_damaged_parts_of_a_workbook_raise_our_own_errors(member: str) -> None:
    book = workbook(ROW, ROW)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        part = archive.read(member)
    refused = assert_refuses_cleanly(
        lambda data: parse(with_member(book, member, data)), [part], count=fuzz_count() // 5 or 1
    )
    assert refused > 10


def test_damaged_mappings_raise_our_own_errors() -> None:
    seeds = [json.dumps(one).encode() for one in (LONG, EXCEL_MAPPING)]

    def apply(data: bytes) -> object:
        return lake.read("a", io.BytesIO(TABLE.encode()), mapping=data, default_zone=UTC, default_time=LATER)

    assert assert_refuses_cleanly(apply, seeds) > 100


@pytest.mark.samples
def test_damaged_samples_raise_our_own_errors() -> None:
    paths = [
        shared("samples", "qif", "mitutoyo_statistics_first_article_inspection_sample.QIF"),
        shared("samples", "qif", "mitutoyo_statistics_userdefined_grr_sample.QIF"),
        shared("samples", "qif", "QIF_Results_Sample.QIF"),
        shared("samples", "cfx", "production.testandinspection.UnitsTested_1.json"),
        shared("samples", "cfx", "production.testandinspection.UnitsInspected_2.json"),
        shared("samples", "aqdef", "characteristicHierarchy_twoParts_singleGroup_twoCharacteristics.dfq"),
    ]
    assert assert_refuses_cleanly(parse, [path.read_bytes() for path in paths]) > 100
