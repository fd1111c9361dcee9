"""A flow definition in memory: only `nocode.reader` makes one, and only of a document that holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NewType

from nocode.commands import Template
from nocode.document import Words
from nocode.durations import Duration
from nocode.fields import Field
from nocode.guards import FactValue, Guard, operands
from nocode.meaning import Meaning

FORMAT: Final = "credence-flow/1"
CLOCK: Final = "clock"
"""The role of nobody: who acts when a deadline passes."""
OPEN: Final = "open"
"""The name of the event that opens a case."""

FlowDigest = NewType("FlowDigest", str)
"""SHA-256 of a definition's canonical bytes, 64 lower-case hex digits: the name of exactly this version."""


@dataclass(frozen=True, slots=True)
class Form:
    """Fields that an event brings: those it must, those it may."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """Where an event leads when its guard holds (None: always)."""

    guard: Guard | None
    to: str
    commands: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Handler:
    """What an event does in a state: who may cause it, what it brings, and where it leads.

    Attributes:
        by: roles, any of which suffices; `clock` alone for deadlines.
        reason: whether a reason has to be given even when nothing is overwritten.
        ways: tried in order; the first whose guard holds is taken, none means refused.
        refused: what to tell when none is taken.
    """

    name: str
    title: Words
    by: tuple[str, ...]
    form: Form
    reason: bool
    ways: tuple[Way, ...]
    refused: Words | None

    @property
    def facts(self) -> frozenset[str]:
        """Names of the facts that its guards look at."""
        return frozenset().union(*(facts_of(way.guard) for way in self.ways))


@dataclass(frozen=True, slots=True)
class SignatureStep:
    """Signatures of one meaning that a state waits for; with the last of them the case moves on.

    Attributes:
        role: who may sign.
        count: how many are needed.
        different_people: whether nobody may sign it twice.
        author_excluded: whether people who opened the case or filled in one of its forms may not sign.
        not_signers_of: steps whose signers may not sign this one.
    """

    name: str
    title: Words
    meaning: Meaning
    role: str
    count: int
    different_people: bool
    author_excluded: bool
    not_signers_of: tuple[str, ...]
    reason: bool
    way: Way
    refused: Words | None

    @property
    def facts(self) -> frozenset[str]:
        """Names of the facts that its guard looks at."""
        return facts_of(self.way.guard)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the clock acts: so long after the state was entered, or after the case was opened."""

    event: str
    after: Duration
    since_opening: bool


@dataclass(frozen=True, slots=True)
class Needs:
    """A promise of the definition: nobody gets into the state but by so many people's signatures of this meaning."""

    meaning: Meaning
    people: int


@dataclass(frozen=True, slots=True)
class State:
    """One state of a flow; an `end` has nothing but its title."""

    name: str
    title: Words
    end: bool
    needs: Needs | None
    handlers: Mapping[str, Handler]
    steps: Mapping[str, SignatureStep]
    deadlines: tuple[Deadline, ...]

    def ways(self) -> Iterator[Way]:
        """Every way out, also those back into the state itself."""
        for handler in self.handlers.values():
            yield from handler.ways
        for step in self.steps.values():
            yield step.way


@dataclass(frozen=True, slots=True)
class Flow:
    """One version of a flow.

    Attributes:
        id, version: its name and number.
        roles: who takes part; the node says which of its people, members or services have which.
        fields, facts: what forms bring, and what the node states beside them.
        opening: how a case begins.
        document: the canonical bytes it was read from.
        digest: their SHA-256.
    """

    id: str
    version: int
    title: Words
    roles: Mapping[str, Words]
    fields: Mapping[str, Field]
    facts: Mapping[str, Field]
    opening: Handler
    states: Mapping[str, State]
    digest: FlowDigest
    document: bytes = field(repr=False)


def facts_of(guard: Guard | None) -> frozenset[str]:
    """Names of the facts that a guard looks at."""
    if guard is None:
        return frozenset()
    return frozenset(operand.fact.name for operand in operands(guard) if isinstance(operand, FactValue))
