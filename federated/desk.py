"""A party's desk: answers the letters of the server, one verb at a time, by its own data and its own rules."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import ConflictError, CredenceError, LimitError, MalformedError, SchemaError
from evidence.json_shape import integer, items, members, octets, text
from federated.courier import Letter
from federated.learning.dataset import MAX_ROWS
from federated.model_bytes import Vector, model_digest, model_of
from federated.plan import RunPlan
from federated.secagg.committee import Committee
from federated.secagg.messages import SEALED_BYTES, Confirmation, Receipt, byte_map
from federated.secagg.party import Party, PartyHome
from federated.secagg.ring import Words
from federated.secagg.terms import MAX_COMMITTEE, RoundTerms

MAX_OPEN: Final = 4
"""Rounds that a party keeps keys for at a time: the one that runs, the next, and what a crash left."""


class Trainer(Protocol):
    """What a plant does with a model."""

    def check(self, plan: RunPlan) -> None:
        """MUST raise SchemaError for a plan that this plant does not take part in (spec, settings, privacy)."""

    def train(self, plan: RunPlan, model: Vector, step: int) -> tuple[Vector, int]:
        """Values to be summed (update, then metrics), shape (size + 3,), and the weight of the plant.

        MUST raise SchemaError when another step would spend more privacy than the plan allows.
        """

    def count(self, plan: RunPlan) -> Sequence[int]:
        """Rows of the plant by feature and bin, shape (plan.tally,): summed securely over all parties, for drift."""

    def vote(self, model: Vector, means: Sequence[Vector]) -> list[int]:
        """What the plant finds of every bucket's mean update on its own rows: 1 helps, 0 changes nothing, -1 harms."""


