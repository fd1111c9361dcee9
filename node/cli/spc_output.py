"""What `credence spc` says: results of `spc` as JSON documents, tables and pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from evidence.errors import NotFoundError, StorageError

if TYPE_CHECKING:
    from spc.capability import Capability, Index
    from spc.data import Array
    from spc.draw import Request
    from spc.interval import Interval
    from spc.specification import Specification


@dataclass(frozen=True, slots=True)
class Report:
    """One answer in three forms."""

    data: dict[str, Any]
    human: Callable[[Console], None]
    picture: Callable[[], str]


def write_svg(file: Path | None, picture: Callable[[], str]) -> None:
    """Write the picture, where one is wanted."""
    if file is None:
        return
    try:
        file.write_text(picture(), encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}", advice="Choose another place.") from error


def chosen(kind: Any, name: str, what: str) -> Any:
    """A member of an enumeration by its value, or a list of what there is."""
    if name not in list(kind):
        raise NotFoundError(f"There is no {what} {name!r}", advice=f"There are: {', '.join(kind)}.")
    return kind(name)


def figure(value: float | None) -> str:
    """A number for people: four digits that count."""
    return "-" if value is None else f"{value:.4g}"


def span(interval: Interval) -> str:
    """Bounds for people."""
    return f"{figure(interval.lower)} to {figure(interval.upper)}"


def capability_report(
    series: Array,
    specification: Specification,
    *,
    name: str,
    subgroup: int | None,
    sigma: str,
    confidence: float,
    bounds: str,
    distribution: str,
) -> Report:
    """Capability of a series, by normal theory or by percentiles."""
    from spc.capability import BoundMethod, capability
    from spc.plain import plain
    from spc.sigma import SigmaMethod

    if distribution != "normal":
        return _percentiles(series, specification, name, distribution)
    method = chosen(BoundMethod, bounds, "way to make bounds")
    if sigma:
        methods = [chosen(SigmaMethod, sigma, "estimator of sigma")]
    else:
        methods = [SigmaMethod.RANGE if subgroup else SigmaMethod.MOVING_RANGE, SigmaMethod.OVERALL]
    results = [
        capability(
            series,
            specification,
            method=one,
            subgroup=subgroup if one.needs_subgroups else None,
            confidence=confidence,
            bound=method,
        )
        for one in methods
    ]
    warnings = _warnings(series)
    data = {"column": name, "distribution": "normal", "results": plain(results), "notes": warnings}

    def human(console: Console) -> None:
        table = Table("index", "value", f"{confidence:.0%} bounds", "sigma by", "bounds by")
        for result in results:
            for index in result.indices:
                table.add_row(*_row(result, index))
        console.print(table)
        last = results[-1]
        console.print(f"{last.n} values, mean {last.mean:.6g}; {last.observed_outside} beyond the limits")
        console.print(
            f"Expected beyond the limits, by {last.sigma.method.value}: {figure(last.ppm_below + last.ppm_above)} PPM"
        )
        for warning in warnings:
            console.print(warning, markup=False)

    def picture() -> str:
        from spc.distributions import Distribution, Family
        from spc.svg_histogram import render_histogram

        last = results[-1]
        caption = "   ".join(f"{one.name} {figure(one.value)}" for result in results for one in result.indices)
        curve = Distribution(Family.NORMAL, (last.mean, last.sigma.value))
        return render_histogram(series, specification, curve, title=name, caption=caption)

    return Report(data, human, picture)


def _row(result: Capability, index: Index) -> tuple[str, ...]:
    by = result.sigma.method.value
    return index.name, figure(index.value), span(index.interval), by, index.interval.method


def _percentiles(series: Array, specification: Specification, name: str, distribution: str) -> Report:
    from spc.distributions import Distribution, Family
    from spc.fitting import fit
    from spc.nonnormal import of_distribution, of_sample
    from spc.plain import plain

    fitted = None if distribution == "sample" else fit(series, chosen(Family, distribution, "distribution"))
    result = of_distribution(fitted.distribution, specification) if fitted else of_sample(series, specification)
    data = {"column": name, "distribution": distribution, "fit": plain(fitted), "result": plain(result)}

    def human(console: Console) -> None:
        table = Table("index", "value")
        for label, value in (("Pp", result.pp), ("Ppl", result.ppl), ("Ppu", result.ppu), ("Ppk", result.ppk)):
            table.add_row(label, figure(value))
        console.print(table)
        found = result.percentiles
        console.print(
            f"percentiles 0.135, 50, 99.865: {found.low:.6g}, {found.median:.6g}, {found.high:.6g} ({found.origin})"
        )

    def picture() -> str:
        from spc.svg_histogram import render_histogram

        curve = fitted.distribution if fitted else Distribution(Family.NORMAL, _moments(series))
        return render_histogram(series, specification, curve, title=name, caption=f"Ppk {figure(result.ppk)}")

    return Report(data, human, picture)


def chart_report(series: Array, request: Request, sizes: Array | None, *, name: str) -> Report:
    """A control chart: limits and the points beyond them."""
    from spc.draw import draw
    from spc.plain import plain

    chart = draw(series, request, sizes)
    data = {"column": name, **plain(chart)}
    for panel, document in zip(chart.panels, data["panels"], strict=True):
        document["outside"] = list(panel.outside)

    def human(console: Console) -> None:
        table = Table("panel", "points", "LCL", "centre", "UCL", "beyond the limits")
        for panel in chart.panels:
            limits = (f"{float(part[-1]):.7g}" for part in (panel.lower, panel.centre, panel.upper))
            outside = ", ".join(map(str, panel.outside)) or "none"
            table.add_row(panel.name, str(len(panel.points)), *limits, outside)
        console.print(table)
        if chart.sigma is not None:
            console.print(f"sigma {chart.sigma:.6g}")
        for note in chart.notes:
            console.print(note, markup=False)

    def picture() -> str:
        from spc.svg_chart import render_chart

        return render_chart(chart, title=name)

    return Report(data, human, picture)


def signal_report(
    series: Array, request: Request, sizes: Array | None, *, name: str, rule_set: str, marking: str = "completing"
) -> Report:
    """Run rules on a series, and the limits of every panel; `marking` says which points of a pattern are named."""
    from spc.draw import draw
    from spc.plain import plain
    from spc.rules import Marking, RuleSet, judge, marks

    rules = chosen(RuleSet, rule_set, "set of rules")
    convention = chosen(Marking, marking, "way to mark points")
    chart = draw(series, request, sizes)
    signals = judge(chart.location, rules.rules)
    outside = {panel.name: list(panel.outside) for panel in chart.panels}
    data = {
        "column": name,
        "chart": chart.kind.value,
        "set": rules.value,
        "signals": plain(signals),
        "marking": convention.value,
        "marks": {str(point): rule for point, rule in marks(signals, rules.rules, convention).items()},
        "outside": outside,
        "in_control": not signals and not any(outside.values()),
    }

    def human(console: Console) -> None:
        if data["in_control"]:
            console.print(f"[bold green]In control[/] by {rules.value}: no rule fired, no point beyond a limit.")
            return
        table = Table("point", "rule", "what", "made of points")
        for signal in signals:
            table.add_row(str(signal.point), signal.rule, signal.text, ", ".join(map(str, signal.points)))
        console.print(table)
        for panel, numbers in outside.items():
            if numbers:
                console.print(f"{panel}: beyond the limits {', '.join(map(str, numbers))}", markup=False)

    def picture() -> str:
        from spc.svg_chart import render_chart

        return render_chart(chart, title=name, signals=signals)

    return Report(data, human, picture)


def _warnings(series: Array) -> list[str]:
    """What a reader of a normal capability has to doubt."""
    from spc.fitting import normality

    found = []
    if len(series) < 50:
        found.append(
            f"{len(series)} values are few: the bounds are wide, and so is every doubt about the distribution."
        )
    if len(series) >= 8:
        _, chance = normality(series)
        if chance < 0.05:
            found.append(
                f"The values do not look normal (Anderson-Darling p = {chance:.2g}): try --distribution, or look for "
                "mixed streams."
            )
    return found


def _moments(series: Array) -> tuple[float, float]:
    from spc.data import mean_and_deviation

    return mean_and_deviation(series)
