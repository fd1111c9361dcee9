"""What must hold of a flow as a whole: that it can be reached, that it ends, and that four eyes see what counts.

All of it is decided when a definition is read, so that no running case can be caught out by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from evidence.errors import SchemaError
from evidence.schema import latest
from nocode.commands import (
    ApplyTemplate,
    FromField,
    NotifyTemplate,
    OpenRepairTemplate,
    RecomputeTemplate,
    Source,
    SubmitTemplate,
)
from nocode.flow import CLOCK, Flow, Handler, SignatureStep, State, Way
from nocode.guards import may_be_missing
from nocode.meaning import Meaning

RELEASERS: Final = 2
"""So many different people sign before anything is written to a machine (PRODUCT, S5)."""


def check(flow: Flow) -> None:
    """Refuse a flow that is not sound.

    Raises:
        SchemaError: the first fault found, at its place.
    """
    if CLOCK in flow.opening.by:
        raise _refuse("/opening/by", "somebody has to open a case, not the clock")
    # Causes before consequences: a deadline without handler also leaves a state that nobody reaches.
    states = flow.states.values()
    for state in states:
        _check_deadlines(state)
    for place, handler in _handlers(flow):
        _check_ways(place, handler)
    for state in states:
        for step in state.steps.values():
            _check_four_eyes(flow, state, step)
    _check_set_points(flow)
    for state in states:
        _check_needs(flow, state)
    _check_reachable(flow)
    _check_ends(flow)
    _check_clock_ends(flow)
    _check_fields(flow)


def _refuse(place: str, message: str) -> SchemaError:
    return SchemaError(message, place=place, advice="Correct the definition at the place named.")


def _handlers(flow: Flow) -> Iterator[tuple[str, Handler]]:
    yield "/opening", flow.opening
    for state in flow.states.values():
        for handler in state.handlers.values():
            yield f"/states/{state.name}/on/{handler.name}", handler


def _spread(start: set[str], edges: Mapping[str, set[str]]) -> set[str]:
    seen, ahead = set(start), list(start)
    while ahead:
        for name in edges.get(ahead.pop(), set()) - seen:
            seen.add(name)
            ahead.append(name)
    return seen


def _check_reachable(flow: Flow) -> None:
    forward = {state.name: {way.to for way in state.ways()} for state in flow.states.values()}
    reached = _spread({way.to for way in flow.opening.ways}, forward)
    for name in flow.states:
        if name not in reached:
            raise _refuse(f"/states/{name}", "no event leads here")


def _check_ends(flow: Flow) -> None:
    backward: dict[str, set[str]] = {}
    for state in flow.states.values():
        for way in state.ways():
            backward.setdefault(way.to, set()).add(state.name)
    ending = _spread({state.name for state in flow.states.values() if state.end}, backward)
    for name in flow.states:
        if name not in ending:
            raise _refuse(f"/states/{name}", "there is no way from here to an end")


def _check_deadlines(state: State) -> None:
    place = f"/states/{state.name}"
    waited_for: set[str] = set()
    for index, deadline in enumerate(state.deadlines):
        handler = state.handlers.get(deadline.event)
        if handler is None or CLOCK not in handler.by:
            raise _refuse(f"{place}/deadlines/{index}/event", f"no event {deadline.event!r} by {CLOCK} handles it here")
        if deadline.event in waited_for:
            raise _refuse(f"{place}/deadlines/{index}/event", f"another deadline leads to {deadline.event!r} already")
        waited_for.add(deadline.event)
    for handler in state.handlers.values():
        if CLOCK in handler.by and handler.name not in waited_for:
            raise _refuse(f"{place}/on/{handler.name}", f"no deadline of {state.name!r} leads to this event")


def _check_ways(place: str, handler: Handler) -> None:
    for index, way in enumerate(handler.ways):
        last = index == len(handler.ways) - 1
        if way.guard is None and not last:
            raise _refuse(f"{place}/ways/{index + 1}", "never tried: the way before it has no condition")
        if way.guard is not None and last and CLOCK in handler.by:
            raise _refuse(f"{place}/ways/{index}/if", "a deadline cannot be refused: its last way has no condition")


def _check_clock_ends(flow: Flow) -> None:
    # Else a case that nobody touches would move for ever, and catching up with the clock would not end.
    driven = {
        state.name: {
            way.to for handler in state.handlers.values() if CLOCK in handler.by for way in handler.ways
        } - {state.name}
        for state in flow.states.values()
    }  # fmt: skip
    for name in flow.states:
        if name in _spread(driven[name], driven):
            raise _refuse(f"/states/{name}/deadlines", "deadlines alone lead from here back to here, without end")


def _check_four_eyes(flow: Flow, state: State, step: SignatureStep) -> None:
    place = f"/states/{state.name}/signatures/{step.name}"
    if step.meaning.approves and not step.author_excluded and not (step.count > 1 and step.different_people):
        raise _refuse(f"{place}/author", "an author could be the only one who signs; exclude authors or ask two people")
    steps = {name for each in flow.states.values() for name in each.steps}
    for index, name in enumerate(step.not_signers_of):
        if name not in steps or name == step.name:
            raise _refuse(f"{place}/not_signers_of/{index}", f"there is no other signature step {name!r}")


def _check_needs(flow: Flow, state: State) -> None:
    """Every way into a state with needs is the completion of such signatures, or comes from a state with the same."""
    if state.needs is None:
        return
    message = f"leads into {state.name!r}, which needs {state.needs.people} people's {state.needs.meaning.value}"
    for index, way in enumerate(flow.opening.ways):
        if way.to == state.name:
            raise _refuse(f"/opening/ways/{index}/to", message)
    for other in flow.states.values():
        if other.needs == state.needs:
            continue
        for handler in other.handlers.values():
            for index, way in enumerate(handler.ways):
                if way.to == state.name:
                    raise _refuse(f"/states/{other.name}/on/{handler.name}/ways/{index}/to", message)
        for step in other.steps.values():
            people = step.count if step.different_people else 1
            if step.way.to == state.name and (step.meaning != state.needs.meaning or people < state.needs.people):
                raise _refuse(f"/states/{other.name}/signatures/{step.name}/to", message)


def _check_set_points(flow: Flow) -> None:
    """Nothing reaches a machine but by the signatures of two different people for release, none of them an author."""
    for place, handler in _handlers(flow):
        for index, way in enumerate(handler.ways):
            _no_set_point(f"{place}/ways/{index}", way)
    for state in flow.states.values():
        for step in state.steps.values():
            released = step.meaning is Meaning.RELEASE and step.count >= RELEASERS
            if not (released and step.different_people and step.author_excluded):
                _no_set_point(f"/states/{state.name}/signatures/{step.name}", step.way)


def _no_set_point(place: str, way: Way) -> None:
    for index, command in enumerate(way.commands):
        if isinstance(command, ApplyTemplate):
            raise _refuse(
                f"{place}/commands/{index}",
                f"a set point is written only with the release of {RELEASERS} different people, authors excluded",
            )


def _check_fields(flow: Flow) -> None:
    """No guard and no command looks at a field that may not be there; fields once written stay."""
    known = _surely_known(flow)
    for place, handler in _handlers(flow):
        before = frozenset[str]() if place == "/opening" else known[place.split("/")[2]]
        there = before | frozenset(handler.form.required)
        for index, way in enumerate(handler.ways):
            _check_way(f"{place}/ways/{index}", way, there)
    for state in flow.states.values():
        for step in state.steps.values():
            _check_way(f"/states/{state.name}/signatures/{step.name}", step.way, known[state.name])


def _check_way(place: str, way: Way, known: frozenset[str]) -> None:
    if way.guard is not None and (missing := may_be_missing(way.guard, known)) is not None:
        raise _refuse(f"{place}/if", f"the field {missing!r} may be missing here; require it, or ask `known` first")
    for index, command in enumerate(way.commands):
        match command:
            case NotifyTemplate():
                continue
            case RecomputeTemplate(subject):
                needed: list[tuple[str, Source]] = [("subject", subject)]
            case OpenRepairTemplate(scope):
                needed = [("scope", scope)]
            case ApplyTemplate():
                needed = list(command.sources)
            case SubmitTemplate(kind, subject, fields):
                needed = [("subject", subject), *((f"fields/{name}", fields[name]) for name in latest(kind).required)]
        for where, source in needed:
            if isinstance(source, FromField) and source.field.name not in known:
                raise _refuse(
                    f"{place}/commands/{index}/{where}", f"the field {source.field.name!r} may be missing here"
                )


def _surely_known(flow: Flow) -> dict[str, frozenset[str]]:
    """For each state, the fields that have a value whichever way a case came there: the greatest fixed point."""
    everything = frozenset(flow.fields)
    known = dict.fromkeys(flow.states, everything)
    edges: list[tuple[str | None, str, frozenset[str]]] = [
        (None, way.to, frozenset(flow.opening.form.required)) for way in flow.opening.ways
    ]
    for state in flow.states.values():
        for handler in state.handlers.values():
            edges += [(state.name, way.to, frozenset(handler.form.required)) for way in handler.ways]
        edges += [(state.name, step.way.to, frozenset()) for step in state.steps.values()]
    changed = True
    while changed:
        changed = False
        for source, to, brought in edges:
            arriving = brought if source is None else known[source] | brought
            if not known[to] <= arriving:
                known[to] &= arriving
                changed = True
    return known
