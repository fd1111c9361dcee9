"""QIF: what the documents say, including what they say wrongly."""

from __future__ import annotations

import pytest

from evidence.errors import ImportRefusedError, ToolMissingError
from tests.support.lake_files import qif, qif_results, read, results, series, studies
from tests.support.required import shared

OFFSETS = "<MaxValue>0.1</MaxValue><MinValue>-0.1</MinValue><DefinedAsLimit>false</DefinedAsLimit>"
LIMITS_CALLED_OFFSETS = "<MaxValue>10.1</MaxValue><MinValue>9.9</MinValue><DefinedAsLimit>false</DefinedAsLimit>"


def sample(name: str):  # type: ignore[no-untyped-def]
    return read(name, shared("samples", "qif", name).read_bytes(), qif_schemas=shared("samples", "qif", "schema30"))


def test_measured_values_become_one_series_with_nominal_and_limits() -> None:
    content = read("a.qif", qif(qif_results([("10.050", "PASS"), ("9.95", "PASS")])))
    assert content.format == "QIF 3.0"
    (one,) = series(content)
    assert (one["part"], one["characteristic"], one["unit"]) == ("Bracket", "D1", "mm")
    assert (one["nominal"], one["lower_limit"], one["upper_limit"]) == ("10.0", "9.9", "10.1")
    assert one["values"] == ["10.050", "9.95"]
    assert content.drafts[0].occurred == "2026-03-01T08:00:00Z"
    assert "times" not in one  # the file states none for the values


def test_verdicts_on_parts_become_an_inspection_result() -> None:
    (one,) = results(read("a.qif", qif(qif_results([("10.05", "PASS"), ("10.3", "FAIL"), ("10", "SYSERROR")]))))
    assert (one["inspected"], one["nonconforming"], one["result"]) == (2, 1, "fail")
    assert one["defects"] == [{"code": "D1", "count": 1}]


def test_offsets_are_added_to_the_nominal() -> None:
    (one,) = series(read("a.qif", qif(qif_results([("10.05", "PASS")]), bounds=OFFSETS)))
    assert (one["lower_limit"], one["upper_limit"]) == ("9.9", "10.1")


def test_limits_called_offsets_are_taken_as_limits_when_the_verdicts_say_so() -> None:
    content = read("a.qif", qif(qif_results([("10.05", "PASS"), ("10.4", "FAIL")]), bounds=LIMITS_CALLED_OFFSETS))
    (one,) = series(content)
    assert (one["lower_limit"], one["upper_limit"]) == ("9.9", "10.1")
    assert "taken as limits" in content.note


def test_without_verdicts_the_standard_is_believed() -> None:
    (one,) = series(read("a.qif", qif(qif_results([("10.05", "UNDEFINED")]), bounds=LIMITS_CALLED_OFFSETS)))
    assert (one["lower_limit"], one["upper_limit"]) == ("19.9", "20.1")


def test_months_are_drafted_apart_and_each_value_keeps_its_time() -> None:
    times = ["2026-01-31T23:30:00-05:00", "2026-01-15T08:00:00Z", "2026-02-20T08:00:00Z"]
    content = read("a.qif", qif(qif_results([("10", "PASS"), ("10.1", "PASS"), ("9.9", "PASS")], times=times)))
    assert [one["values"] for one in series(content)] == [["10", "9.9"], ["10.1"]]
    assert series(content)[1]["times"] == ["2026-01-15T08:00:00Z"]
    assert [one["inspected"] for one in results(content)] == [2, 1]


def test_a_unit_that_a_value_names_itself_rules_and_limits_follow_it_exactly() -> None:
    rows = qif_results([("10.05", "PASS")]).replace("<Value>", '<Value linearUnit="cm">')
    (one,) = series(read("a.qif", qif(rows)))
    assert (one["unit"], one["upper_limit"], one["values"]) == ("cm", "1.01", ["10.05"])


def test_a_conversion_factor_that_belies_the_units_name_is_refused() -> None:
    wrong = (
        "<FileUnits><PrimaryUnits><LinearUnit><UnitName>inch</UnitName><UnitConversion><Factor>0.001</Factor>"
        "</UnitConversion></LinearUnit></PrimaryUnits></FileUnits>"
    )
    with pytest.raises(ImportRefusedError, match="inch"):
        read("a.qif", qif(qif_results([("1", "PASS")]), units=wrong))


