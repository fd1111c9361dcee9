"""Shares of responsibility: Shapley values with organisations as players.

A player holds the variation of all columns that its organisation answers for; switching it from the reference to the
window lets that variation act as it did during the fault. What the target shows beyond all columns is a player of its
own, "unexplained": nobody is charged with what the data do not show. Intervals come from graphs that differ and from
rows drawn again, so that a share from twelve lots does not look like one from twelve thousand.

Source: Shapley, "A value for n-person games", 1953, for games with unions: Owen, "Values of games with a priori
unions", 1977; the game as in Budhathoki et al., ICML 2022 (PMLR 162), with noises grouped by owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from evidence.draft import JsonValue
from evidence.errors import LimitError, NotFoundError, SchemaError
from rca.attribution.change import change_of
from rca.attribution.dags import Dags
from rca.attribution.frame import Frame
from rca.attribution.game import shapley
from rca.attribution.mechanism import filled, fit
from rca.attribution.scaling import scaled
from rca.responsibility.harm import Harm

Array = npt.NDArray[np.float64]

FORMAT: Final = "credence-rca-responsibility/1"
UNEXPLAINED: Final = "unexplained"
"""The player that holds the target's own variation."""
UNASSIGNED: Final = "unassigned"
"""The player that holds columns that nobody was named for."""
MAX_PARTIES: Final = 8
"""Most organisations of one matrix, so that every union is valued."""
REPEATS: Final = 200
"""Times that graph and rows are drawn again for the intervals."""
MAX_PAIRS: Final = 2_000
"""Most window rows paired with reference rows each time."""
LEVEL: Final = 0.9


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One party's part.

    Attributes:
        party: organisation, or UNEXPLAINED, or UNASSIGNED.
        part: of the increase of harm, in harm's unit: the mean over repeats.
        low, high: 90 % interval of the part.
        share: part of the increase; None when the increase itself may be nothing.
        share_low, share_high: 90 % interval of the share.
        columns: what it answers for, the largest contribution first.
    """

    party: str
    part: float
    low: float
    high: float
    share: float | None
    share_low: float | None
    share_high: float | None
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who answers for how much of a fault.

    Attributes:
        target: what was harmed.
        harm: in words.
        before, after: mean harm of reference and window.
        parties: the largest part first, UNEXPLAINED and UNASSIGNED among them.
        settled: whether the increase of harm is clear of zero (90 %); else no shares are given.
        seed: of the intervals: with the same rows, graphs and owners every party finds the same figures.
    """

    target: str
    harm: str
    before: float
    after: float
    parties: tuple[Responsibility, ...]
    settled: bool
    seed: int

    def document(self) -> dict[str, JsonValue]:
        """The JSON form, version 1; numbers with a fraction are texts."""

        def text(value: float | None) -> str | None:
            return None if value is None else repr(value)

        return {
            "format": FORMAT,
            "target": self.target,
            "harm": self.harm,
            "before": repr(self.before),
            "after": repr(self.after),
            "settled": self.settled,
            "seed": self.seed,
            "parties": [
                {
                    "party": one.party,
                    "part": repr(one.part),
                    "low": repr(one.low),
                    "high": repr(one.high),
                    "share": text(one.share),
                    "share_low": text(one.share_low),
                    "share_high": text(one.share_high),
                    "columns": list(one.columns),
                }
                for one in self.parties
            ],
        }


