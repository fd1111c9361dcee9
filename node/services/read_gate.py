"""Read the gate with every reason in words, and set what a purchaser asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from evidence.draft import Kind
from evidence.identity import Lei, Subject, org_id
from node.chain.port import MemberDirectory
from node.chain.port_gate import LIMIT_MICRO, CapabilityRule, Cause, Gate, GateReason, GateRule
from node.services.attest_capability import micro_text
from node.services.gather_evidence import GatherEvidence
from node.services.org_names import name_of
from node.services.read_policies import instant
from node.services.scopes import characteristic_id
from scoring.scale import month_text

_WORDS: Final[Mapping[Cause, tuple[str, str]]] = {
    Cause.SUBJECT_INACTIVE: ("is no active supplier", "不是有效供应商"),
    Cause.CAPABILITY_MISSING: ("{name}: no Cpk attested for {month}", "{name}：{month} 未见证 Cpk"),
    Cause.CAPABILITY_LOW: ("{name}: {value} in {month} is below 1.67", "{name}：{month} 为 {value}，低于 1.67"),
    Cause.CAPABILITY_UNSURE: (
        "{name}: Cpk {value} in {month} is below 1.67, but not surely so",
        "{name}：{month} Cpk 为 {value}，低于 1.67 但不能确定",
    ),
    Cause.MONTH_AWAITED: ("{name}: {month} is awaited", "{name}：等待 {month} 的数据"),
    Cause.RUNNING_MONTH_LOW: (
        "{name}: Cpk {value} so far in {month}, below 1.67",
        "{name}：{month} 至今 Cpk 为 {value}，低于 1.67",
    ),
    Cause.SCORE_MISSING: ("no valid score under the policy in force", "现行规则下没有有效评分"),
    Cause.SCORE_UNCONFIRMED: ("only {value} attesters agree on the score", "仅 {value} 个见证方评分一致"),
    Cause.SCORE_NOT_RATED: ("the newest score says: not rated", "最新评分为：未评级"),
    Cause.SCORE_LOW: ("the lower end of the score, {value}, is below the floor", "评分下限 {value} 低于门槛"),
    Cause.REPAIR_RUNS: ("a co-signed repair is running", "经会签的修复正在进行"),
}
_POINTS: Final = frozenset({Cause.SCORE_LOW})
_OWNERS: Final = frozenset({Cause.SCORE_UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class GateReport:
    """Where a supplier stands with a purchaser, as people are shown it."""

    document: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """As a document."""
        return dict(self.document)


@dataclass(frozen=True, slots=True)
class ReadGate:
    """Reads the gate from the chain; nobody froze or thawed anyone."""

    gate: Gate
    gather: GatherEvidence
    directory: MemberDirectory

    def __call__(self, purchaser: Lei, subject: Subject, *, at: int | None = None) -> GateReport:
        """The gate for a moment (s), now unless told, with its rule and every reason.

        Characteristics are named by what this node has evidence about; others are shown by their digest.
        """
        org, supplier = org_id(purchaser), org_id(subject.lei)
        names = self.names(subject)
        reading = self.gate.read(org, supplier, at)
        rule = self.gate.rule(org, supplier)
        return GateReport(
            {
                "purchaser": name_of(self.directory, org),
                "subject": name_of(self.directory, supplier),
                "state": reading.state.value,
                "at": instant(reading.at),
                "rule": None if rule is None else self.rule_json(rule, names),
                "reasons": [_reason(one, names) for one in reading.reasons],
            }
        )

    def rule_json(self, rule: GateRule, names: Mapping[bytes, str]) -> dict[str, Any]:
        """A rule as people are shown it; the floor in points."""
        return {
            "rule": rule.rule.value,
            "limit": micro_text(LIMIT_MICRO),
            "characteristics": [names.get(one, f"0x{one.hex()}") for one in rule.characteristics],
            "grace_days": rule.grace_days,
            "floor": points_text(rule.floor) if rule.floor else None,
            "policy": rule.policy_name or None,
            "attesters": rule.attesters,
            "scorer": name_of(self.directory, rule.scorer),
        }

    def names(self, subject: Subject) -> dict[bytes, str]:
        """The characteristics of a subject that this node has series of, by their digest."""
        found = set()
        for fact in self.gather(subject).facts:
            if fact.kind is Kind.MEASUREMENT_SERIES:
                found.add(f"{fact.label('part')}/{fact.label('characteristic')}")
        return {characteristic_id(name): name for name in sorted(found)}


@dataclass(frozen=True, slots=True)
class SetGateRule:
    """Says what this node's organisation asks of a supplier."""

    gate: Gate

    def __call__(
        self,
        subject: Lei,
        *,
        characteristics: Sequence[str] = (),
        rule: CapabilityRule = CapabilityRule.POINT,
        grace_days: int = 0,
        floor: int = 0,
        policy: str = "",
        attesters: int = 0,
        scorer: Lei | None = None,
    ) -> GateRule:
        """Set the rule: the purchasers' literal one (`POINT`) unless told, a missing month counting as failed.

        Args:
            characteristics: by name (`PART/characteristic`) or digest.
            floor: micro-points that the lower end of the score must reach; with it `policy` and `attesters`.
        Raises:
            InputError: it asks for nothing, or its parts do not go together.
            ForbiddenError: this organisation is no active purchaser.
        """
        names = tuple(sorted({characteristic_id(name) for name in characteristics}))
        who = None if scorer is None else org_id(scorer)
        asked = GateRule(names, rule, grace_days, floor, policy, attesters, who)
        self.gate.set_rule(org_id(subject), asked)
        return asked

    def clear(self, subject: Lei) -> None:
        """Ask nothing any more; NotFoundError when nothing was asked."""
        self.gate.clear_rule(org_id(subject))


def _reason(reason: GateReason, names: Mapping[bytes, str]) -> dict[str, Any]:
    name = None
    if reason.characteristic is not None:
        name = names.get(reason.characteristic, f"0x{reason.characteristic.hex()}")
    month = None if reason.month is None else month_text(reason.month)
    value = _value(reason)
    english, chinese = _WORDS[reason.cause]
    told = {"name": name or "", "month": month or "", "value": value or ""}
    return {
        "cause": reason.cause.value,
        "freezes": reason.freezes,
        "characteristic": name,
        "month": month,
        "value": value,
        "en": english.format_map(told),
        "zh": chinese.format_map(told),
    }


def _value(reason: GateReason) -> str | None:
    if reason.cause in _OWNERS:
        return str(reason.value)
    if reason.cause in _POINTS:
        return points_text(reason.value)
    return micro_text(reason.value) if reason.value else None


def points_text(micro: int) -> str:
    """Micro-points as points with one decimal, rounded down."""
    return f"{micro // 100_000 // 10}.{micro // 100_000 % 10}"
