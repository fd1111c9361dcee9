from pathlib import Path

import numpy as np
import pytest

from evidence.errors import ImportRefusedError, NotFoundError
from rca.attribution.attribute import attribute
from rca.evaluate.petshop import cases, read_series
from rca.evaluate.scores import Ranks, rank_of
from tests.support.required import shared


def test_all_26_issues_are_read_with_their_truth() -> None:
    found = cases(shared("data", "petshop", "low_traffic"))
    assert len(found) == 26
    assert sum(case.part == "tune" for case in found) == 8
    assert all(case.frame.window.shape[0] == 5 for case in found)
    assert all(case.roots[0] in case.frame.names for case in found)
    reach = found[0].dags.reach("PetSite")
    assert reach[found[0].dags.names.index("PetSearch_AWS::ECS::Fargate")] == 1.0
    assert reach[found[0].dags.names.index("PetSearch_client")] == 0.0


def test_the_ranking_keeps_its_place_on_petshop() -> None:
    found = cases(shared("data", "petshop", "low_traffic"))
    ranks = Ranks(
        tuple(rank_of([one.name for one in attribute(case.frame, case.dags).suspects], case.roots) for case in found)
    )
    assert ranks.top(1).value >= 0.75
    assert ranks.top(3).value >= 0.92


def test_other_folders_and_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"metrics\.csv is not in"):
        cases(tmp_path)
    file = tmp_path / "metrics.csv"
    file.write_text("a,b\n1,2\n3,4\n5,6\n7,8\n", encoding="utf-8")
    with pytest.raises(ImportRefusedError, match="heading"):
        read_series(file)


def test_a_missing_cell_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "metrics.csv"
    file.write_text(
        "microservice,a,b\nmetric,latency,latency\nstatistic,Average,Average\ntime,,\n1,0.5,\n2,,0.25\n",
        encoding="utf-8",
    )
    series = read_series(file)
    assert np.isnan(series[("a", "latency", "Average")]).tolist() == [False, True]
    assert series[("b", "latency", "Average")][1] == 0.25
