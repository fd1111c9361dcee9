"""The rounds of a run: keys and shares of the next round ride on the messages of this one, so a round is three hops.

hop A (train.masked)   masked vectors of this round    + fresh keys for the next
hop B (query.share)    signatures under who is in      + shares for the next
hop C (query.unmask)   shares that open the sums
hop D (query.vote)     only with buckets: what each party finds of every mean update (federated.learning.robust)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import FaultError, ForbiddenError, SchemaError
from evidence.identity import Lei
from evidence.model_round import NO_RECORD, ModelRound, RoundMember
from federated.courier import ADVERT, MASKED, SHARE, UNMASK, VOTE, Letter
from federated.hops import Hops
from federated.model_bytes import Vector, model_bytes, model_digest
from federated.opened import decode
from federated.plan import RunPlan
from federated.secagg.collector import Collector, Outcome
from federated.secagg.messages import Advert, Ballot, Confirmation, Opening, Receipt, ShareBundle
from federated.secagg.registry import Registry
from federated.store import RunStore
from federated.strategy import Strategy, metrics_of
from federated.witness import Witness, means_bytes

Part = dict[str, JsonValue]
PAUSE_S = 1.0


@dataclass(slots=True)
class Setup:
    """A committee in the making or made: the protocol's state, and which node speaks for which party."""

    collector: Collector
    nodes: dict[str, int] = field(default_factory=dict)
    sealed: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)


