"""Process data of milling machines in the likeness of AI4I 2020: wear, torque and speed decide about failure.

Source:
    S. Matzka, "Explainable artificial intelligence for predictive maintenance applications", AI4I 2020: the rules of
    the failure modes; the numbers here are drawn anew.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import numpy as np

COLUMNS: Final = (
    ("air-temperature", "K"),
    ("process-temperature", "K"),
    ("rotational-speed", "{count}/min"),
    ("torque", "N.m"),
    ("tool-wear", "min"),
)
LABEL: Final = "machine-failure"


def write_rows(path: Path, rows: int, rng: np.random.Generator, *, strength: float = 11_500.0) -> None:
    """Write `rows` rows for one plant.

    Args:
        rng: the only source of chance.
        strength: strain (torque times wear, N.m.min) at which half of the tools fail: it differs by product type.
    """
    air = rng.normal(300, 2, rows)
    values = {
        "air-temperature": air,
        "process-temperature": air + rng.normal(10, 1, rows),
        "rotational-speed": np.clip(rng.normal(1540, 180, rows), 1170, 2880),
        "torque": np.clip(rng.normal(40, 10, rows), 4, 76),
        "tool-wear": rng.uniform(0, 250, rows),
    }
    strain = values["torque"] * values["tool-wear"]
    bad = rng.uniform(size=rows) < 1 / (1 + np.exp(-(strain - strength) / 600))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*(f"{name} [{unit}]" for name, unit in COLUMNS), LABEL])
        for place in range(rows):
            writer.writerow([*(f"{values[name][place]:.3f}" for name, _ in COLUMNS), int(bad[place])])
