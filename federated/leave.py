"""A party leaves: every model that knows of it is withdrawn, and a new run goes on from the checkpoint before it.

Steps are on disk before the next begins, and each may be done twice: `asked` (leave.json), the new run with its plan,
withdrawals in every run that they touch, and only then leave.json goes. Whoever crashes in between starts over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from evidence.canonical import encode, loads
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import ConflictError, MalformedError
from evidence.identity import Lei
from evidence.json_shape import members, text
from evidence.model_round import NO_RECORD, ModelRound
from federated.learning.leaving import LeavePlan, PastRound, plan_leave
from federated.model_bytes import Vector, model_digest
from federated.plan import RunPlan
from federated.retrain import Retrain
from federated.store import RunStore, write_whole

FORMAT: Final = "credence-withdrawal/1"
ANSWER: Final = "credence-leave/1"
ASKED: Final = "leave.json"
DONE: Final = "done"
ASKED_FOR: Final = "asked"


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A round in the line of a model, and the folder of the run that it belongs to."""

    store: RunStore
    record: ModelRound


@dataclass(frozen=True, slots=True)
class Asked:
    """A leave under way: who leaves, and whether the run was to go on when it was asked for."""

    party: str
    wanted: bool


def lineage(store: RunStore) -> list[Ancestor]:
    """All rounds that a run's newest model descends from, through the runs that it trains again."""
    own = [Ancestor(store, record) for record in store.rounds()]
    again = store.plan().retrain
    if again is None:
        return own
    parent = store.beside(again.of)
    before = lineage(parent)
    return before[: len(before) - len(parent.rounds()) + again.round] + own


def ask(store: RunStore, party: str, *, wanted: bool) -> bool:
    """Note that a party leaves the run, and say whether anything is left to do; MAY be called again.

    Args:
        wanted: the run is not finished and is to go on.
    Raises:
        ConflictError: too few would be left, another leave is under way, or the run was withdrawn already.
        MalformedError: no LEI.
    """
    name = str(Lei(party))
    if (known := asked(store)) is not None:
        if known.party == name:
            return True
        raise ConflictError(f"{known.party} is leaving this run", advice="Wait until that is done, then ask again.")
    if taken := _withdrawals(store):
        if any(one["party"] == name for one in taken):
            return False
        advice = f"Leave from the run that trains again: {taken[-1]['retrain']}."
        raise ConflictError("this run was withdrawn already", advice=advice)
    leave = _leave_plan(store, name)
    if not leave.again and not wanted:
        return False
    write_whole(store.folder / ASKED, encode({"party": name, "wanted": wanted}))
    return True


def told(store: RunStore, party: str, code: bytes) -> dict[str, JsonValue]:
    """What a party's leaving entails, before and after it is carried out: the document `credence-leave/1`.

    Its `run` is empty until the run that trains again can be named, and where none is needed.
    """
    for one in _withdrawals(store):
        if one["party"] == party:
            parts = [part for where in _stores(store) for part in _withdrawals(where) if part["leave"] == one["leave"]]
            models = [str(digest)[2:] for part in parts for digest in part["models"]]
            first, again = parts[0]["first"], len(models)
            return _answer(party, str(one["retrain"]), int(first), again, models, str(one["leave"])[2:], DONE)
    leave, wish = _leave_plan(store, party), asked(store)
    run = ""
    if leave.again and (wish is None or not wish.wanted):
        run = _plan(store, lineage(store), leave, code, False).run.hex()[:32]
    state = DONE if wish is None else ASKED_FOR
    return _answer(party, run, leave.first, leave.again, list(leave.withdrawn), leave.digest, state)


def asked(store: RunStore) -> Asked | None:
    """The leave under way, if any."""
    path = store.folder / ASKED
    if not path.exists():
        return None
    fields = members(loads(path.read_bytes()), ASKED, ("party", "wanted"))
    if not isinstance(fields["wanted"], bool):
        raise MalformedError(f"{path} says of nobody whether the run goes on")
    return Asked(text(fields["party"], "party"), fields["wanted"])


