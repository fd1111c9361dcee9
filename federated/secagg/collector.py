"""The server's side of one round: gathers, adds up, and opens sums over buckets; it never sees one party's words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from evidence.errors import ConflictError, FaultError, ProofError, SchemaError, SignatureError
from federated.secagg.agreement import pair_mask_key, pair_tally_key, public_of, self_mask_key, self_tally_key
from federated.secagg.committee import Committee, Roll
from federated.secagg.identity import FederatedPublicKey
from federated.secagg.messages import Advert, Ballot, Confirmation, Opening, Receipt, ShareBundle, participants_digest
from federated.secagg.registry import Registry
from federated.secagg.ring import Words, add_mask, unpack
from federated.secagg.shamir import combine, weights_at_zero
from federated.secagg.terms import RoundTerms, least_threshold

Known = TypeVar("Known")

_QUORUM = "Wait for more parties, or try again with a new step; nothing of this round was opened."


@dataclass(frozen=True, slots=True)
class BucketSum:
    """The sum of the words of some parties, shape (terms.words,); decode it with the run's quantiser."""

    parties: frozenset[str]
    words: Words


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round gave: sums of the buckets that could be opened, the parties of those that could not, and why.

    Attributes:
        tally: sums of the counts over all who are in, shape (terms.tally,); None when a bucket stayed closed, because
            its parties' masks lie on these sums too.
    """

    roll: Roll
    sums: tuple[BucketSum, ...]
    closed: Mapping[str, str]
    tally: Words | None = None


class Collector:
    """Adds up as vectors come in, so that memory holds one vector a bucket, whatever the number of parties.

    Each `add_...` checks signatures and raises SignatureError, SchemaError or ConflictError for what is wrong with one
    party's message (the round goes on without it); each `close_...` raises FaultError below the threshold.
    """

    def __init__(self, terms: RoundTerms, registry: Registry, *, min_sum: int = 3) -> None:
        self.terms = terms
        self._registry = registry
        self._min_sum = min_sum
        self._adverts: dict[str, Advert] = {}
        self._committee: Committee | None = None
        self._bundles: dict[str, ShareBundle] = {}
        self._participants: frozenset[str] | None = None
        self._receipts: dict[str, Receipt] = {}
        self._sums: list[Words] = []
        self._tally: Words = np.zeros(terms.tally, dtype=np.uint64)
        self._roll: Roll | None = None
        self._confirmations: dict[str, Confirmation] = {}
        self._openings: dict[str, Opening] = {}

    @property
    def committee(self) -> Committee:
        """The committee; ConflictError before it is closed."""
        return _need(self._committee, "the committee")

    @property
    def roll(self) -> Roll:
        """Who is in and who dropped out; ConflictError before the vectors are closed."""
        return _need(self._roll, "the roll")

    @property
    def participants(self) -> frozenset[str]:
        """The parties whose shares came; ConflictError before they are closed."""
        return _need(self._participants, "the set of participants")

    def add_advert(self, advert: Advert, now_s: int) -> None:
        """Take a party's fresh keys."""
        if self._committee is not None or advert.org in self._adverts:
            raise ConflictError(f"{advert.org} advertised twice, or after the committee was closed")
        key = self._registry.key_of(advert.org, advert.key_id, now_s)
        key.verify(advert.signature, advert.signed_bytes(self.terms.digest))
        self._adverts[advert.org] = advert

    def close_adverts(self) -> Committee:
        """Form the committee out of everyone who advertised, with the smallest threshold allowed."""
        if len(self._adverts) < 3:
            raise FaultError(f"{len(self._adverts)} parties; at least 3 are needed", advice=_QUORUM)
        adverts = tuple(self._adverts[name] for name in sorted(self._adverts))
        self._committee = Committee(self.terms, adverts, least_threshold(len(adverts)))
        return self._committee

    def add_bundle(self, bundle: ShareBundle, now_s: int) -> None:
        """Take the shares that a party dealt."""
        committee = self.committee
        if bundle.org not in committee.names or frozenset(bundle.sealed) != committee.names:
            raise SchemaError(f"{bundle.org} dealt shares to others than the committee")
        if self._participants is not None or bundle.org in self._bundles:
            raise ConflictError(f"{bundle.org} dealt shares twice or too late")
        self._key(bundle.org, now_s).verify(bundle.signature, bundle.signed_bytes(committee.digest))
        self._bundles[bundle.org] = bundle

    def close_bundles(self) -> Mapping[str, Mapping[str, bytes]]:
        """The sealed shares for each participant, by who dealt them.

        Parties of a bucket that has too few participants cannot be summed: they are left out, which may shrink others
        no further (buckets are disjoint).
        """
        committee = self.committee
        self._quorum(len(self._bundles), "dealt shares")
        self._participants = frozenset(self._bundles)
        self._sums = [np.zeros(self.terms.words - self.terms.tally, dtype=np.uint64) for _ in committee.buckets]
        return {org: {peer: self._bundles[peer].sealed[org] for peer in self._bundles} for org in self._bundles}

    def add_masked(self, receipt: Receipt, vector: bytes, now_s: int) -> None:
        """Check a party's masked vector against its receipt and add it to its bucket."""
        committee = self.committee
        if receipt.org not in self.participants or self._roll is not None or receipt.org in self._receipts:
            raise ConflictError(f"{receipt.org} sent a vector that is not expected, twice or too late")
        if receipt.participants != participants_digest(self.participants):
            raise SchemaError(f"{receipt.org} masked over another set of participants")
        if self._receipts and receipt.model != next(iter(self._receipts.values())).model:
            raise SchemaError(f"{receipt.org} trained from another model")
        if hashlib.sha256(vector).digest() != receipt.vector:
            raise SignatureError(f"the vector of {receipt.org} is not the one that it signed")
        self._key(receipt.org, now_s).verify(receipt.signature, receipt.signed_bytes(committee.digest))
        words = unpack(vector, self.terms.width, self.terms.words)
        values, counts = self.terms.parts(words)
        self._sums[self._bucket(receipt.org)] += values
        self._tally += counts
        self._receipts[receipt.org] = receipt

    def close_masked(self) -> Roll:
        """Say who is in and who dropped out."""
        self._quorum(len(self._receipts), "sent their vectors")
        receipts = tuple(self._receipts[name] for name in sorted(self._receipts))
        self._roll = Roll(self.committee.digest, receipts, self.participants - frozenset(self._receipts))
        return self._roll

    def add_confirmation(self, one: Confirmation, now_s: int) -> None:
        """Take a party's signature under the roll."""
        if one.org not in self.roll.alive or one.org in self._confirmations:
            raise ConflictError(f"{one.org} confirmed twice, or is not in")
        self._key(one.org, now_s).verify(one.signature, self.roll.confirmed_bytes)
        self._confirmations[one.org] = one

    def close_confirmations(self) -> Sequence[Confirmation]:
        """The confirmations that every party wants to see before it opens anything."""
        self._quorum(len(self._confirmations), "confirmed who is in")
        return tuple(self._confirmations[name] for name in sorted(self._confirmations))

    def add_opening(self, opening: Opening, now_s: int) -> None:
        """Take a party's shares."""
        if opening.org not in self.roll.alive or opening.org in self._openings:
            raise ConflictError(f"{opening.org} opened twice, or is not in")
        self._key(opening.org, now_s).verify(opening.signature, opening.signed_bytes(self.roll.digest))
        self._openings[opening.org] = opening

    def finish(self) -> Outcome:
        """Take the masks off. A bucket whose shares do not fit stays closed, with the reason; the others open.

        Raises:
            FaultError: too few parties gave shares, or no bucket could be opened.
        """
        committee, roll = self.committee, self.roll
        self._quorum(len(self._openings), "gave their shares")
        sums: list[BucketSum] = []
        closed: dict[str, str] = {}
        weights: dict[frozenset[str], dict[int, int]] = {}
        for bucket, words in zip(committee.buckets, self._sums, strict=True):
            alive = bucket & roll.alive
            try:
                if len(alive) < self._min_sum:
                    raise ProofError(f"only {len(alive)} of its parties are in")
                self._unmask(words, bucket, weights)
            except (ProofError, SignatureError) as error:
                closed |= dict.fromkeys(bucket & self.participants, error.message)
                continue
            sums.append(BucketSum(alive, words))
        if not sums:
            raise FaultError("no bucket could be opened: " + "; ".join(sorted(set(closed.values()))), advice=_QUORUM)
        return Outcome(roll, tuple(sums), closed, None if closed else self._tally)

    def check_ballot(self, ballot: Ballot, means: bytes, now_s: int) -> None:
        """Raise SignatureError unless a party that is in has signed these votes on these means."""
        if ballot.org not in self.roll.alive:
            raise SignatureError(f"{ballot.org} votes without being in")
        self._key(ballot.org, now_s).verify(ballot.signature, ballot.signed_bytes(self.roll.digest, means))

    def _unmask(self, words: Words, bucket: frozenset[str], weights: dict[frozenset[str], dict[int, int]]) -> None:
        committee, roll = self.committee, self.roll
        for org in sorted(bucket & roll.alive):
            seed = self._rebuild({one.org: one.seeds[org] for one in self._givers(org, "seeds")}, org, weights)
            if hashlib.sha256(seed).digest() != committee.advert(org).commitment:
                raise ProofError(f"the shares of {org} do not give the seed that it committed to")
            add_mask(words, self_mask_key(seed, committee.digest), negative=True)
            add_mask(self._tally, self_tally_key(seed, committee.digest), negative=True)
        for org in sorted(bucket & roll.dropped):
            secret = self._rebuild({one.org: one.keys[org] for one in self._givers(org, "keys")}, org, weights)
            if public_of(secret) != committee.advert(org).mask_key:
                raise ProofError(f"the shares of {org} do not give the key that it advertised")
            for peer in bucket & roll.alive:
                key = pair_mask_key(secret, committee.advert(peer).mask_key, committee.digest)
                add_mask(words, key, negative=peer < org)
            for peer in roll.alive if self.terms.tally else ():
                key = pair_tally_key(secret, committee.advert(peer).mask_key, committee.digest)
                add_mask(self._tally, key, negative=peer < org)

    def _givers(self, org: str, kind: str) -> list[Opening]:
        return [one for name, one in sorted(self._openings.items()) if org in getattr(one, kind)]

    def _rebuild(self, shares: dict[str, bytes], org: str, weights: dict[frozenset[str], dict[int, int]]) -> bytes:
        committee = self.committee
        chosen = frozenset(sorted(shares)[: committee.threshold])
        if len(chosen) < committee.threshold:
            raise ProofError(f"{len(chosen)} shares of {org}; {committee.threshold} are needed")
        if chosen not in weights:
            weights[chosen] = weights_at_zero([committee.place(name) for name in chosen])
        return combine({committee.place(name): shares[name] for name in chosen}, weights[chosen])

    def _bucket(self, org: str) -> int:
        return next(place for place, bucket in enumerate(self.committee.buckets) if org in bucket)

    def _key(self, org: str, now_s: int) -> FederatedPublicKey:
        return self._registry.key_of(org, self.committee.advert(org).key_id, now_s)

    def _quorum(self, number: int, what: str) -> None:
        if number < self.committee.threshold:
            raise FaultError(f"{number} parties {what}; {self.committee.threshold} are needed", advice=_QUORUM)


def _need(value: Known | None, what: str) -> Known:
    if value is None:
        raise ConflictError(f"{what} of this round is not closed yet")
    return value
