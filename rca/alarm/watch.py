"""A subscribed characteristic raises the alarm: a control chart, its run rules, and the first signal after phase 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from evidence.errors import SchemaError
from rca.columns import Kind
from rca.table import Table
from spc.charts import i_mr
from spc.rules import RuleSet, judge

Array = npt.NDArray[np.float64]

MIN_PHASE1: Final = 30
"""Fewest known values of phase 1: limits from fewer are too uncertain to open a case by."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A characteristic that somebody wants to be told about.

    Attributes:
        column: its name.
        phase1: rows, from the first, that set the limits; all was well then.
        rules: run rules on the single values; limits of the moving range always count.
    """

    column: str
    phase1: int
    rules: RuleSet = RuleSet.WESTERN_ELECTRIC

    def __post_init__(self) -> None:
        if self.phase1 < MIN_PHASE1:
            raise SchemaError(f"phase 1 of {self.phase1} rows; at least {MIN_PHASE1}", place="phase1")


@dataclass(frozen=True, slots=True)
class Alarm:
    """A chart signalled.

    Attributes:
        column: the characteristic.
        row: row of the table that completed the signal, from 0.
        rule: name of the rule, or `moving-range` for a jump between neighbours.
        text: what the rule says.
        value: in the column's unit.
        centre, sigma: of the chart, in the column's unit.
        phase1: rows that set the limits.
        also: names of other rules that fired at the same row.
    """

    column: str
    row: int
    rule: str
    text: str
    value: float
    centre: float
    sigma: float
    phase1: int
    also: tuple[str, ...] = ()


def watch(table: Table, subscription: Subscription) -> Alarm | None:
    """The first alarm after phase 1; None while all is quiet.

    Rows without a value are passed over: a chart joins the neighbours that are known.

    Raises:
        NotFoundError: no such column.
        SchemaError: a categorical column, fewer than MIN_PHASE1 known values in phase 1, or values that never vary.
    """
    if table.columns[table.place(subscription.column)].kind is Kind.CATEGORICAL:
        raise SchemaError(
            f"{subscription.column!r} holds labels", place="column", advice="Subscribe a count of one label instead."
        )
    values = table.column(subscription.column)
    rows = np.flatnonzero(~np.isnan(values))
    basis = int(np.count_nonzero(rows < subscription.phase1))
    if basis < MIN_PHASE1:
        raise SchemaError(f"{basis} known values in phase 1; at least {MIN_PHASE1}", place="phase1")
    chart = i_mr(values[rows], phase1=basis)
    assert chart.sigma is not None
    # The range between the last point of phase 1 and the first one after it belongs to the new points.
    found = [(signal.point - 1, signal.rule, signal.text) for signal in judge(chart.location, subscription.rules.rules)]
    jump = "two neighbours further apart than the limit of the moving range"
    found += [(point - 1, "moving-range", jump) for point in chart.panels[1].outside]
    later = sorted(one for one in found if one[0] >= basis)
    if not later:
        return None
    first = later[0][0]
    names = [one for one in later if one[0] == first]
    return Alarm(
        subscription.column,
        int(rows[first]),
        names[0][1],
        names[0][2],
        float(values[rows[first]]),
        float(chart.location.centre[0]),
        float(chart.sigma),
        subscription.phase1,
        tuple(one[1] for one in names[1:]),
    )
