"""`credence spc` as a user types it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from typer.testing import CliRunner

from evidence.errors import CredenceError, ImportRefusedError, InputError, NotFoundError, SchemaError, StorageError
from node.cli.main import build


def run(*words: object) -> Result:
    return CliRunner().invoke(build(), ["spc", *(str(word) for word in words)])


def answer(*words: object) -> Any:
    result = run(*words, "--json")
    assert result.exit_code in (0, 1), result.exception
    return json.loads(result.stdout)


def refused(error: type[CredenceError], *words: object) -> CredenceError:
    result = run(*words)
    assert isinstance(result.exception, error), result.exception
    return result.exception


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("spc") / "ring.csv"
    values = np.random.default_rng(4).normal(74, 0.01, 200)
    values[-10:] += 0.03
    file.write_text("part,diameter\n" + "".join(f"P{i},{value:.4f}\n" for i, value in enumerate(values)))
    return file


def test_capability_gives_both_kinds_of_index_with_bounds(series: Path, tmp_path: Path) -> None:
    picture = tmp_path / "out.svg"
    found = answer(
        "capability", series, "--lsl", 73.95, "--usl", 74.05, "--target", 74, "--subgroup", 5, "--svg", picture
    )
    named = {index["name"]: index for result in found["results"] for index in result["indices"]}
    assert set(named) == {"Cp", "Cpl", "Cpu", "Cpk", "Cpm", "Pp", "Ppl", "Ppu", "Ppk", "Ppm"}
    assert [result["sigma"]["method"] for result in found["results"]] == ["rbar-d2", "overall"]
    assert named["Cpk"]["interval"]["lower"] < named["Cpk"]["value"] < named["Cpk"]["interval"]["upper"]
    assert picture.read_text().startswith("<svg")
    text = run("capability", series, "--lsl", 73.95, "--usl", 74.05, "--sigma", "overall").stdout
    assert "Ppk" in text and "Cpk" not in text and "noncentral t" in text


def test_confidence_and_bounds_are_as_asked(series: Path) -> None:
    common = ("capability", series, "--usl", 74.05, "--sigma", "overall")
    exact = answer(*common, "--confidence", 0.9)["results"][0]["indices"][0]["interval"]
    bissell = answer(*common, "--confidence", 0.9, "--bounds", "bissell")["results"][0]["indices"][0]["interval"]
    assert (exact["confidence"], bissell["method"]) == (0.9, "Bissell")
    assert exact["lower"] == pytest.approx(bissell["lower"], rel=0.02) and exact["lower"] != bissell["lower"]


def test_capability_by_percentiles_names_its_distribution(series: Path, tmp_path: Path) -> None:
    picture = tmp_path / "out.svg"
    found = answer("capability", series, "--usl", 74.05, "--distribution", "weibull", "--svg", picture)
    assert found["fit"]["distribution"]["family"] == found["result"]["percentiles"]["origin"] == "weibull"
    assert "curve: weibull" in picture.read_text()
    assert "percentiles" in run("capability", series, "--usl", 74.05, "--distribution", "weibull").stdout
    assert "741" in str(refused(SchemaError, "capability", series, "--usl", 74.05, "--distribution", "sample"))


def test_doubts_are_told_with_the_figures(tmp_path: Path) -> None:
    file = tmp_path / "skewed.csv"
    file.write_text("v\n" + "".join(f"{value:.5f}\n" for value in np.random.default_rng(1).exponential(1, 40)))
    notes = answer("capability", file, "--usl", 9)["notes"]
    assert any("few" in note for note in notes) and any("do not look normal" in note for note in notes)


def test_a_chart_names_the_points_beyond_its_limits(series: Path, tmp_path: Path) -> None:
    picture = tmp_path / "out.svg"
    found = answer("chart", series, "--subgroup", 5, "--phase1", 30, "--svg", picture)
    assert found["kind"] == "xbar-r" and found["panels"][0]["outside"] == [39, 40] and found["basis"] == 30
    assert "diameter: X-bar and R chart" in picture.read_text()
    assert "39, 40" in run("chart", series, "--subgroup", 5, "--phase1", 30).stdout
    assert answer("chart", series, "--type", "ewma", "--target", 74, "--process-sigma", 0.01)["sigma"] == 0.01


def test_charts_of_counts_take_lot_sizes_as_column_or_number(tmp_path: Path) -> None:
    file = tmp_path / "lots.csv"
    file.write_text("bad,size\n3,100\n4,120\n2,90\n9,110\n")
    assert answer("chart", file, "--type", "p", "--inspected", "size")["kind"] == "p"
    assert answer("chart", file, "--type", "np", "--inspected", 200)["panels"][0]["centre"][0] == 4.5
    refused(InputError, "chart", file, "--type", "p", "--inspected", "sizes")
    refused(SchemaError, "chart", file, "--type", "p")


def test_rules_exit_with_one_when_something_is_found(series: Path, tmp_path: Path) -> None:
    result = run("rules", series, "--subgroup", 5, "--phase1", 30)
    assert result.exit_code == 1 and "western-electric-1" in result.stdout
    found = answer("rules", series, "--subgroup", 5, "--phase1", 30, "--set", "nelson")
    assert not found["in_control"] and {one["rule"] for one in found["signals"]} >= {"nelson-1"}
    calm = tmp_path / "calm.csv"
    calm.write_text("v\n" + "1.1\n0.9\n1.05\n1.0\n0.95\n1.02\n" * 3)
    result = run("rules", calm)
    assert result.exit_code == 0 and "In control" in result.stdout


def test_every_study_reads_its_columns(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    gage = tmp_path / "gage.csv"
    rows = [(part, who, rng.normal(part, 0.2)) for part in range(8) for who in "ABC" for _ in range(2)]
    gage.write_text("part,operator,value\n" + "".join(f"P{part},{who},{value:.4f}\n" for part, who, value in rows))
    for study in ("crossed", "average-range", "nested"):
        found = answer("msa", gage, "--study", study, "--lsl", 0, "--usl", 10)
        assert found["study"] == study and found["distinct_categories"] >= 5
        assert {one["source"] for one in found["shares"]} >= {"Gage R&R", "part", "total"}
    assert "verdict" in run("msa", gage).stdout
    master = tmp_path / "master.csv"
    master.write_text("value\n" + "".join(f"{value:.4f}\n" for value in rng.normal(5.02, 0.01, 30)))
    assert answer("msa", master, "--study", "bias", "--reference", 5)["p"] < 0.01
    assert answer("msa", master, "--study", "type-1", "--reference", 5, "--lsl", 4, "--usl", 6)["cg"] > 3
    assert answer("msa", master, "--study", "stability")["stable"] is True
    assert answer("msa", master, "--study", "stability", "--subgroup", 3)["chart"]["kind"] == "xbar-r"
    truth = tmp_path / "truth.csv"
    truth.write_text("reference,value\n" + "".join(f"{t},{t * 1.01:.3f}\n{t}.0,{t * 1.012:.3f}\n" for t in (2, 5, 9)))
    found = answer("msa", truth, "--study", "linearity")
    assert len(found["parts"]) == 3 and found["slope"]["value"] == pytest.approx(0.011, abs=0.002)
    eyes = tmp_path / "eyes.csv"
    said = [(f"P{p}", who, "bad" if p % 2 else "good") for p in range(10) for who in ("Ann", "Bo") for _ in range(2)]
    eyes.write_text("part,appraiser,rating,standard\n" + "".join(f"{p},{who},{one},{one}\n" for p, who, one in said))
    assert answer("msa", eyes, "--study", "attribute")["kappa"]["overall"]["value"] == pytest.approx(1)
    for study, file in (("linearity", truth), ("attribute", eyes), ("bias", master), ("stability", master)):
        assert run("msa", file, "--study", study, "--reference", 5).exit_code == 0


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SchemaError, ("capability", "--lsl", "75", "--usl", "74")),
        (SchemaError, ("capability",)),
        (SchemaError, ("capability", "--usl", "74.05", "--confidence", "1")),
        (SchemaError, ("capability", "--usl", "74.05", "--sigma", "pooled")),
        (NotFoundError, ("capability", "--usl", "74.05", "--sigma", "guess")),
        (NotFoundError, ("capability", "--usl", "74.05", "--bounds", "guess")),
        (NotFoundError, ("capability", "--usl", "74.05", "--column", "height")),
        (ImportRefusedError, ("capability", "--usl", "74.05", "--column", "part")),
        (SchemaError, ("chart", "--subgroup", "7")),
        (NotFoundError, ("chart", "--type", "pie")),
        (NotFoundError, ("rules", "--set", "guess")),
        (SchemaError, ("rules", "--type", "ewma")),
        (NotFoundError, ("msa", "--study", "guess")),
        (NotFoundError, ("msa", "--study", "crossed")),
        (InputError, ("msa", "--study", "bias")),
        (InputError, ("msa", "--study", "type-1", "--reference", "74")),
    ],
)
def test_what_cannot_be_answered_is_refused_with_advice(
    series: Path, error: type[CredenceError], words: tuple[str, ...]
) -> None:
    found = refused(error, words[0], series, *words[1:])
    assert found.message and found.advice


def test_a_missing_file_and_an_unwritable_picture_are_reported(series: Path, tmp_path: Path) -> None:
    refused(NotFoundError, "chart", tmp_path / "none.csv")
    refused(StorageError, "chart", series, "--svg", tmp_path / "no" / "where.svg")


def test_the_command_line_starts_without_the_mathematics() -> None:
    code = "import sys; from node.cli.main import build; build(); sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
