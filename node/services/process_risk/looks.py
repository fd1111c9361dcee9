"""What the newest looks at data said of a model: each month assessed, each drift seen, and why the index is silent.

A look is one JSON line beside the model's record. Nothing is taken out: whoever assesses a month again with other parts
leaves both looks behind.

What if we lose it? The statements stay, and the next look tells the drift again; what earlier ones said is gone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from evidence.errors import MalformedError, StorageError
from node.services.process_risk.models import ModelRecord, ModelState
from scoring.process_risk import Assessment

MOST_BYTES: Final = 16 * 2**20
MOST_KEPT: Final = 1_000
"""Newest looks that are read; older ones stay in the file."""
_DRIFT: Final = "drift:"
_OVERALL: Final = "federation-drift:"


class LookedBy(StrEnum):
    """What made the node look."""

    ASSESS = "assess"
    WATCH = "watch"
    FEDERATION = "federation"


@dataclass(frozen=True, slots=True)
class Look:
    """One look.

    Attributes:
        at: when, RFC 3339; subject: whose parts, empty for a federation as a whole; period: the month, or the last day
            of a watched window, or the run.
        parts, outside, index, reference, contributions, drift: as `Assessment` says, contributions as exact fractions.
        reasons: why the index does not count; empty when it does.
        statement: id of the KPI statement, empty when nothing was stated; by: who asked.
    """

    at: str
    source: LookedBy
    subject: str
    period: str
    parts: int = 0
    outside: int = 0
    index: int | None = None
    reference: int = 0
    contributions: Mapping[str, str] = field(default_factory=dict)
    drift: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    statement: str = ""
    by: str = ""

    @property
    def drifted(self) -> tuple[str, ...]:
        """What this look itself found too far from the data that the model learnt from; a month assessed while the
        federation as a whole had drifted found nothing of that itself."""
        mark = _OVERALL if self.source is LookedBy.FEDERATION else _DRIFT
        return tuple(reason for reason in self.reasons if reason.startswith(mark))

    @property
    def tells(self) -> bool:
        """Whether it says anything about drift: a month too small to tell it does not."""
        return bool(self.drifted) or all(reason.startswith(_OVERALL) for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a model's index does not count now, for whom and since when."""

    reason: str
    subject: str
    since: str
    source: LookedBy


def look_of(assessment: Assessment, *, at: str, source: LookedBy, subject: str, period: str, by: str = "") -> Look:
    """A look out of an assessment."""
    return Look(
        at,
        source,
        subject,
        period,
        assessment.parts,
        assessment.outside,
        assessment.index,
        assessment.reference,
        {name: str(value) for name, value in assessment.contributions.items()},
        dict(assessment.drift),
        assessment.reasons,
        by=by,
    )


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks of all models, in the registry's folder; one process writes at a time."""

    folder: Path

    def add(self, record: ModelRecord, look: Look) -> None:
        """Keep a look; StorageError when the disk fails."""
        try:
            with self._path(record).open("ab") as file:
                # A line break before as well: what a crash cut short must not swallow this one.
                file.write(b"\n" + json.dumps(asdict(look), sort_keys=True).encode() + b"\n")
        except OSError as error:
            raise StorageError(f"the look of {record.key} cannot be kept: {error.strerror}") from error

    def of(self, record: ModelRecord) -> list[Look]:
        """The newest looks of a model, newest first; a line that a crash cut short is left out."""
        path = self._path(record)
        if not path.exists():
            return []
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - MOST_BYTES))
            lines = file.read(MOST_BYTES).split(b"\n")
        whole = [line for line in lines[-2 * MOST_KEPT :] if line.endswith(b"}") and line.startswith(b"{")]
        return [_look(line, record.key) for line in reversed(whole)]

    def hindrances(self, record: ModelRecord, until: date, today: date) -> list[Hindrance]:
        """Why the model's index does not count now; empty for one that counts.

        A stopped model and one past its last day count for nobody. Drift hinders whom it was seen at, until a later
        look of the same kind finds none; the drift of a federation hinders everybody.
        """
        found = []
        if record.state is ModelState.STOPPED:
            found.append(Hindrance(f"stopped:{record.reason}", "", "", LookedBy.ASSESS))
        if today > until:
            found.append(Hindrance(f"expired:{until.isoformat()}", "", until.isoformat(), LookedBy.ASSESS))
        seen = set[tuple[LookedBy, str]]()
        for look in self.of(record):
            if look.tells and (look.source, look.subject) not in seen:
                seen.add((look.source, look.subject))
                found += [Hindrance(reason, look.subject, look.at, look.source) for reason in look.drifted]
        return found

    def federation(self, record: ModelRecord) -> tuple[str, ...]:
        """What the newest look at the whole federation says against the model."""
        return next((look.reasons for look in self.of(record) if look.source is LookedBy.FEDERATION), ())

    def _path(self, record: ModelRecord) -> Path:
        return self.folder / f"{record.key}.looks.jsonl"


def months(looks: Sequence[Look]) -> list[Look]:
    """The newest look at every month of every subject, newest first."""
    newest: dict[tuple[str, str], Look] = {}
    for look in looks:
        if look.source is LookedBy.ASSESS:
            newest.setdefault((look.subject, look.period), look)
    return list(newest.values())


def _look(line: bytes, key: str) -> Look:
    try:
        told: dict[str, Any] = json.loads(line)
        told |= {"source": LookedBy(told["source"]), "reasons": tuple(told["reasons"])}
        return Look(**told)
    except (ValueError, TypeError, KeyError) as error:
        raise MalformedError(f"the looks of {key} have a line that is no look", advice="Move the file away.") from error
