"""People, a small flow, and a desk that runs a case for tests."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from evidence import canonical
from evidence.draft import JsonValue
from evidence.identity import Lei, lei_from_prefix
from nocode.case import Case
from nocode.commands import Command
from nocode.events import Act, Actor, Event, Sign, SignatureRef, Tick
from nocode.flow import Flow
from nocode.legal import facts_needed
from nocode.meaning import Meaning
from nocode.reader import decode
from nocode.step import open_case, step

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SUPPLIER = lei_from_prefix("5493000KILNWORKS00")
BODY = lei_from_prefix("5493000INSPECTOR00")
BUYER = lei_from_prefix("5493000PURCHASER00")


def actor(user: str, *roles: str, organisation: Lei = SUPPLIER, zone: str = "Asia/Shanghai") -> Actor:
    return Actor(organisation, f"usr_{user}", user.title(), frozenset(roles), zone)


def words(text: str) -> dict[str, str]:
    return {"en": text, "zh": text}


def small_flow() -> dict[str, Any]:
    """Written by authors, released by two people, with a reminder and an end by the clock."""
    return {
        "format": "credence-flow/1",
        "id": "small",
        "version": 1,
        "title": words("Small"),
        "roles": {"author": words("Author"), "checker": words("Checker")},
        "fields": {
            "text": {"type": "text", "title": words("Text")},
            "count": {"type": "integer", "title": words("Count"), "least": 0, "most": 100},
            "files": {"type": "digests", "title": words("Files")},
        },
        "facts": {"open": {"type": "integer", "title": words("Open elsewhere")}},
        "opening": {
            "by": ["author"],
            "title": words("Open"),
            "form": {"required": ["text"]},
            "ways": [{"to": "draft", "if": {"lt": [{"fact": "open"}, 3]}}],
        },
        "states": {
            "draft": {
                "title": words("Draft"),
                "on": {
                    "edit": {
                        "by": ["author", "checker"],
                        "title": words("Edit"),
                        "form": {"optional": ["text", "count", "files"]},
                        "ways": [{"to": "draft"}],
                    },
                    "submit": {"by": ["author"], "title": words("Submit"), "ways": [{"to": "review"}]},
                },
            },
            "review": {
                "title": words("Review"),
                "on": {
                    "edit": {
                        "by": ["author", "checker"],
                        "title": words("Edit"),
                        "form": {"optional": ["text", "count", "files"]},
                        "ways": [{"to": "review"}],
                    },
                    "remind": {"by": ["clock"], "title": words("Remind"), "ways": [{"to": "review", "commands": [
                        {"do": "notify", "roles": ["checker"], "text": words("Waiting")}]}]},
                    "lapse": {"by": ["clock"], "title": words("Lapse"), "ways": [{"to": "lapsed"}]},
                },
                "signatures": {
                    "release": {
                        "meaning": "release",
                        "role": "checker",
                        "count": 2,
                        "different_people": True,
                        "author": "excluded",
                        "title": words("Release"),
                        "to": "released",
                    },
                    "reject": {
                        "meaning": "rejection",
                        "role": "checker",
                        "count": 1,
                        "different_people": True,
                        "author": "allowed",
                        "reason": True,
                        "title": words("Reject"),
                        "to": "draft",
                    },
                },
                "deadlines": [{"after": "P2D", "event": "remind"}, {"after": "P7D", "event": "lapse"}],
            },
            "released": {"title": words("Released"), "end": True, "needs": {"meaning": "release", "people": 2}},
            "lapsed": {"title": words("Lapsed"), "end": True},
        },
    }  # fmt: skip


def changed(document: dict[str, Any], place: str, value: object) -> dict[str, Any]:
    """A copy with another value at a JSON pointer; None removes it."""
    result = copy.deepcopy(document)
    target: Any = result
    *way, last = place.strip("/").split("/")
    for part in way:
        target = target[int(part)] if isinstance(target, list) else target[part]
    if value is None:
        del target[last]
    elif isinstance(target, list):
        target[int(last)] = value
    else:
        target[last] = value
    return result


def read(document: dict[str, Any]) -> Flow:
    return decode(canonical.encode(document))


@dataclass
class Desk:
    """Runs one case: what is done goes in, the case and all commands stay."""

    flow: Flow
    now: datetime = START
    case: Case | None = None
    commands: list[Command] = field(default_factory=list)
    events: list[tuple[Event, datetime]] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def state(self) -> str:
        assert self.case is not None
        return self.case.state

    def open(self, who: Actor, facts: Mapping[str, JsonValue] | None = None, **fields: JsonValue) -> Case:
        act = Act("open", who, fields, "", facts or {})
        self.case, commands = open_case(self.flow, "case-1", act, self.now)
        self.commands += commands
        self.events.append((act, self.now))
        return self.case

    def act(
        self,
        event: str,
        who: Actor,
        *,
        reason: str = "",
        facts: Mapping[str, JsonValue] | None = None,
        **fields: JsonValue,
    ) -> Case:
        return self.do(Act(event, who, fields, reason, facts or {}))

    def sign(
        self,
        name: str,
        who: Actor,
        *,
        reason: str = "",
        facts: Mapping[str, JsonValue] | None = None,
        record: bytes | None = None,
        meaning: Meaning | None = None,
        signature: str = "",
    ) -> Case:
        assert self.case is not None
        asked = self.flow.states[self.case.state].steps.get(name)
        meaning = meaning or (asked.meaning if asked else Meaning.APPROVAL)
        reference = SignatureRef(signature or f"sig_{next(self.numbers)}", (record or self.case.record).hex(), meaning)
        return self.do(Sign(name, who, reference, reason, facts or {}))

    def wait(self, **by: float) -> Case:
        self.now += timedelta(**by)
        return self.do(Tick())

    def do(self, event: Event) -> Case:
        assert self.case is not None
        self.case, commands = step(self.flow, self.case, event, self.now)
        self.commands += commands
        self.events.append((event, self.now))
        return self.case

    def needed(self, action: str) -> frozenset[str]:
        return facts_needed(self.flow, self.case, action)


ANNA = actor("anna", "author")
BEN = actor("ben", "checker")
CARA = actor("cara", "checker")


def small_desk(document: dict[str, Any] | None = None) -> Desk:
    """The small flow with a case in draft."""
    desk = Desk(read(document or small_flow()))
    desk.open(ANNA, {"open": 0}, text="first")
    return desk