def test_subgroups_of_a_study_order_the_values() -> None:
    groups = "".join(
        f'<Subgroup id="{80 + i}"><MeasuredIds><Ids n="2"><Id>{a}</Id><Id>{b}</Id></Ids></MeasuredIds></Subgroup>'
        for i, (a, b) in enumerate([(103, 101), (102, 104)])
    )
    statistics = (
        '<Statistics><StatisticalStudiesResults n="1"><CapabilityStudyResults id="70"><Status><StatsEvalStatusEnum>PASS'
        '</StatsEvalStatusEnum></Status><CharacteristicsStats n="1"><DiameterCharacteristicStats>'
        f'<Subgroups n="2">{groups}</Subgroups><ValueStats><TotalNumber>4</TotalNumber><Cpk>1.50</Cpk></ValueStats>'
        "</DiameterCharacteristicStats></CharacteristicsStats></CapabilityStudyResults></StatisticalStudiesResults>"
        "</Statistics>"
    )
    rows = qif_results([("10.01", "PASS"), ("10.02", "PASS"), ("10.03", "PASS"), ("10.04", "PASS")])
    content = read("a.qif", qif(rows, statistics=statistics))
    (one,) = series(content)
    assert (one["subgroup_size"], one["values"]) == (2, ["10.01", "10.03", "10.02", "10.04"])
    (study,) = studies(content)
    assert study["study_type"] == "capability"
    assert study["statistics"] == {"TotalNumber": "4", "Cpk": "1.50"}
    assert (study["n"], study["lower_limit"]) == (4, "9.9")


def test_values_listed_in_the_statistics_alone_become_a_series() -> None:
    statistics = (
        '<Statistics><StatisticalStudiesResults n="1"><SimpleStudyResults id="70"><CharacteristicsStats n="1">'
        "<DiameterCharacteristicStats><MeasuredValues><Values>10.01 10.02 9.99</Values></MeasuredValues>"
        "<ValueStats><Average>10.0067</Average></ValueStats></DiameterCharacteristicStats></CharacteristicsStats>"
        "</SimpleStudyResults></StatisticalStudiesResults></Statistics>"
    )
    content = read("a.qif", qif(statistics=statistics))
    assert series(content)[0]["values"] == ["10.01", "10.02", "9.99"]
    assert studies(content)[0]["statistics"] == {"Average": "10.0067"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("<Value>10.05</Value>", "<Value>10,05</Value>"), "not a decimal number"),
        (("<CharacteristicItemId>4<", "<CharacteristicItemId>44<"), "not there"),
        (('CharacteristicMeasurements n="1"', 'CharacteristicMeasurements n="2"'), "cut short"),
        (('<Part id="1"', '<Part id="2"'), "given twice"),
        (("<UnitName>mm</UnitName>", "<UnitName>furlong</UnitName>"), "furlong"),
        (("<MaxValue>10.1</MaxValue>", "<MaxValue>9.0</MaxValue>"), "lies above"),
        (("qif3", "qif9"), "version 2 or 3"),
        (("2026-03-01T08:00:00Z", "2026-13-01T08:00:00Z"), "possible time"),
    ],
)
def test_a_bad_document_is_refused_whole_with_its_line_and_reason(change: tuple[str, str], reason: str) -> None:
    with pytest.raises(ImportRefusedError, match=reason) as caught:
        read("a.qif", qif(qif_results([("10.05", "PASS")])).replace(*change))
    assert caught.value.file == "a.qif"


def test_a_document_without_any_time_needs_one_from_the_caller() -> None:
    document = qif(qif_results([("10.05", "PASS")]), created="")
    assert read("a.qif", document).drafts[0].occurred == "2026-11-23T12:00:00Z"
    with pytest.raises(ImportRefusedError, match="names no time"):
        read("a.qif", document, default_time=None)


def test_a_missing_schema_set_is_a_fault_of_the_installation(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ToolMissingError):
        read("a.qif", qif(), qif_schemas=tmp_path)


@pytest.mark.samples
@pytest.mark.parametrize(
    "name",
    [
        "WIDGET_QIF_PLAN_W_QPIDS.QIF",
        "planWithWorkInstructions.QIF",
        "sheetMetalPlanWithUUIDs.QIF",
        "mitutoyo_statistics_production_control_and_corrective_action_plan_sample.QIF",
    ],
)
def test_plans_carry_no_values_and_the_note_says_so(name: str) -> None:
    content = sample(name)
    assert content.drafts == ()
    assert content.note.startswith("a plan without measured values")


