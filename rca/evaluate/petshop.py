"""PetShop: a micro-service shop with 26 known faults, its call graph, and quiet weeks (CC BY 4.0, read, never copied).

Latency and errors travel from a callee to its caller, so the causal graph is the call graph turned around.
Source: Hardt et al., "The PetShop dataset: finding causes of performance issues across microservices", CLeaR 2024.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evidence.errors import ImportRefusedError, NotFoundError
from rca.attribution.dags import Dags, one_graph
from rca.attribution.frame import Frame
from rca.evaluate.case import Case

Array = npt.NDArray[np.float64]
Series = Mapping[tuple[str, str, str], Array]
"""Values by (service, metric, statistic), one every five minutes, NaN where missing."""

TARGET = "PetSite"
STATISTIC = "Average"
METRICS = ("latency", "availability")
ISSUE_ROWS = 5
"""Rows of one issue: 25 minutes, the alarm in the middle."""


def cases(folder: Path) -> list[Case]:
    """All issues; those of the folder `train` are the part to tune on.

    Raises:
        NotFoundError: the folder is not PetShop's.
        ImportRefusedError: a file does not look as described.
    """
    quiet, calls = quiet_series(folder), call_graph(folder)
    found = list[Case]()
    for part, called in (("train", "tune"), ("test", "test")):
        issues = sorted((folder / part).glob("issue_*"), key=lambda one: int(one.name.split("_")[1]))
        for issue in issues:
            target, root = _truth(issue / "target.json")
            window = read_series(issue / "metrics.csv")
            frame, dags = frame_over(quiet, window, calls, target[0], target[1], target[2])
            found.append(Case(f"{part}/{issue.name} {target[1]}", frame, dags, (root,), called))
    return found


def quiet_series(folder: Path) -> Series:
    """Two quiet days, to compare with; errors as `cases`."""
    return read_series(folder / "noissue" / "metrics.csv")


def frame_over(
    before: Series, after: Series, calls: list[tuple[str, str]], target: str, metric: str, statistic: str
) -> tuple[Frame, Dags]:
    """Frame and causal graph over the services that both series know by this metric."""
    names = tuple(sorted(key[0] for key in before if key[1:] == (metric, statistic) and key in after))
    columns = [[series[(name, metric, statistic)] for name in names] for series in (before, after)]
    frame = Frame(names, np.column_stack(columns[0]), np.column_stack(columns[1]), target)
    return frame, one_graph(names, [(callee, caller) for caller, callee in calls if {caller, callee} <= set(names)])


def call_graph(folder: Path) -> list[tuple[str, str]]:
    """(caller, callee) pairs; errors as `cases`."""
    rows = _rows(folder / "graph.csv")
    callees = rows[0][1:]
    return [
        (row[0], callee) for row in rows[1:] for callee, flag in zip(callees, row[1:], strict=True) if float(flag) > 0
    ]


def read_series(file: Path) -> Series:
    """One file of metrics: three heading lines (service, metric, statistic), then a time and values a line."""
    rows = _rows(file)
    if len(rows) < 5 or [row[0] for row in rows[1:3]] != ["metric", "statistic"]:
        raise ImportRefusedError(file.name, "lines 1 to 4", "three heading lines of service, metric, statistic")
    keys = list(zip(rows[0][1:], rows[1][1:], rows[2][1:], strict=True))
    body = [[float(cell) if cell else np.nan for cell in row[1:]] for row in rows[4:]]
    values = np.array(body, dtype=np.float64)
    return {key: values[:, place] for place, key in enumerate(keys)}


def _truth(file: Path) -> tuple[tuple[str, str, str], str]:
    """Target (service, metric, statistic) and the true cause."""
    known = json.loads(_text(file))
    target = known["target"]
    return (str(target["node"]), str(target["metric"]), str(target["agg"])), str(known["root_cause"]["node"])


def _rows(file: Path) -> list[list[str]]:
    return list(csv.reader(_text(file).splitlines()))


def _text(file: Path) -> str:
    if not file.is_file():
        raise NotFoundError(f"{file.name} is not in {file.parent}", advice="Name the folder of PetShop's low traffic.")
    return file.read_text(encoding="utf-8")
