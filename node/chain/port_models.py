"""Port to the provenance of federated models: rounds are recorded one after another, and stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from evidence.identity import OrgId
from evidence.model_round import ModelRound


@dataclass(frozen=True, slots=True)
class RecordedRound:
    """A round as the chain holds it: what the contract checks, and the digest of the whole record.

    Times in seconds, `epsilon_micro` in millionths; `committee_size` and `contributors` count members.
    """

    run: bytes
    steward: OrgId
    number: int
    committee_size: int
    contributors: int
    weight: int
    epsilon_micro: int
    record: bytes
    previous: bytes
    model_before: bytes
    model_after: bytes
    committee: bytes
    code: bytes

    def matches(self, record: ModelRound) -> bool:
        """Whether the chain's entry is that of `record`, in every field."""
        return self == entry_of(record, self.steward)


def entry_of(record: ModelRound, steward: OrgId) -> RecordedRound:
    """What the chain holds of a record."""
    return RecordedRound(
        record.run,
        steward,
        record.round,
        len(record.members),
        len(record.contributors),
        record.weight,
        record.epsilon_micro,
        record.digest,
        record.previous,
        record.model_before,
        record.model_after,
        record.committee,
        record.code,
    )


class ModelLedger(Protocol):
    """Where rounds of federated training are recorded. Append-only; a run belongs to the steward that began it."""

    def record(self, steward: OrgId, record: ModelRound) -> RecordedRound:
        """Record the next round of a run, with an anchor key of `steward`.

        MUST be idempotent: a record that stands already costs nothing.
        MUST raise ConflictError when the round does not follow the newest one (number, previous record, model, code),
        or fewer than three contributed. MUST raise ForbiddenError when `steward` may not record runs, or not this one,
        or the key used is not one of its anchor keys; FaultError while all is paused.
        MUST raise LedgerUnreachableError, with its cause, for any network fault.
        """

    def rounds(self, run: bytes) -> Sequence[RecordedRound]:
        """All recorded rounds of a run, first one first; none for an unknown run."""

    def set_steward(self, org: OrgId, may: bool) -> None:
        """Let a member record runs, or no longer; needs the admin's key, ForbiddenError without. MAY happen twice."""

    def is_steward(self, org: OrgId) -> bool:
        """Whether a member may record runs."""
