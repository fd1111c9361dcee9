"""A released correction that did what was predicted is an experiment: it speaks for the path by which it was to act."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from evidence.errors import ConflictError, LimitError, NotFoundError
from node.services.causes.case import CausalCase
from node.services.causes.desk import SUGGESTION, CausalDesk
from node.services.causes.graphs import EditGraph, ReadGraph, Said
from rca.graph.word import Saying

BELIEF: Final = {"as-predicted": 0.9, "weaker": 0.75}
"""How likely an edge of the path is after its lever was moved and the characteristic followed.

Not more: a line is no laboratory, and something else may have changed in the same week. An effect that failed to come
says that the path does not hold as a whole, not which edge of it: no word then, the lesson itself counts
(`node.services.causes.lessons`).
"""


@dataclass(frozen=True, slots=True)
class LearnFromEffect:
    """Says in the line's graph what a correction has shown; a voice of its own beside those of engineers."""

    desk: CausalDesk
    graphs: ReadGraph
    edit: EditGraph

    def __call__(self, case: CausalCase, lever: str, outcome: str, seen: str, *, by: str) -> int:
        """Add a belief for every edge of the path of `lever`; how many words were added.

        Args:
            case: the causal case with its correction and suggestion.
            lever: the column that was moved.
            outcome: as the flow names it.
            seen: what was observed, in words, for the reason.
        """
        probability = BELIEF.get(outcome)
        if probability is None or not self.graphs.exists(case.line):
            return 0
        suggestion: Any = self.desk.read(SUGGESTION, case.suggestion)[1]
        path: list[str] = next((one.get("path", []) for one in suggestion["changes"] if one["column"] == lever), [])
        reason = f"Released correction of {lever}: {seen}; {outcome}."
        said = [Said(cause, effect, Saying.BELIEF, probability, reason) for cause, effect in pairwise(path)]
        if not said:
            return 0
        author = f"correction {case.correction}"
        try:
            self.edit.say(case.line, said, by=by, author=author, version=self.graphs(case.line).number)
        except (ConflictError, LimitError, NotFoundError):
            # An engineer says otherwise (the edge would close a cycle), or the graph has other columns: people first.
            return 0
        return len(said)
