"""A network of parties in one process: every letter passes through bytes, nodes die and come back when told to."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from evidence.canonical import encode, loads
from evidence.draft import JsonValue
from evidence.errors import SchemaError
from federated.courier import Letter
from federated.desk import Desk
from federated.hops import Hops
from federated.model_bytes import Vector
from federated.plan import METRICS, RunPlan
from federated.rounds import Rounds
from federated.secagg.party import PartyHome
from federated.secagg.steps import MemoryStepBook
from federated.secagg.terms import PartyPolicy
from federated.store import RunStore
from scoring.risk_model import BINS
from tests.support.secagg import CODE, NOW, key_of, org, registry

SIZE = 6
SPEC = hashlib.sha256(b"spec").hexdigest()


def plan(rounds: int = 3, **changes: object) -> RunPlan:
    """A small run."""
    settings: dict[str, object] = {"spec": SPEC, "parties": 20, "hop_ms": 1_000, "quorum_ms": 5_000, **changes}
    return RunPlan(size=SIZE, rounds=rounds, code=CODE, nonce=bytes(32), **settings)  # type: ignore[arg-type]


@dataclass
class PullTowards:
    """A trainer whose plant wants the model to be `target`."""

    target: Vector
    weight: int
    steps: list[int] = field(default_factory=list)
    spec: str = SPEC

    def check(self, plan: RunPlan) -> None:
        if plan.spec != self.spec:
            raise SchemaError("another spec")

    def train(self, plan: RunPlan, model: Vector, step: int) -> tuple[Vector, int]:
        self.steps.append(step)
        return np.append(0.5 * (self.target - model), np.full(METRICS, 0.25)), self.weight

    def count(self, plan: RunPlan) -> Sequence[int]:
        """Its `weight` rows, in the bins that its target names, feature by feature."""
        table = np.zeros((plan.tally // BINS, BINS), dtype=np.int64)
        places = np.clip((self.target[: len(table)] * 5 + 5).astype(int), 0, BINS - 1)
        table[np.arange(len(table)), np.resize(places, len(table))] = self.weight
        return [int(one) for one in table.ravel()]

    def vote(self, model: Vector, means: Sequence[Vector]) -> list[int]:
        """By distance to the target, as a plant's loss would."""
        before = np.linalg.norm(self.target - model)
        after = [float(np.linalg.norm(self.target - model - mean)) for mean in means]
        return [int(np.sign(before - one)) if abs(before - one) > 1e-6 else 0 for one in after]


@dataclass
class Net:
    """`number` nodes. `fault(node, kind)` is asked before a node reads a letter: True, and it is dead from then on."""

    number: int
    folder: Path
    fault: Callable[[int, str], bool] = lambda node, kind: False
    clock: float = 0.0

    def __post_init__(self) -> None:
        self.registry = registry(self.number)
        self._starts = itertools.count(1)
        self.kept: dict[str, list[JsonValue]] = {}
        self.trainers: dict[int, PullTowards] = {}
        self.desks: dict[int, Desk] = {}
        self.dead: set[int] = set()
        self.events: list[dict[str, JsonValue]] = []
        self.wire: list[bytes] = []
        self._waiting: list[tuple[int, str, Letter]] = []
        self._books = {node: MemoryStepBook() for node in range(self.number)}
        for node in range(self.number):
            rng = np.random.default_rng(node)
            self.trainers[node] = PullTowards(rng.uniform(-1, 1, SIZE), int(rng.integers(10, 100)))
            self.revive(node)

    def revive(self, node: int) -> None:
        """Start the node's process anew: its keys are gone, its step book and data are not."""
        random = np.random.default_rng([node, next(self._starts)])
        home = PartyHome(
            org(node), key_of(node), self.registry, PartyPolicy(CODE), self._books[node], lambda n: random.bytes(n)
        )

        def keep(run: bytes, step: int, document: Mapping[str, JsonValue]) -> None:
            self.kept.setdefault(org(node), []).append(dict(document))

        self.desks[node] = Desk(home, self.trainers[node], lambda: NOW, keep)
        self.dead.discard(node)

    # The courier's side.
    def present(self) -> frozenset[int]:
        return frozenset(range(self.number)) - self.dead

    def send(self, kind: str, tag: str, letters: Mapping[int, Letter], *, expire_s: float) -> None:
        for node, letter in letters.items():
            if node not in self.dead and self.fault(node, kind):
                self.dead.add(node)
            if node not in self.dead:
                answer = self.desks[node].answer(self._over(letter))
                self._waiting.append((node, tag, self._over(answer)))

    def receive(self, *, wait_s: float) -> Iterator[tuple[int, str, Letter]]:
        if not self._waiting:
            self.clock += wait_s
        while self._waiting:
            yield self._waiting.pop()

    def _over(self, letter: Letter) -> Letter:
        parts = encode([dict(part) for part in letter.parts])
        self.wire += [parts, letter.blob]
        return Letter(tuple(loads(parts)), letter.blob)  # type: ignore[arg-type]

    def rounds(self, plan: RunPlan) -> Rounds:
        """The server, from where the store stands."""
        store = RunStore(self.folder)
        store.create(plan, np.zeros(SIZE))

        def sleep(seconds: float) -> None:
            self.clock += seconds

        hops = Hops(self, lambda: self.clock, self.events.append)
        return Rounds(plan, store, lambda: self.registry, hops, lambda: NOW, sleep)
