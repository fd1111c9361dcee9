"""The interpreter: a definition, a case and an event in, the next case and commands out. It does nothing else.

Deadlines that have passed happen first, each at the moment it was due, whether or not the node was awake then: with or
without ticks in between, equal events give equal cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from evidence.draft import JsonValue
from evidence.errors import ConflictError, ForbiddenError, LimitError, SchemaError
from nocode.around import Moment, closing
from nocode.case import Case, Collected, Entry, EntryKind, beginning, check_case_id
from nocode.commands import Command, SignRequest
from nocode.events import Act, Actor, Event, Sign, SignatureRef
from nocode.flow import CLOCK, Flow, Handler, SignatureStep, Way
from nocode.forms import Brought, read_facts, read_form
from nocode.guards import holds
from nocode.legal import not_possible

MAX_HISTORY: Final = 1_000
"""Entries after which people can add no more; deadlines still do, but there are only so many of them."""
MAX_HISTORY_BYTES: Final = 6 * 1024 * 1024
"""Size of a history after which people can add no more, canonical bytes."""

Stepped = tuple[Case, tuple[Command, ...]]
"""The next case, and what is asked of the node."""


_NOTHING: Final = Brought({}, {}, {})


@dataclass(frozen=True, slots=True)
class Origin:
    """What an entry comes from: the event with what it brings."""

    kind: EntryKind
    event: str
    brought: Brought
    reason: str = ""
    signature: SignatureRef | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline of the present state that has not passed, and when it will."""

    at: datetime
    event: str


def open_case(flow: Flow, case_id: str, act: Act, at: datetime) -> Stepped:
    """Begin a case; errors as `step`.

    Args:
        case_id: chosen by the node and never used before.
        act: the event `open`.
    """
    at = _utc(at)
    case = check_case_id(case_id)
    if act.event != flow.opening.name:
        raise ConflictError(f"a case begins with the event {flow.opening.name!r}, not {act.event[:48]!r}")
    before = Moment(case, at, at, (), {}, {}, act.actor, act.actor)
    way, moment, brought = _choose(flow, flow.opening, act, before)
    origin = Origin(EntryKind.OPENED, act.event, brought, act.reason)
    entry = _entry(moment, origin, "", way.to, beginning(case, flow.digest))
    opened = Case(case, flow.digest, way.to, at, at, moment.fields, (), frozenset(), (entry,))
    return opened, (*moment.commands(way.commands, entry), *_arrival(flow, opened, entry))


def step(flow: Flow, case: Case, event: Event, at: datetime) -> Stepped:
    """What becomes of a case. Pure: nothing is changed, and equal arguments give equal results.

    Args:
        at: now, by the node's clock; never before the newest entry.
    Raises:
        ConflictError: the case runs on another definition, the event is not possible now (its advice says what is),
            a guard does not hold, or time runs backwards.
        ForbiddenError: who acts has none of the roles, or is excluded from signing.
        SchemaError: a field, fact or reason is missing, wrong or too much; the place says which.
        LimitError: the history is full.
    """
    at = _utc(at)
    if case.flow != flow.digest:
        raise ConflictError(
            f"case {case.id} runs on the definition {case.flow[:12]}, not on {flow.digest[:12]}",
            advice="A running case keeps its version: load that definition.",
        )
    if at < case.history[-1].at:
        raise ConflictError("the event lies before the newest entry of the case", advice="Check the node's clock.")
    case, commands = _catch_up(flow, case, at)
    if isinstance(event, Act | Sign):
        if len(case.history) >= MAX_HISTORY or sum(entry.size for entry in case.history) >= MAX_HISTORY_BYTES:
            raise LimitError(f"the history of case {case.id} is full", advice="Open another case that refers to it.")
        case, more = _act(flow, case, event, at) if isinstance(event, Act) else _sign(flow, case, event, at)
        commands += more
    return case, commands


def next_due(flow: Flow, case: Case) -> Due | None:
    """The next deadline: when a `Tick` will change something; None when there is none."""
    waiting = [
        Due(
            max(deadline.after.after(case.opened if deadline.since_opening else case.entered), case.entered),
            deadline.event,
        )
        for deadline in flow.states[case.state].deadlines
        if deadline.event not in case.past
    ]
    return min(waiting, key=lambda due: due.at, default=None)


def _catch_up(flow: Flow, case: Case, at: datetime) -> Stepped:
    commands: tuple[Command, ...] = ()
    while (due := next_due(flow, case)) is not None and due.at <= at:
        handler = flow.states[case.state].handlers[due.event]
        moment = _moment(case, due.at, None, {})
        way = next(way for way in handler.ways if way.guard is None or holds(way.guard, moment))
        case = replace(case, past=case.past | {due.event})
        case, more = _follow(flow, case, moment, Origin(EntryKind.DUE, due.event, _NOTHING), way)
        commands += more
    return case, commands


def _act(flow: Flow, case: Case, act: Act, at: datetime) -> Stepped:
    handler = flow.states[case.state].handlers.get(act.event)
    if handler is None or CLOCK in handler.by:
        raise not_possible(flow, case, act.event)
    way, moment, brought = _choose(flow, handler, act, _moment(case, at, act.actor, {}))
    return _follow(flow, case, moment, Origin(EntryKind.ACTED, act.event, brought, act.reason), way)


