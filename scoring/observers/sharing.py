"""Data-sharing completeness: of the statements that an issuer numbered, is any missing here?"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from evidence.draft import Kind
from evidence.identity import Lei, Subject
from scoring.evidence_tuples import ContentHash, EvidenceTuple
from scoring.facts import Fact
from scoring.indicators import SHARING_COMPLETENESS
from scoring.observers.window import Window
from scoring.owners import NOBODY_OWNED, Owners
from scoring.scale import month_of


def shared(stated: Sequence[Fact], window: Window, owners: Owners = NOBODY_OWNED) -> list[EvidenceTuple]:
    """One tuple for each owner and month with statements: bad when a number before one of them is missing.

    Sequence numbers run from 1 without gaps per issuer, subject and kind, so a missing one is a statement that was made
    and is withheld. A month is one observation however many statements it has: issuing more of them, or the same record
    again, must not buy completeness; nor must a sister that states something, so that only her gaps count.

    Args:
        stated: every statement, repetitions of a record included, since each has a number of its own.
    """
    series: dict[tuple[Lei, Subject, Kind], dict[int, Fact]] = {}
    for fact in sorted(stated, key=lambda fact: fact.statement):
        series.setdefault((fact.issuer, fact.subject, fact.kind), {}).setdefault(fact.sequence, fact)
    verdicts: dict[tuple[Lei, int], int] = {}
    for (issuer, _, _), numbers in series.items():
        for number, fact in numbers.items():
            month = min(month_of(fact.moment), window.current)
            gap = int(number > 1 and number - 1 not in numbers)
            voice = owners.of(issuer), month
            if issuer != fact.subject.lei and owners.same(issuer, fact.subject.lei) and not gap:
                continue
            verdicts[voice] = max(verdicts.get(voice, 0), gap)
    tuples = []
    for (issuer, month), bad in sorted(verdicts.items()):
        if window.counts(month, bad):
            record = f"credence/sharing/v1|{issuer}|{month}|{bad}"
            source = ContentHash(hashlib.sha256(record.encode("ascii")).digest())
            tuples.append(EvidenceTuple(SHARING_COMPLETENESS, source, issuer, month, 1, bad, bad, bad))
    return tuples
