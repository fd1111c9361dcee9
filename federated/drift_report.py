"""Drift of a run's data, round by round, from the counts that its rounds opened; and the baseline for a weight file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import NotFoundError, SchemaError
from federated.learning.drift import LEAST_ROWS, FeatureDrift, drift
from federated.learning.spec import FeatureSpec
from federated.store import RunStore
from scoring.risk_model import BINS

FORMAT: Final = "credence-drift/1"
NO_TALLY: Final = "no-tally"
NOT_COUNTED: Final = "not-counted"
ONE_ROUND: Final = "one-round"
TOO_FEW_ROWS: Final = "too-few-rows"
"""Why no drift can be told: the plan asks for no counts, none were opened yet, only once, or over few rows."""
_WORST: Final = ("stop", "watch", "steady")


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of one round: for each feature the rows of all its parties in each bin."""

    run: bytes
    round: int
    histograms: tuple[tuple[int, ...], ...]

    @property
    def rows(self) -> int:
        """Rows of all parties together; every feature is counted over the same ones."""
        return sum(self.histograms[0])

    def to_json(self) -> dict[str, JsonValue]:
        """What is compared with, without the counts."""
        return {"run": hex0x_encode(self.run), "round": self.round, "rows": self.rows}


def counted(store: RunStore) -> list[Counted]:
    """Every round of a run that opened counts, oldest first."""
    found = []
    for record in store.rounds():
        counts = store.sums(record.round).counts
        if len(counts):
            table = tuple(tuple(int(one) for one in row) for row in counts.reshape(-1, BINS))
            found.append(Counted(record.run, record.round, table))
    return found


def baseline(store: RunStore, number: int) -> Counted:
    """The newest counts up to a round: what its model learnt from, and the weight file of that model carries.

    Raises:
        NotFoundError: nothing was counted up to there, or fewer than `LEAST_ROWS` rows.
    """
    found = [one for one in counted(store) if one.round <= number and one.rows >= LEAST_ROWS]
    if not found:
        raise NotFoundError(
            f"no round up to {number} counted {LEAST_ROWS} rows or more",
            advice="Begin a run with drift_every, so that its plants count their rows.",
        )
    return found[-1]


def report(store: RunStore, spec: FeatureSpec, other: RunStore | None = None) -> dict[str, JsonValue]:
    """The document `credence-drift/1` (federated/README.md).

    Args:
        spec: the feature spec of the run, for the names.
        other: a run whose newest counts are compared with; the run's own first ones when None.
    Raises:
        SchemaError: the spec is another one than the plan's, or the other run's is.
    """
    plan = store.plan()
    if spec.digest != plan.spec or (other is not None and other.plan().spec != plan.spec):
        raise SchemaError("counts are compared within one feature spec", place="spec")
    rounds, reason = counted(store), ""
    before: Counted | None = None
    if not rounds:
        reason = NOT_COUNTED if plan.tally else NO_TALLY
    else:
        base = counted(other)[-1:] if other is not None else rounds[:1]
        before = base[0] if base else None
        few = before is not None and min(before.rows, rounds[-1].rows) < LEAST_ROWS
        reason = NOT_COUNTED if before is None else TOO_FEW_ROWS if few else ""
    if not reason and other is None and len(rounds) < 2:
        reason = ONE_ROUND
    told = [_round(spec, before, one) for one in rounds]
    return {
        "format": FORMAT,
        "run": hex0x_encode(plan.run),
        "against": None if before is None else before.to_json(),
        "before": 0 if before is None else before.round,
        "after": rounds[-1].round if rounds else 0,
        "features": [] if reason else told[-1]["features"],
        "reason": reason,
        "rounds": list[JsonValue](told),
    }


def _round(spec: FeatureSpec, before: Counted | None, after: Counted) -> dict[str, JsonValue]:
    found: Sequence[FeatureDrift] = ()
    if before is not None and min(before.rows, after.rows) >= LEAST_ROWS:
        found = drift(spec, before.histograms, after.histograms)
    states = {one.state for one in found}
    state = next((one for one in _WORST if one in states), TOO_FEW_ROWS)
    rows: list[JsonValue] = [{"feature": one.feature, "index": one.index, "state": one.state} for one in found]
    return {"round": after.round, "rows": after.rows, "state": state, "features": rows}
