"""From a document to a flow, or a refusal that names the exact place."""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Final

from evidence import canonical
from evidence.errors import NotFoundError
from nocode import checks
from nocode.command_reader import CommandReader
from nocode.document import Node
from nocode.fields import Field, read_field
from nocode.flow import (
    CLOCK,
    FORMAT,
    OPEN,
    Deadline,
    Flow,
    FlowDigest,
    Form,
    Handler,
    Needs,
    SignatureStep,
    State,
    Way,
)
from nocode.guard_reader import GuardReader, Vocabulary, read_duration
from nocode.meaning import Meaning

MAX_BYTES: Final = 256 * 1024
"""Longest definition, bytes."""
MAX_STATES: Final = 64
MAX_FIELDS: Final = 100
MAX_EVENTS: Final = 32
"""Most events, and most signature steps, of one state."""
SHIPPED: Final = ("eight-d.1", "release-correction.1", "release-correction.2", "repair-claim.1", "repair-claim.2")
"""Definitions that ship with the product, by the name of their file in `nocode/flows`: id, point, version."""


def decode(data: bytes) -> Flow:
    """Read a definition from its canonical bytes, and check that it can run.

    Raises:
        MalformedError, LimitError: not canonical JSON, or larger than `MAX_BYTES`.
        SchemaError: against a rule of flows; `place` is the JSON pointer.
    """
    return _FlowReader(Node(canonical.decode_canonical(data, limit=MAX_BYTES)), data).read()


def parse(data: bytes) -> Flow:
    """Read a definition as people lay it out; its digest is still that of the canonical bytes. Errors as `decode`."""
    value = canonical.loads(data, limit=MAX_BYTES)
    return _FlowReader(Node(value), canonical.encode(value)).read()


def shipped(name: str) -> Flow:
    """A definition that ships with the product, such as `repair-claim.1`; every version ever shipped stays.

    Raises:
        NotFoundError: no definition of that name ships.
    """
    if name not in SHIPPED:
        raise NotFoundError(
            f"no flow {name[:60]!r} ships with this version", advice=f"There are: {', '.join(SHIPPED)}."
        )
    return parse(resources.files("nocode").joinpath("flows", f"{name}.json").read_bytes())


