"""Ask the members about a policy, cast a vote, and carry out what was decided."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.errors import ConflictError, NotFoundError
from node.chain.port_policies import Ballot, BallotState, Motion, PolicyBook, Vote


@dataclass(frozen=True, slots=True)
class ProposePolicy:
    """Opens a ballot."""

    book: PolicyBook

    def __call__(self, document: bytes, motion: Motion = Motion.ADOPT) -> Ballot:
        """Ask the members to adopt a document that was handed in, or to withdraw one; errors as the port."""
        return self.book.propose(document, motion)


@dataclass(frozen=True, slots=True)
class VotePolicy:
    """Casts this organisation's vote."""

    book: PolicyBook

    def __call__(self, ballot: bytes, vote: Vote) -> Ballot:
        """Vote; errors as the port."""
        return self.book.vote(ballot, vote)


@dataclass(frozen=True, slots=True)
class AdoptPolicy:
    """Carries a decided ballot as far as its time allows."""

    book: PolicyBook

    def __call__(self, ballot: bytes) -> Ballot:
        """Queue a ballot that succeeded, carry out one whose timelock has run; how it stands then.

        Raises:
            NotFoundError: no such ballot.
            ConflictError: it is still being voted on, or it failed.
        """
        found = self.book.ballot(ballot)
        if found is None:
            raise NotFoundError(f"there is no ballot 0x{ballot.hex()}", advice="`credence policy list` shows all.")
        if found.state is BallotState.SUCCEEDED:
            found = self.book.queue(ballot)
        if found.state is BallotState.QUEUED:
            try:
                return self.book.execute(ballot)
            except ConflictError as error:
                raise ConflictError(
                    f"the decision waits until {found.ready_at} (s since 1970): {error.message}",
                    advice="Call this again then; nothing else has to be done.",
                ) from error
        if found.state is BallotState.EXECUTED:
            return found
        raise ConflictError(
            f"the ballot is {found.state.value}",
            advice="Wait for the end of the vote; a ballot that failed may be proposed again.",
        )
