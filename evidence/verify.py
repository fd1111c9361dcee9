"""Verifying a proof bundle without network: four questions, answered apart, none believed on another's word.

* statement: do the bytes say what they seem to say, and did the key that the bundle names sign them?
* log: is the statement in the log whose signed checkpoint the bundle carries?
* storage: does the state of the bundle's block hold that log head and both keys, for the statement's issuer?
* header: does that block belong to a chain that the reader trusts?

Only all four together show that the issuer published the statement, no later than the block's time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evidence.anchor import check_anchor
from evidence.checkpoint import log_origin
from evidence.errors import CredenceError, FaultError, MalformedError
from evidence.header import Header, parse_header
from evidence.log import LogHead
from evidence.merkle import leaf_hash
from evidence.network import Network
from evidence.note import NoteKey
from evidence.proof import ProofBundle, decode
from evidence.statement import Statement, parse
from evidence.statement import verify as verify_statement
from evidence.tlog_proof import TlogProof
from evidence.tlog_proof import verify as verify_tlog_proof

HeaderKnown = Callable[[bytes], bool]
"""Whether a block hash (32 bytes) belongs to the chain; asks a chain. MAY raise LedgerUnreachableError."""

UNPINNED: Final = (
    "contract not pinned: without a network file, anyone's contract on that chain could have given this proof"
)


class State(StrEnum):
    """What became of one question."""

    HOLDS = "holds"
    FAILS = "fails"
    NOT_ESTABLISHED = "not established"


@dataclass(frozen=True, slots=True)
class Answer:
    """One question answered: the state, and in `detail` what was found."""

    state: State
    detail: str


@dataclass(frozen=True, slots=True)
class Trust:
    """What the reader trusts beforehand.

    Attributes:
        trusted_blocks: hashes (32 bytes) of blocks that he knows to be on the chain.
        network: where its contracts are; None leaves them unpinned, which the report says.
    """

    trusted_blocks: frozenset[bytes] = frozenset()
    network: Network | None = None

    def __post_init__(self) -> None:
        for block in self.trusted_blocks:
            if len(block) != 32:
                raise MalformedError(f"a block hash has 32 bytes, the trusted one given {len(block)}")


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """The four answers, and what the bundle is about.

    Attributes:
        about: the statement as far as it could be read; believe it only when `verified`.
        block: the block as far as it could be read, likewise.
        warnings: what a careful reader should know although nothing failed.
    """

    statement: Answer
    log: Answer
    storage: Answer
    header: Answer
    about: Statement | None = None
    block: Header | None = None
    warnings: tuple[str, ...] = ()

    @property
    def answers(self) -> dict[str, Answer]:
        """The four answers by name, in order."""
        return {"statement": self.statement, "log": self.log, "storage": self.storage, "header": self.header}

    @property
    def verified(self) -> bool:
        """Whether all four hold."""
        return all(answer.state is State.HOLDS for answer in self.answers.values())


def verify_bundle(data: bytes, trust: Trust, *, header_known: HeaderKnown | None = None) -> VerificationReport:
    """Answer the four questions about a proof bundle.

    Never raises for what is in `data`: bytes that are no bundle prove nothing, and the report says so.

    Args:
        header_known: asks a chain whether it has a block, for readers who trust no block beforehand.
    """
    try:
        bundle = decode(data)
    except CredenceError as error:
        unread = Answer(State.NOT_ESTABLISHED, "the file could not be read as a proof bundle")
        return VerificationReport(_failure(error), unread, unread, unread)
    statement, about = _check_statement(bundle)
    log, head = _check_log(bundle, about)
    header, block = _check_header(bundle, trust, header_known)
    storage = _check_storage(bundle, trust, about, head, block)
    warnings = []
    if bundle.anchor is not None and trust.network is None:
        warnings.append(UNPINNED)
    if about is not None and block is not None and about.issued.timestamp() > block.timestamp:
        warnings.append("the statement says that it was issued after the block that anchors it: a clock is wrong")
    return VerificationReport(statement, log, storage, header, about, block, tuple(warnings))


def _check_statement(bundle: ProofBundle) -> tuple[Answer, Statement | None]:
    try:
        statement = parse(bundle.statement)
    except CredenceError as error:
        return _failure(error), None
    try:
        verify_statement(statement, bundle.statement_key)
    except CredenceError as error:
        return _failure(error), statement
    return _success(
        f"{statement.kind.value} {statement.sequence} of {statement.issuer} about {statement.subject}, issued "
        f"{statement.issued.isoformat()}, {len(statement.disclosed)} of {len(statement.digests)} fields disclosed"
    ), statement


def _check_log(bundle: ProofBundle, about: Statement | None) -> tuple[Answer, LogHead | None]:
    if about is None:
        return Answer(State.NOT_ESTABLISHED, "there is no readable statement to look for"), None
    try:
        proof = TlogProof.parse(bundle.tlog_proof)
        found = verify_tlog_proof(proof, leaf_hash(about.leaf), NoteKey(log_origin(about.issuer), bundle.log_key))
        if found.ignored:
            # A reader of checkpoints must ignore these, but in a bundle every byte is to be accounted for.
            raise MalformedError(f"the log proof carries what nobody checks: {', '.join(found.ignored)}")
    except CredenceError as error:
        return _failure(error), None
    return _success(f"leaf {proof.index} of the {found.head.size} in {log_origin(about.issuer)}"), found.head


def _check_header(bundle: ProofBundle, trust: Trust, header_known: HeaderKnown | None) -> tuple[Answer, Header | None]:
    if bundle.anchor is None:
        return _NOT_ANCHORED, None
    try:
        block = parse_header(bundle.anchor.header)
    except CredenceError as error:
        return _failure(error), None
    name = f"block {block.number} (0x{block.hash.hex()})"
    if block.hash in trust.trusted_blocks:
        return _success(f"{name} is one of the trusted blocks"), block
    if header_known is None:
        return Answer(
            State.NOT_ESTABLISHED, f"{name} is not among the trusted blocks; anyone can write a header"
        ), block
    try:
        known = header_known(block.hash)
    except FaultError as error:
        return Answer(State.NOT_ESTABLISHED, f"the chain could not be asked about {name}: {error}"), block
    if known:
        return _success(f"{name} is on the chain that was asked"), block
    return Answer(State.FAILS, f"the chain that was asked has no {name}"), block


def _check_storage(
    bundle: ProofBundle, trust: Trust, about: Statement | None, head: LogHead | None, block: Header | None
) -> Answer:
    if bundle.anchor is None:
        return _NOT_ANCHORED
    if about is None or head is None:
        return Answer(State.NOT_ESTABLISHED, "there is no log head of a readable statement to look for")
    if block is None:
        return Answer(State.NOT_ESTABLISHED, "there is no readable block header to prove against")
    try:
        check_anchor(
            bundle.anchor,
            block=block,
            head=head,
            issuer=about.issuer,
            issued=about.issued,
            statement_key=bundle.statement_key.key_id,
            log_key=bundle.log_key.key_id,
            network=trust.network,
        )
    except CredenceError as error:
        return _failure(error)
    pinned = "in the network's contracts" if trust.network else UNPINNED
    return _success(f"the block's state holds the head of {head.size} leaves and both keys of {about.issuer}; {pinned}")


_NOT_ANCHORED: Final = Answer(State.NOT_ESTABLISHED, "the bundle carries no anchor: the statement is logged only")


def _success(detail: str) -> Answer:
    return Answer(State.HOLDS, detail)


def _failure(error: CredenceError) -> Answer:
    return Answer(State.FAILS, str(error))
