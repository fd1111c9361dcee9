"""One party in one round: every step once, in order, and every demand of the server checked before it is met."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from evidence.errors import ConflictError, SchemaError, SignatureError
from evidence.keys import Entropy
from federated.secagg.agreement import (
    pair_mask_key,
    pair_tally_key,
    public_of,
    seal,
    self_mask_key,
    self_tally_key,
    unseal,
)
from federated.secagg.committee import Committee, Roll
from federated.secagg.identity import FederatedKey
from federated.secagg.messages import Advert, Ballot, Confirmation, Opening, Receipt, ShareBundle, participants_digest
from federated.secagg.registry import Registry
from federated.secagg.ring import Words, add_mask, pack
from federated.secagg.shamir import SECRET_BYTES, SHARE_BYTES, split
from federated.secagg.steps import StepBook
from federated.secagg.terms import PartyPolicy, RoundTerms

_NONE: Final = b""


class Stage(IntEnum):
    """How far a party is in a round; it never goes back."""

    NEW = 0
    ADVERTISED = 1
    SHARED = 2
    MASKED = 3
    CONFIRMED = 4
    OPENED = 5
    VOTED = 6


@dataclass(frozen=True, slots=True)
class PartyHome:
    """What a party brings to every round.

    Attributes:
        org: its LEI; key: its organisation's key for federated training.
        registry: keys of the others, as its own node wrote them.
        policy: what it demands; steps: what it has sent before; entropy: the only source of chance.
    """

    org: str
    key: FederatedKey
    registry: Registry
    policy: PartyPolicy
    steps: StepBook
    entropy: Entropy


class Party:
    """The party's side of one round; see the README for the order of calls. Not safe for several threads.

    Every method raises ConflictError when it is called out of order or twice, SchemaError when the server asks for
    what the policy forbids, SignatureError when something is not signed by whom it should be. After any of these the
    party's secrets of the round are still its own: it simply takes no further part.
    """

    def __init__(self, home: PartyHome, terms: RoundTerms) -> None:
        home.policy.check_terms(terms)
        self.terms = terms
        self.stage = Stage.NEW
        self.unreadable: frozenset[str] = frozenset()
        self._home = home
        self._seed, self._mask_secret, self._seal_secret = (home.entropy(SECRET_BYTES) for _ in range(3))
        self._advert: Advert | None = None
        self._committee: Committee | None = None
        self._participants: frozenset[str] = frozenset()
        self._shares: dict[str, bytes] = {}
        self._receipt: Receipt | None = None
        self._roll: Roll | None = None

    @property
    def receipt(self) -> Receipt:
        """Its own receipt; ConflictError before it masked."""
        if self._receipt is None:
            raise _order(self.stage, Stage.MASKED)
        return self._receipt

    @property
    def committee(self) -> Committee:
        """The committee it agreed to; ConflictError before."""
        if self._committee is None:
            raise _order(self.stage, Stage.SHARED)
        return self._committee

    def advertise(self) -> Advert:
        """Fresh keys for this round, signed with its terms."""
        self._enter(Stage.ADVERTISED)
        mask_key, seal_key = public_of(self._mask_secret), public_of(self._seal_secret)
        commitment = hashlib.sha256(self._seed).digest()
        draft = Advert(self._home.org, self._home.key.public.key_id, seal_key, mask_key, commitment, _NONE)
        signature = self._home.key.sign(draft.signed_bytes(self.terms.digest))
        self._advert = Advert(draft.org, draft.key_id, seal_key, mask_key, commitment, signature)
        return self._advert

    def share(self, committee: Committee, now_s: int, registry: Registry | None = None) -> ShareBundle:
        """Check the committee against the local registry and deal shares of both secrets to all of it.

        Args:
            registry: as it is now, when it was written again since this party advertised; kept for the whole round.
        """
        self._expect(Stage.ADVERTISED)
        if registry is not None:
            self._home = replace(self._home, registry=registry)
        home = self._home
        if committee.terms != self.terms:
            raise SchemaError("the committee is for another round than the keys were made for")
        if home.org not in committee.names or committee.advert(home.org) != self._advert:
            raise SignatureError("the committee does not hold this party's own keys as it sent them")
        if len(committee.names) < home.policy.min_committee:
            raise SchemaError(f"a committee of {len(committee.names)}; at least {home.policy.min_committee} are wanted")
        committee.check_signatures(home.registry, now_s)
        self._enter(Stage.SHARED)
        self._committee = committee
        places = [committee.place(name) for name in sorted(committee.names)]
        seeds = split(self._seed, places, committee.threshold, home.entropy)
        keys = split(self._mask_secret, places, committee.threshold, home.entropy)
        sealed = {}
        for peer in sorted(committee.names):
            place, route = committee.place(peer), _route(home.org, peer)
            shares = seeds[place] + keys[place]
            peer_key = committee.advert(peer).seal_key
            sealed[peer] = seal(self._seal_secret, peer_key, route, committee.digest, shares)
        signature = home.key.sign(ShareBundle(home.org, sealed, _NONE).signed_bytes(committee.digest))
        return ShareBundle(home.org, sealed, signature)

    def mask(self, model: bytes, sealed: Mapping[str, bytes], words: Words) -> tuple[Receipt, bytes]:
        """Mask the party's words over the participants, and sign what it sends.

        Args:
            model: SHA-256 of the global model that the words come from; the caller has checked it against the weights.
            sealed: what each participant sealed for this party (its own among them).
            words: shape (terms.words,), changed in place into the masked words.
        """
        committee, home = self.committee, self._home
        participants = frozenset(sealed)
        bucket = committee.bucket_of(home.org) & participants
        self._expect(Stage.SHARED)
        if not participants <= committee.names or home.org not in participants:
            raise SchemaError("the participants are not of the committee, or this party is not among them")
        if len(participants) < committee.threshold:
            raise SchemaError(f"{len(participants)} participants, under the threshold of {committee.threshold}")
        if len(bucket) < home.policy.min_sum:
            raise SchemaError(f"the sum would be over {len(bucket)} parties; at least {home.policy.min_sum} are wanted")
        if words.shape != (self.terms.words,):
            raise SchemaError(f"{self.terms.words} words are agreed for this round")
        self._shares = self._read_shares(committee, sealed)
        # On disk before anything leaves: after a crash here the step is lost, never used twice.
        home.steps.take(self.terms.run, self.terms.step)
        self._enter(Stage.MASKED)
        self._participants = participants
        self._cover(words, bucket - {home.org}, participants - {home.org})
        vector = pack(words, self.terms.width)
        digest, named = hashlib.sha256(vector).digest(), participants_digest(participants)
        draft = Receipt(home.org, model, named, digest, _NONE)
        signature = home.key.sign(draft.signed_bytes(committee.digest))
        self._receipt = Receipt(home.org, model, named, digest, signature)
        return self._receipt, vector

    def confirm(self, receipts: Sequence[Receipt], dropped: frozenset[str], now_s: int) -> Confirmation:
        """Check who is said to be in and out, and sign it: the consistency round."""
        self._expect(Stage.MASKED)
        committee, home = self.committee, self._home
        roll = Roll(committee.digest, tuple(receipts), dropped)
        if roll.alive | dropped != self._participants:
            raise SchemaError("who is in and who dropped out are not together the participants of this round")
        if len(roll.alive) < committee.threshold:
            raise SchemaError(f"{len(roll.alive)} parties are in, under the threshold of {committee.threshold}")
        if self.receipt not in roll.receipts:
            raise SchemaError("this party's own contribution is left out: it helps to open nothing")
        if (self.receipt.model, self.receipt.participants) != (receipts[0].model, receipts[0].participants):
            raise SchemaError("the others trained from another model or masked over another set")
        for receipt in roll.receipts:
            key = home.registry.key_of(receipt.org, committee.advert(receipt.org).key_id, now_s)
            key.verify(receipt.signature, receipt.signed_bytes(committee.digest))
        self._enter(Stage.CONFIRMED)
        self._roll = roll
        return Confirmation(home.org, home.key.sign(roll.confirmed_bytes))

    def open(self, confirmations: Sequence[Confirmation], now_s: int) -> Opening:
        """Give the shares that open the sums, once enough parties have signed the very same sets."""
        self._expect(Stage.CONFIRMED)
        committee, home, roll = self.committee, self._home, self._roll
        assert roll is not None  # by the stage
        names = {one.org for one in confirmations}
        if len(names) != len(confirmations) or not names <= roll.alive or len(names) < committee.threshold:
            raise SchemaError(f"{len(names)} different parties confirmed; the threshold is {committee.threshold}")
        for one in confirmations:
            key = home.registry.key_of(one.org, committee.advert(one.org).key_id, now_s)
            key.verify(one.signature, roll.confirmed_bytes)
        self._enter(Stage.OPENED)
        seeds: dict[str, bytes] = {}
        keys: dict[str, bytes] = {}
        for bucket in committee.buckets:
            # A bucket that lost too many stays closed: its sum would show what two parties sent.
            if len(bucket & roll.alive) >= home.policy.min_sum:
                seeds |= {org: self._shares[org][:SHARE_BYTES] for org in bucket & roll.alive if org in self._shares}
                keys |= {org: self._shares[org][SHARE_BYTES:] for org in bucket & roll.dropped if org in self._shares}
        self._forget()
        draft = Opening(home.org, seeds, keys, _NONE)
        return Opening(home.org, seeds, keys, home.key.sign(draft.signed_bytes(roll.digest)))

    def vote(self, means: bytes, votes: Sequence[int]) -> Ballot:
        """Sign votes on the means (SHA-256 of their bytes) of the buckets that this party helped to open."""
        self._expect(Stage.OPENED)
        self.stage = Stage.VOTED
        assert self._roll is not None  # by the stage
        draft = Ballot(self._home.org, tuple(votes), _NONE)
        return Ballot(draft.org, draft.votes, self._home.key.sign(draft.signed_bytes(self._roll.digest, means)))

    def _cover(self, words: Words, bucket: frozenset[str], others: frozenset[str]) -> None:
        """Mask in place: the values over the bucket's peers, the counts over all peers of the round."""
        committee, me = self.committee, self._home.org
        values, counts = self.terms.parts(words)
        add_mask(values, self_mask_key(self._seed, committee.digest))
        for peer in bucket:
            key = pair_mask_key(self._mask_secret, committee.advert(peer).mask_key, committee.digest)
            add_mask(values, key, negative=me > peer)
        if not len(counts):
            return
        add_mask(counts, self_tally_key(self._seed, committee.digest))
        for peer in others:
            key = pair_tally_key(self._mask_secret, committee.advert(peer).mask_key, committee.digest)
            add_mask(counts, key, negative=me > peer)

    def _read_shares(self, committee: Committee, sealed: Mapping[str, bytes]) -> dict[str, bytes]:
        shares, unreadable = {}, set()
        for peer, one in sealed.items():
            route = _route(peer, self._home.org)
            try:
                shares[peer] = unseal(self._seal_secret, committee.advert(peer).seal_key, route, committee.digest, one)
            except SignatureError:
                # A party that deals a false share must not be able to stop the round: the others' shares suffice.
                unreadable.add(peer)
        self.unreadable = frozenset(unreadable)
        if len(shares) < committee.threshold or self._home.org not in shares:
            raise SignatureError(f"the sealed shares of {len(unreadable)} parties cannot be read")
        return shares

    def _forget(self) -> None:
        self._seed = self._mask_secret = self._seal_secret = _NONE
        self._shares = {}

    def _expect(self, before: Stage) -> None:
        if self.stage != before:
            raise _order(self.stage, before)

    def _enter(self, stage: Stage) -> None:
        self._expect(Stage(stage - 1))
        self.stage = stage


def _route(sender: str, receiver: str) -> bytes:
    return f"{sender} {receiver}".encode("ascii")


def _order(stage: Stage, wanted: Stage) -> ConflictError:
    return ConflictError(
        f"the round stands at {stage.name.lower()}, where {wanted.name.lower()} is needed",
        advice="Every step of a round happens once and in order; wait for the next round.",
    )
