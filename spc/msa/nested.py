"""Nested Gage R&R: each operator has parts of their own, as when the test destroys the part.

Parts of one batch must be so alike that they may stand for one part; what differs among them counts as repeatability.

Source:
    AIAG, "Measurement Systems Analysis", 4th edition (2010), chapter IV; Montgomery, "Design and Analysis of
    Experiments", nested designs.
"""

from __future__ import annotations

from numpy.typing import ArrayLike
from scipy.special import fdtrc

from spc.data import table3
from spc.msa.gage import AnovaRow, Components, GageStudy


def nested(data: ArrayLike, *, tolerance: float | None = None) -> GageStudy:
    """Analyse a nested study.

    Args:
        data: shape (operators, parts of each operator, trials), each 2 or more, balanced.
        tolerance: upper minus lower limit.
    Raises:
        SchemaError: another shape, not finite, or no variation at all.
    """
    cube = table3(data, place="values", names=("operators", "parts per operator", "trials"))
    operators, parts, trials = cube.shape
    values = cube - cube.flat[0]
    cell = values.mean(axis=2)
    by_operator = cell.mean(axis=1)
    squares = (
        parts * trials * float(((by_operator - by_operator.mean()) ** 2).sum()),
        trials * float(((cell - by_operator[:, None]) ** 2).sum()),
        float(((values - cell[:, :, None]) ** 2).sum()),
    )
    freedom = (operators - 1, operators * (parts - 1), operators * parts * (trials - 1))
    operator, part, error = (total / degrees for total, degrees in zip(squares, freedom, strict=True))
    table = (
        _row("operator", freedom[0], squares[0], part, freedom[1]),
        _row("part (operator)", freedom[1], squares[1], error, freedom[2]),
        AnovaRow("repeatability", freedom[2], squares[2], error),
    )
    components = Components(
        repeatability=error,
        operator=max(0.0, (operator - part) / (parts * trials)),
        interaction=0.0,
        part=max(0.0, (part - error) / trials),
    )
    return GageStudy("nested ANOVA", components, tolerance, (table,))


def _row(source: str, freedom: int, squares: float, against: float, against_freedom: int) -> AnovaRow:
    mean = squares / freedom
    if against == 0:
        return AnovaRow(source, freedom, squares, mean)
    return AnovaRow(
        source, freedom, squares, mean, mean / against, float(fdtrc(freedom, against_freedom, mean / against))
    )
