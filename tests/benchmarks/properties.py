"""A million trials of the gaming list and of monotonicity: `make bench ARGS=properties`.

Trials come in chunks, each from its own seed, and what is done is kept in a file after every chunk, so that a run that
is stopped goes on where it was. A trial is one comparison of two scores, of their points and of their lower bounds.

CREDENCE_PROPERTY_TRIALS sets how many trials (a million unless told), CREDENCE_PROPERTY_STATE where the file is,
CREDENCE_PROPERTY_WORKERS how many processes share the chunks (as many as there are cores).
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from scoring import beta, tally
from scoring.capability import Sample
from scoring.card import ScoreCard
from scoring.engine import ENGINE, interval
from scoring.facts import Fact
from scoring.observers import capability_months
from scoring.options import InspectionOptions, Sigma, SlotRule
from scoring.policy import Policy
from scoring.policy_reader import PUBLISHED, published
from tests.unit.scoring.trick_list import EQUAL, GOOD, PAIRS, TRICKS, WITH_SLOTS
from tests.unit.scoring.tricks import History, card_of, history, points_of

ROOT: Final = Path(__file__).resolve().parents[2]
HISTORIES_A_CHUNK: Final = 500
TRIALS: Final = 1_000_000
COUNTED: Final = "-counted"
ON_THE_WAY: Final = (
    "beta",
    "capability",
    "card",
    "decay",
    "engine",
    "evidence_tuples",
    "facts",
    "indicators",
    "inspector_draw",
    "knots",
    "observe",
    "options",
    "owners",
    "policy",
    "scale",
    "tally",
)
"""The modules between facts and points; `observers` and the policies are read besides."""
_MOST_FOUND: Final = 50
_MOST_POOLS: Final = 500


@dataclass
class Tried:
    """What was done so far; `done` chunks, `found` what raised a score that must not."""

    code: str
    done: int = 0
    trials: dict[str, int] = field(default_factory=dict)
    found: list[dict[str, Any]] = field(default_factory=list)
    cpu_s: float = 0.0

    @property
    def total(self) -> int:
        """All trials."""
        return sum(self.trials.values())


def trials(seed: int, policy: Policy) -> Iterator[tuple[str, bool]]:
    """Every trial on one random history: its name, and whether the property held."""
    rng = random.Random(seed)
    was = history(rng)
    card = card_of(was, policy)
    honest = _of(card)
    for trick in TRICKS if policy.name.endswith(COUNTED) else (*TRICKS, *WITH_SLOTS):
        tried = trick(rng, was)
        if tried is not None:
            yield trick.__name__, _not_above(_standing(tried, policy), honest)
    for trick in EQUAL:
        tried = trick(rng, was)
        yield f"{trick.__name__}: equal", tried is not None and card_of(tried, policy) == card
    for trick in GOOD:
        tried = trick(rng, was)
        yield trick.__name__, tried is not None and _standing(tried, policy)[0] >= honest[0]
    for fair, trick in PAIRS:
        state = rng.getstate()
        allowed = fair(rng, was)
        rng.setstate(state)
        tried = trick(rng, was)
        if allowed is not None and tried is not None:
            yield trick.__name__, _not_above(_standing(tried, policy), _standing(allowed, policy))


def policies() -> list[Policy]:
    """The shipped policies, and one under which inspections count without a promised slot."""
    shipped = [published(name) for name in PUBLISHED]
    return [*shipped, _counted(published("complaint-first-2026"))]


def run(target: int, state: Path, *, told: bool = True, workers: int = 1) -> Tried:
    """Go on from `state` until `target` trials are done; the file is written after every chunk.

    Chunks are counted in order whoever did them, so a run by any number of workers finds the same.
    """
    tried = _load(state)
    with multiprocessing.get_context("fork").Pool(workers) if workers > 1 else nullcontext() as pool:
        while tried.total < target:
            numbers = range(tried.done, tried.done + workers)
            for chunk in (pool.imap if pool else map)(try_chunk, numbers):
                _add(tried, chunk)
                _save(state, tried)
                if told:
                    print(f"   {tried.total} of {target} trials, {len(tried.found)} found", file=sys.stderr, flush=True)
    return tried


def try_chunk(number: int) -> Tried:
    """All trials on the histories of one chunk, each from its own seed."""
    # Pure functions that are asked the same a dozen times for each history, as a trick changes one record of it.
    setattr(tally, "bounds", _bounds)  # noqa: B010 - a name that tally imports
    setattr(capability_months, "_pool", _pooled)  # noqa: B010
    tried, chosen, begun = Tried(""), policies(), time.process_time()
    for seed in range(number * HISTORIES_A_CHUNK, (number + 1) * HISTORIES_A_CHUNK):
        policy = chosen[seed % len(chosen)]
        for name, held in trials(seed, policy):
            tried.trials[name] = tried.trials.get(name, 0) + 1
            if not held and len(tried.found) < _MOST_FOUND:
                tried.found.append({"property": name, "seed": seed, "policy": policy.name})
    tried.cpu_s = time.process_time() - begun
    return tried


def code() -> str:
    """Digest of the code from facts to points, policies and tricks: what was tried with other code does not count."""
    files = [ROOT / "scoring" / f"{name}.py" for name in ON_THE_WAY]
    files += sorted((ROOT / "scoring" / "observers").glob("*.py")) + sorted(
        (ROOT / "scoring" / "policies").glob("*.json")
    )
    files += [ROOT / "tests" / "unit" / "scoring" / name for name in ("tricks.py", "trick_list.py")]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def report(tried: Tried) -> dict[str, Any]:
    """What a run found, as a document."""
    return {
        "engine": ENGINE,
        "code": tried.code,
        "trials": tried.total,
        "raised a score": tried.found,
        "held": not tried.found,
        "cpu_s": round(tried.cpu_s),
        "by property": dict(sorted(tried.trials.items())),
    }


def main() -> None:
    """Run and print."""
    target = int(os.environ.get("CREDENCE_PROPERTY_TRIALS", str(TRIALS)))
    state = Path(os.environ.get("CREDENCE_PROPERTY_STATE", str(ROOT / "build" / "properties.json")))
    workers = int(os.environ.get("CREDENCE_PROPERTY_WORKERS", str(os.cpu_count() or 1)))
    json.dump(report(run(target, state, workers=workers)), sys.stdout, indent=1)
    sys.stdout.write("\n")


_bounds = lru_cache(maxsize=50_000)(beta.bounds)
_pool: Final = capability_months._pool
_pools: Final[dict[tuple[tuple[int, ...], Sigma], tuple[list[Fact], Sample | None]]] = {}


def _pooled(members: list[Fact], sigma: Sigma) -> Sample | None:
    """`_pool`, remembered for the very same records; they are kept beside it, so that no id comes to mean another."""
    key = tuple(id(fact) for fact in members), sigma
    if key not in _pools:
        if len(_pools) > _MOST_POOLS:
            _pools.clear()
        _pools[key] = members, _pool(members, sigma)
    return _pools[key][1]


def _standing(what: History, policy: Policy) -> tuple[int, int]:
    return _of(card_of(what, policy))


def _add(tried: Tried, chunk: Tried) -> None:
    for name, number in chunk.trials.items():
        tried.trials[name] = tried.trials.get(name, 0) + number
    tried.found = (tried.found + chunk.found)[:_MOST_FOUND]
    tried.done += 1
    tried.cpu_s += chunk.cpu_s


def _of(card: ScoreCard) -> tuple[int, int]:
    return points_of(card), interval(card.lines)[0]


def _not_above(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[0] and one[1] <= other[1]


def _counted(policy: Policy) -> Policy:
    from dataclasses import replace

    def changed(options: Any) -> Any:
        return replace(options, slots=SlotRule.COUNTED) if isinstance(options, InspectionOptions) else options

    indicators = tuple(replace(one, options=changed(one.options)) for one in policy.indicators)
    return replace(policy, name=policy.name + COUNTED, indicators=indicators)


def _load(state: Path) -> Tried:
    now = code()
    if state.is_file():
        kept = json.loads(state.read_text())
        if kept["code"] == now:
            return Tried(**kept)
        print("   the code has changed since: trials begin anew", file=sys.stderr, flush=True)
    return Tried(now)


def _save(state: Path, tried: Tried) -> None:
    state.parent.mkdir(parents=True, exist_ok=True)
    draft = state.with_suffix(".part")
    draft.write_text(json.dumps(vars(tried)))
    draft.replace(state)


if __name__ == "__main__":
    main()
