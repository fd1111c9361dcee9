"""Recompute the chain of rounds behind a model, and say whether a party's contribution is in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evidence.canonical import loads
from evidence.draft import JsonValue
from evidence.errors import CredenceError, NotFoundError
from evidence.json_shape import integer, members, octets, text
from evidence.model_round import ModelRound, contribution, read_rounds
from node.chain.port_models import ModelLedger

MAX_ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class ModelAudit:
    """What was found.

    Attributes:
        run: the run's name; rounds: how many the chain holds; model: digest of the newest global model.
        findings: what does not agree, empty when everything does.
        contributions: by step of the party's own records, whether it is in the model.
    """

    run: bytes
    rounds: int
    model: bytes
    findings: tuple[str, ...]
    contributions: Mapping[int, bool] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether everything agrees."""
        return not self.findings

    def to_json(self) -> dict[str, JsonValue]:
        """As a document."""
        inside: dict[str, JsonValue] = {str(step): found for step, found in sorted(self.contributions.items())}
        return {
            "run": f"0x{self.run.hex()}",
            "rounds": self.rounds,
            "model": f"0x{self.model.hex()}",
            "whole": self.whole,
            "findings": list(self.findings),
            "contributions": inside,
        }


@dataclass(frozen=True, slots=True)
class AuditModel:
    """See the module."""

    ledger: ModelLedger

    def __call__(self, folder: Path, own: Path | None = None) -> ModelAudit:
        """Audit the run in `folder` (`rounds/*.json`, `models/*.f32`), and a party's records in `own` (`*.json`).

        Raises:
            NotFoundError: no rounds there. ProofError, MalformedError: the records do not even follow one another.
        """
        # (1) The records among themselves: numbers, digests of the one before, models end to start.
        files = sorted((folder / "rounds").glob("*.json"))[:MAX_ROUNDS]
        if not files:
            raise NotFoundError(f"{folder} holds no rounds of a run", advice="Name the folder of a run.")
        rounds = read_rounds([file.read_bytes() for file in files])
        # (2) The chain: exactly these records, every field of each.
        held = self.ledger.rounds(rounds[0].run)
        findings = [
            f"round {one.round} is not what the chain holds"
            for one, entry in zip(rounds, held, strict=False)
            if not entry.matches(one)
        ]
        if len(held) != len(rounds):
            findings.append(f"the chain holds {len(held)} rounds, the folder {len(rounds)}")
        # (3) The models' bytes are those that the records name.
        findings += _models(folder, rounds)
        # (4) What a party kept of what it sent: in, out, or contradicted.
        inside, wrong = _contributions(rounds, own) if own is not None else ({}, [])
        return ModelAudit(rounds[0].run, len(held), rounds[-1].model_after, (*findings, *wrong), inside)


def _models(folder: Path, rounds: Sequence[ModelRound]) -> list[str]:
    wanted = {0: rounds[0].model_before} | {one.round: one.model_after for one in rounds}
    findings = []
    for number, digest in wanted.items():
        path = folder / "models" / f"{number:05d}.f32"
        if not path.exists():
            findings.append(f"the model after round {number} is missing")
        elif hashlib.sha256(path.read_bytes()).digest() != digest:
            findings.append(f"the model after round {number} is not the recorded one")
    return findings


def _contributions(rounds: Sequence[ModelRound], own: Path) -> tuple[dict[int, bool], list[str]]:
    inside: dict[int, bool] = {}
    wrong = []
    for file in sorted(own.glob("*.json"))[:MAX_ROUNDS]:
        try:
            fields = members(loads(file.read_bytes()), file.name, ("format", "run", "step", "committee", "receipt"))
            receipt = fields["receipt"]
            if octets(fields["run"], "run", limit=32, size=32) != rounds[0].run or not isinstance(receipt, Mapping):
                continue
            vector = octets(receipt.get("vector"), "vector", limit=32, size=32)
            step = integer(fields["step"], "step")
            inside[step] = contribution(rounds, text(receipt.get("org"), "org"), step, vector)
        except CredenceError as error:
            wrong.append(f"{file.name}: {error.message}")
    return inside, wrong