class _FlowReader:
    def __init__(self, node: Node, document: bytes) -> None:
        self._top = node.members(
            ("fields", "format", "id", "opening", "roles", "states", "title", "version"), ("$schema", "facts")
        )
        self._document = document
        if "$schema" in self._top:
            self._top["$schema"].text(200)
        if self._top["format"].text(40) != FORMAT:
            raise self._top["format"].refuse(f"{FORMAT} is expected")
        self._roles = {name: entry.words() for name, entry in self._top["roles"].named(32, least=1).items()}
        if CLOCK in self._roles:
            raise self._top["roles"].refuse(f"{CLOCK!r} is nobody's role; deadlines act by themselves")
        self._fields = _fields(self._top["fields"])
        facts = _fields(self._top["facts"]) if "facts" in self._top else {}
        if lists := [name for name, fact in facts.items() if fact.is_list]:
            raise self._top["facts"].refuse(f"{lists[0]!r}: a fact is a single value")
        self._states = self._top["states"].named(MAX_STATES, least=2)
        self._words = Vocabulary(self._fields, facts, self._event_names())
        self._commands = CommandReader(self._fields, frozenset(self._roles))

    def read(self) -> Flow:
        opening = self._handler(OPEN, self._top["opening"])
        flow = Flow(
            id=self._top["id"].name(),
            version=self._top["version"].integer(1, 10**6),
            title=self._top["title"].words(),
            roles=self._roles,
            fields=self._fields,
            facts=self._words.facts,
            opening=opening,
            states={name: self._state(name, entry) for name, entry in self._states.items()},
            digest=FlowDigest(hashlib.sha256(self._document).hexdigest()),
            document=self._document,
        )
        checks.check(flow)
        return flow

    def _event_names(self) -> frozenset[str]:
        """All names of events and steps; a step's name is its own in the whole flow, so that it can be referred to."""
        events, steps = {OPEN}, set[str]()
        for state in self._states.values():
            members = state.members((), _STATE)
            if "on" in members:
                events.update(members["on"].named(MAX_EVENTS))
            for name, entry in (members["signatures"].named(MAX_EVENTS) if "signatures" in members else {}).items():
                if name in steps:
                    raise entry.refuse(f"there is another signature step {name!r}")
                steps.add(name)
        if both := sorted(events & steps):
            raise self._top["states"].refuse(f"{both[0]!r} is both an event and a signature step")
        return frozenset(events | steps)

    def _state(self, name: str, node: Node) -> State:
        members = node.members(("title",), _STATE)
        title = members["title"].words()
        end = "end" in members and members["end"].flag()
        needs = self._needs(members["needs"]) if "needs" in members else None
        if end:
            for word in ("on", "signatures", "deadlines"):
                if word in members:
                    raise members[word].refuse("nothing happens in a state that is the end")
            return State(name, title, True, needs, {}, {}, ())
        handlers = members["on"].named(MAX_EVENTS) if "on" in members else {}
        if OPEN in handlers:
            raise handlers[OPEN].refuse(f"{OPEN!r} is the event that opens a case")
        steps = members["signatures"].named(MAX_EVENTS) if "signatures" in members else {}
        deadlines = members["deadlines"].items(1, 8) if "deadlines" in members else []
        return State(
            name=name,
            title=title,
            end=False,
            needs=needs,
            handlers={event: self._handler(event, entry) for event, entry in handlers.items()},
            steps={step: self._step(step, entry) for step, entry in steps.items()},
            deadlines=tuple(_deadline(entry) for entry in deadlines),
        )

    def _needs(self, node: Node) -> Needs:
        members = node.members(("meaning", "people"))
        return Needs(_meaning(members["meaning"]), members["people"].integer(1, 16))

    def _handler(self, name: str, node: Node) -> Handler:
        members = node.members(("by", "title", "ways"), ("form", "reason", "refused"))
        by = self._by(members["by"])
        if CLOCK in by:
            for word in ("form", "reason", "refused"):
                if word in members:
                    raise members[word].refuse("nobody acts when a deadline passes, so nothing can be asked or told")
        return Handler(
            name=name,
            title=members["title"].words(),
            by=by,
            form=self._form(members["form"]) if "form" in members else Form(),
            reason="reason" in members and members["reason"].flag(),
            ways=tuple(self._way(entry, clock=CLOCK in by) for entry in members["ways"].items(1, 8)),
            refused=members["refused"].words() if "refused" in members else None,
        )

    def _by(self, node: Node) -> tuple[str, ...]:
        by = node.names(16, least=1)
        for place, role in zip(node.items(1, 16), by, strict=True):
            if role != CLOCK and role not in self._roles:
                raise place.refuse(f"there is no role {role!r}")
        if CLOCK in by and len(by) > 1:
            raise node.refuse(f"{CLOCK!r} stands alone: an event of the clock is nobody else's")
        return by

    def _form(self, node: Node) -> Form:
        members = node.members((), ("optional", "required"))
        form = Form(*(members[word].names(MAX_FIELDS) if word in members else () for word in ("required", "optional")))
        for word, names in (("required", form.required), ("optional", form.optional)):
            for index, name in enumerate(names):
                if name not in self._fields:
                    raise members[word].items(1, MAX_FIELDS)[index].refuse(f"there is no field {name!r}")
        if both := [name for name in form.required if name in form.optional]:
            raise node.refuse(f"{both[0]!r} is both required and optional")
        return form

    def _way(self, node: Node, *, clock: bool = False) -> Way:
        members = node.members(("to",), ("commands", "if"))
        return self._lead(members, clock=clock)

    def _lead(self, members: dict[str, Node], *, clock: bool = False) -> Way:
        to = members["to"].name()
        if to not in self._states:
            raise members["to"].refuse(f"there is no state {to!r}")
        guard = GuardReader(self._words, clock=clock).read(members["if"]) if "if" in members else None
        commands = members["commands"].items(1, 16) if "commands" in members else []
        return Way(guard, to, tuple(self._commands.read(entry) for entry in commands))

    def _step(self, name: str, node: Node) -> SignatureStep:
        members = node.members(
            ("author", "count", "different_people", "meaning", "role", "title", "to"),
            ("commands", "if", "not_signers_of", "reason", "refused"),
        )
        role = members["role"].name()
        if role not in self._roles:
            raise members["role"].refuse(f"there is no role {role!r}")
        return SignatureStep(
            name=name,
            title=members["title"].words(),
            meaning=_meaning(members["meaning"]),
            role=role,
            count=members["count"].integer(1, 16),
            different_people=members["different_people"].flag(),
            author_excluded=members["author"].choice(("allowed", "excluded")) == "excluded",
            not_signers_of=members["not_signers_of"].names(16, least=1) if "not_signers_of" in members else (),
            reason="reason" in members and members["reason"].flag(),
            way=self._lead(members),
            refused=members["refused"].words() if "refused" in members else None,
        )


_STATE: Final = ("deadlines", "end", "needs", "on", "signatures", "title")


def _fields(node: Node) -> dict[str, Field]:
    return {name: read_field(name, entry) for name, entry in node.named(MAX_FIELDS).items()}


def _meaning(node: Node) -> Meaning:
    return Meaning(node.choice([meaning.value for meaning in Meaning]))


def _deadline(node: Node) -> Deadline:
    members = node.members(("after", "event"), ("since",))
    since = members["since"].choice(("case", "state")) if "since" in members else "state"
    return Deadline(members["event"].name(), read_duration(members["after"]), since == "case")
