"""What an explanation says: the ranked causes, each with its three figures apart, as one document that is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from evidence.clock import format_instant
from evidence.draft import JsonValue
from node.services.causes.selection import Question
from node.services.causes.tables import Lots
from rca.attribution.attribute import Attribution, Suspect
from rca.attribution.figures import Figures
from rca.calibration.calibrate import Calibration
from rca.calibration.curve import Curve, Stated
from rca.calibration.statements import BINS, Claim, Where
from rca.posterior.posterior import Posterior

FORMAT: Final = "credence-rca-explanation/1"
MOST_CAUSES: Final = 12
"""So many causes are shown with paths."""
MOST_PATHS: Final = 3


@dataclass(frozen=True, slots=True)
class Onset:
    """When the fault began, as lots counted from 0: the likeliest, and the ends of a 90 % interval."""

    row: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that an explanation is made of.

    Attributes:
        figures: the two figures of each suspect; None where no map was learned.
        louder: share of quiet windows that are as loud as this alarm; None: cannot say.
        names_cause: whether the alarm stands out enough to name a cause.
    """

    lots: Lots
    question: Question
    onset: Onset
    posterior: Posterior
    calibration: Calibration
    attribution: Attribution
    figures: Mapping[str, Figures]
    louder: float | None
    names_cause: bool | None
    reference_rows: int
    window_rows: int
    graph: str
    graph_version: int


def document(found: Findings) -> dict[str, JsonValue]:
    """The explanation, version 1; numbers are decimal text, `probability` is null where twins say too little."""
    attribution, posterior, lots = found.attribution, found.posterior, found.lots
    target = lots.table.columns[lots.table.place(attribution.target)]
    own = attribution.suspect(attribution.target)
    causes = [one for one in attribution.causes if one.name in posterior.names][:MOST_CAUSES]
    abstained: list[JsonValue] = [[name, why.value] for name, why in posterior.abstained]
    return {
        "format": FORMAT,
        "question": found.question.to_json(),
        "onset": _onset(found.onset, lots),
        "target": {"name": target.name, "unit": target.unit},
        "departure": number(attribution.departure),
        "rows": {"reference": found.reference_rows, "window": found.window_rows},
        "louder": None if found.louder is None else number(found.louder),
        "names_cause": found.names_cause,
        "causes": [_cause(rank, one, found) for rank, one in enumerate(causes, start=1)],
        "unexplained": None if own is None else {"share": number(own.share), "part": number(own.mean_part)},
        "silent": list(attribution.silent),
        "abstained": abstained,
        "graph": {"name": found.graph, "version": found.graph_version},
        "edges": _edges(posterior),
        "reliability": reliability(found.calibration.curves[Claim.PATH, Where.BETWEEN]),
        "graphs": len(posterior.graphs),
        "disagreement": number(posterior.disagreement),
        "twins": found.calibration.twins,
        "window": posterior.window,
        "seed": found.question.seed,
    }


def stated(one: Stated) -> dict[str, JsonValue]:
    """One figure: raw frequency, the probability that means what it says, its interval, and what it rests on."""
    return {
        "raw": number(one.raw),
        "probability": None if one.probability is None else number(one.probability),
        "low": number(one.low),
        "high": number(one.high),
        "statements": one.statements,
        "twins": one.twins,
    }


def number(value: float) -> str:
    """A number as decimal text with six significant digits."""
    return format(Decimal(f"{value:.6g}"), "f")


def reliability(curve: Curve) -> list[JsonValue]:
    """The reliability curve, bin by bin: from which raw frequency to which, the rate on twins, how many statements."""
    return [
        {
            "from": number(one.first / BINS),
            "to": number((one.last + 1) / BINS),
            "rate": number(one.rate) if one.speaks else None,
            "statements": one.stated,
            "twins": one.twins,
        }
        for one in curve.bins
    ]


def _cause(rank: int, suspect: Suspect, found: Findings) -> JsonValue:
    column = found.lots.table.columns[found.lots.table.place(suspect.name)]
    figures, target = found.figures.get(suspect.name), found.attribution.target
    likely = found.posterior.likely_paths(suspect.name, target, most=MOST_PATHS)
    paths: Sequence[JsonValue] = [
        {"steps": list(steps), "stated": stated(found.calibration.path(found.posterior, *steps))} for steps, _ in likely
    ]
    return {
        "rank": rank,
        "name": suspect.name,
        "unit": column.unit,
        "tier": column.tier,
        "source": column.source,
        "path": stated(found.calibration.reach(found.posterior, suspect.name, target)),
        "changed": None if figures is None else stated(figures.changed),
        "explains": None if figures is None else stated(figures.explains),
        "share": number(suspect.share),
        "part": number(suspect.mean_part),
        "shift": number(suspect.shift),
        "widened": number(suspect.widened),
        "paths": list(paths),
    }


def _onset(onset: Onset, lots: Lots) -> JsonValue:
    rows = {"row": onset.row, "low": onset.low, "high": onset.high}
    times = {name: format_instant(lots.times[row]) if lots.times else "" for name, row in rows.items()}
    return {**rows, "time": times["row"], "time_low": times["low"], "time_high": times["high"]}


def _edges(posterior: Posterior) -> list[JsonValue]:
    """Edges of at least one graph in twenty, for drawing: cause, effect, raw frequency."""
    raw = posterior.edges()
    return [
        [posterior.names[cause], posterior.names[effect], number(float(raw[cause, effect]))]
        for cause in range(len(posterior.names))
        for effect in range(len(posterior.names))
        if raw[cause, effect] >= 0.05
    ]