@dataclass(slots=True)
class Desk:
    """One party. Not safe for several threads; a refusal is an answer, never the end of the desk.

    Attributes:
        home: keys, registry and rules; trainer: the plant's data.
        renew: gives the home with the registry as it is now, see `RegistryFile`.
        now_s: the clock; keep: writes the party's own record of what it sent (run, step, document).
    """

    home: PartyHome
    trainer: Trainer
    now_s: Callable[[], int]
    keep: Callable[[bytes, int, Mapping[str, JsonValue]], None]
    renew: Callable[[PartyHome], PartyHome] = lambda home: home
    _rounds: dict[tuple[bytes, int], Party] = field(default_factory=dict)
    _plans: dict[bytes, RunPlan] = field(default_factory=dict)

    def answer(self, letter: Letter) -> Letter:
        """The answer to a letter: one entry for each of its asks, in order."""
        answers: list[Mapping[str, JsonValue]] = []
        blob = b""
        for ask in letter.parts[:8]:
            try:
                content, sent = self._one(ask, letter.blob)
                answers.append(content)
                blob = sent or blob
            except CredenceError as error:
                answers.append({"error": error.name, "message": error.message[:500]})
        return Letter(tuple(answers), blob)

    def _one(self, ask: Mapping[str, JsonValue], blob: bytes) -> tuple[Mapping[str, JsonValue], bytes]:
        verb = text(ask.get("ask"), "ask")
        body = {name: value for name, value in ask.items() if name != "ask"}
        if verb == "mask":
            return self._mask(body, blob)
        verbs: dict[str, Callable[[Mapping[str, JsonValue]], JsonValue]] = {
            "advert": self._advert,
            "share": self._share,
            "confirm": self._confirm,
            "open": self._open,
        }
        if verb == "vote":
            return {verb: self._vote(body, blob)}, b""
        if verb not in verbs:
            raise MalformedError(f"{verb[:20]!r} is nothing that a party answers")
        return {verb: verbs[verb](body)}, b""

    def _advert(self, body: Mapping[str, JsonValue]) -> JsonValue:
        fields = members(dict(body), "advert", ("terms", "plan"))
        plan, terms = RunPlan.from_json(fields["plan"]), RoundTerms.from_json(fields["terms"])
        if terms != plan.terms(terms.step, terms.base):
            raise SchemaError("the terms of the round are not those of the plan that names its run")
        if plan.retrain is not None and self.home.org in plan.retrain.left:
            raise SchemaError("this party left; the run is there to train again without it")
        self.trainer.check(plan)
        # Members that came or left since are seen from here on; rounds that run keep their committees.
        self.home = self.renew(self.home)
        party = Party(self.home, terms)
        # New keys for a step replace old ones only before anything was shared under them.
        known = self._rounds.get((terms.run, terms.step))
        if known is not None and known.stage > 1:
            raise ConflictError(f"keys for step {terms.step} are in use")
        self._rounds[terms.run, terms.step] = party
        self._plans[terms.run] = plan
        while len(self._rounds) > MAX_OPEN:
            self._rounds.pop(next(iter(self._rounds)))
        return party.advertise().to_json()

    def _share(self, body: Mapping[str, JsonValue]) -> JsonValue:
        committee = Committee.from_json(members(dict(body), "share", ("committee",))["committee"])
        run = committee.terms.run
        party, plan = self._party(run, committee.terms.step), self._plans[run]
        if plan.retrain is not None and (back := committee.names & set(plan.retrain.left)):
            raise SchemaError(f"{min(back)} left, and the committee of the retraining holds it all the same")
        self.home = self.renew(self.home)
        return party.share(committee, self.now_s(), self.home.registry).to_json()

    def _mask(self, body: Mapping[str, JsonValue], blob: bytes) -> tuple[Mapping[str, JsonValue], bytes]:
        fields = members(dict(body), "mask", ("run", "step", "model", "sealed"))
        run, step = octets(fields["run"], "run", limit=32, size=32), integer(fields["step"], "step")
        party, plan = self._party(run, step), self._plans[run]
        named, sealed = octets(fields["model"], "model", limit=32, size=32), fields["sealed"]
        model = model_of(blob, plan.size)
        if model_digest(model) != named:
            raise SchemaError("the weights are not those of the model that the round names")
        values, weight = self.trainer.train(plan, model, step)
        words = self.words(plan, step, values, weight)
        receipt, vector = party.mask(named, byte_map(sealed, "sealed", SEALED_BYTES), words)
        document: dict[str, JsonValue] = {
            "format": "credence-contribution/1",
            "run": hex0x_encode(run),
            "step": step,
            "committee": hex0x_encode(party.committee.digest),
            "receipt": receipt.to_json(),
        }
        # Kept before it is sent: what a party has sent it can always name.
        self.keep(run, step, document)
        return {"mask": receipt.to_json()}, vector

    def words(self, plan: RunPlan, step: int, values: Vector, weight: int) -> Words:
        """What is masked: the update with its metrics and weight and, in steps that ask for it, this plant's counts."""
        words = plan.quantiser().encode(values, weight)
        if not plan.tally_at(step):
            return words
        counts = np.asarray(self.trainer.count(plan), dtype=np.int64)
        if counts.shape != (plan.tally,) or counts.min() < 0 or counts.max() > MAX_ROWS:
            raise LimitError(f"{plan.tally} counts of 0 to {MAX_ROWS} rows are agreed for this step")
        return np.concatenate([words, counts.astype(np.uint64)])

    def _confirm(self, body: Mapping[str, JsonValue]) -> JsonValue:
        fields = members(dict(body), "confirm", ("run", "step", "receipts", "dropped"))
        receipts = [Receipt.from_json(one) for one in items(fields["receipts"], "receipts", limit=MAX_COMMITTEE)]
        gone = items(fields["dropped"], "dropped", limit=MAX_COMMITTEE)
        dropped = frozenset(text(one, "dropped") for one in gone)
        if len(dropped) != len(gone):
            raise LimitError("a party is named twice among those who dropped out")
        return self._named(fields).confirm(receipts, dropped, self.now_s()).to_json()

    def _open(self, body: Mapping[str, JsonValue]) -> JsonValue:
        fields = members(dict(body), "open", ("run", "step", "confirmations"))
        rows = items(fields["confirmations"], "confirmations", limit=MAX_COMMITTEE)
        opening = self._named(fields).open([Confirmation.from_json(one) for one in rows], self.now_s())
        return opening.to_json()

    def _vote(self, body: Mapping[str, JsonValue], blob: bytes) -> JsonValue:
        fields = members(dict(body), "vote", ("run", "step", "buckets"))
        party, plan = self._named(fields), self._plans[octets(fields["run"], "run", limit=32, size=32)]
        buckets = integer(fields["buckets"], "buckets")
        if not 1 <= buckets <= MAX_COMMITTEE:
            raise LimitError(f"{buckets} buckets to vote on")
        model, *means = (model_of(blob[start : start + 4 * plan.size], plan.size)
                         for start in range(0, 4 * plan.size * (buckets + 1), 4 * plan.size))  # fmt: skip
        if model_digest(model) != party.receipt.model:
            raise SchemaError("the votes would be on another model than this party trained from")
        votes = self.trainer.vote(model, means)
        return party.vote(hashlib.sha256(blob).digest(), votes).to_json()

    def _named(self, fields: Mapping[str, JsonValue]) -> Party:
        return self._party(octets(fields["run"], "run", limit=32, size=32), integer(fields["step"], "step"))

    def _party(self, run: bytes, step: int) -> Party:
        party = self._rounds.get((run, step))
        if party is None:
            raise ConflictError(
                f"this party has no keys for step {step} of the run",
                advice="It was restarted or joined later; it takes part from the next committee on.",
            )
        return party
