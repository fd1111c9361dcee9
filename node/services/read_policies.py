"""What the members handed in, voted on and adopted, as people are shown it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from evidence.encoding import hex0x_encode
from evidence.errors import NotFoundError
from node.chain.port import MemberDirectory
from node.chain.port_policies import Ballot, PolicyBook, PolicyRecord, VotingTerms
from node.services.org_names import name_of
from node.services.policy_shelf import PolicyShelf


@dataclass(frozen=True, slots=True)
class ReadPolicies:
    """Policies and ballots, with names instead of digests."""

    book: PolicyBook
    shelf: PolicyShelf
    directory: MemberDirectory

    def __call__(self) -> dict[str, Any]:
        """Everything: `terms` of a vote, `policies`, `ballots`."""
        terms = self.book.terms()
        return {
            "terms": terms_json(terms),
            "policies": [self.policy(one) for one in self.book.policies()],
            "ballots": [self.ballot(one) for one in self.book.ballots()],
        }

    def policy(self, record: PolicyRecord) -> dict[str, Any]:
        """One document."""
        one = record.document
        return {
            "id": hex0x_encode(record.key),
            "policy": one.policy.hex(),
            "name": one.name,
            "version": one.version,
            "uri": one.uri,
            "valid_from": instant(one.valid_from),
            "valid_until": instant(one.valid_until),
            "proposer": name_of(self.directory, record.proposer),
            "submitted_at": instant(record.submitted_at),
            "adopted_at": instant(record.adopted_at),
            "counts_from": instant(record.counts_from),
            "counts_until": instant(record.counts_until),
            "counts": self.book.counts(one.policy) if record.adopted_at else False,
            "known_here": self.shelf.find(one.policy) is not None,
        }

    def ballot(self, ballot: Ballot) -> dict[str, Any]:
        """One ballot, with the members who have voted."""
        members = self.directory.members()
        voted = [one.lei for one in members if self.book.vote_of(ballot.number, one.org)]
        return {
            "id": hex0x_encode(ballot.number),
            "document": hex0x_encode(ballot.policy),
            "motion": ballot.motion.value,
            "round": ballot.round,
            "proposer": name_of(self.directory, ballot.proposer),
            "state": ballot.state.value,
            "voting_from": instant(ballot.voting_from),
            "voting_until": instant(ballot.voting_until),
            "ready_at": instant(ballot.ready_at),
            "in_favour": ballot.in_favour,
            "against": ballot.against,
            "abstained": ballot.abstained,
            "quorum": ballot.quorum,
            "voted": voted,
            "waiting": [one.lei for one in members if one.active and one.lei not in voted],
        }

    def find(self, text: str) -> PolicyRecord:
        """A document by its id, its hash or its name (the newest of that name).

        Raises:
            NotFoundError: none was handed in.
        """
        found: Sequence[PolicyRecord] = [
            one
            for one in self.book.policies()
            if text.lower().removeprefix("0x") in {one.key.hex(), one.document.policy.hex()}
            or text == one.document.name
        ]
        if not found:
            raise NotFoundError(f"no policy {text[:80]!r} was handed in", advice="`credence policy list` shows all.")
        return found[-1]


def terms_json(terms: VotingTerms) -> dict[str, int]:
    """How the members vote; seconds and percent."""
    return {
        "delay_s": terms.delay_s,
        "period_s": terms.period_s,
        "quorum_percent": terms.quorum_percent,
        "timelock_s": terms.timelock_s,
    }


def instant(seconds: int) -> str | None:
    """A time on chain as text; None for what has not happened."""
    if not seconds:
        return None
    # A far end (2^64 - 1) lies beyond what a date can say.
    return datetime.fromtimestamp(min(seconds, 253_402_300_799), UTC).isoformat().replace("+00:00", "Z")