def carry_out(store: RunStore, code: bytes) -> RunStore | None:
    """Do what `ask` noted; nobody may be adding rounds to the run. MAY be called again after a crash at any point.

    Args:
        code: hash of the client code for the new run.
    Returns:
        The run that trains again, or None when the party is in no model of this run's line.
    Raises:
        ConflictError: as `ask`; or nobody asked.
    """
    wish = asked(store)
    if wish is None:
        raise ConflictError("nobody leaves this run")
    past, leave = lineage(store), _leave_plan(store, wish.party)
    made = None
    if leave.again:
        plan = _plan(store, past, leave, code, wish.wanted)
        made = store.beside(plan.run)
        made.create(plan, _checkpoint(past, leave))
        _withdraw(past, leave, made)
    (store.folder / ASKED).unlink(missing_ok=True)
    return made


def _leave_plan(store: RunStore, party: str) -> LeavePlan:
    past = lineage(store)
    if past:
        return plan_leave(_history(past), party)
    return LeavePlan(party, model_digest(store.model(0)).hex(), 0, 0, (), ())


def _stores(store: RunStore) -> list[RunStore]:
    """The runs of a line, oldest first, this one last whether it has rounds or not."""
    again = store.plan().retrain
    return [store] if again is None else [*_stores(store.beside(again.of)), store]


def _withdrawals(store: RunStore) -> list[Mapping[str, Any]]:
    return [one for one in store.withdrawn() if isinstance(one, Mapping)]


def _answer(
    party: str, run: str, first: int, again: int, withdrawn: list[str], digest: str, state: str
) -> dict[str, JsonValue]:
    return {
        "format": ANSWER,
        "party": party,
        "run": run,
        "first": first,
        "again": again,
        "withdrawn": list[JsonValue](withdrawn),
        "digest": digest,
        "state": state,
    }


def _history(past: Sequence[Ancestor]) -> list[PastRound]:
    return [
        PastRound(number, touched(one), one.record.model_before.hex(), one.record.model_after.hex())
        for number, one in enumerate(past, start=1)
    ]


def touched(one: Ancestor) -> frozenset[str]:
    """Everybody that a round's model knows of: whose update is in, and whose vote decided what is."""
    witness = one.store.witness(one.record.round)
    return one.record.contributors | (witness.voters if witness is not None else frozenset())


def _plan(store: RunStore, past: Sequence[Ancestor], leave: LeavePlan, code: bytes, wanted: bool) -> RunPlan:
    old, done = store.plan(), len(store.rounds())
    kept = past[leave.first - 2] if leave.first > 1 else None
    root = past[0].store.plan().run
    again = Retrain(
        of=root if kept is None else kept.record.run,
        round=0 if kept is None else kept.record.round,
        record=NO_RECORD if kept is None else kept.record.digest,
        model=bytes.fromhex(leave.checkpoint),
        leave=bytes.fromhex(leave.digest),
        left=tuple(sorted({leave.party, *(old.retrain.left if old.retrain is not None else ())})),
    )
    # No chance here: after a crash the same leave gives the same plan, and so the same run.
    nonce = hashlib.sha256(b"credence leave\0" + old.run + again.leave).digest()
    rounds = leave.again + (max(0, old.rounds - done) if wanted else 0)
    return replace(old, rounds=rounds, code=code, nonce=nonce, retrain=again)


def _checkpoint(past: Sequence[Ancestor], leave: LeavePlan) -> Vector:
    if leave.first > 1:
        kept = past[leave.first - 2]
        return kept.store.model(kept.record.round)
    return past[0].store.model(0)


def _withdraw(past: Sequence[Ancestor], leave: LeavePlan, made: RunStore) -> None:
    lost = past[leave.first - 1 :]
    for folder, group in groupby(lost, key=lambda one: one.store.folder):
        rounds, store = list(group), RunStore(folder)
        models = [store.model(one.record.round) for one in rounds]
        document: dict[str, JsonValue] = {
            "format": FORMAT,
            "run": hex0x_encode(rounds[0].record.run),
            "party": leave.party,
            "leave": "0x" + leave.digest,
            "first": leave.first,
            "rounds": [one.record.round for one in rounds],
            "checkpoint": "0x" + leave.checkpoint,
            "retrain": made.folder.name,
            "records": [hex0x_encode(one.record.digest) for one in rounds],
            "models": [hex0x_encode(model_digest(model)) for model in models],
            # How a weight file names the model that it was exported from (federated.export).
            "sources": [hashlib.sha256(model.astype("<f8").tobytes()).hexdigest() for model in models],
        }
        (folder / "withdrawn").mkdir(exist_ok=True)
        write_whole(folder / "withdrawn" / f"{leave.digest}.json", encode(document))
