"""The process-risk line of a score card: what it is worth, which months it comes from, where its model holds.

Months are read from the statements that the card was computed from. Of our own months the features' shares are known
too, because the node kept what its models said; another member's model and parts are its own, and only its index shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evidence.draft import Kind
from evidence.identity import Subject
from evidence.statement import parse
from node.services.process_risk.assess import ProcessRisk
from node.services.process_risk.looks import Look, months
from node.services.process_risk.models import ModelRecord
from node.services.score_supplier import ScoreReport
from scoring.card import CardLine
from scoring.facts import is_about
from scoring.indicators import PROCESS_RISK
from scoring.process_risk import KPI_NAME, split


@dataclass(frozen=True, slots=True)
class StatedMonth:
    """An index that was stated.

    Attributes:
        value: 0 to 1, decimal text; model: name, version and beginning of the weight file's hash, as stated.
        record: the model, when this node keeps it.
    """

    statement: str
    issuer: str
    subject: str
    period: str
    value: str
    model: str
    record: ModelRecord | None


@dataclass(frozen=True, slots=True)
class SilentMonth:
    """A month of our own for which no index was stated, and why."""

    record: ModelRecord
    look: Look


@dataclass(frozen=True, slots=True)
class RiskLine:
    """The line and what stands behind it.

    Attributes:
        line: of the card; None when the policy does not weigh process risk.
        shares: of the line's contribution, micro-points by feature, as the months' looks share it out; they sum to it
            exactly. Empty where the looks of the months are not here, or nothing was stated.
        models: those behind the months that this node keeps.
    """

    line: CardLine | None
    months: tuple[StatedMonth, ...]
    silent: tuple[SilentMonth, ...]
    shares: Mapping[str, int]
    models: tuple[ModelRecord, ...]


def explain_risk(risk: ProcessRisk, report: ScoreReport) -> RiskLine:
    """Explain the process-risk line of a report, kept or previewed."""
    records = risk.models.records()
    named = {f"{one.name} {one.version} {one.digest[:16]}": one for one in records}
    stated = tuple(_stated(report, named))
    looks = {look.statement: look for one in records for look in risk.looks.of(one) if look.statement}
    behind = [looks[month.statement] for month in stated if month.statement in looks]
    line = next((one for one in report.card.lines if one.indicator == PROCESS_RISK), None)
    told = line is not None and line.present and stated and len(behind) == len(stated)
    return RiskLine(
        line,
        stated,
        tuple(_silent(risk, records, report)),
        split(_summed(behind), line.contribution) if line is not None and told else {},
        tuple({one.record.key: one.record for one in stated if one.record is not None}.values()),
    )


def _stated(report: ScoreReport, named: Mapping[str, ModelRecord]) -> list[StatedMonth]:
    found = []
    for scored in report.bundle.statements:
        statement = parse(scored.sd_jwt)
        if statement.kind is not Kind.KPI or statement.fields.get("name") != KPI_NAME:
            continue
        process = str(statement.fields.get("process", ""))
        found.append(
            StatedMonth(
                statement.statement_id,
                str(statement.issuer),
                str(statement.subject),
                str(statement.fields["period"]),
                str(statement.fields["value"]),
                process,
                named.get(process),
            )
        )
    return sorted(found, key=lambda one: (one.period, one.subject, one.statement), reverse=True)


def _silent(risk: ProcessRisk, records: Sequence[ModelRecord], report: ScoreReport) -> list[SilentMonth]:
    about = report.card.subject
    found = [
        SilentMonth(record, look)
        for record in records
        for look in months(risk.looks.of(record))
        if look.index is None and is_about(Subject.parse(look.subject), about)
    ]
    return sorted(found, key=lambda one: one.look.period, reverse=True)


def _summed(looks: Sequence[Look]) -> dict[str, Fraction]:
    """Contributions of several months together; a feature that only some models have counts where it is."""
    total: dict[str, Fraction] = {}
    for look in looks:
        for name, value in look.contributions.items():
            total[name] = total.get(name, Fraction(0)) + Fraction(value)
    return total
