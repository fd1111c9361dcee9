"""How many independent attesters stand behind a score: owners count, not accounts, and only those that agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.identity import Lei
from scoring.owners import Owners


@dataclass(frozen=True, slots=True)
class Stated:
    """What one organisation attested last about a subject under a policy.

    Attributes:
        attester: who.
        says: what is attested, encoded so that equal statements are equal bytes; heads and times left out.
        at: when, seconds.
        stands: not revoked, not expired, by a member that may attest now.
    """

    attester: Lei
    says: bytes
    at: int
    stands: bool


@dataclass(frozen=True, slots=True)
class Independence:
    """Who agrees on the newest attested score.

    Attributes:
        owners: ultimate owners of those that attested it, by name; the subject's own is never among them.
        needed: what the policy asks for.
    """

    owners: tuple[Lei, ...]
    needed: int

    @property
    def counts(self) -> bool:
        """Whether the score counts."""
        return len(self.owners) >= self.needed


def independence(stated: Iterable[Stated], subject: Lei, needed: int, owners: Owners) -> Independence:
    """Count the owners that attested what the newest standing attestation says.

    Attesters of one owner are one voice, however many accounts or legal entities it has. A second attestation of the
    same organisation replaces its first. Whoever belongs to the subject's own owner has no voice.

    Args:
        stated: in any order; of each organisation the newest counts, of two in one second the larger by its
            bytes, of two that say the same then the one that does not stand: in doubt a voice is not counted.
        needed: independent attesters that the policy asks for, at least 1.
    """
    newest: dict[Lei, Stated] = {}
    for one in stated:
        last = newest.get(one.attester)
        if last is None or _age(one) > _age(last):
            newest[one.attester] = one
    voices = [one for one in newest.values() if one.stands and not owners.same(one.attester, subject)]
    if not voices:
        return Independence((), needed)
    latest = max(voices, key=lambda one: (one.at, one.says, one.attester))
    return Independence(tuple(sorted({owners.of(one.attester) for one in voices if one.says == latest.says})), needed)


def _age(one: Stated) -> tuple[int, bytes, bool]:
    return one.at, one.says, not one.stands
