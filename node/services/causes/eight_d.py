"""Draft an 8D report from a causal case, for people to edit; and open it as a case of its flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from evidence.draft import JsonValue
from evidence.errors import ConflictError
from evidence.identity import Subject
from nocode.case import Case
from node.services.case_people import Person
from node.services.cases import OpenCase
from node.services.causes.case import CausalCase
from node.services.causes.desk import CASE, EXPLANATION, FMEA, SUGGESTION, CausalDesk
from node.services.causes.eight_d_words import WORDS

FLOW: Final = "eight-d.1"
Language = Literal["en", "zh"]
_MOST_CAUSES: Final = 3


@dataclass(frozen=True, slots=True)
class DraftEightD:
    """Writes the draft: D2 facts, D4 cause with its figures, D5 and D6 actions with predicted effect, D7 from the FMEA.

    A draft states what the documents say and nothing else; a figure that twins could not give is called "cannot say".
    """

    desk: CausalDesk
    open: OpenCase

    def draft(self, case: str, language: Language = "en") -> dict[str, str]:
        """Texts by field of `eight-d.1`; empty for what no document speaks of.

        Raises:
            NotFoundError: no such case.
        """
        found = CausalCase.from_json(self.desk.read(CASE, case)[1])
        words = WORDS[language]
        explanation = self.desk.read(EXPLANATION, found.explanation)[1] if found.explanation else None
        suggestion = self.desk.read(SUGGESTION, found.suggestion)[1] if found.suggestion else None
        top = _top(explanation)
        return {
            "symptom": words.symptom.format(
                column=found.column, line=found.line, time=found.alarm.get("first_time") or found.alarm["first_row"]
            ),
            "problem": _problem(found, explanation, words),
            "cause": _cause(found, explanation, words),
            "cause_code": "" if not top else str(top[0]["name"])[:64],
            "actions": _actions(suggestion, words),
            "validation": _validation(found, words),
            "prevention": self._prevention([str(one["name"]) for one in top], words),
        }

    def __call__(
        self,
        case: str,
        person: Person,
        *,
        supplier: Subject,
        nonconformance: str,
        severity: str,
        language: Language = "en",
        evidence: Sequence[str] = (),
    ) -> Case:
        """Open the 8D as one of our people, with the drafted symptom; the other texts wait in the draft.

        Raises:
            NotFoundError: no such case.
            ConflictError: it has an 8D already.
            ForbiddenError, SchemaError: as opening a case.
        """
        found = CausalCase.from_json(self.desk.read(CASE, case)[1])
        if found.eight_d:
            raise ConflictError(f"case {case} has the 8D {found.eight_d} already", advice="Go on with that one.")
        fields: dict[str, JsonValue] = {
            "supplier": str(supplier),
            "nonconformance": nonconformance,
            "severity": severity,
            "symptom": self.draft(case, language)["symptom"],
        }
        if evidence:
            fields["evidence"] = list(evidence)
        opened = self.open(FLOW, person, fields)
        newest = CausalCase.from_json(self.desk.read(CASE, case)[1])
        linked = newest.moved(newest.state, eight_d=str(opened.id))
        self.desk.keep(CASE, case, linked.to_json(), about=found.line, by=person.user)
        return opened

    def _prevention(self, causes: Sequence[str], words: Any) -> str:
        kept = self.desk.documents.document(FMEA, "plant")
        rows: Sequence[Any] = self.desk.read(FMEA, "plant")[1]["rows"] if kept else []  # type: ignore[assignment]
        about = [row for row in rows if row["column"] in causes]
        if not causes:
            return ""
        if not about:
            return str(words.no_fmea.format(cause=causes[0]))
        return "\n".join(words.fmea.format(**{name: row[name] for name in row}) for row in about[:5])


def _top(explanation: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    return list(explanation["causes"][:_MOST_CAUSES]) if explanation else []


def _problem(case: CausalCase, explanation: Mapping[str, Any] | None, words: Any) -> str:
    lines = [words.fact.format(column=case.column, unit=case.alarm["unit"], line=case.line)]
    if case.alarm.get("lower") or case.alarm.get("upper"):
        lines.append(words.limits.format(lower=case.alarm.get("lower") or "-", upper=case.alarm.get("upper") or "-"))
    if explanation is None:
        return "\n".join(lines)
    onset, rows = explanation["onset"], explanation["rows"]
    lines.append(words.onset.format(low=onset["time_low"] or onset["low"], high=onset["time_high"] or onset["high"]))
    lines.append(words.departure.format(departure=_round(explanation["departure"]), unit=case.alarm["unit"], **rows))
    for one in explanation["question"]["where"]:
        chosen = ", ".join(one["labels"]) or f"{one['low'] or '-'} .. {one['high'] or '-'}"
        lines.append(words.where.format(column=one["column"], chosen=chosen))
    return "\n".join(lines)


def _cause(case: CausalCase, explanation: Mapping[str, Any] | None, words: Any) -> str:
    if explanation is None:
        return ""
    lines = [] if explanation["names_cause"] else [words.unsure]
    for cause in _top(explanation):
        lines.append(
            words.cause.format(
                rank=cause["rank"],
                name=cause["name"],
                path=_says(cause["path"], words),
                changed=_says(cause["changed"], words),
                explains=_says(cause["explains"], words),
                part=_round(cause["part"]),
                unit=case.alarm["unit"],
            )
        )
        if cause["paths"]:
            lines.append(words.path.format(path=" → ".join(cause["paths"][0]["steps"])))
    if explanation["unexplained"]:
        lines.append(words.unexplained.format(share=_percent(explanation["unexplained"]["share"])))
    return "\n".join(lines)


def _actions(suggestion: Mapping[str, Any] | None, words: Any) -> str:
    if suggestion is None:
        return ""
    lines = [
        words.action.format(**{name: change[name] for name in ("column", "unit", "present", "proposed")})
        for change in suggestion["changes"]
    ]
    effect = suggestion["effect"]
    numbers = {name: _round(effect[name]) for name in ("before", "expected", "low", "high")}
    lines.append(words.effect.format(measure=effect["measure"], **numbers))
    return "\n".join(lines)


def _validation(case: CausalCase, words: Any) -> str:
    if case.effect is None:
        return ""
    outcome = words.outcomes[str(case.effect["outcome"])]
    observed = _round(str(case.effect["observed"]))
    return str(words.validated.format(observed=observed, outcome=outcome, lots=case.effect["lots"]))


def _round(number: str) -> str:
    """Three digits are what a person reads; the case keeps all of them."""
    return f"{float(number):.3g}"


def _says(one: Mapping[str, Any] | None, words: Any) -> str:
    if one is None or one["probability"] is None:
        return str(words.cannot_say)
    return f"{_percent(one['probability'])} ({_percent(one['low'])} – {_percent(one['high'])})"


def _percent(share: str) -> str:
    return f"{100 * float(share):.1f} %"
