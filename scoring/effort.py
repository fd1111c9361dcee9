"""The effort table of a policy: what it usually takes to bring an indicator down to a rung."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.draft import JsonValue
from scoring.document import Node
from scoring.scale import PPB

MOST_EFFORT = 10_000
"""Largest effort of one rung, person-days."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder.

    Attributes:
        theta: the share that goes wrong once it is reached, parts per billion.
        effort: person-days from the rung above (or from wherever the subject stands above this one).
        days: calendar days likewise.
    """

    theta: int
    effort: int
    days: int


Ladder = tuple[Rung, ...]
"""Rungs of one indicator, theta falling strictly."""


def read_ladder(node: Node) -> Ladder:
    """Read `[{days, effort, theta}, ...]`, or raise SchemaError at the exact place."""
    rungs: list[Rung] = []
    for entry in node.items(1, 16):
        members = entry.members(("days", "effort", "theta"))
        rung = Rung(
            theta=members["theta"].integer(0, PPB),
            effort=members["effort"].integer(1, MOST_EFFORT),
            days=members["days"].integer(0, 3650),
        )
        if rungs and rung.theta >= rungs[-1].theta:
            raise members["theta"].refuse("rungs go down: each theta lies below the one before")
        rungs.append(rung)
    return tuple(rungs)


def ladder_json(ladder: Ladder) -> JsonValue:
    """The document that reads back to this."""
    return [{"days": rung.days, "effort": rung.effort, "theta": rung.theta} for rung in ladder]
