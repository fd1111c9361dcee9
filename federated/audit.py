"""`python -m federated.audit FOLDER`: compute every model of a run again from its recorded sums, to the last bit."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evidence.canonical import encode
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import CredenceError, ProofError
from federated.model_bytes import model_digest
from federated.store import RunStore
from federated.strategy import Strategy


def recompute(folder: Path) -> dict[str, JsonValue]:
    """Check a run's folder: the plan names the run, the records follow one another, sums and models are those recorded.

    Raises:
        ProofError: they are not, naming the round.
        StorageError, MalformedError: something is missing or no such thing.
    """
    store = RunStore(folder)
    plan, rounds = store.plan(), store.rounds()
    model = store.model(0)
    strategy = Strategy(plan, model)
    for record in rounds:
        if record.run != plan.run or record.code != plan.code:
            raise ProofError(f"round {record.round} belongs to another plan than the folder's")
        if model_digest(strategy.model) != record.model_before:
            raise ProofError(f"round {record.round} did not start from the model that the sums give")
        sums = store.sums(record.round)
        if sums.digest != record.sums or int(sums.weights.sum()) != record.weight:
            raise ProofError(f"the sums of round {record.round} are not those of its record")
        model = strategy.apply(sums)
        if model_digest(model) != record.model_after or (model != store.model(record.round)).any():
            raise ProofError(f"round {record.round} gives another model than the recorded one")
    return {"run": hex0x_encode(plan.run), "rounds": len(rounds), "model": hex0x_encode(model_digest(model))}


def main(arguments: list[str] | None = None) -> int:
    """The command: 0 when everything agrees, 1 when not, 2 or 3 as everywhere."""
    parser = argparse.ArgumentParser(prog="python -m federated.audit", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of a run")
    try:
        sys.stdout.write(encode(recompute(parser.parse_args(arguments).folder)).decode("utf-8") + "\n")
    except ProofError as error:
        sys.stderr.write(f"{error.name}: {error.message}\n")
        return 1
    except CredenceError as error:
        sys.stderr.write(f"{error.name}: {error.message}\n{error.advice}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
