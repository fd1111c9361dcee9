"""The main job, told from start to end: files become evidence, evidence a score, and bank and auditor check it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from evidence.errors import InputError
from sandbox.checks import AuditorCheck, BankCheck
from sandbox.desk import MOST_BYTES, MOST_FILES, Desk
from sandbox.generator import PURCHASER
from sandbox.lane import RepairStory
from sandbox.stage import Stage
from sandbox.truth import suppliers
from sandbox.vote import Votes

MAPPING = ".mapping.json"
PROOFS = 3
"""Statements per supplier whose proofs the auditor checks one by one; the log audit covers all of them."""


@dataclass(slots=True)
class Outcome:
    """What the demo found for one supplier."""

    key: str
    lei: str
    name: str
    files: list[dict[str, Any]] = field(default_factory=list)
    statements: int = 0
    anchors: int = 0
    score: dict[str, Any] = field(default_factory=dict)
    attestation: str | None = None
    repair: dict[str, Any] = field(default_factory=dict)
    bank: dict[str, Any] = field(default_factory=dict)
    auditor: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The outcome as a document."""
        return {
            "supplier": self.key,
            "lei": self.lei,
            "name": self.name,
            "files": self.files,
            "statements": self.statements,
            "anchors": self.anchors,
            "score": self.score,
            "attestation": self.attestation,
            "repair": self.repair or None,
            "bank": self.bank,
            "auditor": self.auditor,
            "verified": bool(self.bank.get("verified") and self.auditor.get("verified"))
            and (not self.repair or bool(self.repair["verified"])),
        }


