"""Whatever anybody tries, in whatever order: released means signed by enough different people who are no authors."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import CredenceError
from nocode.archive import decode_case, encode_case
from nocode.case import Case, EntryKind, check_history
from nocode.events import Act, Event, Sign, SignatureRef, Tick
from nocode.flow import Flow
from nocode.meaning import Meaning
from nocode.reader import shipped
from nocode.step import open_case, step
from tests.unit.nocode.people import BODY, BUYER, START, SUPPLIER, actor, read, small_flow

ALL_ROLES = ("author", "checker", "engineer", "process-engineer", "supplier", "accredited-body", "registry", "team")
PEOPLE = [
    actor(user, *roles, organisation=organisation)
    for organisation in (SUPPLIER, BODY)
    for user, roles in (("all", ALL_ROLES), ("two", ALL_ROLES), ("three", ("checker", "process-engineer")))
]
VALUES: dict[str, Any] = {
    "text": "x", "count": 3, "files": ["ab" * 32], "about": "cd" * 32, "subject": SUPPLIER, "body": BODY,
    "method": "test", "exposure": 10, "nonconforming": 0, "evidence": ["ef" * 32], "machine": "K7", "parameter": "t",
    "unit": "Cel", "present": "1", "proposed": "2", "lowest": "0", "highest": "5", "ground": "g", "risk": "low",
    "applied_at": "2026-11-24T00:00:00Z", "description": "d", "accreditation": "L0001",
}  # fmt: skip
FACTS: dict[str, Any] = {
    "open": 0, "event_is_ours": True, "claims_30_days": 0, "open_claims_on_event": 0, "accreditation_holds": True,
    "co_signs_24_hours": 0,
}  # fmt: skip
FLOWS = {
    "small": read(small_flow()),
    "release": shipped("release-correction.1"),
    "repair": shipped("repair-claim.1"),
}


def attempt(flow: Flow, case: Case, rng: random.Random, number: int) -> Event:
    """Some event: mostly one that the state knows, with luck complete; signatures sometimes over an old record."""
    state = flow.states[case.state]
    who = rng.choice(PEOPLE)
    if state.steps and rng.random() < 0.7:
        steps = list(state.steps.values())
        asked = rng.choice([each for each in steps if each.meaning.approves] * 5 + steps)
        record = case.record if rng.random() < 0.9 else rng.choice(case.history).digest
        meaning = asked.meaning if rng.random() < 0.9 else rng.choice(list(Meaning))
        reference = SignatureRef(f"sig_{number if rng.random() < 0.9 else 0}", record.hex(), meaning)
        return Sign(asked.name, who, reference, "why", {name: FACTS[name] for name in asked.facts})
    names = [name for each in flow.states.values() for name in each.handlers] if rng.random() < 0.1 else []
    name = rng.choice(names or list(state.handlers) or ["open"])
    handler = state.handlers.get(name)
    fields = (
        [] if handler is None else [*handler.form.required, *(n for n in handler.form.optional if rng.random() < 0.3)]
    )
    facts = {} if handler is None else {fact: FACTS[fact] for fact in handler.facts}
    given = {field: VALUES[field] for field in fields}
    for field in ("files", "evidence"):
        if field in given:
            given[field] = [f"{number:064x}"]
    return Act(name, who, given, rng.choice(["", "why"]), facts)


def begin(flow: Flow, seed: int) -> Case:
    opening = {field: VALUES[field] for field in flow.opening.form.required}
    facts = {fact: FACTS[fact] for fact in flow.opening.facts}
    return open_case(flow, f"case-{seed}", Act("open", PEOPLE[0], opening, "", facts), START)[0]


def wander(flow: Flow, seed: int, steps: int, tried: list[tuple[Event, datetime]] | None = None) -> Case:
    """A case after so many attempts, with a look at the clock now and then; `tried` takes what was attempted."""
    rng, now, case = random.Random(seed), START, begin(flow, seed)
    for number in range(1, steps):
        now += timedelta(hours=rng.choice([0, 0, 0, 1, 1, 5, 5, 60]))
        events = [attempt(flow, case, rng, number)]
        if rng.random() < 0.2:
            events.insert(0, Tick())
        for event in events:
            case = after(flow, case, event, now)
            if tried is not None:
                tried.append((event, now))
    return case


def after(flow: Flow, case: Case, event: Event, now: datetime) -> Case:
    try:
        return step(flow, case, event, now)[0]
    except CredenceError:
        return case


def people_behind(flow: Flow, case: Case, state: str, meaning: Meaning) -> set[tuple[str, str]]:
    """From the history alone: who signed, with this meaning, the record from which the case came into `state`."""
    arrival = next(entry for entry in reversed(case.history) if entry.target == state and entry.source != state)
    assert arrival.kind is EntryKind.SIGNED and arrival.signature is not None
    over = arrival.signature.record
    return {
        entry.actor.person
        for entry in case.history
        if entry.signature and entry.actor and entry.signature.record == over and entry.signature.meaning is meaning
    }


def authors_before(case: Case, state: str) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for entry in case.history:
        if entry.target == state and entry.source != state:
            return found
        if entry.actor and (entry.fields or entry.kind is EntryKind.OPENED):
            found.add(entry.actor.person)
    return found


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["small", "release"]), st.integers(0, 10**6))
def test_nothing_is_released_without_two_different_people_who_are_no_authors(name: str, seed: int) -> None:
    flow = FLOWS[name]
    case = wander(flow, seed, 60)
    if any(entry.target == "released" for entry in case.history):
        signers = people_behind(flow, case, "released", Meaning.RELEASE)
        assert len(signers) >= 2
        assert not signers & authors_before(case, "released")


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**6))
def test_nothing_is_co_signed_but_by_the_body_named_and_never_by_the_supplier(seed: int) -> None:
    case = wander(FLOWS["repair"], seed, 60)
    if any(entry.target == "co-signed" for entry in case.history):
        signers = people_behind(FLOWS["repair"], case, "co-signed", Meaning.CO_SIGNATURE)
        assert {organisation for organisation, _ in signers} == {BODY}
        assert case.opener.organisation == SUPPLIER


def test_the_wanderers_do_get_released_and_co_signed_sometimes() -> None:
    """Else the properties above would hold for want of cases."""
    for name, goal in (("small", "released"), ("release", "released"), ("repair", "co-signed")):
        reached = sum(
            any(entry.target == goal for entry in wander(FLOWS[name], seed, 60).history) for seed in range(200)
        )
        assert reached >= 5, (name, reached)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FLOWS)), st.integers(0, 10**6))
def test_the_history_verifies_and_replaying_it_gives_the_same_case(name: str, seed: int) -> None:
    flow = FLOWS[name]
    case = wander(flow, seed, 40)
    check_history(case, known=case.head)
    assert decode_case(flow, encode_case(case)) == case


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FLOWS)), st.integers(0, 10**6))
def test_how_often_the_node_looks_at_the_clock_changes_nothing(name: str, seed: int) -> None:
    flow, tried = FLOWS[name], list[tuple[Event, datetime]]()
    watched, unwatched = wander(flow, seed, 40, tried), begin(flow, seed)
    for event, now in tried:
        if not isinstance(event, Tick):
            unwatched = after(flow, unwatched, event, now)
    end = tried[-1][1] + timedelta(days=1)
    assert step(flow, unwatched, Tick(), end)[0] == step(flow, watched, Tick(), end)[0]


def test_every_flow_ends_when_nobody_does_anything_or_waits_without_a_deadline() -> None:
    for flow in FLOWS.values():
        case = wander(flow, 1, 2)
        late, _ = step(flow, case, Tick(), START + timedelta(days=365 * 50))
        again, commands = step(flow, late, Tick(), START + timedelta(days=365 * 60))
        assert again == late
        assert commands == ()


def test_the_purchaser_is_another_organisation_than_both() -> None:
    assert len({SUPPLIER, BODY, BUYER}) == 3
