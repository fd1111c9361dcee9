"""Gather all evidence about a subject that this node holds: its own statements, and those other members sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from evidence.draft import JsonValue, Kind, Tier
from evidence.errors import SignatureError
from evidence.identity import Lei, OrgId, Subject, org_id
from evidence.keys import KeyId, StatementPublicKey
from evidence.log import InclusionProof
from evidence.schema import tier_of
from evidence.statement import Statement, parse
from evidence.tiles import prove_inclusion
from node.chain.port import MemberDirectory
from node.records.port import MAX_PAGE, EvidenceStore, LogStore, StatementFilter
from node.records.port_exchange import ExchangeStore
from scoring.bundle import Place, ScoredStatement
from scoring.evidence_tuples import EvidenceHead
from scoring.facts import Fact, fact_of, is_about


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a score is computed from, each statement proved under an anchored head.

    Attributes:
        facts: the scored part of each statement, in the order of `statements`.
        statements: with base-tier disclosures only.
        heads: the anchored heads that they lie under.
        keys: the registered keys that signed them.
    """

    facts: tuple[Fact, ...]
    statements: tuple[ScoredStatement, ...]
    heads: tuple[EvidenceHead, ...]
    keys: tuple[StatementPublicKey, ...]


def no_repairs(subject: OrgId, fields: Mapping[str, JsonValue]) -> bool:
    """Where nobody co-signs repairs, none counts."""
    return False


@dataclass(frozen=True, slots=True)
class GatherEvidence:
    """Collect what a score of a subject may count."""

    issuer: Lei
    store: EvidenceStore
    log: LogStore
    exchange: ExchangeStore
    directory: MemberDirectory
    repaired: Callable[[OrgId, Mapping[str, JsonValue]], bool] = no_repairs

    def __call__(self, subject: Subject) -> Evidence:
        """All scored statements about `subject`; repairs only while the chain has them co-signed.

        Raises:
            SignatureError: a statement's key is no longer registered, or was declared compromised.
        """
        facts: list[Fact] = []
        scored: list[ScoredStatement] = []
        heads: dict[EvidenceHead, int] = {}
        keys: dict[KeyId, StatementPublicKey] = {}
        for statement, head, proof in self._found(subject):
            fact = fact_of(statement)
            if fact is None or not is_about(statement.subject, subject):
                continue
            if not statement.is_base_complete:
                # A withheld field (a limit, say) would change the score unseen. Left out, its number is a gap, and gaps
                # count as bad until they are filled.
                continue
            if fact.kind is Kind.REPAIR and not self.repaired(org_id(fact.subject.lei), fact.fields):
                # Never co-signed, revoked, or its body barred: only the chain knows.
                continue
            if statement.key_id not in keys:
                keys[statement.key_id] = self._key(statement)
            base = [name for name in statement.disclosed if tier_of(statement.kind, name) is Tier.BASE]
            place = Place(heads.setdefault(head, len(heads)), proof)
            facts.append(fact)
            scored.append(ScoredStatement(statement.sd_jwt(base), place))
        return Evidence(tuple(facts), tuple(scored), tuple(heads), tuple(keys.values()))

    def _found(self, subject: Subject) -> Iterator[tuple[Statement, EvidenceHead, InclusionProof]]:
        chosen = StatementFilter(subject=Subject(subject.lei))
        sealed = self.log.newest_head(closed=True)
        if sealed is not None:
            head, after = EvidenceHead.of(self.issuer, sealed.head), -1
            while page := self.store.statements(chosen, after=after, limit=MAX_PAGE):
                for stored in page:
                    after = stored.position
                    if after < sealed.head.size:
                        yield parse(stored.sd_jwt), head, prove_inclusion(self.log, after, sealed.head.size)
        last = 0
        while received := self.exchange.received(chosen, after=last, limit=MAX_PAGE):
            last = received[-1][0]
            for _, one in received:
                yield parse(one.sd_jwt), EvidenceHead.of(one.issuer, one.head), one.inclusion

    def _key(self, statement: Statement) -> StatementPublicKey:
        public, record = self.directory.public_key(statement.key_id), self.directory.key(statement.key_id)
        if public is None or record is None or record.compromised_at:
            raise SignatureError(
                f"The key {statement.key_id.hex()} of {statement.issuer} is not registered or was declared compromised",
                advice="Fetch the evidence again; its issuer must prove it under a good key.",
            )
        return StatementPublicKey.from_sec1(public)