@dataclass(slots=True)
class Story:
    """One run over a stage and a folder of files."""

    stage: Stage
    data: Path
    say: Callable[[str], None]
    desks: dict[str, Desk] = field(default_factory=dict)
    policies: list[dict[str, Any]] = field(default_factory=list)

    def tell(self) -> list[Outcome]:
        """Import, anchor, score, attest, verify; every step repeats at no cost what an earlier run did."""
        outcomes = [Outcome(one.key, str(one.lei), one.name) for one in suppliers()]
        self.say("people sign in and get their tokens")
        with ThreadPoolExecutor(max_workers=len(self.stage.actors)) as pool:
            # At once: each password takes its node the better part of a second, by intention (Argon2id).
            self.desks = dict(zip(self.stage.actors, pool.map(Desk.open, self.stage.actors.values()), strict=True))
        votes = Votes(self.desks, self.stage.mine, self.say)
        votes.begin()
        for outcome, folder in zip(outcomes, folders(self.data), strict=False):
            self.say(f"{outcome.name} imports {folder.name}/")
            outcome.files = import_folder(self.desks[outcome.key], folder, outcome.lei)
        for outcome in outcomes:
            customer = self.data / PURCHASER / outcome.key
            if customer.is_dir():
                self.say(f"the purchaser imports its records about {outcome.name}")
                outcome.files += import_folder(self.desks[PURCHASER], customer, outcome.lei)
        self.say("sealing and anchoring what waits")
        for desk in self.desks.values():
            desk_seal(desk)
        self.policies = votes.finish()
        for outcome in outcomes:
            self._score(outcome)
        if (self.data / "truth.json").exists():
            self._repair(outcomes[-1])
        for outcome in outcomes:
            self._verify(outcome)
        return outcomes

    def _score(self, outcome: Outcome) -> None:
        purchaser, own = self.desks[PURCHASER], self.desks[outcome.key]
        self.say(f"the purchaser fetches, scores and attests {outcome.name}")
        view = self._attested(outcome)
        outcome.attestation = view["attestation"]
        outcome.score = shown(view["card"])
        outcome.anchors = len([head for head in own.pages("/v1/anchors") if head["block"]])
        made = [
            own.pages(f"/v1/statements?subject={outcome.lei}"),
            purchaser.pages(f"/v1/statements?subject={outcome.lei}"),
        ]
        outcome.statements = sum(len(statements) for statements in made)

    def _attested(self, outcome: Outcome) -> dict[str, Any]:
        purchaser, own = self.desks[PURCHASER], self.desks[outcome.key]
        if own.pages("/v1/anchors"):
            purchaser.post(f"/v1/members/{outcome.lei}/fetch", json={"subject": outcome.lei})
        return dict(purchaser.post(f"/v1/suppliers/{outcome.lei}/score/attestation"))

    def _repair(self, outcome: Outcome) -> None:
        """The supplier with the worst files repairs something: the last one of `sandbox.truth`."""
        file = self.stage.home / "repair.json"
        score = partial(self._attested, outcome)
        outcome.repair = RepairStory(self.desks, outcome.key, outcome.lei, file, score, self.say).tell()
        self._score(outcome)

    def _verify(self, outcome: Outcome) -> None:
        self.say(f"bank and auditor verify {outcome.name}")
        folder = self.stage.home / "handed-over" / outcome.key
        folder.mkdir(parents=True, exist_ok=True)
        purchaser, own = self.desks[PURCHASER], self.desks[outcome.key]
        (folder / "credential.sd-jwt").write_bytes(purchaser.raw(f"/v1/suppliers/{outcome.lei}/score/credential"))
        (folder / "bundle.json").write_bytes(purchaser.raw(f"/v1/suppliers/{outcome.lei}/score/bundle"))
        statements = own.pages(f"/v1/statements?subject={outcome.lei}")
        chosen = statements[:: max(1, len(statements) // PROOFS)][:PROOFS]
        for statement in chosen:
            (folder / f"{statement['id']}.proof").write_bytes(own.raw(f"/v1/statements/{statement['id']}/proof"))
        outcome.bank = BankCheck(self.stage.actors["bank"].home)(folder)
        outcome.auditor = AuditorCheck(self.stage.actors["auditor"].home)(folder, outcome.lei)


def folders(data: Path) -> list[Path]:
    """One folder per supplier, in order of name; a folder without sub-folders is the first supplier's.

    Raises:
        InputError: more folders than the demo has suppliers, or none at all.
    """
    by_key = [data / one.key for one in suppliers()]
    if all(path.is_dir() for path in by_key):
        return by_key
    found = sorted(path for path in data.iterdir() if path.is_dir() and not path.name.startswith("."))
    if len(found) > len(by_key):
        names = ", ".join(path.name for path in found)
        raise InputError(
            f"{data} holds {len(found)} folders ({names[:300]}), the demo has {len(by_key)} suppliers",
            advice="Give a folder with at most one sub-folder per supplier.",
        )
    return found or [data]


def import_folder(desk: Desk, folder: Path, supplier: str) -> list[dict[str, Any]]:
    """Import all files below a folder: tables with the mapping beside them, all others in batches."""
    tables: list[tuple[Path, Path]] = []
    plain: list[Path] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        mapping = path.with_name(path.name + MAPPING)
        if path.name.endswith(MAPPING) or path.stat().st_size == 0:
            continue
        if mapping.exists():
            tables.append((path, mapping))
        else:
            plain.append(path)
    reports: list[dict[str, Any]] = []
    for batch in batches(plain):
        reports += desk.upload(batch, supplier)["files"]
    for path, mapping in tables:
        reports += desk.upload([path], supplier, mapping)["files"]
    return reports


def batches(paths: Sequence[Path]) -> list[list[Path]]:
    """Paths in batches that one upload may carry."""
    found: list[list[Path]] = []
    size = MOST_BYTES
    for path in paths:
        size += path.stat().st_size
        if size > MOST_BYTES or len(found[-1]) == MOST_FILES:
            found.append([])
            size = path.stat().st_size
        found[-1].append(path)
    return found


def desk_seal(desk: Desk) -> None:
    """Seal and anchor until nothing waits; the worker may be doing the same, which does no harm."""
    if "log:seal" in {scope.value for scope in desk.actor.player.scopes}:
        while desk.post("/v1/anchors") is not None:
            pass


def shown(card: dict[str, Any]) -> dict[str, Any]:
    """What the summary says of a card; points with one decimal."""
    rated = card["state"] == "rated"
    return {
        "state": card["state"],
        "points": f"{card['points'] / 1_000_000:.1f}" if rated else None,
        "low": f"{card['low'] / 1_000_000:.1f}" if rated else None,
        "high": f"{card['high'] / 1_000_000:.1f}" if rated else None,
        "band": card["band_name"] if rated else None,
        "eligibility": card["eligibility"],
        "missing": card["blockers"],
        "reasons": card["reasons"],
        "contributions": {line["indicator"]: line["contribution"] for line in card["lines"]},
    }