@pytest.mark.samples
def test_the_results_sample_says_what_its_drawing_says() -> None:
    content = sample("QIF_Results_Sample.QIF")
    by_name = {one["characteristic"]: one for one in series(content)}
    assert sum(len(one["values"]) for one in by_name.values()) == 13
    assert all(one["part"] == "QM_X_123456" and one["unit"] == "mm" for one in by_name.values())
    assert (by_name["5"]["lower_limit"], by_name["5"]["upper_limit"]) == ("-2", "2")  # uniform profile zone 4
    assert (by_name["4"]["lower_limit"], by_name["4"]["upper_limit"]) == ("-0.5", "1")  # +1.0/-0.5
    assert "upper_limit" not in by_name["1"]  # a basic dimension
    assert (by_name["2"]["lower_limit"], by_name["2"]["upper_limit"]) == ("774.06989746093795", "774.46989746093795")
    assert by_name["8"]["values"] == ["10.199987999999999"]
    assert (by_name["7"]["upper_limit"], by_name["7"]["gauge"]) == ("1", "GAGE PINS")
    (one,) = results(content)
    assert (one["inspected"], one["nonconforming"]) == (1, 1)
    assert one["defects"] == [{"code": "4", "count": 2}, {"code": "6", "count": 1}, {"code": "9", "count": 1}]


@pytest.mark.samples
def test_the_points_sample_carries_values_in_two_unit_families() -> None:
    content = sample("QIF_PTS_SAMPLE.QIF")
    by_name = {one["characteristic"]: one for one in series(content)}
    assert sum(len(one["values"]) for one in by_name.values()) == 27
    assert (by_name["ANGLE_CPLANE"]["unit"], by_name["ANGLE_CPLANE"]["lower_limit"]) == ("deg", "37.135211024346")
    assert by_name["PROF1"]["values"] == ["-0.086196035032941", "0"]
    assert len(results(content)[0]["defects"]) == 12


@pytest.mark.samples
def test_the_capability_sample_keeps_its_subgroups_and_what_it_declares() -> None:
    content = sample("mitutoyo_statistics_capability_study_with_subgroups_sample.QIF")
    (one,) = series(content)
    assert (one["subgroup_size"], one["aggregate"]["n"], one["aggregate"]["subgroups"]) == (3, "30", "10")
    assert (one["lower_limit"], one["upper_limit"]) == ("1.800", "2.200")
    (verdict,) = results(content)
    assert (verdict["inspected"], verdict["nonconforming"]) == (30, 1)
    (study,) = studies(content)
    assert (study["statistics"]["Cpk"], study["n"], study["gauge"]) == ("1.345", 30, "500-171-30 1234-5678")


@pytest.mark.samples
@pytest.mark.parametrize("study_type", ["bias", "linearity"])
def test_gauge_studies_are_studies_and_their_masters_no_production(study_type: str) -> None:
    content = sample(f"mitutoyo_statistics_{study_type}_study_sample.QIF")
    (study,) = studies(content)
    assert (study["study_type"], study["n"]) == (study_type, 3)
    assert study["statistics"]["RelativeEquipmentVariation"] == "0.000002"
    assert [one["values"] for one in series(content)] == [["1.00000"], ["3.00000"], ["5.00000"]]
    assert not any("upper_limit" in one for one in series(content))
    assert results(content) == []


@pytest.mark.samples
def test_the_gauge_repeatability_sample_has_its_limits_in_the_unit_of_its_statistics() -> None:
    (study,) = studies(sample("mitutoyo_statistics_userdefined_grr_sample.QIF"))
    assert (study["study_type"], study["unit"], study["part"]) == ("grr", "mm", "Drum")
    assert (study["lower_limit"], study["upper_limit"]) == ("1912.62", "1917.7")
    assert study["statistics"]["GageRandR"] == "3.14"
    assert study["statistics"]["NumberOfAppraisers"] == "2"


@pytest.mark.samples
def test_the_other_statistics_samples_say_what_they_say() -> None:
    attribute = sample("mitutoyo_statistics_attribute_sample.QIF")
    assert (results(attribute)[0]["inspected"], results(attribute)[0]["nonconforming"]) == (3, 1)
    assert results(attribute)[0]["defects"] == [{"code": "Scratched", "count": 1}]
    assert studies(attribute)[0]["study_type"] == "attribute"
    first = sample("mitutoyo_statistics_first_article_inspection_sample.QIF")
    assert [one["upper_limit"] for one in series(first)] == ["2.200", "3.200"]
    assert (studies(first)[0]["study_type"], studies(first)[0]["result"]) == ("first-article", "fail")
    assert first.drafts[0].occurred == "2014-06-03T13:47:30Z"
    for name in ("mitutoyo_statistics_sample.QIF", "mitutoyo_statistics_simple_study_sample.QIF"):
        content = sample(name)
        assert series(content)[0]["values"] == ["1.999", "2.001"]
        assert content.drafts[0].occurred == "2014-04-01T15:13:44-05:00"
        assert studies(content)[0]["statistics"]["Ppk"] == "1.3333"
    serial = results(sample("mitutoyo_results_serialized_pass_fail_sample.QIF"))[0]
    assert (serial["units"], serial["result"]) == (["SN#1234-56789"], "pass")
