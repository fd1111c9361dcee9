"""The one error tree of Credence.

::

    CredenceError                 carries `advice` for whoever reads it at night
    ├── InputError                the caller can mend it (exit 2, HTTP 4xx)
    │   ├── MalformedError        bytes or text that do not parse, with the place
    │   ├── SchemaError           parses, but breaks the schema or a policy rule, with the place
    │   ├── ImportRefusedError    a file refused whole, with file, line and reason
    │   ├── LimitError            larger, longer or more than allowed
    │   ├── NotFoundError         no such thing
    │   └── ConflictError         contradicts what is already recorded
    ├── ProofError                checked, and false (exit 1)
    │   ├── SignatureError        a signature does not hold, or its key may not sign this
    │   ├── DisclosureError       a disclosure is not among the signed digests
    │   ├── InclusionError        the leaf is not in the tree
    │   ├── ConsistencyError      the new tree does not extend the old one
    │   ├── StorageProofError     the chain's state does not hold the claimed value
    │   └── InconsistentHeadError the ledger refuses a head that does not extend the anchored one
    ├── AccessError               who asks may not (HTTP 401, 403, 429)
    │   ├── AuthenticationError   not signed in, or credentials wrong or expired
    │   ├── ForbiddenError        signed in, but not allowed
    │   └── RateLimitError        too many calls; try later
    └── FaultError                the surroundings failed; trying again may help (exit 3, HTTP 503)
        ├── LedgerUnreachableError   no answer from the chain
        ├── BlobsUnreachableError    no answer from the blob store
        ├── PeerUnreachableError     no answer from another member's node
        ├── StorageError             the disk or database failed
        └── ToolMissingError         a program that this step needs is not installed

Statuses and exit codes are given at the doors (`node/api/problems.py`, `node/cli`), never here.
"""

from __future__ import annotations


class CredenceError(Exception):
    """Base of every error that Credence raises on purpose.

    Args:
        message: what went wrong and why, one sentence.
        advice: what to do about it, one sentence.
    """

    default_advice = "Read the message; if it does not help, run again with --json and keep the output."

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice or self.default_advice

    @property
    def name(self) -> str:
        """The class name, stable enough for a machine to branch on."""
        return type(self).__name__

    def __str__(self) -> str:
        return self.message


class InputError(CredenceError):
    """The caller sent something that cannot be accepted; nothing was changed."""

    default_advice = "Correct the input and try again; nothing was changed."


class MalformedError(InputError):
    """Bytes or text that do not parse."""


class SchemaError(InputError):
    """Well-formed, but against the schema or policy; `place` points at the exact spot (a JSON pointer or field)."""

    def __init__(self, message: str, *, place: str = "", advice: str | None = None) -> None:
        super().__init__(f"{place}: {message}" if place else message, advice=advice)
        self.place = place


class ImportRefusedError(InputError):
    """A file that is refused whole: naming the file, the line (or XML/JSON path) and the reason."""

    default_advice = "Correct the file at the place named and import it again; no part of it was kept."

    def __init__(self, file: str, where: str, reason: str, *, advice: str | None = None) -> None:
        super().__init__(f"{file}, {where}: {reason}", advice=advice)
        self.file, self.where, self.reason = file, where, reason


class LimitError(InputError):
    """Larger, longer or more than allowed."""

    default_advice = "Split the input into smaller parts."


class NotFoundError(InputError):
    """No such thing."""

    default_advice = "Check the identifier; `credence evidence list` shows what this node holds."


class ConflictError(InputError):
    """Contradicts what is already recorded."""


class ProofError(CredenceError):
    """Checked, and false."""

    default_advice = "Do not rely on this record; ask its issuer for a fresh proof."


class SignatureError(ProofError):
    """A signature does not hold, or its key may not sign this."""


class DisclosureError(ProofError):
    """A disclosure is not among the signed digests."""


class InclusionError(ProofError):
    """The leaf is not in the tree."""


class ConsistencyError(ProofError):
    """The new tree does not extend the old one."""


class StorageProofError(ProofError):
    """The chain's state does not hold the claimed value."""


class InconsistentHeadError(ProofError):
    """The ledger refuses a head that does not extend the anchored one."""

    default_advice = "Stop this node: its log and the chain disagree. Restore the database from before the fork."


class AccessError(CredenceError):
    """Who asks may not."""

    default_advice = "Sign in with an account that has the role for this."


class AuthenticationError(AccessError):
    """Not signed in, or credentials wrong or expired."""


class ForbiddenError(AccessError):
    """Signed in, but not allowed."""


class RateLimitError(AccessError):
    """Too many calls; `retry_after` says after how many seconds to try again."""

    default_advice = "Wait, then try again."

    def __init__(self, message: str, *, retry_after: int, advice: str | None = None) -> None:
        super().__init__(message, advice=advice)
        self.retry_after = retry_after


class FaultError(CredenceError):
    """The surroundings failed; nothing was lost and trying again may help."""

    default_advice = "Try again in a moment; work already accepted is kept."


class LedgerUnreachableError(FaultError):
    """No answer from the chain."""

    default_advice = "Check that the chain's RPC address is right and running; sealed statements wait and are kept."


class BlobsUnreachableError(FaultError):
    """No answer from the blob store."""


class PeerUnreachableError(FaultError):
    """No answer from another member's node."""

    default_advice = "Try again later; the registry says at which address that member's node should answer."


class StorageError(FaultError):
    """The disk or database failed."""

    default_advice = "Check free space and permissions of the data directory; statements already accepted are kept."


class ToolMissingError(FaultError):
    """A program that this step needs is not installed."""

    default_advice = "Run `make setup`."
