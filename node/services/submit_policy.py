"""Hand a policy in to the consortium, so that the members can vote on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from node.chain.port_policies import PolicyBook, PolicyDocument, PolicyRecord
from node.services.policy_shelf import PolicyShelf
from scoring.policy import Policy
from scoring.policy_reader import PUBLISHED


@dataclass(frozen=True, slots=True)
class SubmitPolicy:
    """Make a policy known under its hash; whoever has the document can check that it is the one."""

    book: PolicyBook
    shelf: PolicyShelf
    url: str

    def __call__(self, policy: Policy) -> PolicyRecord:
        """Hand `policy` in; handed in before, it is given back.

        Raises:
            ConflictError: it can never count (its validity is over).
            ForbiddenError: this node's organisation is no active member.
        """
        # (1) Kept first: a policy on chain without a document anywhere could be adopted and score nobody.
        self.shelf.keep(policy)
        return self.book.submit(document_of(policy, self.url))


def document_of(policy: Policy, url: str) -> PolicyDocument:
    """What the chain is told of a policy; its last day counts whole."""
    digest = bytes(policy.hash)
    first = datetime.combine(policy.valid_from, time(), UTC)
    after = datetime.combine(policy.valid_until, time(), UTC) + timedelta(days=1)
    shipped = f"urn:credence:policy:{policy.name}"
    uri = shipped if policy.name in PUBLISHED else f"{url}/v1/governance/documents/{digest.hex()}"
    return PolicyDocument(digest, policy.name, policy.version, uri, int(first.timestamp()), int(after.timestamp()))
