"""From a series to a chart of the kind asked for: the one place that knows which chart wants which input."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.errors import SchemaError
from spc import attribute_charts, charts, weighted_charts
from spc.chart import Chart, ChartKind
from spc.constants import Constants
from spc.data import Array, grouped


@dataclass(frozen=True, slots=True)
class Request:
    """What to draw.

    Attributes:
        kind: of chart.
        subgroup: size of the subgroups of a chart of means.
        phase1: points from the first that set the limits; all when None.
        target, sigma: of EWMA and CUSUM; estimated when None.
        constants: d2, d3, c4 exact or as printed in tables.
    """

    kind: ChartKind
    subgroup: int | None = None
    phase1: int | None = None
    target: float | None = None
    sigma: float | None = None
    constants: Constants = Constants.EXACT


def default_kind(subgroup: int | None) -> ChartKind:
    """What suits measured values: single ones, small subgroups, large subgroups."""
    if subgroup is None:
        return ChartKind.I_MR
    return ChartKind.XBAR_R if subgroup <= 10 else ChartKind.XBAR_S


def draw(series: Array, request: Request, sizes: Array | None = None) -> Chart:
    """The chart of a series.

    Args:
        series: measured values, or counts for p, np, c and u, shape (n,).
        request: what to draw.
        sizes: parts or units inspected, shape (n,); wanted by p, np and u alone.
    Raises:
        SchemaError: an input is missing, or given to a chart that has no use for it.
    """
    kind = request.kind
    _check(request, sizes is not None)
    if kind in (ChartKind.XBAR_R, ChartKind.XBAR_S):
        assert request.subgroup is not None
        table = grouped(series, request.subgroup)
        make = charts.xbar_r if kind is ChartKind.XBAR_R else charts.xbar_s
        return make(table, phase1=request.phase1, constants=request.constants)
    if kind is ChartKind.I_MR:
        return charts.i_mr(series, phase1=request.phase1, constants=request.constants)
    if kind is ChartKind.C:
        return attribute_charts.c(series, phase1=request.phase1)
    if kind is ChartKind.EWMA:
        return weighted_charts.ewma(series, target=request.target, sigma=request.sigma)
    if kind is ChartKind.CUSUM:
        return weighted_charts.cusum(series, target=request.target, sigma=request.sigma)
    assert sizes is not None
    if kind is ChartKind.P:
        return attribute_charts.p(series, sizes, phase1=request.phase1)
    if kind is ChartKind.U:
        return attribute_charts.u(series, sizes, phase1=request.phase1)
    if (sizes != sizes[0]).any():
        raise SchemaError("an np chart wants lots of one size", place="inspected", advice="Draw a p chart instead.")
    return attribute_charts.np_(series, int(sizes[0]), phase1=request.phase1)


def _check(request: Request, has_sizes: bool) -> None:
    kind = request.kind
    wants_groups = kind in (ChartKind.XBAR_R, ChartKind.XBAR_S)
    wants_sizes = kind in (ChartKind.P, ChartKind.NP, ChartKind.U)
    weighted = kind in (ChartKind.EWMA, ChartKind.CUSUM)
    for place, given, wanted in (
        ("subgroup", request.subgroup is not None, wants_groups),
        ("inspected", has_sizes, wants_sizes),
    ):
        if given != wanted:
            what = f"an {kind.value} chart wants {place}" if wanted else f"an {kind.value} chart has no use for {place}"
            raise SchemaError(what, place=place)
    if not weighted and not request.target is request.sigma is None:
        raise SchemaError(f"target and sigma belong to EWMA and CUSUM, not to {kind.value}", place="target")
    if weighted and request.phase1 is not None:
        raise SchemaError(f"{kind.value} has no phase 1; give target and sigma", place="phase1")
