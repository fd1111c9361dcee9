"""Port of the case store: each case as a file with its head, and the commands that its entries ask for.

Every method MUST raise StorageError, with its cause, when the disk or database fails, and MAY be called from several
threads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from nocode.case import CaseId
from nocode.commands import Command

MAX_PAGE: Final = 500
"""Most rows that a method gives at once."""


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case as it is kept. Only `data` and `head` count; the rest repeats what they say, for finding.

    Attributes:
        flow: the definition's id and version, such as `repair-claim.1`.
        ended: whether `state` is an end.
        subject, about: the case's fields of these names; empty when it has none.
        opener: LEI of the organisation that opened it.
        opened, changed: times of the first and newest entry, UTC.
        due: when the next deadline passes; None when there is none.
        head: digest of the newest entry.
        data: `nocode.archive.encode_case` of it.
    """

    case: CaseId
    flow: str
    state: str
    ended: bool
    subject: str
    about: str
    opener: str
    opened: datetime
    changed: datetime
    due: datetime | None
    head: bytes
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are meant; what is empty or None fits all."""

    flow: str = ""
    state: str = ""
    subject: str = ""
    about: str = ""
    opener: str = ""
    ended: bool | None = None
    opened_since: datetime | None = None
    changed_since: datetime | None = None

    def matches(self, record: CaseRecord) -> bool:
        """Whether a case is meant."""
        texts = ("flow", "state", "subject", "about", "opener")
        return (
            all(getattr(self, name) in ("", getattr(record, name)) for name in texts)
            and self.ended in (None, record.ended)
            and (self.opened_since is None or record.opened >= self.opened_since)
            and (self.changed_since is None or record.changed >= self.changed_since)
        )


@dataclass(frozen=True, slots=True)
class Order:
    """A command of a case; `outcome` says what came of it, None while it waits to be carried out."""

    case: CaseId
    command: Command
    outcome: str | None = None


class CaseStore(Protocol):
    """Cases and their commands.

    What if we lose it? Whoever holds an export or a signature still proves it; cases that ran are to be opened again.
    """

    def put(
        self,
        record: CaseRecord,
        commands: Sequence[Command],
        *,
        expected: bytes | None,
        seals: Mapping[str, str] | None = None,
    ) -> None:
        """Keep a case in place of what it was, and with it the commands and seals that are new: all or nothing.

        `seals` are the sealed signatures that its newest entries name, by id.

        MUST raise ConflictError, and keep nothing, unless the head kept is `expected` (None: there is no such case).
        MUST survive a crash after return. A command whose key is known already is left as it was.
        """

    def case(self, case: CaseId) -> CaseRecord | None:
        """The case, or None."""

    def cases(self, chosen: CaseFilter, *, after: int = 0, limit: int = 100) -> Sequence[tuple[int, CaseRecord]]:
        """Up to `limit` cases numbered behind `after`, in the order in which they were first kept."""

    def count(self, chosen: CaseFilter) -> int:
        """How many cases are meant."""

    def due(self, at: datetime, *, limit: int = 100) -> Sequence[CaseRecord]:
        """Cases with a deadline at or before `at`, the earliest first."""

    def waiting(self, *, case: CaseId | None = None, limit: int = 100) -> Sequence[Order]:
        """Commands not carried out yet, oldest first; of one case or of all."""

    def orders(self, case: CaseId) -> Sequence[Order]:
        """All commands of a case, oldest first."""

    def seals(self, case: CaseId) -> Mapping[str, str]:
        """The sealed signatures of a case, by id, in the order in which they came."""

    def carried_out(self, key: str, outcome: str, at: datetime) -> None:
        """Write down what came of a command; once it has an outcome, that stays."""
