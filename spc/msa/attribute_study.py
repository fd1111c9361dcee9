"""An attribute agreement study: does each appraiser repeat themselves, agree with the others, and with the standard?

Source:
    AIAG, "Measurement Systems Analysis", 4th edition (2010), chapter III, section C.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evidence.errors import SchemaError
from spc.msa.agreement import Fleiss, Kappa, Matched, cohen, fleiss, matched


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one appraiser said about one part, once."""

    part: str
    appraiser: str
    rating: str


@dataclass(frozen=True, slots=True)
class Appraiser:
    """One appraiser.

    Attributes:
        name: who.
        repeats: parts judged alike in all trials; None with one trial.
        correct: parts judged as the standard says in all trials; None without a standard.
        kappa: agreement of all judgements with the standard; None without one, or where only one class occurs.
    """

    name: str
    repeats: Matched | None
    correct: Matched | None
    kappa: Kappa | None


@dataclass(frozen=True, slots=True)
class AttributeStudy:
    """The whole study.

    Attributes:
        appraisers: each of them, in order of first appearance.
        between: parts on which everybody agreed in all trials; None with one appraiser and one trial.
        kappa: Fleiss' kappa over all judgements of each part; None where undefined.
        correct: parts on which everybody was right in all trials; None without a standard.
    """

    appraisers: tuple[Appraiser, ...]
    between: Matched | None
    kappa: Fleiss | None
    correct: Matched | None


def attribute_study(
    judgements: Sequence[Judgement], standard: dict[str, str] | None = None, *, confidence: float = 0.95
) -> AttributeStudy:
    """Analyse judgements of several appraisers.

    Args:
        judgements: every appraiser judges every part equally often.
        standard: the true class of every part.
    Raises:
        SchemaError: no judgement, an appraiser who judged a part more or less often than others, or a part without
            a standard.
    """
    table: dict[str, dict[str, list[str]]] = {}
    for one in judgements:
        table.setdefault(one.appraiser, {}).setdefault(one.part, []).append(one.rating)
    parts = list(dict.fromkeys(one.part for one in judgements))
    _check_balance(table, parts, standard)
    known = None if standard is None else [standard[part] for part in parts]
    found = tuple(_appraiser(name, [given[part] for part in parts], known, confidence) for name, given in table.items())
    everybody = [[rating for given in table.values() for rating in given[part]] for part in parts]
    several = len(everybody[0]) > 1
    classes = {rating for row in everybody for rating in row}
    right = None
    if known is not None:
        right = matched([[*row, true] for row, true in zip(everybody, known, strict=True)], confidence=confidence)
    return AttributeStudy(
        appraisers=found,
        between=matched(everybody, confidence=confidence) if several else None,
        kappa=fleiss(everybody, confidence=confidence) if several and len(classes) > 1 and len(parts) > 1 else None,
        correct=right,
    )


def _appraiser(name: str, rows: list[list[str]], known: list[str] | None, confidence: float) -> Appraiser:
    repeats = matched(rows, confidence=confidence) if len(rows[0]) > 1 else None
    if known is None:
        return Appraiser(name, repeats, None, None)
    correct = matched([[*row, true] for row, true in zip(rows, known, strict=True)], confidence=confidence)
    said = [rating for row in rows for rating in row]
    true = [one for one, row in zip(known, rows, strict=True) for _ in row]
    defined = len({*said, *true}) > 1 and len(said) > 1
    return Appraiser(name, repeats, correct, cohen(said, true, confidence=confidence) if defined else None)


def _check_balance(table: dict[str, dict[str, list[str]]], parts: list[str], standard: dict[str, str] | None) -> None:
    if not parts:
        raise SchemaError("no judgement", place="ratings")
    trials = len(next(iter(next(iter(table.values())).values())))
    for name, given in table.items():
        for part in parts:
            count = len(given.get(part, []))
            if count != trials:
                raise SchemaError(
                    f"{count} judgements where others have {trials}", place=f"appraiser {name!r}, part {part!r}"
                )
    missing = [part for part in parts if standard is not None and part not in standard]
    if missing:
        raise SchemaError(f"no standard for part {missing[0]!r}", place="standard")
