"""A steward that goes on when a test says so, with faults to switch on; its records hang together as real ones do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from evidence.draft import JsonValue
from evidence.errors import ConflictError, InputError, NotFoundError, PeerUnreachableError
from evidence.identity import lei_from_prefix
from evidence.model_round import NO_RECORD, ModelRound, RoundMember
from node.training.port import (
    FeatureDrift,
    Leaving,
    PartyContribution,
    RunContributions,
    RunDrift,
    TrainingRun,
    Withdrawal,
)

NAME = "ab" * 16
PARTIES = [lei_from_prefix(f"52990000000000{n}0AA") for n in range(4)]


@dataclass
class SimulatedSteward:
    """A steward that goes on when a test says so, with faults to switch on."""

    done: int = 0
    state: str = "running"
    away: bool = False
    too_few: bool = False
    gone: tuple[Withdrawal, ...] = ()
    moved: list[tuple[str, int, str]] = field(default_factory=lambda: [("torque", 20_000, "steady")])
    wishes: dict[str, Any] = field(default_factory=dict)

    def status(self) -> Mapping[str, JsonValue]:
        if self.away:
            raise PeerUnreachableError("the steward of the federation does not answer")
        return {"superlink": True, "worker": True, "front": True, "code": "0x" + "11" * 32}

    def runs(self) -> Sequence[TrainingRun]:
        self.status()
        return [self.run(NAME)]

    def run(self, name: str) -> TrainingRun:
        if name != NAME:
            raise NotFoundError(f"there is no run {name}")
        leis = tuple(map(str, PARTIES))
        return TrainingRun(
            NAME, self.state, 10, self.done, leis[:3], leis[3:], ("0.7", "0.6", "0.1"), (), "", self.gone
        )

    def start(self, wishes: Mapping[str, JsonValue]) -> TrainingRun:
        self.wishes = dict(wishes)
        return self.run(NAME)

    def stop(self, name: str) -> TrainingRun:
        self.state = "stopped"
        return self.run(name)

    def resume(self, name: str) -> TrainingRun:
        if self.state == "finished":
            raise ConflictError("the run is finished")
        self.state = "running"
        return self.run(name)

    def record(self, name: str, number: int) -> ModelRound:
        def digest(text: str) -> bytes:
            return bytes.fromhex((text.encode().hex() + "00" * 32)[:64])

        members = tuple(RoundMember(lei, digest(f"v{number}") if n < 3 else None) for n, lei in enumerate(PARTIES))
        previous = NO_RECORD if number == 1 else self.record(name, number - 1).digest
        fields = {one: digest(f"{one}{number}") for one in ("committee", "roll", "sums")}
        models = {"model_before": self.digest_of(number - 1), "model_after": self.digest_of(number)}
        return ModelRound(
            run=bytes.fromhex(NAME * 2), code=digest("code"), round=number, step=number, members=members, weight=900,
            epsilon_micro=2_500_000, previous=previous, **fields, **models,
        )  # fmt: skip

    def digest_of(self, number: int) -> bytes:
        """Digest of the global model after a round."""
        return bytes.fromhex((f"m{number}".encode().hex() + "00" * 32)[:64])

    def model(self, name: str, number: int) -> bytes:
        return b""

    def export(self, name: str, *, version: int, until: date) -> bytes:
        raise InputError("this run's model cannot be exported")

    def drift(self, name: str) -> RunDrift:
        if self.run(name).done < 2:
            return RunDrift((), 0, 0, "counts of one round tell no drift")
        return RunDrift(tuple(FeatureDrift(*one) for one in self.moved), 1, self.done, "")

    def contributions(self, name: str) -> RunContributions:
        took = min(self.run(name).done, 10)
        parties = [
            PartyContribution(str(org), "", "", took, False, "1")
            if n < 3
            else PartyContribution(str(org), "", "", 0, False, "0", "never-in")
            for n, org in enumerate(PARTIES)
        ]
        if self.done < 10:
            return RunContributions(took, tuple(parties), "10 rounds with two buckets or more are needed")
        bad = PartyContribution(str(PARTIES[2]), "-0.8", "0.1", took, True, "0", "harmful")
        good = [PartyContribution(str(org), "0.4", "0.1", took, False, "1") for org in PARTIES[:2]]
        return RunContributions(took, (*good, bad, parties[3]), "")

    def leave(self, name: str, party: str) -> Leaving:
        self.run(name)
        if self.too_few:
            raise ConflictError("2 parties would be left; secure aggregation needs 3", advice="Withdraw its models.")
        took = party in map(str, PARTIES[:3])
        withdrawn = tuple(self.record(name, n).model_after.hex() for n in range(1, self.done + 1)) if took else ()
        return Leaving(
            party, "cd" * 16 if took else "", 1 if took else 0, self.done if took else 0, withdrawn, "ef" * 32
        )
