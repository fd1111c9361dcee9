"""A supplier's key characteristics: capability month by month, and the control chart of one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from evidence.aggregate import Aggregate
from evidence.draft import Kind
from evidence.errors import NotFoundError
from evidence.identity import Lei, Subject
from evidence.statement import Statement, parse
from node.records.port import MAX_PAGE, EvidenceStore, StatementFilter
from node.records.port_exchange import ExchangeStore
from node.services.score_supplier import ScoreSupplier
from scoring.capability import Sample
from scoring.facts import fact_of, is_about
from scoring.observers.capability_months import Characteristic, samples
from scoring.options import CapabilityOptions, Sigma
from scoring.scale import MICRO, month_text

if TYPE_CHECKING:
    from spc.chart import Chart
    from spc.rules import Signal

CPK_GOAL: Final = 1_670_000
"""What purchasers ask of a key characteristic in each month, millionths."""
MOST_POINTS: Final = 2_000
"""So many of the newest values, or series, make a chart at most."""
_MINIMUM_N: Final = 20


@dataclass(frozen=True, slots=True)
class Series:
    """One measurement series of a characteristic; `values` is None where this node may not read them."""

    statement: Statement
    mean: float
    size: int
    values: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class ChartCharacteristic:
    """Reads the measurement series that this node holds; months use anchored evidence, by the rules of the score."""

    score: ScoreSupplier
    store: EvidenceStore
    exchange: ExchangeStore

    def months(self, subject: Subject) -> list[dict[str, Any]]:
        """Every characteristic of `subject` with its capability month by month, as the policy in force reads it."""
        options = self._options()
        sigma, minimum = (options.sigma, options.minimum_n) if options else (Sigma.OVERALL, _MINIMUM_N)
        found: dict[tuple[Characteristic, Lei], list[tuple[int, Sample]]] = {}
        cells = samples(self.score.gather(subject).facts, sigma, 1)
        for (name, issuer, month), (sample, _) in cells.items():
            found.setdefault((name, issuer), []).append((month, sample))
        return [
            {
                "part": name[0],
                "characteristic": name[1],
                "unit": name[2],
                "issuer": str(issuer),
                "sigma": sigma.value,
                "goal": _index(CPK_GOAL),
                "months": [self._month(month, sample, minimum) for month, sample in sorted(months, key=_first)],
            }
            for (name, issuer), months in sorted(found.items())
        ]

    def chart(
        self,
        subject: Subject,
        *,
        part: str,
        characteristic: str,
        issuer: Lei | None = None,
        rules: str = "western-electric",
        values: bool = False,
    ) -> dict[str, Any]:
        """The control chart of a characteristic with the rules that fired.

        Args:
            issuer: whose series; without it, whoever stated most of them.
            values: draw single values where every series shows them; else one point for each series, its mean.
        Raises:
            NotFoundError: no such characteristic, or no such set of rules.
            SchemaError: too few points, or no variation: no limits can be drawn.
        """
        series = self._newest(subject, part, characteristic, issuer)
        shown = values and all(one.values is not None for one in series)
        if shown:
            series = _enough(series)
        chart, signals, points = _draw(series, rules, shown)
        last = series[-1].statement.fields
        return {
            "subject": str(subject),
            "part": part,
            "characteristic": characteristic,
            "unit": last.get("unit"),
            "issuer": str(series[-1].statement.issuer),
            "basis": "values" if shown else "series-means",
            "series": len(series),
            "limits": {name: last.get(name) for name in ("lower_limit", "nominal", "upper_limit")},
            "points": points,
            **_document(chart, signals, rules),
        }

    def _month(self, month: int, sample: Sample, minimum: int) -> dict[str, Any]:
        enough = sample.n >= minimum and sample.is_limited
        low, high = sample.bounds_micro(950_000) if enough else (0, 0)
        return {
            "month": month_text(month),
            "n": sample.n,
            "cpk": _index(sample.cpk_micro) if enough else None,
            "low": _index(low) if enough else None,
            "high": _index(high) if enough else None,
            "meets_goal": enough and sample.cpk_micro >= CPK_GOAL,
        }

    def _options(self) -> CapabilityOptions | None:
        chosen = (one.options for one in self.score.policy.indicators)
        return next((options for options in chosen if isinstance(options, CapabilityOptions)), None)

    def _newest(self, subject: Subject, part: str, characteristic: str, issuer: Lei | None) -> list[Series]:
        found: dict[Lei, dict[bytes, Statement]] = {}
        for statement in self._statements(subject):
            fact = fact_of(statement)
            about = fact is not None and is_about(statement.subject, subject)
            fields = statement.fields
            if about and fact and (fields.get("part"), fields.get("characteristic")) == (part, characteristic):
                found.setdefault(statement.issuer, {}).setdefault(fact.content, statement)
        chosen = issuer or max(found, key=lambda one: (len(found[one]), one), default=None)
        if chosen is None or chosen not in found:
            raise NotFoundError(
                f"no measurement series of {characteristic[:80]!r} on {part[:80]!r} is held here",
                advice="The list of characteristics names those that are.",
            )
        ordered = sorted(found[chosen].values(), key=lambda one: (one.occurred_at, one.sequence))
        unit = ordered[-1].fields.get("unit")
        return [_series(one) for one in ordered if one.fields.get("unit") == unit][-MOST_POINTS:]

    def _statements(self, subject: Subject) -> Iterator[Statement]:
        return (one for one in self._held(subject) if one.is_base_complete)

    def _held(self, subject: Subject) -> Iterator[Statement]:
        chosen, after = StatementFilter(Subject(subject.lei), Kind.MEASUREMENT_SERIES), -1
        while page := self.store.statements(chosen, after=after, limit=MAX_PAGE):
            after = page[-1].position
            yield from (parse(one.sd_jwt) for one in page)
        last = 0
        while received := self.exchange.received(chosen, after=last, limit=MAX_PAGE):
            last = received[-1][0]
            yield from (parse(one.sd_jwt) for _, one in received)


def _series(statement: Statement) -> Series:
    fields: Any = statement.fields
    aggregate = Aggregate.from_json(fields["aggregate"])
    mean = float(Fraction(aggregate.sum, aggregate.n * 10**aggregate.decimals))
    values = fields.get("values")
    read = None if values is None else tuple(float(value) for value in values)
    return Series(statement, mean, aggregate.subgroup_size, read)


def _enough(series: list[Series]) -> list[Series]:
    """The newest series that together have values for a chart: millions of them would only be thrown away."""
    chosen: list[Series] = []
    count = 0
    for one in reversed(series):
        chosen.append(one)
        count += len(one.values or ())
        if count >= MOST_POINTS:
            break
    return chosen[::-1]


def _draw(series: list[Series], rules: str, shown: bool) -> tuple[Chart, tuple[Signal, ...], list[dict[str, Any]]]:
    """The chart, what fired, and for each point of its first panel where it comes from."""
    import numpy as np

    from spc.draw import Request, default_kind, draw
    from spc.rules import RuleSet, judge

    if rules not in list(RuleSet):
        raise NotFoundError(f"there is no set of rules {rules[:40]!r}", advice=f"There are: {', '.join(RuleSet)}.")
    size = None
    if not shown:
        data, origin = [one.mean for one in series], series
    else:
        data = [value for one in series for value in one.values or ()]
        origin = [one for one in series for _ in one.values or ()]
        sizes = {one.size for one in series}
        # Subgroups only where every series has the same: else points of a chart would mean different things.
        size = sizes.pop() if len(sizes) == 1 else None
        size = size if size is not None and size > 1 and len(data) >= 2 * size else None
        keep = MOST_POINTS if size is None else MOST_POINTS // size * size
        data, origin = data[-keep:], origin[-keep:]
    chart = draw(np.asarray(data, dtype=np.float64), Request(default_kind(size), subgroup=size))
    origin = origin[:: size or 1]
    points = [
        {
            "occurred": one.statement.occurred,
            "statement": one.statement.statement_id,
            "lot": one.statement.fields.get("lot"),
        }
        for one in origin
    ]
    return chart, judge(chart.location, RuleSet(rules).rules), points


def _document(chart: Chart, signals: tuple[Signal, ...], rules: str) -> dict[str, Any]:
    from spc.plain import plain

    outside = {panel.name: list(panel.outside) for panel in chart.panels}
    return {
        "chart": chart.kind.value,
        "sigma": chart.sigma,
        "panels": [
            {
                "name": panel.name,
                "first": panel.first,
                "points": plain(panel.points),
                "centre": float(panel.centre[-1]),
                "lower": float(panel.lower[-1]),
                "upper": float(panel.upper[-1]),
                "outside": outside[panel.name],
            }
            for panel in chart.panels
        ],
        "rules": rules,
        "signals": plain(signals),
        "in_control": not signals and not any(outside.values()),
        "notes": list(chart.notes),
    }


def _index(micro: int) -> str:
    return f"{micro / MICRO:.3f}"


def _first(pair: tuple[int, Sample]) -> int:
    return pair[0]
