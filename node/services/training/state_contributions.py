"""What each party gave to a finished run becomes evidence: a KPI about it, stated once by whoever looked after the run.

The KPI `federated-learning` is the share of the run's rounds that the party took part in; 0 while its contribution is
clearly harmful, with that word beside it. From one half on it makes the month one of data-sharing completeness
(`scoring/observers/training.py`). It is numbered like every statement, so leaving one out shows as a gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from evidence.draft import Draft, Kind
from evidence.identity import Lei, Subject
from node.records.port_house import SettingStore
from node.services.submit import SubmitDrafts
from node.services.training.telling import Telling
from node.training.port import PartyContribution, RunContributions, Steward, TrainingRun
from scoring.observers.training import KPI_NAME

FINISHED: Final = "finished"


@dataclass(frozen=True, slots=True)
class StateContributions:
    """A chore of the worker."""

    steward: Steward
    submit: SubmitDrafts
    settings: SettingStore
    tell: Telling

    def __call__(self) -> bool:
        """Whether anything was stated.

        Raises:
            PeerUnreachableError: the steward is away. StorageError: the disk failed.
        """
        stated = False
        for run in self.steward.runs():
            moment = _finished(run)
            if moment is None or self.settings.setting(_key(run.name)):
                continue
            found = self.steward.contributions(run.name)
            for party in found.parties:
                self.submit([_draft(run.name, moment, found, party)], subject=Subject(Lei(party.org)))
            # Last: a crash before this line states nothing twice, because equal drafts are recognised.
            self.settings.put_setting(_key(run.name), moment)
            self.tell("training.contributions", run=run.name, parties=len(found.parties))
            stated = True
        return stated


def _draft(run: str, moment: str, found: RunContributions, party: PartyContribution) -> Draft:
    why = f"; counts for nothing: {party.reason}" if party.reason else ""
    fields = {
        "name": KPI_NAME,
        "value": party.shared,
        "unit": "1",
        "period": moment[:7],
        "process": f"run {run}: {party.rounds} of {found.rounds} rounds{why}",
    }
    return Draft(Kind.KPI, moment, dict(fields))


def _finished(run: TrainingRun) -> str | None:
    """When a finished run ended, RFC 3339 UTC; None for any other run."""
    if run.state != FINISHED:
        return None
    moments = [at for one in run.events if one.get("event") == FINISHED and (at := _at(one)) is not None]
    return datetime.fromtimestamp(moments[0] // 1_000, UTC).isoformat().replace("+00:00", "Z") if moments else None


def _at(event: Mapping[str, object]) -> int | None:
    at = event.get("at_ms")
    return at if isinstance(at, int) and 0 <= at < 2**45 else None


def _key(run: str) -> str:
    return f"contributions-stated:{run}"
