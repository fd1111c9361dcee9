"""`/v1/suppliers/{lei}/gate` and `/capability`: whether a supplier is qualified, and the months that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Query, Response
from pydantic import BaseModel, Field

from evidence.clock import parse_instant
from evidence.identity import Lei
from node.api.desk import LEI_PATTERN, Desk, LeiText, Site, subject_of
from node.api.resources.chain_views import INSTANT, Moment, Organisation
from node.api.resources.session import STRICT
from node.api.resources.suppliers import LeiPath
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission
from node.chain.port_gate import WINDOW, CapabilityRule
from node.services.attest_capability import MOST_MONTHS

Name = Annotated[str, Field(min_length=3, max_length=400, examples=["HSG-2140/bore-diameter"])]
Purchaser = Annotated[
    str | None, Query(pattern=LEI_PATTERN, description="With whom it stands; this organisation without it.")
]
At = Annotated[str | None, Query(pattern=INSTANT, description="For this moment; now without it.")]


class GateRuleView(BaseModel):
    """What a purchaser asks; `floor` in points, the lower end of the interval must reach it."""

    rule: Literal["point", "bound"]
    limit: str
    characteristics: list[str]
    grace_days: int
    floor: str | None
    policy: str | None
    attesters: int
    scorer: Organisation | None


class GateReasonView(BaseModel):
    """One reason, in words of both languages; `freezes` says whether it alone would freeze."""

    cause: Literal[
        "subject-inactive",
        "capability-missing",
        "capability-low",
        "capability-unsure",
        "month-awaited",
        "running-month-low",
        "score-missing",
        "score-unconfirmed",
        "score-not-rated",
        "score-low",
        "repair-runs",
    ]
    freezes: bool
    characteristic: str | None
    month: str | None
    value: str | None
    en: str
    zh: str


class GateView(BaseModel):
    """Where a supplier stands with a purchaser; no reasons exactly when it is open or nothing is asked."""

    purchaser: Organisation | None
    subject: Organisation | None
    state: Literal["none", "open", "watch", "frozen", "in-repair"]
    at: Moment
    rule: GateRuleView | None
    reasons: list[GateReasonView]


class RuleForm(BaseModel):
    """What this organisation asks of the supplier. The default rule is the literal one: a missing month failed."""

    model_config = STRICT
    characteristics: list[Name] = Field(default_factory=list, max_length=32)
    rule: Literal["point", "bound"] = "point"
    grace_days: int = Field(default=0, ge=0, le=28)
    floor: int = Field(default=0, ge=0, le=100_000_000, description="Micro-points; 0 asks for no score.")
    policy: str = Field(default="", max_length=64, description="Name of the policy; needed with a floor.")
    attesters: int = Field(default=0, ge=0, le=255, description="Owners that must agree; needed with a floor.")
    scorer: LeiText | None = None


class CapabilityMonthView(BaseModel):
    """A month of one characteristic: values, Cpk and its 95 % upper bound, and its attestation on chain."""

    characteristic: str
    month: str = Field(pattern="^[0-9]{4}-[0-9]{2}$")
    issuer: str
    n: int
    cpk: str
    upper: str
    attestation: str | None


class CapabilityView(BaseModel):
    """Months, by characteristic and month."""

    items: list[CapabilityMonthView]


class AttestForm(BaseModel):
    """Which months to attest: the newest so many, of all characteristics or of one."""

    model_config = STRICT
    months: int = Field(default=WINDOW + 1, ge=1, le=MOST_MONTHS)
    characteristic: Name | None = None


@dataclass(frozen=True, slots=True)
class GateRoutes:
    """Qualification, read from the chain."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, write, one = Permission.GOVERNANCE_READ, Permission.GATE_WRITE, "/v1/suppliers/{lei}"
        none: dict[str, Any] = {"problems": (404, 409)}
        table.add("GET", f"{one}/gate", self.read, permission=read, summary="Whether it is qualified, and why", **none)
        table.add("PUT", f"{one}/gate/rule", self.set_rule, permission=write, summary="What we ask of it", **none)
        table.add(
            "DELETE",
            f"{one}/gate/rule",
            self.clear,
            permission=write,
            summary="Ask nothing any more",
            status=204,
            response_class=Response,
            **none,
        )
        table.add(
            "GET",
            f"{one}/capability",
            self.months,
            permission=read,
            summary="Months of capability by the evidence held here",
            **none,
        )
        table.add(
            "POST",
            f"{one}/capability",
            self.attest,
            permission=Permission.CAPABILITY_ATTEST,
            summary="Attest months of capability on chain",
            **none,
        )
        return table.routes

    def read(self, lei: LeiPath, purchaser: Purchaser = None, at: At = None) -> GateView:
        """Computed when read, from what the chain holds now."""
        moment = None if at is None else int(parse_instant(at).timestamp())
        buyer = Lei(purchaser) if purchaser else self.desk.node.lei
        report = self.desk.node.governance.gate(buyer, subject_of(lei, None), at=moment)
        return GateView.model_validate(report.to_json())

    def set_rule(self, lei: LeiPath, form: RuleForm) -> GateView:
        """Replaces what was asked before; answers how the supplier stands now."""
        with self.desk.turns.turn():
            self.desk.node.governance.set_rule(
                Lei(lei),
                characteristics=form.characteristics,
                rule=CapabilityRule(form.rule),
                grace_days=form.grace_days,
                floor=form.floor,
                policy=form.policy,
                attesters=form.attesters,
                scorer=None if form.scorer is None else Lei(form.scorer),
            )
        return self.read(lei)

    def clear(self, lei: LeiPath) -> Response:
        """From then on the gate says `none`."""
        with self.desk.turns.turn():
            self.desk.node.governance.set_rule.clear(Lei(lei))
        return Response(status_code=204)

    def months(self, lei: LeiPath, site: Site = None) -> CapabilityView:
        """The newest thirteen, the running one included; nothing is attested."""
        found = self.desk.node.governance.capability.months(subject_of(lei, site))
        return CapabilityView(items=[CapabilityMonthView.model_validate(one.to_json()) for one in found])

    def attest(self, lei: LeiPath, form: AttestForm) -> CapabilityView:
        """A month that is attested so already costs nothing; another value restates it."""
        with self.desk.turns.turn():
            found = self.desk.node.governance.capability(
                subject_of(lei, None), count=form.months, characteristic=form.characteristic or ""
            )
        return CapabilityView(items=[CapabilityMonthView.model_validate(one.to_json()) for one in found])
