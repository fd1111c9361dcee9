"""`/v1/policies`: what policies say, how two differ, what a new one would do, and where one may be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from evidence.canonical import loads
from evidence.errors import NotFoundError
from node.api.desk import Desk
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission
from node.services.explain_score import document
from scoring.document import Node
from scoring.model_card import model_card
from scoring.policy import Policy
from scoring.policy_diff import policy_diff
from scoring.policy_reader import MAX_BYTES, PUBLISHED, published, read

POLICY_TYPE = "application/vnd.credence.policy+json"
Name = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]{0,59}$", examples=["balanced-2026"])]
PolicyInput = Annotated[
    str | dict[str, Any],
    Field(
        description="Name of a policy that this node knows, or a whole `credence-policy/1` document.",
        examples=["balanced-2026"],
    ),
]


class Title(BaseModel):
    """A text in the two languages of the house."""

    en: str
    zh: str


class Validity(BaseModel):
    """First and last day of use."""

    from_: str = Field(alias="from")
    until: str


class PolicyWeightView(BaseModel):
    """One weighed indicator; points at full utility."""

    indicator: str
    title: Title
    weight: str


class PolicyBandView(BaseModel):
    """A band and the points from which it begins."""

    name: str
    floor: str


class PolicySummary(BaseModel):
    """What a policy is, before its document is read."""

    name: str
    version: int
    hash: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the canonical document: its name on chain.")
    title: Title
    valid: Validity
    eligibility_floor: str
    attesters: int = Field(description="So many independent attesters make a score count.")
    indicators: list[PolicyWeightView]
    bands: list[PolicyBandView]
    in_force: bool = Field(description="Whether this node scores by it.")


class PolicyList(BaseModel):
    """All policies that this node knows."""

    items: list[PolicySummary]


class PolicyDetail(PolicySummary):
    """With the whole document, a `credence-policy/1`: knots, decay, priors, effort table."""

    document: dict[str, Any]


class PairForm(BaseModel):
    """Two policies to compare."""

    model_config = STRICT
    old: PolicyInput
    new: PolicyInput


class DryRunForm(BaseModel):
    """A proposed policy, and what to compare it with (the policy in force without `old`)."""

    model_config = STRICT
    new: PolicyInput
    old: PolicyInput | None = None
    sites: bool = Field(default=False, description="Also each site, beside its organisation.")


class PolicyName(BaseModel):
    """Which policy."""

    name: str
    version: int
    hash: str


class EntryChange(BaseModel):
    """One entry that differs: where (JSON pointer), in which words, before and after."""

    place: str
    words: str
    before: Any = None
    after: Any = None


class DiffView(BaseModel):
    """How two policies differ; no changes exactly when their hashes are equal."""

    old: PolicyName
    new: PolicyName
    changes: list[EntryChange]


class CheckView(BaseModel):
    """A document that is a policy; what is voted on is the hash of its canonical bytes."""

    name: str
    version: int
    hash: str
    canonical: bool = Field(description="Whether the bytes sent are the canonical ones already.")


@dataclass(frozen=True, slots=True)
class PolicyRoutes:
    """Policies before and after a vote."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read_, one = Permission.SCORES_READ, "/v1/policies/{name}"
        body: dict[str, Any] = {"requestBody": {"required": True, "content": {POLICY_TYPE: {"schema": {}}}}}
        none: dict[str, Any] = {"permission": read_, "problems": (404,)}
        table.add("GET", "/v1/policies", self.index, permission=read_, summary="Policies that this node knows")
        table.add("GET", one, self.get, summary="A policy with its whole document", **none)
        table.add("GET", f"{one}/model-card", self.card, summary="What it is for and where it may be trusted", **none)
        table.add(
            "POST", "/v1/policies/diff", self.diff, summary="How two policies differ", body_bytes=2 * MAX_BYTES, **none
        )
        table.add(
            "POST",
            "/v1/policies/check",
            self.check,
            permission=read_,
            summary="Whether a document is a policy, and if not, where it is wrong",
            body_bytes=MAX_BYTES,
            openapi_extra=body,
        )
        table.add(
            "POST",
            "/v1/policies/dry-run",
            self.dry_run,
            permission=Permission.SCORES_COMPUTE,
            summary="Every supplier by the policy in force and by a proposed one",
            problems=(404,),
            body_bytes=2 * MAX_BYTES,
        )
        return table.routes

    def index(self) -> PolicyList:
        """Shipped policies and the one in force."""
        return PolicyList(items=[PolicySummary.model_validate(self._summary(one)) for one in self._known()])

    def get(self, name: Name) -> PolicyDetail:
        """The document reads back to the same policy, and its hash is its name on chain."""
        policy = self._named(name)
        return PolicyDetail.model_validate({**self._summary(policy), "document": policy.to_json()})

    def card(self, name: Name) -> dict[str, Any]:
        """A `credence-model-card/1` document."""
        return model_card(self._named(name))

    def diff(self, form: PairForm) -> DiffView:
        """Entry by entry, each with its place and in words."""
        old, new = self._policy(form.old, "/old"), self._policy(form.new, "/new")
        changes = [EntryChange.model_validate(change.to_json()) for change in policy_diff(old, new)]
        return DiffView(old=_name(old), new=_name(new), changes=changes)

    async def check(self, request: Request) -> CheckView:
        """Send the document as the body. A bad one is answered 422 with the exact `place` (JSON pointer)."""
        data = await request.body()
        policy = await run_in_threadpool(lambda: read(Node(loads(data, limit=MAX_BYTES))))
        return CheckView(canonical=policy.encode() == data, **_name(policy).model_dump())

    def dry_run(self, form: DryRunForm) -> dict[str, Any]:
        """A `credence-dry-run/1` document: points, interval, band and eligibility before and after. Nothing is kept."""
        new = self._policy(form.new, "/new")
        old = None if form.old is None else self._policy(form.old, "/old")
        with self.desk.turns.turn():
            found: Any = self.desk.node.scoring.dry_run(new, old=old, sites=form.sites).to_json()
        return dict(found)

    def _known(self) -> list[Policy]:
        policies = [published(name) for name in PUBLISHED]
        current = self.desk.node.score.policy
        return policies if current in policies else [current, *policies]

    def _named(self, name: str) -> Policy:
        for policy in self._known():
            if policy.name == name:
                return policy
        known = ", ".join(policy.name for policy in self._known())
        raise NotFoundError(f"there is no policy {name!r} here", advice=f"There are: {known}.")

    def _policy(self, given: str | dict[str, Any], place: str) -> Policy:
        if isinstance(given, str):
            return self._named(given)
        return read(Node(given, place))

    def _summary(self, policy: Policy) -> dict[str, Any]:
        return {
            **document(policy),
            "attesters": policy.attesters,
            "in_force": policy.hash == self.desk.node.score.policy.hash,
        }


def _name(policy: Policy) -> PolicyName:
    return PolicyName(name=policy.name, version=policy.version, hash=policy.hash.hex())
