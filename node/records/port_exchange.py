"""Ports to what came from others and what was made of it: received statements, scores; see `port`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from evidence.draft import Kind
from evidence.identity import Lei, Subject
from evidence.log import InclusionProof, LogHead
from node.records.port import StatementFilter, StatementId


@dataclass(frozen=True, slots=True)
class ReceivedStatement:
    """A statement of another member, already verified against `head`, a head of its issuer that we saw anchored.

    `inclusion` proves its leaf under `head`, so that a score bundle can carry the proof on.
    """

    statement_id: StatementId
    issuer: Lei
    subject: Subject
    kind: Kind
    sequence: int
    occurred_at: datetime
    sd_jwt: str
    head: LogHead
    inclusion: InclusionProof
    received_at: datetime


class ExchangeStore(Protocol):
    """What other members sent us. What if we lose it? It is asked for again; proofs do not depend on it."""

    def receive(self, statements: Sequence[ReceivedStatement]) -> int:
        """Keep those that are new; gives how many were. MAY happen twice.

        Of two copies of one statement the one with more disclosures stays, and the place under the larger head. Two
        statements of one issuer, subject, kind and number are both kept: that is a finding for the audit, not ours to
        hide.
        """

    def received(
        self, chosen: StatementFilter, *, issuer: Lei | None = None, after: int = 0, limit: int = 100
    ) -> tuple[tuple[int, ReceivedStatement], ...]:
        """Number and statement of those that match, in order of arrival."""

    def heads_of(self, issuer: Lei) -> int:
        """Under how many different heads of `issuer` the statements kept lie."""

    def newest_received_head(self, issuer: Lei) -> LogHead | None:
        """The largest head of `issuer` that anything kept was verified against."""


@dataclass(frozen=True, slots=True)
class ScoreRecord:
    """A computed score with all that is needed to recompute it.

    `policy` is the policy's hash, `attestation` the UID on chain and `credential` the SD-JWT VC, once they exist.
    """

    subject: Subject
    computed_at: datetime
    policy: bytes
    bundle: bytes
    attestation: bytes | None = None
    credential: str | None = None


class ScoreStore(Protocol):
    """Scores as computed. What if we lose it? They are recomputed from evidence; attestations are on chain."""

    def add_score(self, score: ScoreRecord) -> int:
        """Keep `score`; gives its number. Scores are never changed, only completed by `attest_score`."""

    def attest_score(
        self, number: int, attestation: bytes, credential: str | None, bundle: bytes | None = None
    ) -> None:
        """Add the attestation's UID and the credential, and put the bundle that lists the attester in place.

        MAY happen twice; MUST raise ConflictError for another UID than the one kept, NotFoundError for an unknown one.
        """

    def latest_score(self, subject: Subject) -> tuple[int, ScoreRecord] | None:
        """The newest score of exactly this subject, with its number."""

    def subjects(self) -> tuple[Subject, ...]:
        """Every subject that has a score, in the order of their names."""

    def newest_scores(self, subject: Subject, *, limit: int = 2) -> tuple[tuple[int, ScoreRecord], ...]:
        """The newest scores of exactly this subject, numbered, newest first, at most `limit` and `MAX_PAGE`."""

    def scores(
        self, subject: Subject | None, *, after: int = 0, limit: int = 100
    ) -> tuple[tuple[int, ScoreRecord], ...]:
        """Scores of this subject (None: of all), oldest first."""
