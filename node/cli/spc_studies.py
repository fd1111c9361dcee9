"""The gauge studies of `credence spc msa`: which columns each reads, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from evidence.errors import InputError
from node.cli.spc_output import chosen, figure, span

if TYPE_CHECKING:
    from spc.msa.agreement import Kappa, Matched
    from spc.msa.bias import Bias
    from spc.msa.gage import AnovaRow, GageStudy
    from spc.table import Table

Sheet = tuple[Sequence[str], list[Sequence[str]]]
"""A table for people: heading and rows."""
Answer = tuple[dict[str, Any], list[Sheet]]


@dataclass(frozen=True, slots=True)
class Study:
    """What the user asked for; a study takes what it needs."""

    table: Table
    column: str | None
    lower: float | None
    upper: float | None
    reference: float | None
    subgroup: int | None
    interaction: str
    confidence: float

    @property
    def tolerance(self) -> float | None:
        """Upper minus lower limit, where both are given.

        Raises:
            SchemaError: limits reversed.
        """
        from spc.specification import Specification

        return None if self.lower is None or self.upper is None else Specification(self.lower, self.upper).width

    @property
    def value(self) -> str:
        """The column of the readings: as named, else `value`."""
        return self.column or "value"


def crossed(study: Study) -> Answer:
    """Columns part, operator, value."""
    from spc.msa.crossed import Interaction
    from spc.msa.crossed import crossed as analyse

    found = analyse(
        _cube(study),
        interaction=chosen(Interaction, study.interaction, "treatment of the interaction"),
        tolerance=study.tolerance,
    )
    return _gage(found)


def average_range(study: Study) -> Answer:
    """Columns part, operator, value."""
    from spc.msa.average_range import average_range as analyse

    return _gage(analyse(_cube(study), tolerance=study.tolerance))


def nested(study: Study) -> Answer:
    """Columns part, operator, value; each operator has parts of their own."""
    from spc.msa.layout import nested_cube
    from spc.msa.nested import nested as analyse

    table = study.table
    cube = nested_cube(table.text("operator"), table.text("part"), table.numbers(study.value))
    return _gage(analyse(cube, tolerance=study.tolerance))


def bias(study: Study) -> Answer:
    """The first column of numbers, and --reference."""
    from spc.msa.bias import bias as analyse
    from spc.plain import plain

    found = analyse(study.table.numbers(study.column), _reference(study), confidence=study.confidence)
    return plain(found), [_bias_sheet(found)]


def type_one(study: Study) -> Answer:
    """The first column of numbers, --reference, --lsl and --usl."""
    from spc.msa.bias import type_one as analyse
    from spc.plain import plain

    if study.tolerance is None:
        raise InputError("Cg and Cgk want a tolerance", advice="Give --lsl and --usl.")
    readings = study.table.numbers(study.column)
    found = analyse(readings, _reference(study), study.tolerance, confidence=study.confidence)
    return plain(found), [
        (("index", "value"), [("Cg", figure(found.cg)), ("Cgk", figure(found.cgk))]),
        _bias_sheet(found.bias),
    ]


def linearity(study: Study) -> Answer:
    """Columns reference and value."""
    from spc.msa.layout import by_name
    from spc.msa.linearity import linearity as analyse
    from spc.plain import plain

    references = study.table.numbers("reference")
    # Grouped by number, so that 5 and 5.0 are one part.
    sets = by_name([repr(one) for one in references.tolist()], study.table.numbers(study.value))
    found = analyse([float(one) for one in sets], list(sets.values()), confidence=study.confidence)
    rows: list[Sequence[str]] = [
        (name, figure(one.value), figure(one.error), figure(one.t), figure(one.p))
        for name, one in (("slope", found.slope), ("intercept", found.intercept))
    ]
    parts: list[Sequence[str]] = [
        (figure(one.reference), str(one.readings), figure(one.bias), f"{figure(one.lower)} to {figure(one.upper)}")
        for one in found.parts
    ]
    return plain(found), [
        (("coefficient", "value", "error", "t", "p"), rows),
        (("reference", "readings", "bias", f"{study.confidence:.0%} band"), parts),
    ]


def stability(study: Study) -> Answer:
    """The first column of numbers; with --subgroup several readings a day."""
    from spc.data import grouped
    from spc.msa.stability import stability as analyse
    from spc.plain import plain

    readings = study.table.numbers(study.column)
    found = analyse(readings if study.subgroup is None else grouped(readings, study.subgroup))
    rows: list[Sequence[str]] = [(str(one.point), one.rule, one.text) for one in found.signals]
    rows += [(str(point), "limit", f"beyond a limit of {found.chart.panels[1].name}") for point in found.spread_outside]
    data = {"stable": found.is_stable, **plain(found), "notes": list(found.chart.notes)}
    return data, [(("point", "rule", "what"), rows or [("-", "-", "stable: nothing fired")])]


def attribute(study: Study) -> Answer:
    """Columns part, appraiser, rating and, if there is one, standard."""
    from spc.msa.attribute_study import Judgement, attribute_study
    from spc.plain import plain

    table = study.table
    parts = table.text("part")
    said = zip(parts, table.text("appraiser"), table.text(study.column or "rating"), strict=True)
    judgements = [Judgement(*one) for one in said]
    standard: dict[str, str] | None = None
    if "standard" in table.names:
        standard = {}
        for part, true in zip(parts, table.text("standard"), strict=True):
            if standard.setdefault(part, true) != true:
                raise InputError(f"Part {part!r} has two standards, {standard[part]!r} and {true!r}")
    found = attribute_study(judgements, standard, confidence=study.confidence)
    rows: list[Sequence[str]] = [
        (one.name, _alike(one.repeats), _alike(one.correct), _kappa(one.kappa)) for one in found.appraisers
    ]
    fleiss = _kappa(found.kappa.overall if found.kappa else None)
    rows.append(("everybody", _alike(found.between), _alike(found.correct), fleiss))
    return plain(found), [(("appraiser", "agrees with self", "agrees with standard", "kappa"), rows)]


STUDIES: Final[dict[str, Callable[[Study], Answer]]] = {
    "crossed": crossed,
    "average-range": average_range,
    "nested": nested,
    "bias": bias,
    "type-1": type_one,
    "linearity": linearity,
    "stability": stability,
    "attribute": attribute,
}


def _cube(study: Study) -> Any:
    from spc.msa.layout import crossed_cube

    table = study.table
    return crossed_cube(table.text("part"), table.text("operator"), table.numbers(study.value))


def _gage(found: GageStudy) -> Answer:
    from spc.plain import plain

    shares = [
        (
            one.source,
            figure(one.variance),
            figure(one.deviation),
            f"{one.contribution:.2f}",
            f"{one.study:.2f}",
            "-" if one.tolerance is None else f"{one.tolerance:.2f}",
        )
        for one in found.shares
    ]
    heading = ("source", "df", "SS", "MS", "F", "p")
    sheets: list[Sheet] = [(heading, [_anova(row) for row in rows]) for rows in found.tables]
    sheets.append((("source", "variance", "sigma", "% var.", "% study", "% tol."), [*shares]))
    categories = "unbounded" if found.distinct is None else str(found.distinct)
    sheets.append((("distinct categories", "verdict"), [(categories, found.verdict)]))
    data = {
        "method": found.method,
        "shares": plain(found.shares),
        "anova": plain(found.tables),
        "distinct_categories": found.distinct,
        "verdict": found.verdict,
        "notes": list(found.notes),
    }
    return data, sheets


def _anova(row: AnovaRow) -> Sequence[str]:
    numbers = (row.sum_squares, row.mean_square, row.f, row.p)
    return row.source, str(row.freedom), *(figure(number) for number in numbers)


def _bias_sheet(found: Bias) -> Sheet:
    row = (str(found.n), figure(found.bias), span(found.interval), figure(found.t), figure(found.p))
    return ("readings", "bias", f"{found.interval.confidence:.0%} bounds", "t", "p"), [row]


def _reference(study: Study) -> float:
    if study.reference is None:
        raise InputError("This study wants the true value of the part", advice="Give --reference.")
    return study.reference


def _alike(found: Matched | None) -> str:
    return "-" if found is None else f"{found.matched} of {found.parts} ({found.percent:.1f} %)"


def _kappa(found: Kappa | None) -> str:
    return "-" if found is None else f"{found.value:.3f} ({span(found.interval)})"
