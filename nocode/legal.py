"""What is possible in a case now: for buttons on a page, and for whoever tried something else."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.errors import ConflictError
from nocode.case import Case
from nocode.events import Actor
from nocode.flow import CLOCK, Flow, Handler, SignatureStep


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that people with one of these roles may do now; a guard may still refuse it.

    Attributes:
        action: the event or signature step.
        missing: for a signature step, how many signatures it still waits for; 0 for an event.
    """

    action: Handler | SignatureStep
    roles: tuple[str, ...]
    missing: int


def choices(flow: Flow, case: Case, actor: Actor | None = None) -> tuple[Choice, ...]:
    """Everything that is possible now, for anybody or for one actor, in the order of the definition."""
    state = flow.states[case.state]
    found = [Choice(handler, handler.by, 0) for handler in state.handlers.values() if CLOCK not in handler.by]
    for step in state.steps.values():
        have = sum(each.step == step.name for each in case.collected)
        found.append(Choice(step, (step.role,), step.count - have))
    return tuple(choice for choice in found if actor is None or actor.roles & set(choice.roles))


def facts_needed(flow: Flow, case: Case | None, action: str) -> frozenset[str]:
    """Names of the facts that the node has to state with an event or signature; for a new case, None and `open`."""
    if case is None:
        return flow.opening.facts
    state = flow.states[case.state]
    if (asked := state.handlers.get(action) or state.steps.get(action)) is None:
        raise not_possible(flow, case, action)
    return asked.facts


def not_possible(flow: Flow, case: Case, action: str) -> ConflictError:
    """The refusal of an event that has no place in the present state; the advice says what has."""
    possible = [f"{choice.action.name} ({' or '.join(choice.roles)})" for choice in choices(flow, case)]
    closed = flow.states[case.state].end
    return ConflictError(
        f"{action[:48]!r} is not possible in the state {case.state!r}",
        advice="The case is closed." if closed else f"Possible now: {', '.join(possible) or 'only to wait'}.",
    )
