"""What the commands of causes share: a case as a document, filters as people type them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidence.errors import InputError

if TYPE_CHECKING:
    from node.bootstrap import Node
    from node.services.causes.selection import Filter

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="The causal case's id.")]


def told(node: Node, case: str) -> dict[str, Any]:
    """A case with its newest documents, brought up to what became of its correction."""
    causes = node.causes
    causes.follow(causes.cases.one(case).case)
    found = causes.cases.one(case).case
    data: dict[str, Any] = {**found.to_json()}
    for name in ("explanation", "suggestion"):
        key = str(data[name])
        data[name] = causes.desk.read(f"rca.{name}", key)[1] if key else None
    return data


def filters_of(pairs: Sequence[str]) -> tuple[Filter, ...]:
    """COLUMN=LABEL and COLUMN=LOW..HIGH as filters; labels of one column are alternatives.

    Raises:
        InputError: no pair.
    """
    from node.services.causes.selection import Filter

    labels: dict[str, list[str]] = {}
    ranges: list[Filter] = []
    for pair in pairs:
        column, equals, value = pair.rpartition("=")
        if not equals or not column or not value:
            raise InputError(
                f"{pair[:60]!r} is not COLUMN=LABEL or COLUMN=LOW..HIGH", advice="E.g. --where shift=night"
            )
        low, dots, high = value.partition("..")
        if dots:
            ranges.append(Filter(column, low=low, high=high))
        else:
            labels.setdefault(column, []).append(value)
    return (*(Filter(column, tuple(names)) for column, names in labels.items()), *ranges)
