"""Rounds of federated training on the measured chain: what naming a steward and recording a round cost."""

from __future__ import annotations

import hashlib
from typing import Final

from evidence.identity import org_id
from tools.snapshot_scene import ADMIN, FIRST_SUPPLIER, Scene, anchor_holder

ROUNDS: Final = 3
COMMITTEE: Final = 15
"""Members of each round's committee; the entry on chain is as large for any number of them."""


class ModelScene:
    """One run of a federation, whose steward is the scene's first supplier."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def deploy(self) -> None:
        """The registry of rounds."""
        chain, types = self.scene.chain, ["address", "uint48", "address"]
        self.models = chain.deploy("ModelRegistry", ADMIN, types, [self.scene.registry, 172_800, ADMIN])

    def record(self) -> None:
        """A steward is named and records rounds; a repeated answer of the first kind changes nothing."""
        chain, steward = self.scene.chain, org_id(self.scene.suppliers[FIRST_SUPPLIER])
        chain.send("name steward", ADMIN, "ModelRegistry", self.models, "setSteward", steward, True)
        run, sender = _named("run"), anchor_holder(FIRST_SUPPLIER)
        labels = {1: "record first round", 2: "record round"}
        for number in range(1, ROUNDS + 1):
            values = (run, steward, _round(number))
            chain.send(labels.get(number, ""), sender, "ModelRegistry", self.models, "record", *values)
        chain.send("record round again", sender, "ModelRegistry", self.models, "record", run, steward, _round(ROUNDS))


def _round(number: int) -> tuple[int | bytes, ...]:
    """Fields of `ModelRound` in the contract's order."""
    previous = _named(f"record {number - 1}") if number > 1 else bytes(32)
    counts = (number, COMMITTEE, COMMITTEE - 1, 10_000, 0)
    models = (_named(f"model {number - 1}"), _named(f"model {number}"))
    return (*counts, _named(f"record {number}"), previous, *models, _named(f"committee {number}"), _named("code"))


def _named(text: str) -> bytes:
    return hashlib.sha256(text.encode("ascii")).digest()