def responsibility(
    frame: Frame, dags: Dags, owners: Mapping[str, str], harm: Harm, *, seed: int, repeats: int = REPEATS
) -> Matrix:
    """Share out the increase of harm.

    Args:
        frame: reference and window.
        dags: graphs over the frame's columns.
        owners: organisation by column; columns without one go to UNASSIGNED, the target's own noise to UNEXPLAINED.
        harm: what is shared out.
        seed: of the rows and graphs that are drawn again.
        repeats: how often; at least 20.

    Raises:
        NotFoundError: an owner of no column.
        SchemaError: an organisation called like one of the two special parties, or too few repeats.
        LimitError: more than MAX_PARTIES.
    """
    _check(frame, owners, repeats)
    frame = frame.reordered(frame.canonical_order())
    graphs = dags.over(frame.names)
    parties = [UNEXPLAINED, *sorted({owners.get(name, UNASSIGNED) for name in frame.names if name != frame.target})]
    holder = np.array(
        [0 if name == frame.target else parties.index(owners.get(name, UNASSIGNED)) for name in frame.names]
    )
    rows = [_parts(frame, edges) for edges in graphs.edges]
    rng = np.random.default_rng(seed)
    drawn = np.array([_drawn(rng, rows, holder, len(parties), harm, frame) for _ in range(repeats)])
    total = drawn.sum(axis=1)
    low, high = np.quantile(total, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    settled = bool(low > 0 or high < 0)
    target = frame.place(frame.target)
    before, after = (one[~np.isnan(one[:, target]), target] for one in (frame.reference, frame.window))
    weight = np.mean([np.abs(window.mean(axis=0) - reference.mean(axis=0)) for reference, window in rows], axis=0)
    found = []
    for place, party in enumerate(parties):
        columns = [int(one) for one in np.argsort(-weight, kind="stable") if holder[one] == place and weight[one] > 0]
        found.append(_told(party, drawn[:, place], total, settled, tuple(frame.names[one] for one in columns)))
    ordered = tuple(sorted(found, key=lambda one: -abs(one.part)))
    return Matrix(frame.target, harm.text, harm.of(before), harm.of(after), ordered, settled, seed)


def _check(frame: Frame, owners: Mapping[str, str], repeats: int) -> None:
    if unknown := sorted(set(owners) - set(frame.names)):
        raise NotFoundError(f"no column {unknown[0][:60]!r}", advice=f"Columns: {', '.join(frame.names[:20])}.")
    if bad := sorted({UNEXPLAINED, UNASSIGNED} & set(owners.values())):
        raise SchemaError(f"{bad[0]!r} is no organisation", place="owners", advice="Leave the column out instead.")
    if len(set(owners.values())) > MAX_PARTIES:
        raise LimitError(f"{len(set(owners.values()))} organisations; at most {MAX_PARTIES}")
    if repeats < 20:
        raise SchemaError(f"{repeats} repeats; at least 20", place="repeats")


def _parts(frame: Frame, edges: npt.NDArray[np.bool_]) -> tuple[Array, Array]:
    """Each column's contribution to the target's departure, for reference and window rows, in the target's unit.

    Shapes (rows, columns); rows without the target's value are left out. Every row adds up to its departure.
    """
    data = scaled(frame)
    target = frame.place(frame.target)
    reference, window = (one[~np.isnan(one[:, target])] for one in (data.reference, data.window))
    count = len(frame.names)
    slopes = np.zeros((count, count))
    for node in range(count):
        causes = tuple(np.flatnonzero(edges[:, node]).tolist())
        if causes:
            slopes[list(causes), node] = change_of(
                fit(data.reference, node, causes), node, window, window[:, target]
            ).slopes
    goal = np.zeros(count)
    goal[target] = 1.0
    effects = np.linalg.solve(np.eye(count) - slopes, goal) * data.spread[target]
    before, after = filled(reference), filled(window)
    return (before - before @ slopes) * effects, (after - after @ slopes) * effects


def _drawn(
    rng: np.random.Generator,
    rows: list[tuple[Array, Array]],
    holder: npt.NDArray[np.int_],
    parties: int,
    harm: Harm,
    frame: Frame,
) -> Array:
    """Parts of all parties for one graph and one draw of rows, shape (parties,)."""
    reference, window = rows[int(rng.integers(len(rows)))]
    target = frame.reference[:, frame.place(frame.target)]
    centre = float(np.median(target[~np.isnan(target)]))
    # As many rows as there are, drawn again (bootstrap), then paired in the order drawn; the shorter side goes round.
    pairs = np.arange(min(max(len(reference), len(window)), MAX_PAIRS))
    quiet = reference[rng.integers(len(reference), size=len(reference))][pairs % len(reference)]
    loud = window[rng.integers(len(window), size=len(window))][pairs % len(window)]
    groups = [holder == party for party in range(parties)]
    was = np.stack([quiet[:, group].sum(axis=1) for group in groups])
    now = np.stack([loud[:, group].sum(axis=1) for group in groups])

    def value(members: frozenset[int]) -> Array:
        inside = np.array([party in members for party in range(parties)])
        return np.array([harm.of(centre + now[inside].sum(axis=0) + was[~inside].sum(axis=0))])

    return shapley(parties, value, rng=rng).values[:, 0]


def _told(party: str, parts: Array, total: Array, settled: bool, columns: tuple[str, ...]) -> Responsibility:
    ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    low, high = np.quantile(parts, ends)
    if not settled:
        return Responsibility(party, float(parts.mean()), float(low), float(high), None, None, None, columns)
    away = np.abs(total) > 1e-12
    shares = parts[away] / total[away]
    share_low, share_high = np.quantile(shares, ends)
    share = float(parts.mean() / total.mean())
    # The interval of a ratio may miss the ratio of means by a hair when it is skewed.
    return Responsibility(
        party,
        float(parts.mean()),
        float(low),
        float(high),
        share,
        min(float(share_low), share),
        max(float(share_high), share),
        columns,
    )
