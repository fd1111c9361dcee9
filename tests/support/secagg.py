"""A federation in one process, with faults to switch on: who falls silent at which hop."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from evidence.identity import Lei, lei_from_prefix
from evidence.keys import Entropy
from federated.secagg.collector import Collector, Outcome
from federated.secagg.identity import FederatedKey
from federated.secagg.party import Party, PartyHome
from federated.secagg.quantise import Quantiser, Values
from federated.secagg.registry import MemberKey, Registry
from federated.secagg.steps import MemoryStepBook, StepBook
from federated.secagg.terms import PartyPolicy, RoundTerms

NOW = 1_800_000_000
CURVE = ec.SECP384R1()
CODE = hashlib.sha256(b"the pinned client code").digest()
RUN = hashlib.sha256(b"a run").digest()
MODEL = hashlib.sha256(b"a model").digest()
HOPS = ("share", "mask", "confirm", "open")


@lru_cache(maxsize=256)
def key_of(place: int) -> FederatedKey:
    """The same key for the same place, in every run: buckets follow from keys, and no test may depend on chance."""
    key = ec.derive_private_key(1 + int.from_bytes(hashlib.sha384(b"key %d" % place).digest(), "big") // 2, CURVE)
    form = serialization.PrivateFormat.PKCS8
    return FederatedKey(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))


def org(place: int) -> Lei:
    """A made-up organisation."""
    return lei_from_prefix(f"FEDERATION{place:08d}")


def registry(number: int) -> Registry:
    """The keys of the first `number` organisations."""
    return Registry(tuple(MemberKey(org(place), key_of(place).public, 1) for place in range(number)))


def entropy_of(seed: int) -> Entropy:
    """Reproducible bytes."""
    return random.Random(seed).randbytes


@dataclass
class Federation:
    """`number` parties with values of their own and one server."""

    number: int
    count: int = 5
    bucket_size: int = 0
    seed: int = 0
    step: int = 1
    tally: int = 0
    books: dict[str, StepBook] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.quantiser = Quantiser(self.count, 4.0, 1_000, max(self.number, 3))
        self.terms = RoundTerms(
            RUN,
            self.step,
            MODEL,
            CODE,
            self.bucket_size,
            self.quantiser.words + self.tally,
            self.quantiser.width,
            self.tally,
        )
        self.registry = registry(self.number)
        rng = np.random.default_rng(self.seed)
        self.values: dict[str, Values] = {
            org(place): rng.uniform(-4.0, 4.0, self.count) for place in range(self.number)
        }
        self.weights = {org(place): int(rng.integers(1, 1_000)) for place in range(self.number)}
        self.counts = {org(place): rng.integers(0, 5_000_000, self.tally) for place in range(self.number)}
        self.parties = {org(place): Party(self.home(place), self.terms) for place in range(self.number)}
        self.server = Collector(self.terms, self.registry)
        self.vectors: dict[str, bytes] = {}

    def home(self, place: int, **changes: object) -> PartyHome:
        """What a party brings."""
        book = self.books.setdefault(org(place), MemoryStepBook())
        home = PartyHome(
            org(place), key_of(place), self.registry, PartyPolicy(CODE), book, entropy_of(self.seed * 1_000 + place)
        )
        for name, value in changes.items():
            object.__setattr__(home, name, value)
        return home

    def advertise(self) -> None:
        """Everybody's keys."""
        for party in self.parties.values():
            self.server.add_advert(party.advertise(), NOW)
        self.committee = self.server.close_adverts()

    def share(self, silent: frozenset[str] = frozenset()) -> None:
        """Shares of all who are not silent."""
        for name, party in self.parties.items():
            if name not in silent:
                self.server.add_bundle(party.share(self.committee, NOW), NOW)
        self.sealed: Mapping[str, Mapping[str, bytes]] = self.server.close_bundles()

    def mask(self, silent: frozenset[str] = frozenset()) -> None:
        """Masked vectors of all participants who are not silent."""
        for name in sorted(self.sealed):
            if name not in silent:
                words = self.quantiser.encode(self.values[name], self.weights[name])
                words = np.concatenate([words, self.counts[name].astype(np.uint64)])
                receipt, vector = self.parties[name].mask(MODEL, self.sealed[name], words)
                self.vectors[name] = vector
                self.server.add_masked(receipt, vector, NOW)
        self.roll = self.server.close_masked()

    def confirm(self, silent: frozenset[str] = frozenset()) -> None:
        """Signatures under the roll."""
        for name in sorted(self.roll.alive - silent):
            one = self.parties[name].confirm(self.roll.receipts, self.roll.dropped, NOW)
            self.server.add_confirmation(one, NOW)
        self.confirmations = self.server.close_confirmations()

    def open(self, silent: frozenset[str] = frozenset()) -> Outcome:
        """Shares of all who confirmed and are not silent."""
        for one in self.confirmations:
            if one.org not in silent:
                self.server.add_opening(self.parties[one.org].open(self.confirmations, NOW), NOW)
        return self.server.finish()

    def run(self, silent: Mapping[str, frozenset[str]] | None = None) -> Outcome:
        """A whole round; `silent` says who falls silent at which hop (and stays so)."""
        gone: frozenset[str] = frozenset()
        self.advertise()
        for hop in HOPS[:-1]:
            gone |= (silent or {}).get(hop, frozenset())
            getattr(self, hop)(gone)
        return self.open(gone | (silent or {}).get("open", frozenset()))

    def mean_of(self, parties: frozenset[str]) -> tuple[Values, int]:
        """What the sum over `parties` should decode to, computed in the clear."""
        weight = sum(self.weights[name] for name in parties)
        return sum(self.weights[name] * self.values[name] for name in sorted(parties)) / weight, weight
