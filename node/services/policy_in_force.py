"""Which policy scores here: the one that the members adopted under the name that this node scores by."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.errors import NotFoundError
from node.chain.port_policies import PolicyBook
from node.services.policy_shelf import PolicyShelf
from scoring.policy import Policy
from scoring.policy_reader import published


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """Asks the chain each time: a vote counts from its moment on.

    Attributes:
        book: the members' votes; None where they do not vote.
        name: the policy that this node scores by.
    """

    book: PolicyBook | None
    shelf: PolicyShelf
    name: str

    def __call__(self) -> Policy:
        """The policy in force; the shipped one of that name where the members adopted none (such a score cannot be
        attested: the contract refuses it).

        Raises:
            NotFoundError: the document in force is not here, or none of that name was adopted or ships.
        """
        adopted = None if self.book is None else self.book.in_force(self.name)
        if adopted is None:
            return published(self.name)
        found = self.shelf.find(adopted)
        if found is None:
            raise NotFoundError(
                f"the members adopted another {self.name} ({adopted.hex()}) than this node has",
                advice=f"Put its document into {self.shelf.folder}/{adopted.hex()}.json.",
            )
        return found
