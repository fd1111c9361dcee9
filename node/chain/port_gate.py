"""Ports to months of capability and to the gate that follows from them, from scores and from repairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from evidence.errors import InputError
from evidence.identity import OrgId

LIMIT_MICRO: Final = 1_670_000
"""Cpk 1.67 in millionths, the limit of both rules."""
WINDOW: Final = 12
"""So many months that are over are judged."""
MOST_CHARACTERISTICS: Final = 32
MOST_GRACE_DAYS: Final = 28


@dataclass(frozen=True, slots=True)
class CapabilityClaim:
    """What a scorer says of one characteristic of a subject in one month.

    Attributes:
        characteristic: SHA-256 of what the purchaser calls it, 32 bytes.
        month: `year * 12 + month - 1`, UTC.
        n: number of values.
        cpk_micro, upper_micro: point estimate and 95 % upper bound in millionths.
        head: in whose log, of which size and root, the series lie; MUST be anchored.

    Raises:
        InputError: ids of another length than 32 bytes, or numbers that do not fit their fields.
    """

    subject: OrgId
    characteristic: bytes
    month: int
    n: int
    cpk_micro: int
    upper_micro: int
    head: tuple[OrgId, int, bytes]

    def __post_init__(self) -> None:
        org, size, root = self.head
        if any(len(one) != 32 for one in (self.subject, self.characteristic, org, root)):
            raise InputError("the ids and digests of a capability claim have 32 bytes each")
        counts = ((self.month, 32), (self.n, 32), (size, 64))
        if any(not 0 <= number < 1 << width for number, width in counts):
            raise InputError("a number of the capability claim is negative, or wider than the chain stores it")
        if any(not -(1 << 63) <= value < 1 << 63 for value in (self.cpk_micro, self.upper_micro)):
            raise InputError("a Cpk of the capability claim is wider than the chain stores it")


@dataclass(frozen=True, slots=True)
class CapabilityMonth:
    """One month as the chain holds it; values as in `CapabilityClaim`, `attested_at` in seconds."""

    month: int
    n: int
    cpk_micro: int
    upper_micro: int
    attested_at: int
    uid: bytes


class CapabilityBook(Protocol):
    """Months of capability, attested through EAS by scorers. Errors as `CreditLedger`."""

    def attest(self, claim: CapabilityClaim) -> CapabilityMonth:
        """Attest a month; when another value was attested for it, this restates it.

        MUST be idempotent for a claim that this node's organisation attested last for the month.
        MUST raise ConflictError, with the contract's reason, when the resolver refuses (no scorer, subject attests
        itself, month not here yet, fewer than two values, head not anchored).
        """

    def month(
        self, subject: OrgId, characteristic: bytes, month: int, scorer: OrgId | None = None
    ) -> CapabilityMonth | None:
        """What a scorer, or whoever spoke last, says of a month; None when nothing."""

    def months_back(
        self, subject: OrgId, characteristic: bytes, last: int, count: int, scorer: OrgId | None = None
    ) -> Sequence[CapabilityMonth | None]:
        """`count` months in a row, `last` first."""

    def revoke(self, uid: bytes) -> None:
        """Withdraw what we attested: the month counts as missing. MAY happen twice.

        MUST raise NotFoundError when there is none with this UID, ForbiddenError when another account attested it.
        """


class CapabilityRule(StrEnum):
    """How months decide; both look at the last twelve that are over and at Cpk 1.67.

    POINT freezes when a month is missing or its Cpk below; BOUND when the 95 % upper bound of a month is below.
    """

    POINT = "point"
    BOUND = "bound"


@dataclass(frozen=True, slots=True)
class GateRule:
    """What a purchaser asks of one supplier.

    Attributes:
        characteristics: key characteristics (32 bytes each) in ascending order, at most 32.
        rule: how their months decide.
        grace_days: into a month in which a missing newest month is awaited, 0 to 28.
        floor: micro-points that the lower end of the score's interval must reach; 0 asks for no score.
        policy_name: under whose present policy the score counts; empty without a floor.
        attesters: owners that must agree on the score; 0 without a floor.
        scorer: whose months count; None for whoever attested last.

    Raises:
        InputError: it asks for nothing, or its parts do not go together.
    """

    characteristics: tuple[bytes, ...] = ()
    rule: CapabilityRule = CapabilityRule.POINT
    grace_days: int = 0
    floor: int = 0
    policy_name: str = ""
    attesters: int = 0
    scorer: OrgId | None = None

    def __post_init__(self) -> None:
        if not self.characteristics and not self.floor:
            raise InputError("a rule asks for characteristics, for a score, or for both")
        if bool(self.floor) != bool(self.policy_name) or bool(self.floor) != bool(self.attesters):
            raise InputError("a floor needs the name of a policy and a number of attesters, and they need a floor")
        if not 0 <= self.floor <= 100_000_000 or not 0 <= self.attesters <= 255:
            raise InputError("a floor lies between 0 and 100 points, and at most 255 attesters are asked for")
        if not 0 <= self.grace_days <= MOST_GRACE_DAYS or len(self.policy_name.encode()) > 64:
            raise InputError("days of grace are at most 28, a policy's name has at most 64 bytes")
        if len(self.characteristics) > MOST_CHARACTERISTICS or any(len(one) != 32 for one in self.characteristics):
            raise InputError(f"a rule names at most {MOST_CHARACTERISTICS} characteristics of 32 bytes each")
        if list(self.characteristics) != sorted(set(self.characteristics)) or bytes(32) in self.characteristics:
            raise InputError("characteristics stand in ascending order, none twice and none zero")


class GateState(StrEnum):
    """Where a supplier stands with a purchaser, in the order of the contract; NONE without a rule."""

    NONE = "none"
    OPEN = "open"
    WATCH = "watch"
    FROZEN = "frozen"
    IN_REPAIR = "in-repair"


class Cause(StrEnum):
    """Why, in the order of the contract."""

    SUBJECT_INACTIVE = "subject-inactive"
    CAPABILITY_MISSING = "capability-missing"
    CAPABILITY_LOW = "capability-low"
    CAPABILITY_UNSURE = "capability-unsure"
    MONTH_AWAITED = "month-awaited"
    RUNNING_MONTH_LOW = "running-month-low"
    SCORE_MISSING = "score-missing"
    SCORE_UNCONFIRMED = "score-unconfirmed"
    SCORE_NOT_RATED = "score-not-rated"
    SCORE_LOW = "score-low"
    REPAIR_RUNS = "repair-runs"


@dataclass(frozen=True, slots=True)
class GateReason:
    """One reason. `characteristic` and `month` are None where they mean nothing; `value` is in millionths or owners."""

    cause: Cause
    freezes: bool
    characteristic: bytes | None
    month: int | None
    value: int


@dataclass(frozen=True, slots=True)
class GateReading:
    """The gate as read for a moment (`at`, seconds), with every reason that is not "all is well"."""

    state: GateState
    reasons: tuple[GateReason, ...]
    at: int


class Gate(Protocol):
    """Whether a supplier is qualified with a purchaser: computed when read. Errors as `PolicyBook`."""

    def set_rule(self, subject: OrgId, rule: GateRule) -> None:
        """Ask this of a supplier as this node's organisation, which must be an active purchaser."""

    def clear_rule(self, subject: OrgId) -> None:
        """Ask nothing of it any more; NotFoundError when nothing was asked."""

    def rule(self, purchaser: OrgId, subject: OrgId) -> GateRule | None:
        """What a purchaser asks of a supplier; None when nothing."""

    def read(self, purchaser: OrgId, subject: OrgId, at: int | None = None) -> GateReading:
        """Where a supplier stands at a moment, now unless told."""
