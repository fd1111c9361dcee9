"""From a list of readings, as files hold them, to the balanced table that a study wants."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evidence.errors import LimitError, SchemaError
from spc.data import MAX_VALUES, Array


def crossed_cube(parts: Sequence[str], operators: Sequence[str], readings: Array) -> Array:
    """Readings by part, operator and trial, shape (parts, operators, trials), names in order of first appearance.

    Raises:
        SchemaError: an operator measured a part more or less often than the others did; the cell is named.
    """
    cells = _cells(parts, operators, readings)
    rows, columns = _names(parts), _names(operators)
    _bounded(len(rows) * len(columns))
    trials = len(cells.get((rows[0], columns[0]), []))
    for part in rows:
        for operator in columns:
            _same(len(cells.get((part, operator), [])), trials, f"part {part!r}, operator {operator!r}")
    return np.array([[cells[part, operator] for operator in columns] for part in rows])


def nested_cube(operators: Sequence[str], parts: Sequence[str], readings: Array) -> Array:
    """Readings by operator, part of that operator and trial; parts of two operators may share a name and differ.

    Raises:
        SchemaError: operators with more parts, or parts with more readings, than others.
    """
    cells = _cells(operators, parts, readings)
    by_operator: dict[str, list[list[float]]] = {}
    for (operator, _), found in cells.items():
        by_operator.setdefault(operator, []).append(found)
    sizes = next(iter(by_operator.values()))
    for operator, sets in by_operator.items():
        _same(len(sets), len(sizes), f"operator {operator!r}", "parts")
        for one in sets:
            _same(len(one), len(sizes[0]), f"operator {operator!r}")
    return np.array(list(by_operator.values()))


def by_name(names: Sequence[str], readings: Array) -> dict[str, Array]:
    """Readings under each name, in order of first appearance."""
    found: dict[str, list[float]] = {}
    for name, reading in zip(names, readings.tolist(), strict=True):
        found.setdefault(name, []).append(reading)
    return {name: np.array(one) for name, one in found.items()}


def _cells(first: Sequence[str], second: Sequence[str], readings: Array) -> dict[tuple[str, str], list[float]]:
    if not len(first) == len(second) == len(readings) or not len(readings):
        raise SchemaError("names and readings of different length, or none", place="values")
    found: dict[tuple[str, str], list[float]] = {}
    for one, other, reading in zip(first, second, readings.tolist(), strict=True):
        found.setdefault((one, other), []).append(reading)
    return found


def _names(given: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(given))


def _same(count: int, wanted: int, where: str, what: str = "readings") -> None:
    if count != wanted:
        raise SchemaError(
            f"{count} {what} where others have {wanted}",
            place=where,
            advice="The study must be balanced: measure what is missing, or leave that part or operator out.",
        )


def _bounded(cells: int) -> None:
    if cells > MAX_VALUES:
        raise LimitError(f"{cells} pairs of part and operator; at most {MAX_VALUES} are taken")
