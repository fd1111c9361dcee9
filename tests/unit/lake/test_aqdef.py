"""Q-DAS AQDEF: K-fields and value lines, counts and measures, encodings, and every sample file."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import ImportRefusedError
from tests.support.lake_files import read, results, series
from tests.support.required import shared

HEAD = (
    "K0100 1\nK1001/1 P-7\nK1002/1 Flange\nK2001/1 10\nK2002/1 Bore\n"
    "K2101/1 5.0\nK2110/1 4.9\nK2111/1 5.1\nK2142/1 mm\n"
)
DC4, SI = "\x14", "\x0f"


def test_k_fields_become_a_series() -> None:
    text = HEAD + "K0001/1 5.01\nK0004/1 01.03.2026/08:00:00\nK0001/1 5.020\nK0004/1 02.03.2026/08:00:00\n"
    content = read("a.dfq", text, default_zone=ZoneInfo("Europe/Berlin"))
    (one,) = series(content)
    assert content.format == "Q-DAS AQDEF"
    assert (one["part"], one["characteristic"], one["unit"]) == ("P-7", "10 Bore", "mm")
    assert (one["nominal"], one["lower_limit"], one["upper_limit"]) == ("5.0", "4.9", "5.1")
    assert one["values"] == ["5.01", "5.020"]
    assert one["times"] == ["2026-03-01T08:00:00+01:00", "2026-03-02T08:00:00+01:00"]
    assert content.drafts[0].occurred == "2026-03-02T08:00:00+01:00"


def test_value_lines_part_characteristics_by_si_and_fields_by_dc4() -> None:
    head = "K0100 2\nK1001/1 P\nK2001/1 A\nK2001/2 B\nK2142/0 mm\n"
    lines = [
        f"1.5{DC4}0{DC4}01.03.2026/08:00:00{DC4}{DC4}#L1{DC4}3{DC4}OP{DC4}M1{SI}2.5{DC4}0{DC4}01.03.2026/08:00:00",
        f"1.6{DC4}0{DC4}01.03.2026/09:00:00{DC4}{DC4}#L1{SI}{DC4}256",
    ]
    content = read("a.dfq", head + "\n".join(lines) + "\x1a")
    first, second = series(content)
    assert (first["characteristic"], first["values"], first["lot"]) == ("A", ["1.5", "1.6"], "L1")
    assert (second["characteristic"], second["values"]) == ("B", ["2.5"])
    assert "operator" not in first  # only one of its two values names one
    assert "B: values marked deleted (K0002 256) left out: 1 (line 7)" in content.note


def test_a_field_for_all_characteristics_belongs_to_the_values_just_read() -> None:
    head = "K0100 2\nK1001/1 P\nK2001/1 A\nK2001/2 B\n"
    text = head + "K0001/1 1\nK0001/2 2\nK0004/0 01.03.2026/08:00\nK0001/1 3\nK0001/2 4\nK0004/0 02.03.2026/08:00\n"
    assert [one["times"] for one in series(read("a.dfq", text))] == [
        ["2026-03-01T08:00:00Z", "2026-03-02T08:00:00Z"]
    ] * 2


def test_a_value_number_names_the_value_that_a_field_belongs_to() -> None:
    text = HEAD + "K0001/1 5.0\nK0001/1 5.1\nK0006/1/1 L1\nK0006/1/2 L2\n"
    assert [one["lot"] for one in series(read("a.dfq", text))] == ["L1", "L2"]


def test_values_that_the_format_itself_rules_out_are_left_out_and_named() -> None:
    text = HEAD + "".join(f"K0001/1 5.0\nK0002/1 {mark}\n" for mark in (0, 129, 255, 290)) + "K0001/1\n"
    content = read("a.dfq", text)
    assert series(content)[0]["values"] == ["5.0"]
    for word in ("invalid (K0002 129)", "placeholder (K0002 255)", "not plausible (K0002 290)", "missing values: 1"):
        assert word in content.note


def test_limits_may_be_relative_and_natural_boundaries_are_none() -> None:
    relative = HEAD.replace("K2110/1 4.9\nK2111/1 5.1", "K2112/1 -0.10\nK2113/1 0.2")
    (one,) = series(read("a.dfq", relative + "K0001/1 5\n"))
    assert (one["lower_limit"], one["upper_limit"]) == ("4.90", "5.2")
    (one,) = series(read("a.dfq", HEAD + "K2120/1 2\nK0001/1 5\n"))
    assert "lower_limit" not in one


def test_fixed_subgroups_are_kept_and_broken_ones_fall_to_one() -> None:
    values = "".join(f"K0001/1 5.0{digit}\n" for digit in range(6))
    assert series(read("a.dfq", HEAD + "K8500/1 3\n" + values))[0]["subgroup_size"] == 3
    assert series(read("a.dfq", HEAD + "K8500/1 4\n" + values))[0]["subgroup_size"] == 1
    assert series(read("a.dfq", HEAD + "K8500/1 3\nK8501/1 1\n" + values))[0]["subgroup_size"] == 1


def test_counts_are_inspection_results_with_k0020_in_thousandths() -> None:
    head = "K0100 1\nK1001/1 P\nK2001/1 Scratch\nK2004/1 1\n"
    (one,) = results(read("a.dfq", head + "K0020/1 50000\nK0021/1 2\nK0004/1 01.03.2026/08:00:00\n"))
    assert (one["inspected"], one["nonconforming"], one["defects"]) == (50, 2, [{"code": "Scratch", "count": 2}])
    (one,) = results(read("a.dfq", head + "K0020/1 125\nK0021/1 0\n"))
    assert (one["inspected"], one["result"]) == (125, "pass")
    with pytest.raises(ImportRefusedError, match="3 nonconforming units among 2"):
        read("a.dfq", head + "K0020/1 2000\nK0021/1 3\n")
    line = f"50000{DC4}2{DC4}x{DC4}0{DC4}01.03.2026/08:00:00{DC4}{DC4}#L9"
    assert results(read("a.dfq", head + line))[0]["lot"] == "L9"


def test_equal_names_in_one_part_are_told_apart_by_group_and_index() -> None:
    text = (
        "K0100 2\nK1001/1 P\nK2001/1 Bore\nK0001/1 1\nK2001/2 Bore\nK0001/2 2\nK5002/1 Left\n"
        "K5111/1 1\nK5113/2 1\nK5103/1 2\nK5102/2 1\n"
    )
    assert [one["characteristic"] for one in series(read("a.dfq", text))] == ["Left / Bore #1", "Bore #2"]


def test_one_word_in_latin_1_and_utf_8_reads_the_same() -> None:
    text = HEAD.replace("Flange", "x").replace("P-7", "Größe µ").replace("mm", "µm") + "K0001/1 5\n"
    for data in (text.encode("iso-8859-1"), text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        (one,) = series(read("a.dfq", data.replace(b"\n", b"\r\n") if b"\0" not in data else data))
        assert (one["part"], one["unit"]) == ("Größe µ", "um")


@pytest.mark.parametrize(
    ("tail", "place", "reason"),
    [
        ("K0001/1 5..0\n", "line 10", "not a decimal number"),
        ("K0001/2 5.0\n", "line 10", "not described"),
        ("K0001/0 5.0\n", "line 10", "all characteristics the same value"),
        ("K0001/1-1 5.0\n", "line 10", "not a K-field"),
        ("K2002/1/1 x\n", "line 10", "takes no value number"),
        ("K0014/1/7 x\n", "line 10", "names value 7"),
        (f"1{SI}2\n", "line 10", "are described"),
        ("hello\n", "line 10", "not a decimal number"),
        ("K0001/1 5\nK0004/1 31.02.2026/08:00\n", "line 10", "possible time"),
        ("K0001/1 5\nK0004/1 soon\n", "line 10", "not a date"),
        ("K0004/1 01.03.2026/08:00\n", "line 10", "does not follow"),
        ("K0020/1 5\n", "line 10", "measures"),
        ("K2142/1 furlong\nK0001/1 5\n", "line 4", "furlong"),
        ("K0100 2\n", "end", "cut short"),
    ],
)
def test_a_bad_line_refuses_the_whole_file(tail: str, place: str, reason: str) -> None:
    with pytest.raises(ImportRefusedError, match=reason) as caught:
        read("a.dfq", HEAD + tail)
    assert caught.value.where == place


def test_fields_for_all_characteristics_cannot_be_made_to_cost_without_bound() -> None:
    head = "".join(f"K2001/{index} C\n" for index in range(1, 2001))
    with pytest.raises(ImportRefusedError, match="fields for all characteristics"):
        read("a.dfq", "K0100 2000\n" + head + "K0014/0 x\n" * 3000)


def test_files_without_values_say_so() -> None:
    assert read("a.dfq", HEAD).note == "describes 1 characteristics, but carries no values"
    assert read("a.dfq", HEAD).drafts == ()


decimals = st.decimals(min_value=-1000, max_value=1000, places=4, allow_nan=False).map(lambda one: format(one, "f"))


@settings(max_examples=60)
@given(st.lists(st.lists(decimals, min_size=1, max_size=12), min_size=1, max_size=5), st.booleans())
def test_what_is_written_reads_back(columns: list[list[str]], as_lines: bool) -> None:
    lines = [f"K0100 {len(columns)}", "K1001/1 P"]
    for index in range(1, len(columns) + 1):
        lines += [f"K2001/{index} C{index}", f"K2142/{index} mm"]
    if as_lines:
        for row in range(max(map(len, columns))):
            cells = [values[row] if row < len(values) else "" for values in columns]
            lines.append(SI.join(f"{cell}{DC4}{0 if cell else 256}{DC4}01.03.2026/08:00:00" for cell in cells))
    else:
        for index, values in enumerate(columns, start=1):
            lines += [
                text for value in values for text in (f"K0001/{index} {value}", f"K0004/{index} 01.03.2026/08:00:00")
            ]
    assert [one["values"] for one in series(read("a.dfq", "\r\n".join(lines)))] == columns


SAMPLES = {
    "attributiveDfq_attributiveCharacteristic_and_errorLogSheet.dfq": (2, 0),
    "basicDfq_singlePart_noCharacteristics.dfq": (0, 0),
    "basicDfq_singlePart_singleCharacteristic_noValues.dfq": (0, 0),
    "basicDfq_singlePart_threeCharacteristics.dfq": (3, 9),
    "basicDfq_threeParts_differentNumberOfCharacteristics.dfq": (9, 26),
    "characteristicHierarchy_characteristicOrder.dfq": (0, 0),
    "characteristicHierarchy_singlePart_singleGroup_twoCharacteristics.dfq": (2, 2),
    "characteristicHierarchy_singlePart_threeCharacteristics.dfq": (3, 3),
    "characteristicHierarchy_singlePart_twoChildCharacteristics_twoGroups.dfq": (4, 4),
    "characteristicHierarchy_twoParts_singleGroup_twoCharacteristics.dfq": (4, 4),
    "multipleParts.dfq": (2, 2),
}


@pytest.mark.samples
def test_every_sample_file_imports_with_as_many_values_as_it_has_lines_of_them() -> None:
    for path in sorted(shared("samples", "aqdef").glob("*.dfq")):
        drafts, values = SAMPLES[path.name]
        content = read(path.name, path.read_bytes())
        assert (len(content.drafts), sum(len(one["values"]) for one in series(content))) == (drafts, values), path.name
        assert path.read_text().count("K0001/") == values
        assert bool(content.note) == (not content.drafts)


@pytest.mark.samples
def test_the_attributive_sample_counts_one_of_one_and_eight_of_155() -> None:
    name = "attributiveDfq_attributiveCharacteristic_and_errorLogSheet.dfq"
    found = results(read(name, shared("samples", "aqdef", name).read_bytes()))
    assert [(one["inspected"], one["nonconforming"]) for one in found] == [(1, 1), (155, 8)]
