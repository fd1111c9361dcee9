"""Keep scores true: whatever happens to a supplier's evidence, or to the policy, its score is computed and attested."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from evidence.clock import Clock
from evidence.draft import Kind
from evidence.encoding import hex0x_encode
from evidence.errors import ConflictError, ForbiddenError, SignatureError
from evidence.identity import Lei, Subject
from node.records.port import MAX_PAGE, EvidenceStore, LogStore, StatementFilter
from node.records.port_exchange import ExchangeStore, ScoreStore
from node.records.port_house import EventStore, SettingStore
from node.services.score_supplier import ScoreReport, ScoreSupplier
from node.services.score_trend import card_of
from scoring.facts import FIELDS_READ

MARK: Final = "scores-kept"
"""The setting that remembers what was looked at."""
AT_ONCE: Final = 20
"""Subjects scored in one go, so that other chores get their turn."""
_SAME: Final = ("band", "blockers", "eligibility", "high", "low", "points", "policy", "state")
"""What of a card must differ for a new day alone to make a new score."""


class Attest(Protocol):
    """What makes a score public."""

    def __call__(self, report: ScoreReport) -> ScoreReport:
        """Attest it; equal ones once."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked at: our anchored statements, those received, the policy, the day; and who waits for a score.

    `waiting` maps a subject to whether evidence came (True) or only the day changed; `repairs` says how each
    supplier's repairs stood.
    """

    own: int
    received: int
    policy: str
    day: str
    waiting: dict[str, bool]
    repairs: dict[str, str]


@dataclass(frozen=True, slots=True)
class KeepScores:
    """Notices new anchored or fetched statements, another policy and a new day, and scores whom they touch.

    Attributes:
        attester: gives what makes scores public; None while this organisation does not attest.
        repairs: how each supplier's repairs stand on chain, as a digest.
        counts: whether a policy (its hash) counts on chain now; nothing is attested under one that does not.
    """

    issuer: Lei
    score: ScoreSupplier
    store: EvidenceStore
    log: LogStore
    exchange: ExchangeStore
    scores: ScoreStore
    settings: SettingStore
    events: EventStore
    clock: Clock
    attester: Callable[[], Attest | None] = lambda: None
    repairs: Callable[[], Mapping[str, str]] = dict
    counts: Callable[[bytes], bool] = lambda policy: True

    def due(self) -> bool:
        """Whether something relevant may have happened; costs two look-ups."""
        seen = self._seen()
        return (
            bool(seen.waiting)
            or self._anchored() > seen.own
            or bool(self.exchange.received(StatementFilter(), after=seen.received, limit=1))
        )

    def __call__(self) -> bool:
        """Score and attest whom what happened since touches, at most `AT_ONCE` of them; whether more wait.

        What is done is remembered subject by subject: a crash at any line only repeats what gives the same again.

        Raises:
            FaultError: the chain or the disk does not answer; the next call goes on.
            NotFoundError: the members adopted a policy whose document is not here.
        """
        # (1) Whom does what happened touch? Kept before anybody is scored.
        seen = self._look()
        # (2) One by one, each forgotten once its score stands.
        for name in sorted(seen.waiting, key=lambda one: (not seen.waiting[one], one))[:AT_ONCE]:
            self._renew(Subject.parse(name), evidence=seen.waiting[name])
            del seen.waiting[name]
            self._keep(seen)
        return bool(seen.waiting)

    def _renew(self, subject: Subject, *, evidence: bool) -> None:
        kept = self.scores.newest_scores(subject, limit=1)
        try:
            report = self.score.preview(subject)
            if not evidence and kept and self._unchanged(report, kept[0][1]):
                return
            report = self.score(subject)
        except SignatureError as error:
            # A key was declared compromised: no score until its issuer proves the evidence anew.
            self._tell("score.refused", {"subject": str(subject), "message": error.message})
            return
        told: dict[str, str | int] = {
            "subject": str(subject),
            "number": report.number,
            "state": report.card.state.value,
        }
        self._tell("score.computed", {**told, "points": report.card.points, "low": report.card.low})
        attest = self.attester() if self.counts(report.card.policy) else None
        if attest is None or subject.lei == self.issuer or not self._public(report, subject):
            return
        try:
            done = attest(report)
        except (ConflictError, ForbiddenError) as error:
            self._tell("score.not-attested", {**told, "message": error.message, "advice": error.advice})
            return
        assert done.attestation is not None
        self._tell("score.attested", {**told, "attestation": hex0x_encode(done.attestation)})

    def _public(self, report: ScoreReport, subject: Subject) -> bool:
        """Whether to attest: scores, and the loss of one that was attested before; not that somebody is unknown."""
        if report.attestation is not None:
            return False
        before = self.scores.newest_scores(subject, limit=10)
        return report.rated or any(record.attestation is not None for _, record in before)

    def _unchanged(self, report: ScoreReport, kept: Any) -> bool:
        if report.number:
            return kept.attestation is not None or not report.rated or self.attester() is None
        now: Any = report.card.to_json()
        before = card_of(kept)
        return all(now[name] == before[name] for name in _SAME)

    def _look(self) -> Seen:
        """What happened since the last look, noted down."""
        seen = self._seen()
        waiting = dict(seen.waiting)
        own, chosen, day = self._anchored(), self.score.policy.hash, self.clock().date().isoformat()
        # Adopted at last, a policy makes everybody's score attestable.
        policy = chosen.hex() if self.counts(chosen) else f"{chosen.hex()} not adopted"
        touched, received = self._fresh(seen, own)
        waiting.update(dict.fromkeys(touched, True))
        if seen.policy not in ("", policy):
            # Under another policy every score is another one, whatever its points.
            waiting.update(dict.fromkeys(map(str, self.scores.subjects()), True))
        elif seen.day not in ("", day):
            waiting = dict.fromkeys(map(str, self.scores.subjects()), False) | waiting
        repairs = dict(self.repairs())
        waiting.update({lei: True for lei, stands in repairs.items() if seen.repairs.get(lei, stands) != stands})
        now = Seen(own, received, policy, day, waiting, repairs)
        if now != seen:
            self._keep(now)
        return now

    def _fresh(self, seen: Seen, own: int) -> tuple[set[str], int]:
        """Subjects of statements that are scored and came since, and the number of the newest one received."""
        touched: set[str] = set()
        after = seen.own - 1
        while after < own - 1 and (page := self.store.records(StatementFilter(), after=after, limit=MAX_PAGE)):
            after = page[-1][0]
            touched |= self._subjects((one.subject, one.kind) for position, one in page if position < own)
        last = seen.received
        while received := self.exchange.received(StatementFilter(), after=last, limit=MAX_PAGE):
            last = received[-1][0]
            touched |= self._subjects((one.subject, one.kind) for _, one in received)
        return touched, last

    def _subjects(self, about: Iterable[tuple[Subject, Kind]]) -> set[str]:
        """Who is scored anew: the organisation, and its site where that was ever scored."""
        found = set()
        for subject, kind in set(about):
            if kind in FIELDS_READ:
                found.add(str(Subject(subject.lei)))
                if subject.site and self.scores.newest_scores(subject, limit=1):
                    found.add(str(subject))
        return found

    def _anchored(self) -> int:
        sealed = self.log.newest_head(closed=True)
        return 0 if sealed is None else sealed.head.size

    def _seen(self) -> Seen:
        kept = self.settings.setting(MARK)
        return Seen(0, 0, "", "", {}, {}) if kept is None else Seen(**json.loads(kept))

    def _keep(self, seen: Seen) -> None:
        mark = {name: getattr(seen, name) for name in ("own", "received", "policy", "day", "waiting", "repairs")}
        self.settings.put_setting(MARK, json.dumps(mark))

    def _tell(self, type_: str, data: dict[str, str | int]) -> None:
        self.events.add_event(type_, data, self.clock())
