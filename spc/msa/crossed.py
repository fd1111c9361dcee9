"""Crossed Gage R&R by analysis of variance: every operator measures every part as often.

Whether the interaction of operators with parts is kept decides the answer, so it is asked for by name: kept, dropped,
or tested (AIAG drops it when its p is above 0.25, other programs above 0.05).

Source:
    AIAG, "Measurement Systems Analysis", 4th edition (2010), appendix A; Montgomery and Runger, Quality Engineering 6
    (1993) 115-135 and 289-305.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc

from spc.data import share, table3
from spc.msa.gage import AnovaRow, Components, GageStudy

AIAG_ALPHA: Final = 0.25
"""Above this p AIAG pools the interaction into repeatability."""


class Interaction(StrEnum):
    """What becomes of the interaction of operators with parts."""

    TESTED = "tested"
    """Dropped when its p lies above alpha."""
    KEPT = "kept"
    DROPPED = "dropped"
    """Pooled into repeatability."""


def crossed(
    data: ArrayLike,
    *,
    interaction: Interaction = Interaction.TESTED,
    alpha: float = AIAG_ALPHA,
    tolerance: float | None = None,
) -> GageStudy:
    """Analyse a crossed study.

    Args:
        data: shape (parts, operators, trials), each 2 or more, balanced.
        interaction, alpha: what becomes of the interaction.
        tolerance: upper minus lower limit, for the percentages of it.
    Raises:
        SchemaError: another shape, not finite, or no variation at all.
    """
    cube = table3(data, place="values", names=("parts", "operators", "trials"))
    share(alpha, place="alpha")
    full = _full_table(cube)
    keeps = interaction is Interaction.KEPT
    if interaction is Interaction.TESTED:
        chance = full[2].p
        # Without any error of repetition, whatever interaction there is, is real.
        keeps = full[2].sum_squares > 0 if chance is None else chance <= alpha
    if keeps:
        return GageStudy("ANOVA with interaction", *_split(full, cube.shape, kept=True, tolerance=tolerance), (full,))
    reduced = _reduced_table(full)
    components, given = _split(reduced, cube.shape, kept=False, tolerance=tolerance)
    note = (
        ()
        if interaction is Interaction.DROPPED
        else (f"The interaction was dropped: its p of {full[2].p:.3f} lies above {alpha:g}.",)
        if full[2].p is not None
        else ()
    )
    return GageStudy("ANOVA without interaction", components, given, (full, reduced), note)


def _full_table(cube: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[AnovaRow, ...]:
    """Rows part, operator, interaction, repeatability; part and operator are judged against the interaction."""
    parts, operators, trials = cube.shape
    values = cube - cube.flat[0]
    cell = values.mean(axis=2)
    by_part, by_operator, all_ = cell.mean(axis=1), cell.mean(axis=0), float(cell.mean())
    part = operators * trials * float(((by_part - all_) ** 2).sum())
    operator = parts * trials * float(((by_operator - all_) ** 2).sum())
    residual = cell - by_part[:, None] - by_operator[None, :] + all_
    interaction = trials * float((residual**2).sum())
    error = float(((values - cell[:, :, None]) ** 2).sum())
    cross = (parts - 1) * (operators - 1)
    ms_cross, ms_error = interaction / cross, error / (parts * operators * (trials - 1))
    return (
        _row("part", parts - 1, part, ms_cross, cross),
        _row("operator", operators - 1, operator, ms_cross, cross),
        _row("operator x part", cross, interaction, ms_error, parts * operators * (trials - 1)),
        AnovaRow("repeatability", parts * operators * (trials - 1), error, ms_error),
    )


def _reduced_table(full: tuple[AnovaRow, ...]) -> tuple[AnovaRow, ...]:
    """The interaction pooled into repeatability, by which part and operator are then judged."""
    part, operator, cross, error = full
    freedom, squares = cross.freedom + error.freedom, cross.sum_squares + error.sum_squares
    pooled = squares / freedom
    return (
        _row("part", part.freedom, part.sum_squares, pooled, freedom),
        _row("operator", operator.freedom, operator.sum_squares, pooled, freedom),
        AnovaRow("repeatability", freedom, squares, pooled),
    )


def _row(source: str, freedom: int, squares: float, against: float, against_freedom: int) -> AnovaRow:
    mean = squares / freedom
    if against == 0:
        return AnovaRow(source, freedom, squares, mean)
    ratio = mean / against
    return AnovaRow(source, freedom, squares, mean, ratio, float(fdtrc(freedom, against_freedom, ratio)))


def _split(
    table: tuple[AnovaRow, ...], shape: tuple[int, ...], *, kept: bool, tolerance: float | None
) -> tuple[Components, float | None]:
    """Variances from mean squares; a negative estimate means none and counts as zero."""
    parts, operators, trials = shape
    error = table[-1].mean_square
    cross = table[2].mean_square if kept else error
    return (
        Components(
            repeatability=error,
            operator=max(0.0, (table[1].mean_square - cross) / (parts * trials)),
            interaction=max(0.0, (cross - error) / trials) if kept else 0.0,
            part=max(0.0, (table[0].mean_square - cross) / (operators * trials)),
        ),
        tolerance,
    )
