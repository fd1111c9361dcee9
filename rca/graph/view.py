"""What a screen shows of an edge or a path: the data behind it, how sure it is, and who said what when."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from evidence.draft import JsonValue
from rca.calibration.calibrate import Calibration
from rca.calibration.curve import Stated
from rca.graph.graph import CausalGraph, Standing
from rca.graph.word import Word
from rca.posterior.posterior import Posterior


@dataclass(frozen=True, slots=True)
class EdgeView:
    """One edge with all that is known of it.

    Attributes:
        cause, effect: names of the columns.
        sources: systems that the two columns come from.
        window: digest of the table.
        rows: of the table.
        confidence: stated by calibration.
        standing: what engineers say; None: nobody spoke.
    """

    cause: str
    effect: str
    sources: tuple[str, str]
    window: str
    rows: int
    confidence: Stated
    standing: Standing | None

    def document(self) -> dict[str, JsonValue]:
        """The JSON form."""
        said: tuple[Word, ...] = self.standing.history if self.standing else ()
        odds = self.standing.log_odds if self.standing else None
        return {
            "cause": self.cause,
            "effect": self.effect,
            "sources": list(self.sources),
            "window": self.window,
            "rows": self.rows,
            "confidence": stated_document(self.confidence),
            "log_odds": None if odds is None else f"{odds:.4f}",
            "impossible": bool(self.standing and self.standing.impossible),
            "history": [word.document() for word in said],
        }


@dataclass(frozen=True, slots=True)
class PathView:
    """One path: how sure all its edges are together, and each of them."""

    steps: tuple[str, ...]
    confidence: Stated
    edges: tuple[EdgeView, ...]

    def document(self) -> dict[str, JsonValue]:
        """The JSON form."""
        return {
            "steps": list(self.steps),
            "confidence": stated_document(self.confidence),
            "edges": [edge.document() for edge in self.edges],
        }


def edge_view(graph: CausalGraph, posterior: Posterior, calibration: Calibration, cause: str, effect: str) -> EdgeView:
    """All that is known of one edge; errors as `Posterior.place`."""
    sources = {column.name: column.source for column in graph.columns}
    stated = calibration.edge(posterior, cause, effect)
    standing = graph.standings().get((cause, effect))
    origin = (sources.get(cause, ""), sources.get(effect, ""))
    return EdgeView(cause, effect, origin, posterior.window, posterior.rows, stated, standing)


def path_view(graph: CausalGraph, posterior: Posterior, calibration: Calibration, *steps: str) -> PathView:
    """All that is known of one path; errors as `Posterior.path`."""
    stated = calibration.path(posterior, *steps)
    edges = tuple(edge_view(graph, posterior, calibration, one, other) for one, other in pairwise(steps))
    return PathView(tuple(steps), stated, edges)


def stated_document(stated: Stated) -> dict[str, JsonValue]:
    """The JSON form of a calibrated statement; probabilities as decimal strings, null: cannot say."""
    return {
        "raw": f"{stated.raw:.4f}",
        "probability": None if stated.probability is None else f"{stated.probability:.3f}",
        "low": f"{stated.low:.3f}",
        "high": f"{stated.high:.3f}",
        "statements": stated.statements,
        "twins": stated.twins,
    }
