"""The repair lane of the demo: a gate freezes, a repair is co-signed, the new score thaws the gate; an objection.

Everything goes through the members' own APIs; at the end the auditor reads it all again at its own node.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from evidence.clock import parse_instant
from evidence.errors import ConflictError, NotFoundError
from sandbox.desk import Desk
from sandbox.generator import PURCHASER
from sandbox.signer import countersign

BODY, AUDITOR = "accredited-body", "auditor"
SCOPE: Final = "repair-nonconformance"
MORE: Final = 500_000
"""Micro-points that the purchaser asks of the lower end of the score beyond what it is: the gate freezes."""
GOAL: Final = 70_000_000
"""What it asks once the repair has brought that: out of reach, so that the repair that runs holds the gate."""
POLICY: Final = "first-2026"
DEADLINES: Final = {"critical": 7, "major": 14, "minor": 30}
"""Days in which a nonconformance is to be closed, as the policy has them."""
WAIT_S: Final = 60.0
REASON: Final = "One nonconformance was closed late because the purchaser's part did not come back for three weeks."


@dataclass(slots=True)
class RepairStory:
    """One supplier's way back; told once, and read again from the chain at every later run.

    Attributes:
        file: where it is written down what happened, so that a second run changes nothing.
        score: fetch, compute and attest the supplier's score at the purchaser's node; the view.
    """

    desks: Mapping[str, Desk]
    key: str
    lei: str
    file: Path
    score: Callable[[], dict[str, Any]]
    say: Callable[[str], None]

    def tell(self) -> dict[str, Any]:
        """What happened, each part with what proves it; `verified` when the auditor's node reads the same."""
        told = _read(self.file)
        if not told:
            told = self._live()
            _keep(self.file, told)
        return {**told, **self._prove(told)}

    def _live(self) -> dict[str, Any]:
        own = self.desks[self.key]
        # What was true before is written down first: a run that dies in between is told to its end by the next one.
        begun = self.file.with_suffix(".begun.json")
        told = _read(begun)
        if not told:
            before = self.score()
            self.say("the purchaser asks for half a point more than there is: the gate freezes by itself")
            floor = int(before["card"]["low"]) + MORE
            told = {
                "event": self._late_nonconformance(),
                "score_before": points(before),
                "attestation_before": before["attestation"],
                "floor": floor,
                "gate_before": self._ask(floor),
            }
            _keep(begun, told)
        self.say("the supplier opens a repair claim; the accredited body co-signs it")
        case = self._claim(str(told["event"]))
        if own.get(f"/v1/cases/{case}")["state"] == "review":
            sealed = countersign(self.desks[BODY].actor, own.raw(f"/v1/cases/{case}/export").decode(), "co-sign")
            own.post(f"/v1/cases/{case}/signatures", json={"step": "co-sign", "sealed": sealed})
        claim = own.get(f"/v1/repairs?subject={self.lei}")["claims"][-1]
        while own.post("/v1/anchors") is not None:
            pass
        after = self.score()
        self.say("the new score thaws the gate; the purchaser asks for 70 points: the repair that runs holds it")
        thawed, held = self._ask(told["floor"]), self._ask(GOAL)
        self.say("the supplier objects to the score from before")
        objected = own.post(f"/v1/attestations/{told['attestation_before']}/objections", json={"reason": REASON})
        return {
            **told,
            "case": case,
            "claim": claim["id"],
            "score_after": points(after),
            "attestation_after": after["attestation"],
            "gate_after": thawed,
            "gate_held": held,
            "objection": objected["objections"][-1]["reason"],
        }

    def _ask(self, floor: int) -> dict[str, Any]:
        """The gate, once the purchaser asks this much of the lower end of the score."""
        rule = {"floor": floor, "policy": POLICY, "attesters": 1}
        return gate(self.desks[PURCHASER].put(f"/v1/suppliers/{self.lei}/gate/rule", json=rule))

    def _late_nonconformance(self) -> str:
        """A nonconformance of the purchaser's about the supplier that was closed late; its last statement's id."""
        purchaser, own = self.desks[PURCHASER], self.desks[self.key]
        buyer = str(purchaser.actor.player.lei)
        own.post(f"/v1/members/{buyer}/fetch", json={"subject": self.lei})
        late: list[tuple[timedelta, str]] = []
        for one in purchaser.pages(f"/v1/statements?subject={self.lei}&kind=nonconformance"):
            fields = purchaser.get(f"/v1/statements/{one['id']}")["fields"]
            if fields.get("closed_at"):
                took = parse_instant(fields["closed_at"]) - parse_instant(fields["opened_at"])
                over = took - timedelta(days=DEADLINES[fields["severity"]])
                if over > timedelta(0):
                    late.append((over, one["id"]))
        if not late:
            raise NotFoundError("no nonconformance of this supplier was closed late", advice="Use the sandbox's files.")
        return max(late)[1]

    def _claim(self, event: str) -> str:
        """A claim with evidence, described and submitted; the case's id."""
        own = self.desks[self.key]
        begun = own.pages(f"/v1/cases?flow=repair-claim.2&subject={self.lei}&ended=false")
        if begun and begun[-1]["state"] != "draft":
            return str(begun[-1]["id"])
        evidence = own.pages(f"/v1/statements?subject={self.lei}&kind=inspection-result")[-1]["id"]
        body = str(self.desks[BODY].actor.player.lei)
        fields = {"about": event, "subject": self.lei, "body": body, "scope": SCOPE}
        opened = begun[-1] if begun else own.post("/v1/cases", json={"flow": "repair-claim.2", "fields": fields})
        case = str(opened["id"])
        described = {"method": "ISO 2859-1, level II", "exposure": 200, "nonconforming": 0}
        for name, form in (("attach", {"evidence": [evidence]}), ("describe", described), ("submit", {})):
            own.post(f"/v1/cases/{case}/events", json={"event": name, "fields": form})
        deadline = time.monotonic() + WAIT_S
        # What the chain does not take at once is brought there by the node's worker.
        while not own.get(f"/v1/repairs?subject={self.lei}")["claims"]:
            if time.monotonic() > deadline:
                raise ConflictError(f"the claim of case {case} is not on chain after {WAIT_S:g} s")
            time.sleep(0.2)
        return case

    def _prove(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """The auditor's node, which trusts none of the others, reads claim, gate and objection from the chain."""
        auditor = self.desks[AUDITOR]
        claim = auditor.get(f"/v1/repairs/{told['claim']}")
        objections = auditor.get(f"/v1/attestations/{told['attestation_before']}/objections")
        buyer = self.desks[PURCHASER].actor.player.lei
        read = auditor.get(f"/v1/suppliers/{self.lei}/gate?purchaser={buyer}")
        proof = {
            "repair_counts": claim["counts"] and claim["subject"]["lei"] == self.lei,
            "co_signed_by": [one["body"]["lei"] for one in claim["co_signs"]],
            "gate": gate(read),
            "objection_stands": any(
                one["by"]["lei"] == self.lei and one["reason"] == told["objection"] and one["withdrawn_at"] is None
                for one in objections["objections"]
            ),
        }
        better = float(told["score_after"]["points"]) > float(told["score_before"]["points"])
        gates = [told[name]["state"] for name in ("gate_before", "gate_after", "gate_held")]
        good = bool(proof["repair_counts"]) and bool(proof["objection_stands"]) and better
        good = good and gates == ["frozen", "open", "in-repair"]
        return {"proof": proof, "verified": good and read["state"] == "in-repair"}


def _read(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text())) if file.exists() else {}


def _keep(file: Path, told: Mapping[str, Any]) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(told, indent=2) + "\n")
    fresh.replace(file)


def points(view: Mapping[str, Any]) -> dict[str, str]:
    """Points and interval of a score view, with one decimal."""
    return {name: f"{view['card'][name] / 1_000_000:.1f}" for name in ("points", "low", "high")}


def gate(view: Mapping[str, Any]) -> dict[str, Any]:
    """State and reasons of a gate view."""
    return {"state": view["state"], "at": view["at"], "reasons": [one["en"] for one in view["reasons"]]}
