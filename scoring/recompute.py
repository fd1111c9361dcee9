"""Recomputing a score from its bundle: evidence, policy and heads alone, and where the claim differs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evidence import canonical
from evidence.draft import JsonValue
from evidence.errors import InputError, ProofError
from evidence.keys import KeyId, StatementPublicKey
from evidence.log import digest
from evidence.merkle import leaf_hash, verify_inclusion
from evidence.schema import by_id
from evidence.statement import Statement, parse, verify
from scoring.bundle import ScoreBundle, ScoredStatement
from scoring.engine import score
from scoring.evidence_tuples import EvidenceHead
from scoring.facts import FIELDS_READ, Fact, fact_of, is_about
from scoring.observe import observe


class Outcome(StrEnum):
    """What a recomputation found.

    `REPLAYED_FROM_AGGREGATE`: the numbers agree, but some of the evidence has been erased since, so they rest on the
    aggregate that was scored; that is never called equal.
    """

    EQUAL = "equal"
    REPLAYED_FROM_AGGREGATE = "replayed from aggregate"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place (JSON pointer into the bundle) where the claim does not follow, with both sides."""

    place: str
    claimed: JsonValue
    found: JsonValue


@dataclass(frozen=True, slots=True)
class Recomputation:
    """The answer.

    Attributes:
        outcome: see `Outcome`.
        differences: all of them, in order of the bundle; the first 1,000.
        statements: how many there are; `proved` of them lie under one of the bundle's heads, `erased` have fields that
            no signature covers any more.
        heads, keys: what is left to ask the chain: are these heads anchored, and whose keys are these?
        card: SHA-256 over the card that follows; two members agree when these are equal. None when none follows.
    """

    outcome: Outcome
    differences: tuple[Difference, ...]
    statements: int
    proved: int
    erased: int
    heads: tuple[EvidenceHead, ...]
    keys: tuple[KeyId, ...]
    card: bytes | None = None

    @property
    def equal(self) -> bool:
        """Whether the claimed card follows, to the last bit, from evidence that is all still there."""
        return self.outcome is Outcome.EQUAL


_MOST_DIFFERENCES = 1000


def recompute(bundle: ScoreBundle) -> Recomputation:
    """Replay a score with nothing but the bundle: no network, no node, no chain.

    Every statement must be signed by one of the bundle's keys, be about the subject, come once, and lie under its head
    when it names one; what fails is a difference at its place. The rest is scored and compared member by member.
    """
    differences: list[Difference] = []
    facts: list[Fact] = []
    seen: set[str] = set()
    keys = {key.key_id: key for key in bundle.keys}
    proved = erased = 0
    for index, scored in enumerate(bundle.statements):
        place = f"/statements/{index}"
        try:
            statement = _checked(scored, bundle, keys)
            proved += scored.place is not None
            if statement.statement_id in seen:
                raise ProofError("a statement that is here twice")
        except (ProofError, InputError) as error:
            differences.append(Difference(place, "holds", error.message))
            continue
        seen.add(statement.statement_id)
        fact = fact_of(statement)
        if fact is None:
            continue
        if scored.erased is not None:
            erased += 1
            fact = fact.with_erased(scored.erased)
        facts.append(fact)
    replayed = _replay(facts, bundle)
    differences.extend(_compare("/card", bundle.card, replayed))
    outcome = Outcome.REPLAYED_FROM_AGGREGATE if erased else Outcome.EQUAL
    return Recomputation(
        outcome=Outcome.DIFFERS if differences else outcome,
        differences=tuple(differences[:_MOST_DIFFERENCES]),
        statements=len(bundle.statements),
        proved=proved,
        erased=erased,
        heads=bundle.heads,
        keys=tuple(key.key_id for key in bundle.keys),
        card=hashlib.sha256(canonical.encode(replayed)).digest() if isinstance(replayed, Mapping) else None,
    )


def _replay(facts: Sequence[Fact], bundle: ScoreBundle) -> JsonValue:
    """The card that follows from the facts; when none does, a text that says why."""
    try:
        tuples = observe(facts, bundle.policy, bundle.as_of, bundle.owners)
    except InputError as error:
        return error.message
    card = score(
        tuples,
        bundle.policy,
        bundle.as_of,
        subject=bundle.subject,
        commodity=bundle.commodity,
        heads=bundle.heads,
        stops=bundle.stops,
    )
    return card.to_json()


def _checked(scored: ScoredStatement, bundle: ScoreBundle, keys: Mapping[KeyId, StatementPublicKey]) -> Statement:
    """Parse and prove one statement, or raise ProofError (InputError when it does not parse)."""
    statement = parse(scored.sd_jwt)
    if statement.key_id not in keys:
        raise ProofError("signed by a key that the bundle does not hold")
    verify(statement, keys[statement.key_id])
    if not is_about(statement.subject, bundle.subject):
        raise ProofError(f"about {statement.subject}, not about {bundle.subject}")
    if scored.erased is not None:
        _check_erased(statement, scored.erased)
    elif not statement.is_base_complete:
        raise ProofError("a statement of which base-tier fields are withheld")
    if scored.place is not None:
        if scored.place.head >= len(bundle.heads):
            raise ProofError("under a head that the bundle does not hold")
        head = bundle.heads[scored.place.head]
        # Only its own issuer's log can hold a statement: another member could log a copy of it, at another time.
        if head.org != statement.issuer or head.size != scored.place.proof.size:
            raise ProofError("under a head of another log or size")
        verify_inclusion(leaf_hash(statement.leaf), scored.place.proof, digest(head.root))
    return statement


def _check_erased(statement: Statement, erased: Mapping[str, JsonValue]) -> None:
    """Erased fields may fill gaps; they may not replace what the signature covers, nor add what it never held."""
    shown = set(statement.fields)
    if shown & set(erased) or not set(erased) <= FIELDS_READ.get(statement.kind, frozenset()):
        raise ProofError("erased fields that are still disclosed, or that no score reads")
    if len(shown) + len(erased) > len(statement.digests):
        raise ProofError("more fields than were signed")
    schema, together = by_id(statement.schema), {**statement.fields, **erased}
    schema.check(together, complete=False)
    if schema.count_base(together) != statement.base_count:
        raise ProofError("a statement of which base-tier fields are withheld")


def _compare(place: str, claimed: JsonValue, found: JsonValue) -> Iterator[Difference]:
    if isinstance(claimed, Mapping) and isinstance(found, Mapping):
        for name in sorted({*claimed, *found}):
            yield from _compare(f"{place}/{name[:80]}", claimed.get(name), found.get(name))
    elif (
        isinstance(claimed, Sequence)
        and isinstance(found, Sequence)
        and not isinstance(claimed, str)
        and not isinstance(found, str)
        and len(claimed) == len(found)
    ):
        for index, (one, other) in enumerate(zip(claimed, found, strict=True)):
            yield from _compare(f"{place}/{index}", one, other)
    elif claimed != found or type(claimed) is not type(found):
        yield Difference(place, claimed, found)