@dataclass(slots=True)
class Rounds:
    """Runs a plan to its end, from where its store stands.

    Attributes:
        registry: who takes part, asked anew for every round: members come and leave between rounds.
        now_s: wall clock, for the validity of keys; sleep: waits so many seconds; stop: whether to end early.
    """

    plan: RunPlan
    store: RunStore
    registry: Callable[[], Registry]
    hops: Hops
    now_s: Callable[[], int]
    sleep: Callable[[float], None]
    stop: Callable[[], bool] = lambda: False

    def run(self) -> None:
        """Do what is left of the plan.

        Raises:
            FaultError: no quorum within the plan's time; the store holds everything, and a later call goes on.
        """
        strategy = self._replay()
        waiting_since: float | None = None
        setup: Setup | None = None
        while (done := len(self.store.rounds())) < self.plan.rounds and not self.stop():
            try:
                setup = self._round(strategy, done + 1, setup or self._fresh(strategy.model))
                waiting_since = None
            except FaultError as error:
                setup, strategy = None, self._replay()
                now = self.hops.monotonic_s()
                waiting_since = now if waiting_since is None else waiting_since
                present = len(self.hops.courier.present())
                waited = int(1_000 * (now - waiting_since))
                self._say("waiting", round=done + 1, present=present, reason=error.message, waited_ms=waited)
                if waited >= self.plan.quorum_ms:
                    raise FaultError(
                        f"round {done + 1} found no quorum within {self.plan.quorum_ms / 1000:g} s: {error.message}",
                        advice="Everything up to the last round is kept; start the run again when parties are back.",
                    ) from error
                self.sleep(PAUSE_S)

    def _replay(self) -> Strategy:
        strategy = Strategy(self.plan, self.store.model(0))
        for record in self.store.rounds():
            strategy.apply(self.store.sums(record.round))
        return strategy

    def _fresh(self, model: Vector) -> Setup:
        setup = self._begin(model)
        ask = self._advert_ask(setup)
        letters = {node: Letter((ask,)) for node in self.hops.courier.present()}
        self.hops.exchange(ADVERT, letters, {"advert": self._advert_taker(setup)}, wait_s=self._wait_s)
        committee = setup.collector.close_adverts()
        share: Part = {"ask": "share", "committee": committee.to_json()}
        shares = {setup.nodes[org]: Letter((share,)) for org in committee.names}
        self.hops.exchange(SHARE, shares, {"share": self._share_taker(setup)}, wait_s=self._wait_s)
        setup.sealed = setup.collector.close_bundles()
        return setup

    def _round(self, strategy: Strategy, number: int, setup: Setup) -> Setup | None:
        started, model = self.hops.monotonic_s(), strategy.model
        following = self._begin(model)
        collector = setup.collector
        self._mask(setup, following, model)
        roll = collector.close_masked()
        self._say("masked", round=number, parties=sorted(roll.alive), dropped=sorted(roll.dropped))
        ready = self._confirm(setup, following)
        confirmations = collector.close_confirmations()
        rows: list[JsonValue] = [one.to_json() for one in confirmations]
        ask: Part = {"ask": "open", **self._which(collector), "confirmations": rows}
        letters = {setup.nodes[one.org]: Letter((ask,)) for one in confirmations}
        self.hops.exchange(UNMASK, letters, {"open": self._open_taker(setup)}, wait_s=self._wait_s)
        outcome = collector.finish()
        self._keep(strategy, number, setup, outcome, started)
        return following if ready else None

    def _mask(self, setup: Setup, following: Setup, model: Vector) -> None:
        named, data = hex0x_encode(model_digest(model)), model_bytes(model)
        advert = self._advert_ask(following)
        letters = {}
        for org, sealed in setup.sealed.items():
            shares: Part = {peer: hex0x_encode(one) for peer, one in sealed.items()}
            ask: Part = {"ask": "mask", **self._which(setup.collector), "model": named, "sealed": shares}
            letters[setup.nodes[org]] = Letter((ask, advert), data)
        # Whoever is back, or new, is asked for keys at the same time, and waited for no longer than the others.
        others = {node: Letter((advert,)) for node in self.hops.courier.present() - set(letters)}

        def take(node: int, part: Mapping[str, JsonValue], blob: bytes) -> None:
            receipt = Receipt.from_json(part["mask"])
            setup.collector.add_masked(receipt, blob, self.now_s())

        takers = {"mask": take, "advert": self._advert_taker(following)}
        self.hops.exchange(MASKED, letters, takers, wait_s=self._wait_s, beside=(ADVERT, others))

    def _confirm(self, setup: Setup, following: Setup) -> bool:
        roll = setup.collector.roll
        try:
            committee = following.collector.close_adverts()
        except FaultError:
            committee = None
        receipts: list[JsonValue] = [one.to_json() for one in roll.receipts]
        ask: Part = {"ask": "confirm", **self._which(setup.collector), "receipts": receipts}
        ask["dropped"] = sorted(roll.dropped)
        asks: dict[int, tuple[Part, ...]] = {setup.nodes[org]: (ask,) for org in roll.alive}
        if committee is not None:
            share: Part = {"ask": "share", "committee": committee.to_json()}
            for org in committee.names:
                node = following.nodes[org]
                asks[node] = (*asks.get(node, ()), share)

        def take(node: int, part: Mapping[str, JsonValue], blob: bytes) -> None:
            setup.collector.add_confirmation(Confirmation.from_json(part["confirm"]), self.now_s())

        takers = {"confirm": take, "share": self._share_taker(following)}
        letters = {node: Letter(parts) for node, parts in asks.items()}
        self.hops.exchange(SHARE, letters, takers, wait_s=self._wait_s)
        try:
            following.sealed = following.collector.close_bundles() if committee is not None else {}
        except FaultError:
            return False
        return committee is not None

    def _keep(self, strategy: Strategy, number: int, setup: Setup, outcome: Outcome, started: float) -> None:
        collector = setup.collector
        opened = decode(self.plan, outcome, self.hops.say)
        before = strategy.model
        ballots = self._vote(setup, before, opened.means) if len(opened.means) > 1 else ()
        sums = opened.sums(ballots)
        after = strategy.apply(sums)
        vectors = {one.org: one.vector for one in outcome.roll.receipts if one.org in opened.parties}
        records = self.store.rounds()
        record = ModelRound(
            run=self.plan.run,
            code=self.plan.code,
            round=number,
            step=collector.terms.step,
            committee=collector.committee.digest,
            roll=outcome.roll.digest,
            members=tuple(RoundMember(Lei(org), vectors.get(org)) for org in sorted(collector.committee.names)),
            model_before=model_digest(before),
            model_after=model_digest(after),
            sums=sums.digest,
            weight=int(sums.weights.sum()),
            epsilon_micro=self.plan.epsilon_micro,
            previous=records[-1].digest if records else NO_RECORD,
        )
        self.store.add(record, after, sums, Witness(collector.committee, outcome.roll, opened.buckets, ballots))
        loss = [f"{value:.6f}" for value in metrics_of(sums)]
        took = int(1_000 * (self.hops.monotonic_s() - started))
        out = sorted(collector.committee.names - opened.parties)
        self._say("round", round=number, parties=sorted(opened.parties), out=out, metrics=loss, took_ms=took)

    def _vote(self, setup: Setup, model: Vector, means: Sequence[Vector]) -> tuple[Ballot, ...]:
        """A fourth hop where there are buckets: every party tries every bucket's mean update on its own rows."""
        collector = setup.collector
        data = means_bytes(model, means)
        ask: Part = {"ask": "vote", **self._which(collector), "buckets": len(means)}
        letters = {setup.nodes[org]: Letter((ask,), data) for org in collector.roll.alive}
        digest, votes = hashlib.sha256(data).digest(), dict[str, Ballot]()

        def take(node: int, part: Mapping[str, JsonValue], blob: bytes) -> None:
            ballot = Ballot.from_json(part["vote"])
            collector.check_ballot(ballot, digest, self.now_s())
            if len(ballot.votes) != len(means) or ballot.org in votes:
                raise SchemaError(f"{ballot.org} does not vote once on each bucket")
            votes[ballot.org] = ballot

        self.hops.exchange(VOTE, letters, {"vote": take}, wait_s=self._wait_s)
        return tuple(votes[org] for org in sorted(votes))

    def _begin(self, model: Vector) -> Setup:
        terms = self.plan.terms(self.store.take_step(), model_digest(model))
        return Setup(Collector(terms, self.registry()))

    def _advert_ask(self, setup: Setup) -> Part:
        return {"ask": "advert", "terms": setup.collector.terms.to_json(), "plan": self.plan.to_json()}

    def _advert_taker(self, setup: Setup) -> Callable[[int, Mapping[str, JsonValue], bytes], None]:
        def take(node: int, part: Mapping[str, JsonValue], blob: bytes) -> None:
            advert = Advert.from_json(part["advert"])
            if node in setup.nodes.values() or len(setup.nodes) >= self.plan.parties:
                raise FaultError("this node speaks for another party already, or the committee is full")
            if self.plan.retrain is not None and advert.org in self.plan.retrain.left:
                raise ForbiddenError(f"{advert.org} left, and this run trains again without it")
            setup.collector.add_advert(advert, self.now_s())
            setup.nodes[advert.org] = node

        return take

    def _share_taker(self, setup: Setup) -> Callable[[int, Mapping[str, JsonValue], bytes], None]:
        def take(node: int, part: Mapping[str, JsonValue], blob: bytes) -> None:
            setup.collector.add_bundle(ShareBundle.from_json(part["share"]), self.now_s())

        return take

    def _open_taker(self, setup: Setup) -> Callable[[int, Mapping[str, JsonValue], bytes], None]:
        def take(node: int, part: Mapping[str, JsonValue], blob: bytes) -> None:
            setup.collector.add_opening(Opening.from_json(part["open"]), self.now_s())

        return take

    def _which(self, collector: Collector) -> Part:
        return {"run": hex0x_encode(self.plan.run), "step": collector.terms.step}

    @property
    def _wait_s(self) -> float:
        return self.plan.hop_ms / 1_000

    def _say(self, event: str, **fields: JsonValue) -> None:
        self.hops.say({"event": event, **fields})