def _choose(flow: Flow, handler: Handler, act: Act, before: Moment) -> tuple[Way, Moment, Brought]:
    """The way that an event takes, the moment with its fields, and what it brings."""
    if not act.actor.roles & set(handler.by):
        raise ForbiddenError(
            f"{handler.name!r} is for {' or '.join(handler.by)}", advice="Ask somebody who has that role."
        )
    brought = read_form(flow, handler, act, before.fields)
    moment = replace(before, fields=brought.fields, facts=read_facts(flow, handler.facts, act.facts))
    for way in handler.ways:
        if way.guard is None or holds(way.guard, moment):
            return way, moment, brought
    raise _unmet(handler)


def _unmet(asked: Handler | SignatureStep) -> ConflictError:
    why = f": {asked.refused.en}" if asked.refused is not None else ""
    return ConflictError(
        f"the conditions for {asked.name!r} are not met{why}",
        advice="The flow's definition states the conditions; nothing was changed.",
    )


def _sign(flow: Flow, case: Case, sign: Sign, at: datetime) -> Stepped:
    asked = flow.states[case.state].steps.get(sign.step)
    if asked is None:
        raise not_possible(flow, case, sign.step)
    signature, person = sign.signature, sign.actor.person
    # (1) Who: role, then independence from authors, from other steps, and from oneself.
    _check_signer(case, asked, sign.actor)
    # (2) What: this meaning, over this record as it is now. A signature given before the record changed is worthless.
    if signature.meaning is not asked.meaning:
        raise ConflictError(f"{asked.name!r} asks for a signature of the meaning {asked.meaning.value}")
    if signature.record != case.record.hex():
        raise ConflictError(
            "the signature is over another record than the present one", advice="Read the case again, then sign it."
        )
    # (3) Once: else one signature could count for two steps, or twice.
    if any(entry.signature is not None and entry.signature.id == signature.id for entry in case.history):
        raise ConflictError(f"the signature {signature.id} was used in this case before")
    if asked.reason and not sign.reason.strip():
        raise SchemaError("a reason is needed", place="/reason")
    moment = _moment(case, at, sign.actor, read_facts(flow, asked.facts, sign.facts))
    if asked.way.guard is not None and not holds(asked.way.guard, moment):
        raise _unmet(asked)
    collected = (*case.collected, Collected(asked.name, person))
    case = replace(case, collected=collected)
    if sum(each.step == asked.name for each in collected) < asked.count:
        way = Way(None, case.state, ())
    else:
        way = asked.way
        case = replace(case, collected=tuple(each for each in collected if each.step != asked.name))
    return _follow(flow, case, moment, Origin(EntryKind.SIGNED, asked.name, _NOTHING, sign.reason, signature), way)


def _check_signer(case: Case, asked: SignatureStep, actor: Actor) -> None:
    if asked.role not in actor.roles:
        raise ForbiddenError(f"{asked.name!r} is for {asked.role}", advice="Ask somebody who has that role.")
    why = ""
    if asked.author_excluded and actor.person in case.authors:
        why = "an author of the case does not sign it"
    elif any(actor.person in case.signers_of(step) for step in asked.not_signers_of):
        why = f"who signed {' or '.join(asked.not_signers_of)} does not sign this too"
    elif asked.different_people and Collected(asked.name, actor.person) in case.collected:
        why = "this step asks for different people, and you signed it already"
    if why:
        raise ForbiddenError(f"{asked.name!r}: {why}", advice="Ask somebody else to sign.")


def _follow(flow: Flow, case: Case, moment: Moment, origin: Origin, way: Way) -> Stepped:
    """Write the entry and move."""
    entry = _entry(moment, origin, case.state, way.to, case.head)
    moved, changed = way.to != case.state, entry.changes_record
    after = replace(
        case,
        state=way.to,
        entered=moment.at if moved else case.entered,
        fields=moment.fields,
        collected=() if changed else case.collected,
        past=frozenset() if moved else case.past,
        history=(*case.history, entry),
    )
    arrival = _arrival(flow, after, entry) if changed else []
    return after, (*moment.commands(way.commands, entry), *arrival)


def _arrival(flow: Flow, case: Case, entry: Entry) -> list[Command]:
    """What follows from where a case is now: it has ended, or there is something to sign."""
    state = flow.states[case.state]
    if state.end:
        return [closing(case.id, entry)]
    return [
        SignRequest(
            f"{case.id}:{entry.number}:{each.name}", each.name, each.role, each.meaning, each.count, case.record
        )
        for each in state.steps.values()
    ]


def _entry(moment: Moment, origin: Origin, source: str, target: str, previous: bytes) -> Entry:
    return Entry(
        number=len(moment.history) + 1,
        at=moment.at,
        kind=origin.kind,
        event=origin.event,
        actor=moment.actor,
        source=source,
        target=target,
        fields=origin.brought.given,
        old=origin.brought.old,
        reason=origin.reason,
        facts=moment.facts,
        signature=origin.signature,
        previous=previous,
    )


def _moment(case: Case, at: datetime, actor: Actor | None, facts: Mapping[str, JsonValue]) -> Moment:
    return Moment(case.id, at, case.opened, case.history, case.fields, facts, actor, case.opener)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None or at.utcoffset() is None or not 1970 <= at.year < 9000:
        raise SchemaError("a time with its zone, from 1970 to 8999, is expected", place="/at")
    return at.astimezone(UTC)
