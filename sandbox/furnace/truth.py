"""What is really going on in the line of furnace B-7. Nothing that looks for causes reads this; it is the yardstick.

Powder is pressed, fired in furnace B-7 and measured. In night shifts the hall is cooler and the furnace's temperature
controller reads too low since its sensor aged: it heats more than it says. Batch 3 of the powder is wetter and
so shrinks more. Only both together push the crown height out of tolerance: the night shift, batch 3.

    hall temperature <- shift            press vibration <- shift (nothing follows from it: the distractor)
    zone temperature <- set point, controller offset <- hall temperature, age of the sensor
    green density    <- powder moisture, press force
    shrinkage        <- zone temperature, green density, hold time
    crown            <- shrinkage, press force          crack length (AOI) <- crown
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SET_POINT: Final = 812.5
"""Set point of zone 2 before anybody corrects it, degrees Celsius."""
LOWER: Final = 40.0
UPPER: Final = 60.0
NOMINAL: Final = 50.0
"""Limits and nominal value of the crown height, micrometres."""
LOTS_A_SHIFT: Final = 10
PER_DEGREE: Final = 0.55
"""True effect of one degree of zone temperature on the crown height, micrometres."""


@dataclass(frozen=True, slots=True)
class Column:
    """How a column of the line is recorded: which system it comes from, unit, tier, and whether it only watches."""

    name: str
    unit: str
    tier: int
    source: str
    kind: str = "continuous"
    observation: bool = False
    categories: tuple[str, ...] = ()


COLUMNS: Final = (
    Column("shift", "1", 0, "MES", "binary", categories=("day", "night")),
    Column("batch", "1", 0, "ERP", "categorical", categories=("1", "2", "3")),
    Column("hall temperature", "Cel", 0, "climate log"),
    Column("powder moisture", "%", 0, "LIMS"),
    Column("press force", "kN", 1, "MES"),
    Column("press vibration", "mm/s", 1, "vibration monitor"),
    Column("green density", "g/cm3", 2, "MES"),
    Column("controller offset B-7", "K", 3, "programming station"),
    Column("zone 2 set point", "Cel", 3, "MES"),
    Column("zone 2 temperature", "Cel", 4, "furnace log"),
    Column("hold time", "s", 3, "furnace log"),
    Column("shrinkage", "%", 5, "LIMS"),
    Column("crown height", "um", 6, "CMM"),
    Column("crack length", "um", 7, "AOI", observation=True),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is made.

    Attributes:
        before, after: lots before and after the controller's sensor began to age.
        set_point: of zone 2, what the control system holds, degrees Celsius.
    """

    before: int = 1_100
    after: int = 200
    set_point: float = SET_POINT


def produce(plan: Plan, rng: np.random.Generator) -> dict[str, Array]:
    """Lots in the order in which they are made, one array of shape (before + after,) a column.

    Args:
        rng: the only source of chance.
    """
    lots = plan.before + plan.after
    number = np.arange(lots)
    aged = number >= plan.before
    night = (number // LOTS_A_SHIFT) % 2 == 1
    batch = np.where(aged & ((number - plan.before) % 40 >= 20), 2, rng.integers(0, 2, lots))

    def noise(size: float) -> Array:
        return rng.normal(0.0, size, lots)

    hall = 24.0 - 4.0 * night + noise(0.8)
    moisture = 1.9 + 0.5 * (batch == 2) + noise(0.12)
    force = 210.0 + noise(4.0)
    vibration = 2.4 + 0.9 * (night & aged) + noise(0.3)
    density = 3.10 - 0.10 * (moisture - 1.9) + 0.002 * (force - 210.0) + noise(0.012)
    offset = 0.4 + np.where(aged, 2.6 + 1.3 * (22.0 - hall), 0.25 * (22.0 - hall)) + noise(0.5)
    set_point = np.round(plan.set_point + noise(3.0), 1)
    zone = set_point + offset + noise(0.7)
    hold = 540.0 + noise(6.0)
    degrees = zone - SET_POINT
    shrinkage = 18.0 + 0.055 * degrees - 9.0 * (density - 3.10) + 0.006 * (hold - 540.0) + noise(0.06)
    crown = NOMINAL + 10.0 * (shrinkage - 18.0) + 0.12 * (force - 210.0) + noise(0.7)
    crack = np.maximum(0.0, 4.0 + 0.8 * np.maximum(crown - 55.0, 0.0) + noise(1.0))
    return {
        "shift": night.astype(float),
        "batch": batch.astype(float),
        "hall temperature": hall,
        "powder moisture": moisture,
        "press force": force,
        "press vibration": vibration,
        "green density": density,
        "controller offset B-7": offset,
        "zone 2 set point": set_point,
        "zone 2 temperature": zone,
        "hold time": hold,
        "shrinkage": shrinkage,
        "crown height": crown,
        "crack length": crack,
    }
