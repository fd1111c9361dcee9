"""causalAssembly, stations 1 to 4: semisynthetic tables of an assembly line with known edges (read, never copied).

Source: Göbler et al., "causalAssembly: Learning causal mechanisms from a manufacturing process", CLeaR 2024.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from evidence.errors import NotFoundError
from rca.columns import Column
from rca.table import Table
from rca.table_file import read_csv
from spc.table import read_table

STATIONS: Final = (1, 2, 3, 4)


def station(folder: Path, number: int) -> tuple[Table, npt.NDArray[np.bool_]]:
    """One station's table and its true edges, [cause, effect], in the order of the table's columns.

    All columns stand on one tier: nothing about order is given away.

    Raises:
        NotFoundError: the files are not there.
        ImportRefusedError: a file does not look as described.
    """
    file = folder / f"station{number}.csv"
    edges_file = folder / "edges.csv"
    for one in (file, edges_file):
        if not one.is_file():
            raise NotFoundError(f"{one.name} is not in {folder}", advice="Name the folder of causalAssembly.")
    data = file.read_bytes()
    table = read_csv(data, file.name, [Column(name) for name in read_table(data, file.name).names])
    places = {name: place for place, name in enumerate(table.names)}
    edges = np.zeros((len(places), len(places)), dtype=np.bool_)
    with edges_file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["station"] == str(number):
                edges[places[row["cause"]], places[row["effect"]]] = True
    return table, edges
