"""`python -m federated.audit FOLDER`: compute every model of a run again from its recorded sums, to the last bit."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evidence.canonical import encode
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import CredenceError, ProofError
from federated.leave import lineage, touched
from federated.model_bytes import model_digest
from federated.secagg.registry import Registry, read_registry
from federated.store import RunStore
from federated.strategy import Strategy
from federated.witness import means_digest


def recompute(folder: Path, registry: Registry | None = None) -> dict[str, JsonValue]:
    """Check a run's folder: the plan names the run, the records follow one another, sums and models are those recorded.

    A run that trains again because a party left is checked against the run that it goes back to, and that one too.

    Args:
        registry: with it the signatures under the votes are checked.
    Raises:
        ProofError: they are not, naming the round.
        StorageError, MalformedError: something is missing or no such thing.
    """
    store = RunStore(folder)
    plan, rounds = store.plan(), store.rounds()
    model = store.model(0)
    strategy = Strategy(plan, model)
    before = _check_retrain(store)
    for record in rounds:
        if record.run != plan.run or record.code != plan.code:
            raise ProofError(f"round {record.round} belongs to another plan than the folder's")
        if model_digest(strategy.model) != record.model_before:
            raise ProofError(f"round {record.round} did not start from the model that the sums give")
        sums = store.sums(record.round)
        if sums.digest != record.sums or int(sums.weights.sum()) != record.weight:
            raise ProofError(f"the sums of round {record.round} are not those of its record")
        witness = store.witness(record.round)
        if witness is not None:
            witness.check(record, sums.votes.tolist())
            if registry is not None:
                witness.check_signatures(registry, means_digest(strategy.model, list(sums.means)))
        model = strategy.apply(sums)
        if model_digest(model) != record.model_after or (model != store.model(record.round)).any():
            raise ProofError(f"round {record.round} gives another model than the recorded one")
    return {
        "run": hex0x_encode(plan.run),
        "rounds": len(rounds),
        "model": hex0x_encode(model_digest(model)),
        "counted": sum(len(store.sums(record.round).counts) > 0 for record in rounds),
        "withdrawn": len(store.withdrawn()),
        "before": before,
    }


def _check_retrain(store: RunStore) -> JsonValue:
    """What the run goes back to, audited, or None for a run that starts from nothing."""
    again = store.plan().retrain
    if again is None:
        return None
    parent = store.beside(again.of)
    found = recompute(parent.folder)
    if model_digest(store.model(0)) != again.model or (parent.model(again.round) != store.model(0)).any():
        raise ProofError("the retraining does not start from the checkpoint that its plan names")
    records = parent.rounds()
    if again.round and (again.round > len(records) or records[again.round - 1].digest != again.record):
        raise ProofError("the round that the retraining goes back to is not the one that its plan names")
    for one in lineage(store):
        if back := touched(one) & set(again.left):
            raise ProofError(f"{min(back)} left, and round {one.record.round} of the line of this model knows of it")
    return {"run": found["run"], "round": again.round, "left": list(again.left)}


def main(arguments: list[str] | None = None) -> int:
    """The command: 0 when everything agrees, 1 when not, 2 or 3 as everywhere."""
    parser = argparse.ArgumentParser(prog="python -m federated.audit", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of a run")
    parser.add_argument("--federation", type=Path, help="the registry of keys: check who signed the votes, too")
    chosen = parser.parse_args(arguments)
    try:
        registry = read_registry(chosen.federation) if chosen.federation is not None else None
        sys.stdout.write(encode(recompute(chosen.folder, registry)).decode("utf-8") + "\n")
    except ProofError as error:
        sys.stderr.write(f"{error.name}: {error.message}\n")
        return 1
    except CredenceError as error:
        sys.stderr.write(f"{error.name}: {error.message}\n{error.advice}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
