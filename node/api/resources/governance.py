"""`/v1/governance`: policies are handed in, voted on, and adopted behind the timelock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Path, Request, Response
from pydantic import BaseModel, Field

from evidence.errors import NotFoundError
from node.api.caching import tagged
from node.api.desk import Desk
from node.api.resources.chain_views import DIGEST, Id, Moment, Organisation, raw_id
from node.api.resources.policies import POLICY_TYPE, PolicyInput
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table, raw
from node.auth.permissions import Permission
from node.chain.port_policies import Ballot, Motion, Vote
from scoring.document import Node
from scoring.policy_reader import MAX_BYTES, published, read

Hash = Annotated[str, Path(pattern="^[0-9a-f]{64}$", examples=["ab" * 32])]
_VOTES = {"against": Vote.AGAINST, "for": Vote.FOR, "abstain": Vote.ABSTAIN}


class TermsView(BaseModel):
    """How the members vote: seconds, and percent of the members who must vote for or abstain."""

    delay_s: int
    period_s: int
    quorum_percent: int
    timelock_s: int


class AdoptablePolicy(BaseModel):
    """A document that a member handed in, and what became of it."""

    id: str = Field(pattern=DIGEST, description="What ballots name: document and proposer.")
    policy: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the document.")
    name: str
    version: int
    uri: str
    valid_from: Moment
    valid_until: Moment
    proposer: Organisation | None
    submitted_at: Moment
    adopted_at: Moment
    counts_from: Moment
    counts_until: Moment
    counts: bool = Field(description="Whether it counts now.")
    known_here: bool = Field(description="Whether this node has the document, so that it can score by it.")


class BallotView(BaseModel):
    """A vote on a document."""

    id: str = Field(pattern=DIGEST)
    document: str = Field(pattern=DIGEST)
    motion: Literal["adopt", "withdraw"]
    round: int
    proposer: Organisation | None
    state: Literal["pending", "active", "cancelled", "defeated", "succeeded", "queued", "expired", "executed"]
    voting_from: Moment
    voting_until: Moment
    ready_at: Moment = Field(description="When it can be carried out; null while it is not queued.")
    in_favour: int
    against: int
    abstained: int
    quorum: int = Field(description="Members who must vote for or abstain; 0 before the snapshot.")
    voted: list[str] = Field(description="LEIs of those who have voted.")
    waiting: list[str] = Field(description="LEIs of active members who have not.")


class GovernanceView(BaseModel):
    """All documents and ballots, oldest first."""

    terms: TermsView
    policies: list[AdoptablePolicy]
    ballots: list[BallotView]


class HandInForm(BaseModel):
    """A policy to hand in."""

    model_config = STRICT
    policy: PolicyInput


class BallotForm(BaseModel):
    """What to ask the members."""

    model_config = STRICT
    document: str = Field(pattern=DIGEST)
    motion: Literal["adopt", "withdraw"] = "adopt"


class VoteForm(BaseModel):
    """This organisation's vote; it stays as it was cast."""

    model_config = STRICT
    vote: Literal["for", "against", "abstain"]


@dataclass(frozen=True, slots=True)
class GovernanceRoutes:
    """What the members decide together."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read_, both = Permission.GOVERNANCE_READ, (404, 409)
        propose, vote = Permission.POLICIES_PROPOSE, Permission.POLICIES_VOTE
        all_, one = "/v1/governance", "/v1/governance/ballots/{ballot}"
        file: dict[str, Any] = {"problems": (404,), "response_class": Response}
        document = raw("The policy (`credence-policy/1`).", POLICY_TYPE, {"type": "object"})
        table.add("GET", all_, self.overview, permission=read_, summary="Policies and votes", problems=(404,))
        table.add(
            "POST",
            f"{all_}/policies",
            self.hand_in,
            permission=propose,
            summary="Hand a policy in, so that it can be voted on",
            problems=both,
            body_bytes=MAX_BYTES,
        )
        table.add(
            "GET",
            f"{all_}/documents/{{policy}}",
            self.document,
            permission=read_,
            summary="A policy document by its hash",
            responses={200: document},
            **file,
        )
        table.add("POST", f"{all_}/ballots", self.propose, permission=propose, summary="Ask the members", problems=both)
        table.add("GET", one, self.ballot, permission=read_, summary="One ballot", problems=(404,))
        table.add("POST", f"{one}/votes", self.vote, permission=vote, summary="Cast our vote", problems=both)
        table.add(
            "POST",
            f"{one}/execution",
            self.execute,
            permission=propose,
            summary="Queue a decision, or carry it out after its delay",
            problems=both,
        )
        return table.routes

    def overview(self) -> GovernanceView:
        """As the chain has it now."""
        return GovernanceView.model_validate(self.desk.node.governance.policies())

    def hand_in(self, form: HandInForm) -> AdoptablePolicy:
        """Handed in before by us, it is given back. A document is kept here under its hash."""
        services = self.desk.node.governance
        policy = published(form.policy) if isinstance(form.policy, str) else read(Node(form.policy, "/policy"))
        with self.desk.turns.turn():
            record = services.submit_policy(policy)
        return AdoptablePolicy.model_validate(services.policies.policy(record))

    def document(self, request: Request, policy: Hash) -> Response:
        """Its SHA-256 is the hash asked for."""
        found = self.desk.node.governance.policies.shelf.find(bytes.fromhex(policy))
        if found is None:
            raise NotFoundError("this node does not have that document", advice="Ask the member that handed it in.")
        return tagged(request, found.encode(), POLICY_TYPE, cache="private, max-age=31536000, immutable")

    def propose(self, form: BallotForm) -> BallotView:
        """The open ballot, or a new one."""
        with self.desk.turns.turn():
            return self._view(self.desk.node.governance.propose(raw_id(form.document), Motion(form.motion)))

    def ballot(self, ballot: Id) -> BallotView:
        """As it stands now."""
        found = self.desk.node.governance.policies.book.ballot(raw_id(ballot))
        if found is None:
            raise NotFoundError("there is no such ballot", advice="GET /v1/governance lists all.")
        return self._view(found)

    def vote(self, ballot: Id, form: VoteForm) -> BallotView:
        """The same vote again changes nothing."""
        with self.desk.turns.turn():
            return self._view(self.desk.node.governance.vote(raw_id(ballot), _VOTES[form.vote]))

    def execute(self, ballot: Id) -> BallotView:
        """As far as its time allows; 409 says until when it waits."""
        with self.desk.turns.turn():
            return self._view(self.desk.node.governance.adopt(raw_id(ballot)))

    def _view(self, ballot: Ballot) -> BallotView:
        return BallotView.model_validate(self.desk.node.governance.policies.ballot(ballot))
