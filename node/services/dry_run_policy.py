"""Try a policy on every supplier that this node has evidence about, before anyone votes on it."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.errors import SignatureError
from evidence.identity import Subject
from node.records.port import MAX_PAGE, EvidenceStore, StatementFilter
from node.records.port_exchange import ExchangeStore
from node.services.score_supplier import ScoreSupplier
from scoring.dry_run import DryRun, Refused, Supplier, dry_run
from scoring.policy import Policy


@dataclass(frozen=True, slots=True)
class DryRunPolicy:
    """Score everybody by the policy in force and by a proposed one; nothing is kept, attested or sent."""

    score: ScoreSupplier
    store: EvidenceStore
    exchange: ExchangeStore

    def __call__(self, new: Policy, *, old: Policy | None = None, sites: bool = False) -> DryRun:
        """Compare `new` with `old` (the policy in force unless given) as of today.

        Args:
            sites: also each site that evidence names, beside the organisation that answers for it.
        """
        suppliers, refused = [], []
        for subject in self._subjects(sites):
            try:
                evidence = self.score.gather(subject)
            except SignatureError as error:
                # Told beside the others' scores: one member's compromised key must not stop a vote.
                refused.append(Refused(subject, error.message))
                continue
            if evidence.facts:
                commodity = self.score.commodities.get(str(subject.lei), "*")
                suppliers.append(Supplier(subject, evidence.facts, commodity, self.score.owners))
        return dry_run(suppliers, old or self.score.policy, new, self.score.clock().date(), refused=refused)

    def _subjects(self, sites: bool) -> list[Subject]:
        """Everyone that a statement here is about, whoever stated it, by name."""
        found: set[Subject] = set()
        after = -1
        while page := self.store.records(StatementFilter(), after=after, limit=MAX_PAGE):
            after = page[-1][0]
            found.update(record.subject for _, record in page)
        last = 0
        while received := self.exchange.received(StatementFilter(), after=last, limit=MAX_PAGE):
            last = received[-1][0]
            found.update(statement.subject for _, statement in received)
        chosen = {Subject(subject.lei) for subject in found} | (found if sites else set())
        return sorted(chosen, key=str)
