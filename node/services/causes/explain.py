"""Explain an alarm: fit graphs, calibrate them on twins, ask what changed and how much of the alarm it explains."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from evidence.canonical import encode
from evidence.clock import format_instant
from evidence.draft import JsonValue
from evidence.errors import NotFoundError, SchemaError
from node.services.causes.case import CausalCase, CausalState
from node.services.causes.desk import CASE, EXPLANATION, CausalDesk
from node.services.causes.explanation import Findings, Onset, document
from node.services.causes.models import LineModels
from node.services.causes.selection import Against, Question
from node.services.causes.tables import Lots, ReadTable
from node.services.causes.watch import first_alarm
from rca.alarm.onset import onset
from rca.attribution.attribute import attribute
from rca.attribution.dags import Dags
from rca.attribution.figures import FigureMap, Figures
from rca.attribution.frame import Frame
from rca.attribution.labels import labelled_frame
from rca.attribution.quiet import quiet
from rca.calibration.calibrate import calibrated
from rca.fit_file import Fit
from rca.posterior.fit import Beliefs, Progress, fit
from rca.posterior.posterior import Posterior
from rca.table import MIN_ROWS, Table

MOST_GRAPHS: Final = 100
"""So many of the sampled graphs an attribution is averaged over."""


@dataclass(frozen=True, slots=True)
class ExplainCase:
    """Explains a case, and keeps the explanation beside it.

    Attributes:
        beliefs: what engineers believe, by name of their graph and for a table, and which version of it that is.
        twins: how many twin lines calibrate; None for as many as a table wants.
        figures: the map from signs to figures, when one was learned for lines like these.
        models: keeps what was fitted as the line's model, for others to ask.
    """

    desk: CausalDesk
    read: ReadTable
    beliefs: Callable[[str, Table], tuple[Beliefs, int]]
    figures: Callable[[], FigureMap | None]
    twins: int | None = None
    models: LineModels | None = None

    def __call__(
        self,
        case: str,
        question: Question,
        *,
        graph: str = "",
        by: str,
        progress: Progress | None = None,
    ) -> CausalCase:
        """Explain; equal questions about equal tables give equal explanations.

        Args:
            graph: which graph of engineers' beliefs is believed; empty for none.
        Raises:
            NotFoundError: no such case, table, graph or column.
            SchemaError: too few lots on a side, or a filter that fits nothing.
            ConflictError: the case is in release already.
        """
        _, said = self.desk.read(CASE, case)
        found = CausalCase.from_json(said)
        found.expect(CausalState.OPEN, CausalState.EXPLAINED, CausalState.SUGGESTED)
        lots = self.read(found.table)
        # (1) When it began: graphs come from lots before that. What a fault does to a line is not how the line works,
        # and an unrelated shift in the same days would look like an edge (ADR 30).
        onset = _onset(found, lots)
        reference, window = question.split(lots.table, onset.row, onset.low)
        well = np.arange(lots.table.rows) < onset.low
        if onset.low < MIN_ROWS and question.against is Against.OTHERS:
            # A line that was never well: the lots that are held against the window are all that is known of it.
            well = reference
        before = lots.table.take(well)
        if before.rows < MIN_ROWS:
            raise SchemaError(
                f"{before.rows} lots before the fault began; at least {MIN_ROWS} are needed",
                place="table",
                advice="Import lots from before it, or hold these lots against the other lots since.",
            )
        # (2) What engineers believe goes in before the data speaks.
        beliefs, version = self.beliefs(graph, lots.table) if graph else (None, 0)
        posterior = fit(before, seed=question.seed, beliefs=beliefs, progress=progress)
        if found.column not in posterior.names:
            posterior.place(found.column)
            raise NotFoundError(f"{found.column!r} holds what another column holds", advice="Ask about that one.")
        # (3) Twins of those very lots say how often such statements are true.
        usable = before.select(posterior.names)
        calibration = calibrated(usable, seed=question.seed, beliefs=beliefs, twins=self.twins, progress=progress)
        if self.models is not None:
            until = format_instant(lots.times[int(np.flatnonzero(well)[-1])]) if lots.times else ""
            known = f"{graph} {version}" if graph else ""
            made = Fit(posterior, calibration, known)
            self.models.keep(found.line, made, before, until=until, by=by)
        frame = _frame(posterior, lots, reference, window, found.column)
        # (4) What changed, and how much of the alarm it explains, over the sampled graphs.
        chosen = np.linspace(0, len(posterior.graphs) - 1, min(MOST_GRAPHS, len(posterior.graphs))).astype(int)
        dags = Dags(posterior.names, posterior.graphs[chosen])
        result = attribute(frame, dags)
        loud = quiet(frame, dags)
        learned = self.figures()
        figures: Mapping[str, Figures] = learned.read(result) if learned else {}
        told = document(
            Findings(
                lots,
                question,
                onset,
                posterior,
                calibration,
                result,
                figures,
                loud.share_louder(result),
                loud.names_cause(result),
                int(reference.sum()),
                int(window.sum()),
                graph,
                version,
            )
        )
        return self._keep(found, told, by)

    def _keep(self, case: CausalCase, told: dict[str, JsonValue], by: str) -> CausalCase:
        name = hashlib.sha256(encode({**told, "case": case.id})).hexdigest()[:32]
        self.desk.keep(EXPLANATION, name, told, about=case.id, by=by)
        graph = told["graph"]
        assert isinstance(graph, dict)
        after = case.moved(
            CausalState.EXPLAINED,
            explanation=name,
            graph=str(graph["name"]),
            graph_version=int(str(graph["version"])),
            suggestion="",
        )
        self.desk.keep(CASE, case.id, after.to_json(), about=case.line, by=by)
        self.desk.events.add_event("causes.explained", {"case": case.id, "explanation": name}, self.desk.clock())
        return after


def _onset(case: CausalCase, lots: Lots) -> Onset:
    alarm = first_alarm(case.column, case.alarm)
    if alarm is None:
        # A person named the lot; that is all that is known.
        row = int(str(case.alarm["first_row"]))
        return Onset(row, row, row)
    began = onset(lots.table, alarm)
    return Onset(began.row, began.low, began.high)


def _frame(posterior: Posterior, lots: Lots, reference: np.ndarray, window: np.ndarray, target: str) -> Frame:
    if not window.any():
        raise SchemaError("no lot since the fault began fits the filters", place="where", advice="Widen a filter.")
    # Labels have no order; they are coded by what they do to the target, or an alarm of shifts would mean nothing.
    usable = lots.table.select(posterior.names)
    return labelled_frame(usable.take(reference), usable.take(window), target)
