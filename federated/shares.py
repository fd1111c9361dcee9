"""What each party did for a run: rounds it is in and, where the votes tell, its effect; from stored rounds only."""

from __future__ import annotations

from typing import Final

from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import InputError
from evidence.model_round import ModelRound
from federated.learning.contribution import LEAST_ROUNDS, Contribution, JudgedRound, contributions
from federated.store import RunStore

FORMAT: Final = "credence-contributions/1"
TOO_FEW: Final = "too-few-rounds"
ONE_BUCKET: Final = "one-bucket"
HARMFUL: Final = "harmful"
NEVER_IN: Final = "never-in"


def shares(store: RunStore, first: int = 1, last: int | None = None) -> dict[str, JsonValue]:
    """The document `credence-contributions/1` (federated/README.md) over the rounds from `first` to `last`.

    Raises:
        InputError: no such span of rounds. ProofError: a witness is not the one that its record names.
    """
    records = store.rounds()
    end = len(records) if last is None else last
    if not 1 <= first <= max(1, end) or end > len(records):
        raise InputError(f"rounds {first} to {end}, where the run has 1 to {len(records)}")
    chosen = records[first - 1 : end]
    judged = _judged(store, chosen)
    found, reason = _effects(judged, chosen)
    names = sorted({str(member.org) for record in chosen for member in record.members})
    took = {name: sum(name in record.contributors for record in chosen) for name in names}
    return {
        "format": FORMAT,
        "run": hex0x_encode(store.plan().run),
        "first": first,
        "last": end,
        "rounds": len(chosen),
        "judged": len(judged),
        "least": LEAST_ROUNDS,
        "reason": reason,
        "parties": [_party(name, took[name], len(chosen), found.get(name)) for name in names],
    }


def _judged(store: RunStore, records: tuple[ModelRound, ...]) -> list[JudgedRound]:
    """Rounds with votes, each checked against its record, so that nobody is judged by a changed file."""
    found = []
    for record in records:
        witness = store.witness(record.round)
        if witness is not None and len(witness.buckets) > 1 and witness.ballots:
            witness.check(record, store.sums(record.round).votes.tolist())
            found.append(witness.judged)
    return found


def _effects(judged: list[JudgedRound], records: tuple[ModelRound, ...]) -> tuple[dict[str, Contribution], str]:
    if len(judged) < LEAST_ROUNDS:
        return {}, TOO_FEW if judged or not records else ONE_BUCKET
    return {one.party: one for one in contributions(judged)}, ""


def _party(name: str, took: int, rounds: int, found: Contribution | None) -> dict[str, JsonValue]:
    reason = NEVER_IN if not took else HARMFUL if found is not None and found.harmful else ""
    return {
        "org": name,
        "rounds": took,
        "shared": f"{0 if reason else took / rounds:.6f}",
        "counted": not reason,
        "reason": reason,
        "harmful": reason == HARMFUL,
        "effect": None if found is None else f"{found.effect:.6f}",
        "error": None if found is None else f"{found.error:.6f}",
    }
